"""What the deploy check says, and what it may know about the house the diagram shall run in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the diagram from being deployed; a warning is worth a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend: what is missing, why it matters and how to mend it, in two languages.

    `element` is the id of the drawn element, or empty when the whole file is meant. `line` counts
    from 1 in `file`, and is None when there is no such place.
    """

    code: str
    severity: Severity
    element: str
    element_name: str
    line: int | None
    file: str
    danish: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function of the catalogue takes and gives, by name. `optional` are inputs too."""

    inputs: frozenset[str]
    outputs: frozenset[str]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the installation offers to a diagram.

    `handlers` are the functions that service tasks may call, `parameters` the keys that `param`
    knows, `functions` the names that expressions may call besides those of FEEL, `processes` what
    a call may start, `calls` which processes each of them calls, and `messages` the names that
    some other process waits for or starts with. `sent` are the messages that another process or
    the house itself sends, with the names in them. `takes` are, by process, the names that it
    must be told, `gives` those that a call of it may use. `names` are what the process may know
    at its start, or None when that is not known. `titles` say what a role is called.

    Of closed compartments: `enters` are, by compartment, the roles that enter it, `lies_in` the
    compartment of each process that has one, `receives` who gets each message, and `stays` the
    functions that carry nothing out.
    """

    roles: frozenset[str] = frozenset()
    handlers: Mapping[str, Signature] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    messages: frozenset[str] = frozenset()
    sent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    takes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    enters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lies_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    receives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stays: frozenset[str] = frozenset()
    names: frozenset[str] | None = None

"""The syntax tree: what an expression says, before anybody works it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, true, false, null, date, time or duration, and how it was written."""

    value: Value
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name to look up; `?` is the value a table cell is asked about."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`source.member`"""

    source: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter:
    """`source[predicate]`: the items it holds for, or the one at that number."""

    source: Node
    predicate: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`; `names` are those of named arguments, or empty."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first op operand op operand …`, worked out from the left."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """`operand and operand …`, or the same with `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership:
    """`value in test`, or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """`operator operand` without a left side, as in the cells of a table."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then yes else no`"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Steps:
    """`low..high` as what a loop runs through."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Loop:
    """`for name in domain, … return body`; `kind` is for, some or every."""

    kind: str
    bindings: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Type:
    """The name of a type and its parts, as in `list<number>`; `members` are names in a context."""

    name: str
    parts: tuple[Type, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lambda:
    """`function(parameters) body`"""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[item, item]`"""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf:
    """`{key: value}`; later entries may use earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """`[low..high]`, with either end open or closed."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`"""

    value: Node
    type: Type


Node = (
    Literal
    | Name
    | Path
    | Filter
    | Call
    | Negation
    | Arithmetic
    | Comparison
    | Logic
    | Between
    | Membership
    | Test
    | If
    | Steps
    | Loop
    | Lambda
    | ListOf
    | ContextOf
    | Interval
    | InstanceOf
)


def parts(node: Node) -> Iterator[Node]:
    """Return the nodes straight below `node`, in the order they are written."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def weigh(node: Node) -> int:
    """Return how many nodes a tree has: what one run through it costs."""
    return 1 + sum(map(weigh, parts(node)))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)

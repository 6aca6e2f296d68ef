"""What a decision file says: decisions, the logic of each, and what it builds on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.decisions.types import DataType
from engine.feel.expressions import Expression, UnaryTests
from engine.feel.values import Value


class HitPolicy(StrEnum):
    """What happens when several rows fit."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


LISTS = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input column: its label, the expression asked, its type and the values it may take."""

    label: str
    expression: Expression
    type: DataType
    values: UnaryTests | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output column. `order` is its values by priority; `default` is for when no row fits."""

    name: str
    type: DataType
    order: tuple[Value, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row: a test per input, an expression per output."""

    number: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLogic:
    """Columns and rows. `aggregation` is SUM, MIN, MAX, COUNT or empty, for COLLECT alone."""

    hit_policy: HitPolicy
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class LiteralLogic:
    """One expression."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Entry:
    """A named and typed piece of logic; without a name it is the result of its context."""

    name: str | None
    type: DataType
    logic: Logic


@dataclass(frozen=True, slots=True)
class ContextLogic:
    """Entries in order; each may use the ones before it."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class InvocationLogic:
    """A call by name of what `function` gives."""

    function: Logic
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FunctionLogic:
    """A function of its own."""

    parameters: tuple[tuple[str, DataType], ...]
    body: Logic
    result: DataType


@dataclass(frozen=True, slots=True)
class ListLogic:
    """A list of boxed items."""

    items: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class RelationLogic:
    """Rows under named columns: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]


@dataclass(frozen=True, slots=True)
class ConditionalLogic:
    """A boxed if."""

    condition: Logic
    yes: Logic
    no: Logic


@dataclass(frozen=True, slots=True)
class FilterLogic:
    """A boxed filter."""

    source: Logic
    match: Logic


@dataclass(frozen=True, slots=True, kw_only=True)
class IteratorLogic:
    """A boxed for, some or every."""

    kind: str
    variable: str
    source: Logic
    body: Logic


Logic = (
    TableLogic
    | LiteralLogic
    | ContextLogic
    | InvocationLogic
    | FunctionLogic
    | ListLogic
    | RelationLogic
    | ConditionalLogic
    | FilterLogic
    | IteratorLogic
)


@dataclass(frozen=True, slots=True)
class InputData:
    """What comes from outside, by name."""

    name: str
    type: DataType


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A function of the file: business knowledge, or a decision service with `outputs`."""

    name: str
    function: FunctionLogic | None = None
    knows: tuple[Knowledge, ...] = ()
    service: Service | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The decisions a service gives, and what it takes: inputs first, then decisions."""

    outputs: tuple[DecisionTable, ...]
    inputs: tuple[InputData, ...]
    takes: tuple[DecisionTable, ...]
    type: DataType


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable:
    """One decision, most often a table: its name, how it is made, and what it is made from.

    `variable` is the name its value has for others. `reads` are the names that have to come
    from outside, those of the decisions below it included; `calls` the functions it calls.
    `note` is what the owner wrote about it.
    """

    id: str
    name: str
    variable: str
    type: DataType
    logic: Logic | None = field(repr=False)
    inputs: tuple[InputData, ...] = ()
    needs: tuple[DecisionTable, ...] = field(default=(), repr=False)
    knows: tuple[Knowledge, ...] = field(default=(), repr=False)
    reads: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    note: str = ""

    @property
    def table(self) -> TableLogic | None:
        """The decision table, when that is how the decision is made."""
        return self.logic if isinstance(self.logic, TableLogic) else None

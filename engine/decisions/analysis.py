"""Holes and overlaps of a decision table, each with an example that falls into it.

Every column is cut into the few values that its cells can tell apart: each value written there,
one between each two, one on either side, and one text that none names. Where all the numbers of
a column are whole, it is taken to hold whole numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.decisions.analysis_points import ELSEWHERE, points_of
from engine.decisions.model import DecisionTable, HitPolicy, TableLogic
from engine.feel.errors import Exhausted, FeelError
from engine.feel.expressions import NO_FUNCTIONS, Functions
from engine.feel.json_values import to_json
from engine.feel.scopes import Meter, Scope
from engine.feel.values import Value

MAX_GAPS = 5
MAX_OVERLAPS = 5
MAX_STATES = 20_000
MAX_COLUMNS = 100
# What a table may cost in all: one is a cell held against a value, about a microsecond.
MAX_TRIES = 500_000

Example = Mapping[str, Any]
# The rows that fit, as bits, for each value that makes a difference in a column.
Column = Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows that both fit the example."""

    rows: tuple[int, int]
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What is to be found in a table.

    `gaps` are examples that no row fits (at most five); a column that an example does not name
    may hold anything. `overlaps` are pairs of rows (at most five) that break UNIQUE, or ANY with
    different outputs. `unreachable` are the rows of a FIRST table that can never decide. `unclear`
    are the columns whose cells cannot be worked out beforehand: when there are any, nothing is
    claimed. Nor is anything of a table that is `too_large` to be looked through in about a second.
    """

    gaps: tuple[Example, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    unreachable: tuple[int, ...] = ()
    unclear: tuple[str, ...] = ()
    too_large: bool = False


def analyse(decision: DecisionTable, functions: Functions = NO_FUNCTIONS) -> Analysis:
    """Return what is to be found in the table of a decision; nothing when it has none.

    `functions` answer the calls in its cells, such as param().
    """
    table = decision.table
    if table is None:
        return Analysis()
    if len(table.inputs) > MAX_COLUMNS:
        return Analysis(too_large=True)
    try:
        columns, unclear = _columns(table, functions)
    except _TooLarge:
        return Analysis(too_large=True)
    if unclear:
        return Analysis(unclear=unclear)
    return Analysis(
        gaps=tuple(_gaps(table, columns)),
        overlaps=tuple(_overlaps(table, columns)),
        unreachable=_unreachable(table, columns),
    )


class _TooLarge(Exception):
    """The table has more cells and values than it may cost."""


def _columns(table: TableLogic, functions: Functions) -> tuple[list[Column], tuple[str, ...]]:
    columns: list[Column] = []
    unclear: list[str] = []
    left = MAX_TRIES
    for place, column in enumerate(table.inputs):
        scope = Scope({}, functions, Meter())
        tests = [rule.tests[place] for rule in table.rules]
        try:
            points = points_of(column, tests, scope)
            left -= len(points) * len(tests)
            if left < 0:
                raise _TooLarge
            fits = {point: _bits(tests, value, scope) for point, value in points.items()}
        except (FeelError, Exhausted, RecursionError):
            points, fits = {}, {}
        if not fits or scope.meter.errors:
            unclear.append(column.label)
        columns.append({bits: points[point] for point, bits in reversed(fits.items())})
    return columns, tuple(unclear)


def _bits(tests: Sequence[Any], value: Value, scope: Scope) -> int:
    inner = scope.inner({"?": value})
    return sum(1 << place for place, test in enumerate(tests) if test.run(inner) is True)


def _everything(table: TableLogic) -> int:
    return (1 << len(table.rules)) - 1


def _gaps(table: TableLogic, columns: Sequence[Column]) -> list[Example]:
    if any(output.default is not None for output in table.outputs):
        return []
    search = _Search(columns)
    search.descend(0, _everything(table), ())
    return [_example(table, chosen) for chosen in search.found]


@dataclass(slots=True)
class _Search:
    """Goes through the columns from the left, once for each set of rows that still fit."""

    columns: Sequence[Column]
    found: list[tuple[Value, ...]] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)
    left: int = MAX_TRIES

    def descend(self, place: int, bits: int, chosen: tuple[Value, ...]) -> None:
        if not bits:
            self.found.append(chosen)
            return
        if place == len(self.columns) or (place, bits) in self.seen:
            return
        self.seen.add((place, bits))
        for fitting, value in self.columns[place].items():
            self.left -= 1
            if len(self.found) >= MAX_GAPS or len(self.seen) > MAX_STATES or self.left < 0:
                return
            self.descend(place + 1, bits & fitting, (*chosen, value))


def _overlaps(table: TableLogic, columns: Sequence[Column]) -> list[Overlap]:
    if table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return []
    found: list[Overlap] = []
    for second, others in enumerate(_meeting(table, columns)):
        for first in _rows_in(others & ((1 << second) - 1)):
            if len(found) < MAX_OVERLAPS and _matters(table, first, second):
                chosen = [_both(column, 1 << first | 1 << second) for column in columns]
                found.append(Overlap((first + 1, second + 1), _example(table, chosen)))
    return found


def _meeting(table: TableLogic, columns: Sequence[Column]) -> list[int]:
    """Return for each row the rows, as bits, that fit the same value in every column."""
    meeting = [_everything(table)] * len(table.rules)
    for column in columns:
        beside = [0] * len(table.rules)
        for bits in column:
            for row in _rows_in(bits):
                beside[row] |= bits
        meeting = [rows & others for rows, others in zip(meeting, beside, strict=True)]
    return meeting


def _rows_in(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _both(column: Column, pair: int) -> Value:
    return next(value for bits, value in column.items() if bits & pair == pair)


def _matters(table: TableLogic, first: int, second: int) -> bool:
    if table.hit_policy is HitPolicy.UNIQUE:
        return True
    one, other = (
        [expression.text.strip() for expression in table.rules[place].outputs]
        for place in (first, second)
    )
    return one != other


def _unreachable(table: TableLogic, columns: Sequence[Column]) -> tuple[int, ...]:
    if table.hit_policy is not HitPolicy.FIRST:
        return ()
    reached = _deciding(columns, _everything(table))
    if reached is None:
        return ()
    return tuple(rule.number for rule in table.rules if rule.number not in reached)


def _deciding(columns: Sequence[Column], everything: int) -> set[int] | None:
    """Return the rows that come first for some values, or None when there are too many to try."""
    states = {everything}
    for column in columns:
        states = {bits & fitting for bits in states for fitting in column}
        if len(states) > MAX_STATES:
            return None
    return {(bits & -bits).bit_length() for bits in states}


def _example(table: TableLogic, chosen: Sequence[Value]) -> Example:
    named = zip(table.inputs, chosen, strict=False)
    return {column.label: to_json(value) for column, value in named if value is not ELSEWHERE}

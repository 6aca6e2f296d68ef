"""Decision tables at work: which rows fit, and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.decisions.model import HitPolicy, Input, Output, Rule, TableLogic
from engine.decisions.types import coerced, read_or_null
from engine.feel.builtins import BUILTINS
from engine.feel.comparison import same
from engine.feel.errors import FeelError
from engine.feel.scopes import Meter, Scope
from engine.feel.values import Value

Hit = tuple[int, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value, and the numbers (from 1) of the rows that decided it."""

    value: Value
    rows: tuple[int, ...]


def run_table(table: TableLogic, scope: Scope) -> Taken:
    """Return what the table gives.

    One output gives its value, several give a context by name; the policies that take several
    rows give a list. When no row fits, the default outputs or null.
    """
    asked = [_asked(column, scope) for column in table.inputs]
    hits = [rule for rule in table.rules if _fits(rule, asked, scope)]
    if not hits:
        return Taken(_nothing(table, scope), ())
    if table.hit_policy is HitPolicy.FIRST:
        hits = hits[:1]
    found = [(rule.number, _outputs(rule, table, scope)) for rule in hits]
    return _POLICIES[table.hit_policy](table, found, scope.meter)


def _asked(column: Input, scope: Scope) -> Value:
    value = read_or_null(column.expression.run(scope), column.type, scope.meter)
    value = coerced(value, column.type, scope.meter)
    if value is None or column.values is None:
        return value
    if column.values.run(scope.inner({"?": value})) is not True:
        scope.meter.fail(f"Værdien i »{column.label}« er ikke en af dem, tabellen kender.")
    return value


def _fits(rule: Rule, asked: Sequence[Value], scope: Scope) -> bool:
    scope.meter.spend(1)
    return all(
        test.run(scope.inner({"?": value})) is True
        for test, value in zip(rule.tests, asked, strict=True)
    )


def _outputs(rule: Rule, table: TableLogic, scope: Scope) -> tuple[Value, ...]:
    return tuple(
        coerced(expression.run(scope), output.type, scope.meter)
        for expression, output in zip(rule.outputs, table.outputs, strict=True)
    )


def _nothing(table: TableLogic, scope: Scope) -> Value:
    if all(output.default is None for output in table.outputs):
        return Decimal(0) if table.aggregation == "COUNT" else None
    return _shaped(table, tuple(_default(output, scope) for output in table.outputs))


def _default(output: Output, scope: Scope) -> Value:
    if output.default is None:
        return None
    return coerced(output.default.run(scope), output.type, scope.meter)


def _shaped(table: TableLogic, values: tuple[Value, ...]) -> Value:
    if len(values) == 1:
        return values[0]
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


def _one(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    number, values = hits[0]
    return Taken(_shaped(table, values), (number,))


def _unique(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    if len(hits) > 1:
        meter.fail(f"Højst én række må passe, men række {_numbers(hits)} passer alle.")
        return Taken(None, ())
    return _one(table, hits, meter)


def _any(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    (_, first), rest = hits[0], hits[1:]
    if not all(same(list(first), list(values)) for _, values in rest):
        meter.fail(f"Rækkerne {_numbers(hits)} passer alle, men giver ikke det samme.")
        return Taken(None, ())
    return Taken(_shaped(table, first), tuple(number for number, _ in hits))


def _priority(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    return _one(table, _by_priority(table, hits, meter), meter)


def _all_by_priority(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    return _all(table, _by_priority(table, hits, meter), meter)


def _all(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    values = [_shaped(table, outputs) for _, outputs in hits]
    return Taken(values, tuple(number for number, _ in hits))


def _collect(table: TableLogic, hits: list[Hit], meter: Meter) -> Taken:
    taken = _all(table, hits, meter)
    if not table.aggregation:
        return taken
    function = BUILTINS[_AGGREGATORS[table.aggregation]]
    try:
        return Taken(function.run(meter, [taken.value]), taken.rows)
    except (FeelError, ArithmeticError) as error:
        return Taken(meter.caught(error), taken.rows)


def _by_priority(table: TableLogic, hits: list[Hit], meter: Meter) -> list[Hit]:
    return sorted(
        hits,
        key=lambda hit: [
            _place(output, value) for output, value in zip(table.outputs, hit[1], strict=True)
        ],
    )


def _place(output: Output, value: Value) -> int:
    places = (place for place, wanted in enumerate(output.order) if same(value, wanted))
    return next(places, len(output.order))


def _numbers(hits: Sequence[Hit]) -> str:
    *first, last = (str(number) for number, _ in hits)
    return f"{', '.join(first)} og {last}"


_AGGREGATORS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_POLICIES: dict[HitPolicy, Callable[[TableLogic, list[Hit], Meter], Taken]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.FIRST: _one,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.RULE_ORDER: _all,
    HitPolicy.OUTPUT_ORDER: _all_by_priority,
    HitPolicy.COLLECT: _collect,
}

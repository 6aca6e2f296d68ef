"""The values of a column that its cells can tell apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine.decisions.model import Input
from engine.feel.compiling import compile_node
from engine.feel.errors import FeelError
from engine.feel.expressions import UnaryTests
from engine.feel.scopes import Scope
from engine.feel.syntax import Interval, ListOf, Literal, Node, Test
from engine.feel.values import Months, Value

# Stands for any value at all, in a column where no cell asks for one.
ELSEWHERE = "…"
# Stands for a text that no cell names.
OTHER_TEXT = "(en anden tekst)"

_WHOLE_STEPS: Mapping[type, Any] = {
    date: timedelta(days=1),
    datetime: timedelta(seconds=1),
    timedelta: timedelta(days=1),
    Decimal: Decimal(1),
}


def points_of(column: Input, tests: Sequence[UnaryTests], scope: Scope) -> dict[int, Value]:
    """Return the values to try in a column, numbered.

    Raises `FeelError` when the cells ask for something that cannot be worked out beforehand.
    """
    allowed = column.values or column.type.allowed
    if allowed is not None and all(isinstance(test, Literal) for test in allowed.tests):
        return dict(enumerate(test.value for test in allowed.tests if isinstance(test, Literal)))
    written = [value for test in tests for value in _written(test, scope)]
    if column.type.basic == "boolean" or any(type(value) is bool for value in written):
        return {0: True, 1: False, **({2: None} if None in written else {})}
    if not written:
        return {0: ELSEWHERE}
    return dict(enumerate(_told_apart(written)))


def _written(test: UnaryTests, scope: Scope) -> Iterator[Value]:
    for node in test.tests:
        for end in _ends(node):
            yield from _values(compile_node(end)(scope.inner({})))
    if test.reads:
        raise FeelError("cellen læser andre navne.")


def _ends(node: Node) -> Iterable[Node]:
    if isinstance(node, Test):
        return (node.operand,)
    if isinstance(node, Interval):
        return (node.low, node.high)
    return node.items if isinstance(node, ListOf) else (node,)


def _values(value: Value) -> list[Value]:
    return value if type(value) is list else [value]


def _told_apart(written: Sequence[Value]) -> list[Value]:
    values = [value for value in written if value is not None]
    nothing = [None] if len(values) < len(written) else []
    sorts = {type(value) for value in values}
    if len(sorts) > 1:
        raise FeelError("cellerne blander forskellige slags værdier.")
    sort = next(iter(sorts), str)
    if sort is str:
        return [*dict.fromkeys(values), OTHER_TEXT, *nothing]
    if sort is Months:
        return [*_around_months(values), *nothing]
    if sort not in _WHOLE_STEPS:
        raise FeelError("cellerne spørger om noget andet end tal, tekster, ja/nej og dage.")
    return [*_around(sorted(set(values)), _WHOLE_STEPS[sort]), *nothing]


def _around(ends: Sequence[Any], step: Any) -> list[Value]:
    whole = not isinstance(step, Decimal) or all(end == end.to_integral_value() for end in ends)
    points = [ends[0] - step, *ends, ends[-1] + step]
    for low, high in pairwise(ends):
        if not whole:
            points.append((low + high) / 2)
        elif high - low > step:
            points.append(low + step)
    return points


def _around_months(values: Sequence[Months]) -> list[Value]:
    counts = sorted({value.count for value in values})
    return [Months(int(count)) for count in _around([Decimal(n) for n in counts], Decimal(1))]

"""The closures of tests and intervals: each takes the closures of what it is made of."""

from collections.abc import Callable, Sequence

from engine.feel.comparison import either, member
from engine.feel.compiling_operations import FAILS
from engine.feel.scopes import Scope
from engine.feel.values import Range, Unlike, Value, kind

Run = Callable[[Scope], Value]
Compare = Callable[[Value, Value], bool | None]
Fits = Callable[[Scope, Value], bool | None]


def fitting(operand: Run, compare: Compare) -> Fits:
    """Return the closure that tells whether a value compares with the operand, three-valued."""

    def run(scope: Scope, asked: Value) -> bool | None:
        return _compared(scope, compare, asked, operand(scope))

    return run


def deciding(own: Run, mentions_asked: bool) -> Fits:
    """Return the closure of a cell that is an expression; `mentions_asked` when it names `?`."""

    def run(scope: Scope, asked: Value) -> bool | None:
        # A cell that says yes or no of itself has decided, unless yes or no is what is asked for.
        wanted = own(scope)
        if mentions_asked or (type(wanted) is bool and type(asked) is not bool):
            return wanted if type(wanted) is bool else None
        return _compared(scope, member, asked, wanted)

    return run


def any_fits(tests: Sequence[Fits], scope: Scope, asked: Value) -> bool | None:
    """Tell whether `asked` passes one of the tests, three-valued; the first that does ends it."""
    answer: bool | None = False
    for test in tests:
        answer = either(answer, test(scope, asked))
        if answer:
            break
    return answer


def open_ended(sign: str, operand: Run) -> Run:
    """Return the closure of a test that stands as a value, as `> 5` does in a list."""
    return lambda scope: _RANGES[sign](operand(scope))


def interval(low: Run, high: Run, low_closed: bool, high_closed: bool) -> Run:
    """Return the closure of an interval."""

    def run(scope: Scope) -> Value:
        start, end = low(scope), high(scope)
        if start is not None and end is not None and type(start) is not type(end):
            return scope.meter.fail(f"Intervallet går fra {kind(start)} til {kind(end)}.")
        return Range(low=start, high=end, low_closed=low_closed, high_closed=high_closed)

    return run


def _compared(scope: Scope, compare: Compare, asked: Value, wanted: Value) -> bool | None:
    scope.meter.weigh(wanted)
    scope.meter.weigh(asked)
    try:
        return compare(asked, wanted)
    except FAILS as error:
        scope.meter.caught(error)
        return None


def _below(value: Value, closed: bool) -> Range:
    return Range(low=None, high=value, low_closed=False, high_closed=closed, unary=True)


def _above(value: Value, closed: bool) -> Range:
    return Range(low=value, high=None, low_closed=closed, high_closed=False, unary=True)


_RANGES: dict[str, Callable[[Value], Value]] = {
    "=": lambda value: Range(low=value, high=value, low_closed=True, high_closed=True, unary=True),
    "!=": Unlike,
    "<": lambda value: _below(value, False),
    "<=": lambda value: _below(value, True),
    ">": lambda value: _above(value, False),
    ">=": lambda value: _above(value, True),
}

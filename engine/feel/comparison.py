"""Comparison of FEEL values: equality, order, membership, and the three-valued `and` and `or`.

Where the answer is unknown it is None. What the standard calls an error raises `FeelError`.
"""

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError
from engine.feel.values import Function, Months, Range, Unlike, Value, kind, unfit

_ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta, Months})


def equal(left: Value, right: Value) -> bool | None:
    """Tell whether two values are equal; measured lists and contexts are compared throughout.

    Null equals null alone. Raises `FeelError` for two different kinds of values.
    """
    if left is None or right is None:
        return left is right
    sort = type(left)
    if sort is not type(right):
        raise FeelError(f"{_large(left)} kan ikke sammenlignes med {kind(right)}.")
    if sort is list:
        return len(left) == len(right) and all(map(same, left, right))
    if sort is dict:
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if sort is Range:
        return _same_range(left, right)
    if sort is Unlike:
        return same(left.value, right.value)
    if sort is time or sort is datetime:
        return bool(_to_the_millisecond(left) == _to_the_millisecond(right))
    return left is right if sort is Function else bool(left == right)


def _to_the_millisecond(value: time | datetime) -> time | datetime:
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def same(left: Value, right: Value) -> bool:
    """Tell whether two values are equal, where different kinds simply are not."""
    if type(left) is not type(right):
        return False
    return bool(equal(left, right))


def unequal(left: Value, right: Value) -> bool | None:
    """Tell whether two values differ. Raises `FeelError` for two different kinds of values."""
    return not equal(left, right)


def _ordering(symbol: str, compare: Callable[[Value, Value], bool]) -> Callable[..., bool | None]:
    def ordered(left: Value, right: Value) -> bool | None:
        sort = type(left)
        if sort is type(right) and sort in _ORDERED:
            try:
                return compare(left, right)
            except TypeError:
                raise FeelError("Et tidspunkt med tidszone møder et uden.") from None
        if left is None or right is None:
            return None
        raise unfit(symbol, left, right)

    return ordered


less = _ordering("<", operator.lt)
at_most = _ordering("<=", operator.le)
more = _ordering(">", operator.gt)
at_least = _ordering(">=", operator.ge)

COMPARISONS: dict[str, Callable[[Value, Value], bool | None]] = {
    "=": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": more,
    ">=": at_least,
}


def within(value: Value, span: Range) -> bool | None:
    """Tell whether `value` lies in the interval; None when an end gives no answer."""
    if span.unary and span.low is None:
        above: bool | None = True
    else:
        above = (at_least if span.low_closed else more)(value, span.low)
    if span.unary and span.high is None:
        return above
    return both(above, (at_most if span.high_closed else less)(value, span.high))


def member(value: Value, test: Value) -> bool | None:
    """Tell whether `value in test`: an interval, a list of values or intervals, or an equal."""
    sort = type(test)
    if sort is Range:
        return None if value is None else within(value, test)
    if sort is Unlike:
        return unequal(value, test.value)
    if sort is list:
        return _listed(value, test)
    return equal(value, test)


def both(left: Value, right: Value) -> bool | None:
    """Return the three-valued `and`; what is neither true nor false counts as unknown."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Value, right: Value) -> bool | None:
    """Return the three-valued `or`; what is neither true nor false counts as unknown."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def _listed(value: Value, tests: list[Value]) -> bool:
    if type(value) is list and same(value, tests):
        return True
    return any(_fits(value, test) for test in tests)


def _fits(value: Value, test: Value) -> bool:
    if type(test) is Range:
        ends = {type(test.low), type(test.high)}
        return type(value) in ends and within(value, test) is True
    if type(test) is Unlike:
        return not same(value, test.value)
    if type(test) is list and type(value) is not list:
        return any(same(value, item) for item in test)
    return same(value, test)


def _same_range(left: Range, right: Range) -> bool:
    return (
        (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
        and left.unary == right.unary
        and same(left.low, right.low)
        and same(left.high, right.high)
    )


def _large(value: Value) -> str:
    text = kind(value)
    return text[:1].upper() + text[1:]

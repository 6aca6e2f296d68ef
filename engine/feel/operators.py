"""What the operators mean: arithmetic, order, equality and membership of FEEL values.

Each takes values and gives a value. What the standard calls an error raises `FeelError`, or an
`ArithmeticError` of the numbers. Three-valued: where the answer is unknown it is None.
"""

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError
from engine.feel.temporal import plus_months, plus_span, seconds_of, span_of
from engine.feel.values import (
    ARITHMETIC,
    MAX_TEXT,
    Function,
    Months,
    Range,
    Unlike,
    Value,
    kind,
)

_ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta, Months})
_add, _subtract = ARITHMETIC.add, ARITHMETIC.subtract
_multiply, _divide, _power = ARITHMETIC.multiply, ARITHMETIC.divide, ARITHMETIC.power


def add(left: Value, right: Value) -> Value:
    """Return `left + right`: numbers, texts, durations, and a duration to a date or time."""
    sort, other = type(left), type(right)
    if sort is Decimal and other is Decimal:
        return _add(left, right)
    if sort is str and other is str:
        return _joined(left, right)
    if sort is other and sort is timedelta:
        return left + right
    if sort is other and sort is Months:
        return Months(left.count + right.count)
    if other is Months or other is timedelta:
        return _moved(left, right, right)
    if sort is Months or sort is timedelta:
        return _moved(right, left, right)
    raise _unfit("+", left, right)


def subtract(left: Value, right: Value) -> Value:
    """Return `left - right`: numbers, durations, two dates or times, a duration from either."""
    sort, other = type(left), type(right)
    if sort is Decimal and other is Decimal:
        return _subtract(left, right)
    if sort is Months and other is Months:
        return Months(left.count - right.count)
    if sort is timedelta and other is timedelta:
        return left - right
    if other is timedelta:
        return _moved(left, -right, right)
    if other is Months:
        return _moved(left, Months(-right.count), right)
    return _distance(left, right)


def multiply(left: Value, right: Value) -> Value:
    """Return `left * right`: numbers, or a duration and a number."""
    sort, other = type(left), type(right)
    if sort is Decimal and other is Decimal:
        return _multiply(left, right)
    if other is Decimal and (sort is timedelta or sort is Months):
        return _scaled(left, right, _multiply)
    if sort is Decimal and (other is timedelta or other is Months):
        return _scaled(right, left, _multiply)
    raise _unfit("*", left, right)


def divide(left: Value, right: Value) -> Value:
    """Return `left / right`: numbers, a duration by a number, or two durations of one kind."""
    sort, other = type(left), type(right)
    if sort is Decimal and other is Decimal:
        return _divide(left, right)
    if other is Decimal and (sort is timedelta or sort is Months):
        return _scaled(left, right, _divide)
    if sort is timedelta and other is timedelta:
        return _divide(seconds_of(left), seconds_of(right))
    if sort is Months and other is Months:
        return _divide(Decimal(left.count), Decimal(right.count))
    raise _unfit("/", left, right)


def power(left: Value, right: Value) -> Value:
    """Return `left ** right` of two numbers."""
    if type(left) is Decimal and type(right) is Decimal:
        return _power(left, right)
    raise _unfit("**", left, right)


def negate(value: Value) -> Value:
    """Return `-value` of a number or a duration."""
    sort = type(value)
    if sort is Decimal:
        return ARITHMETIC.minus(value)
    if sort is timedelta:
        return -value
    if sort is Months:
        return Months(-value.count)
    raise FeelError(f"Der kan ikke sættes minus foran {kind(value)}.")


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
        raise _unfit(symbol, left, right)

    return ordered


less = _ordering("<", operator.lt)
at_most = _ordering("<=", operator.le)
more = _ordering(">", operator.gt)
at_least = _ordering(">=", operator.ge)

ARITHMETICS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
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


def _moved(start: Value, by: Value, right: Value) -> Value:
    if type(by) is Months:
        if isinstance(start, date):
            return plus_months(start, by.count)
    elif isinstance(start, date | time):
        return plus_span(start, by)
    raise _unfit("+ eller -", start, right)


def _distance(left: Value, right: Value) -> timedelta:
    if isinstance(left, date) and isinstance(right, date):
        return _moment(left, right) - _moment(right, left)
    if type(left) is time and type(right) is time and (not left.tzinfo) == (not right.tzinfo):
        day = date(2000, 1, 3)
        return datetime.combine(day, left) - datetime.combine(day, right)
    raise _unfit("-", left, right)


def _moment(value: date, other: date) -> datetime:
    # A date stands for its midnight in UTC.
    moment = value if isinstance(value, datetime) else _midnight(value)
    against = other if isinstance(other, datetime) else _midnight(other)
    if (moment.tzinfo is None) != (against.tzinfo is None):
        raise FeelError("Et tidspunkt med tidszone møder et uden.")
    return moment


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))


def _scaled(
    duration: Months | timedelta, by: Decimal, calculate: Callable[[Decimal, Decimal], Decimal]
) -> Value:
    if isinstance(duration, Months):
        return Months(_whole(calculate(Decimal(duration.count), by)))
    return span_of(calculate(seconds_of(duration), by))


def _whole(number: Decimal) -> int:
    if number.adjusted() > 12:
        raise FeelError("Varigheden er for lang.")
    return int(number)


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_TEXT:
        raise FeelError("Teksten bliver for lang.")
    return left + right


def _unfit(symbol: str, left: Value, right: Value) -> FeelError:
    return FeelError(f"»{symbol}« kan ikke bruges på {kind(left)} og {kind(right)}.")


def _large(value: Value) -> str:
    text = kind(value)
    return text[:1].upper() + text[1:]

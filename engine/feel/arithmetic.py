"""Arithmetic of FEEL values: numbers, texts, dates, times and durations.

Each takes values and gives a value. What the standard calls an error raises `FeelError`, or an
`ArithmeticError` of the numbers.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DivisionByZero

from engine.feel.errors import FeelError
from engine.feel.temporal import plus_months, plus_span, seconds_of, span_of
from engine.feel.values import ARITHMETIC, MAX_TEXT, Months, Value, kind, unfit

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
    raise unfit("+", left, right)


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
    raise unfit("*", left, right)


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
    raise unfit("/", left, right)


def power(left: Value, right: Value) -> Value:
    """Return `left ** right` of two numbers."""
    if type(left) is Decimal and type(right) is Decimal:
        if not left and right < 0:  # the library says Infinity, without a signal
            raise DivisionByZero
        return _power(left, right)
    raise unfit("**", left, right)


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


ARITHMETICS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def _moved(start: Value, by: Value, right: Value) -> Value:
    if type(by) is Months:
        if isinstance(start, date):
            return plus_months(start, by.count)
    elif isinstance(start, date | time):
        return plus_span(start, by)
    raise unfit("+ eller -", start, right)


def _distance(left: Value, right: Value) -> timedelta:
    if isinstance(left, date) and isinstance(right, date):
        return _moment(left, right) - _moment(right, left)
    if type(left) is time and type(right) is time and (not left.tzinfo) == (not right.tzinfo):
        day = date(2000, 1, 3)
        return datetime.combine(day, left) - datetime.combine(day, right)
    raise unfit("-", left, right)


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

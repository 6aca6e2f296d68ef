"""The values FEEL knows, and the way in from and out to JSON.

A FEEL value is None, bool, Decimal, str, date, time, datetime, timedelta (days and time),
Months (years and months), list, dict with text keys, Range, Unlike or Function. Nothing else ever
gets in. Values are never changed once made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from engine.feel.errors import Exhausted, FeelError

Value = Any

# Numbers are IEEE 754 decimal128, as the standard asks (DMN 1.5, 10.3.2.3.1).
ARITHMETIC = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

MAX_TEXT = 100_000
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years-and-months duration, as a number of months."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An interval. One that is `unary` was written as a test, `< 10`: an end of None has no bound.

    Otherwise an end of None is unknown, as in `(null..10)`.
    """

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    unary: bool = False


@dataclass(frozen=True, slots=True)
class Unlike:
    """The unary test `!= value`, when it stands as a value of its own."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A FEEL function. `run` takes the meter of the evaluation and the arguments in order.

    `arrange` puts named arguments in order or raises `FeelError`. `fits` tells whether it can be
    called with such values, where `Ellipsis` may be any value; None when that is not known.
    """

    name: str
    run: Callable[[Any, list[Value]], Value]
    arrange: Callable[[Mapping[str, Value]], list[Value]]
    parameters: tuple[str, ...] = ()
    fits: Callable[[Sequence[Sequence[Value]]], bool] | None = None


KINDS: Mapping[type, str] = {
    type(None): "ingenting (null)",
    bool: "ja/nej",
    Decimal: "et tal",
    str: "en tekst",
    date: "en dato",
    time: "et klokkeslæt",
    datetime: "dato og klokkeslæt",
    timedelta: "en varighed i dage og tid",
    Months: "en varighed i år og måneder",
    list: "en liste",
    dict: "en kontekst",
    Range: "et interval",
    Unlike: "en test",
    Function: "en funktion",
}
_AS_THEY_ARE = frozenset(KINDS) - {list, dict, Decimal}


def kind(value: Value) -> str:
    """Return what `value` is, in Danish, for messages."""
    return KINDS[type(value)]


def unfit(symbol: str, left: Value, right: Value) -> FeelError:
    """Return the error of an operator that has no meaning for these two kinds of values."""
    return FeelError(f"»{symbol}« kan ikke bruges på {kind(left)} og {kind(right)}.")


def from_json(value: Any) -> Value:
    """Return the FEEL value of a JSON value; a FEEL value comes back as it is.

    Texts stay texts, also those that look like dates. Raises `FeelError` for anything else.
    """
    sort = type(value)
    if sort in _AS_THEY_ARE:
        return value
    if sort is int:
        return ARITHMETIC.create_decimal(value)
    if sort is float or sort is Decimal:
        return _number(value)
    if sort is list or sort is tuple:
        return [from_json(item) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): from_json(item) for key, item in value.items()}
    raise FeelError("En værdi er hverken tal, tekst, ja/nej, dato, liste eller kontekst.")


def _number(value: float | Decimal) -> Decimal:
    number = value if type(value) is Decimal else Decimal(repr(value))
    if not number.is_finite():
        raise FeelError("En værdi er ikke et endeligt tal.")
    return number


def _key(key: Any) -> str:
    if type(key) is not str:
        raise FeelError("Navnene i en kontekst skal være tekster.")
    return key


def measure(value: Value, limit: int) -> int:
    """Return how many values `value` holds, itself counted.

    Raises `Exhausted` past `limit`, or when lists lie more than 100 deep, so that whoever walks
    a measured value can do so without care.
    """
    count, waiting = 0, [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        count += 1
        if count > limit or depth > MAX_DEPTH:
            raise Exhausted
        sort = type(current)
        if sort is list:
            waiting.extend((item, depth + 1) for item in current)
        elif sort is dict:
            waiting.extend((item, depth + 1) for item in current.values())
        elif sort is str:
            count += len(current) >> 6
        elif sort is Range:
            waiting.extend(((current.low, depth + 1), (current.high, depth + 1)))
    return count


def identity(value: Value) -> Any:
    """Return a hashable stand-in, equal for values that FEEL calls equal. Measure `value` first."""
    sort = type(value)
    if sort is list:
        return (list, tuple(identity(item) for item in value))
    if sort is dict:
        return (dict, frozenset((key, identity(item)) for key, item in value.items()))
    if sort is Range:
        ends = (identity(value.low), identity(value.high))
        return (Range, ends, value.low_closed, value.high_closed, value.unary)
    return (sort, value)

"""What stands after a dot: the entries of a context and the parts of dates and durations."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError
from engine.feel.scopes import Meter
from engine.feel.values import Months, Range, Value, kind


def member_of(value: Value, name: str, meter: Meter) -> Value:
    """Return the part `name` of `value`; of a list, the part of each item.

    Null has no parts and gives null. Raises `FeelError` when there is no such part; inside a
    list a missing part is null without a record, since items may differ.
    """
    if value is None:
        return None
    if type(value) is list:
        meter.spend(len(value))
        return [_item_member(item, name) for item in value]
    if type(value) is dict:
        if name in value:
            return value[name]
        raise FeelError(f"Konteksten har intet, der hedder »{name}«.")
    part = _PARTS.get(type(value), {}).get(name)
    if part is None:
        raise FeelError(f"»{name}« findes ikke på {kind(value)}.")
    return part(value)


def _item_member(item: Value, name: str) -> Value:
    if type(item) is dict:
        return item.get(name)
    part = _PARTS.get(type(item), {}).get(name)
    return part(item) if part else None


def _number(read: Callable[[Value], int]) -> Callable[[Value], Value]:
    return lambda value: Decimal(read(value))


def _offset(value: time | datetime) -> Value:
    return value.utcoffset()


def _zone(value: time | datetime) -> Value:
    return getattr(value.tzinfo, "key", None)


def _of_span(divisor: int, base: int | None) -> Callable[[timedelta], Value]:
    def read(span: timedelta) -> Value:
        whole = abs(span)
        seconds = (whole.days * 86_400 + whole.seconds) // divisor
        number = seconds % base if base else seconds
        return Decimal(-number if span < timedelta() else number)

    return read


def _of_months(read: Callable[[int], int]) -> Callable[[Months], Value]:
    return lambda months: Decimal(read(abs(months.count)) * (-1 if months.count < 0 else 1))


_DAY: Mapping[str, Callable[[Value], Value]] = {
    "year": _number(lambda day: day.year),
    "month": _number(lambda day: day.month),
    "day": _number(lambda day: day.day),
    "weekday": _number(lambda day: day.isoweekday()),
}
_CLOCK: Mapping[str, Callable[[Value], Value]] = {
    "hour": _number(lambda clock: clock.hour),
    "minute": _number(lambda clock: clock.minute),
    "second": _number(lambda clock: clock.second),
    "time offset": _offset,
    "timezone": _zone,
}
_MIDNIGHT: Mapping[str, Callable[[Value], Value]] = {
    "hour": lambda day: Decimal(0),
    "minute": lambda day: Decimal(0),
    "second": lambda day: Decimal(0),
    "time offset": lambda day: timedelta(0),
}
_PARTS: Mapping[type, Mapping[str, Callable[[Value], Value]]] = {
    date: {**_DAY, **_MIDNIGHT},
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    timedelta: {
        "days": _of_span(86_400, None),
        "hours": _of_span(3_600, 24),
        "minutes": _of_span(60, 60),
        "seconds": _of_span(1, 60),
    },
    Months: {"years": _of_months(lambda n: n // 12), "months": _of_months(lambda n: n % 12)},
    Range: {
        "start": lambda span: span.low,
        "end": lambda span: span.high,
        "start included": lambda span: span.low_closed,
        "end included": lambda span: span.high_closed,
    },
}

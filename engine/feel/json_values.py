"""The way out: FEEL values as JSON."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import FeelError
from engine.feel.temporal import show_duration
from engine.feel.values import Months, Value, kind

_LARGEST = 308


def to_json(value: Value) -> Any:
    """Return the JSON value: a whole number as int, dates and durations as ISO texts.

    Raises `FeelError` for a function, an interval or a number beyond a float.
    """
    sort = type(value)
    if value is None or sort is str or sort is bool:
        return value
    if sort is Decimal:
        return _number(value)
    if sort in (date, time, datetime):
        return value.isoformat()
    if sort in (timedelta, Months):
        return show_duration(value)
    if sort is list:
        return [to_json(item) for item in value]
    if sort is dict:
        return {key: to_json(item) for key, item in value.items()}
    raise FeelError(f"Resultatet er {kind(value)}; det kan ikke gemmes.")


def _number(value: Decimal) -> int | float:
    if value.adjusted() > _LARGEST:
        raise FeelError("Tallet er for stort til at gemmes.")
    if value == value.to_integral_value() and value.adjusted() < 34:
        return int(value)
    return float(value)

"""The types a decision file declares, and what becomes of a value that is held against one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.feel.errors import FeelError
from engine.feel.expressions import UnaryTests
from engine.feel.scopes import Meter, Scope
from engine.feel.syntax import Type
from engine.feel.temporal import parse_date, parse_duration, parse_moment, parse_time
from engine.feel.types import conforms
from engine.feel.values import Value, from_json, kind

_READERS = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_moment,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
    "duration": parse_duration,
}
# What other tools and the schema call the types of FEEL.
BASIC: Mapping[str, str] = {
    **{name: name for name in ("number", "string", "boolean", "date", "time", "Any", "context")},
    **{name: name for name in _READERS},
    **dict.fromkeys(("integer", "long", "double", "int", "decimal"), "number"),
    "dateTime": "date and time",
    "date time": "date and time",
    "dayTimeDuration": "days and time duration",
    "day time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "year month duration": "years and months duration",
    "list": "list",
    "function": "function",
    "range": "range",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataType:
    """A type: a basic one of FEEL by name, or a context with members; perhaps a list of such."""

    name: str
    basic: str = "Any"
    members: tuple[tuple[str, "DataType"], ...] = ()
    item: "DataType | None" = None
    allowed: UnaryTests | None = None


ANY = DataType(name="Any")


def coerced(value: Value, wanted: DataType, meter: Meter) -> Value:
    """Return `value` if it is of the type, with the conversions of the standard.

    One value where a list is wanted becomes a list of one, and the other way round. Anything
    else gives null and a record.
    """
    meter.weigh(value)
    if fits(value, wanted, meter):
        return value
    if wanted.item is not None and fits(value, wanted.item, meter):
        return [value]
    if type(value) is list and len(value) == 1 and fits(value[0], wanted, meter):
        return value[0]
    return meter.fail(f"Værdien ({kind(value)}) passer ikke til typen »{wanted.name}«.")


def fits(value: Value, wanted: DataType, meter: Meter) -> bool:
    """Tell whether a measured value is of the type; null is of every type."""
    if value is None:
        return True
    if wanted.item is not None:
        return type(value) is list and all(fits(item, wanted.item, meter) for item in value)
    if wanted.members:
        return type(value) is dict and all(
            name in value and fits(value[name], part, meter) for name, part in wanted.members
        )
    return conforms(value, Type(wanted.basic)) and _allowed(value, wanted, meter)


def read_input(value: Any, wanted: DataType) -> Value:
    """Return the FEEL value of a JSON input: a text becomes a date where a date is declared.

    Raises `FeelError` when the text cannot be read as one.
    """
    if isinstance(value, str) and wanted.basic in _READERS:
        return _READERS[wanted.basic](value)
    if wanted.basic == "date and time" and isinstance(value, date):
        return value if isinstance(value, datetime) else parse_moment(value.isoformat())
    if wanted.item is not None and isinstance(value, list | tuple):
        return [read_input(item, wanted.item) for item in value]
    if wanted.members and isinstance(value, Mapping):
        parts = dict(wanted.members)
        return {key: read_input(item, parts.get(key, ANY)) for key, item in value.items()}
    return from_json(value)


def read_or_null(value: Any, wanted: DataType, meter: Meter) -> Value:
    """Return the FEEL value of a JSON input, or null with a record."""
    try:
        return read_input(value, wanted)
    except FeelError as error:
        return meter.fail(str(error))


def _allowed(value: Value, wanted: DataType, meter: Meter) -> bool:
    if wanted.allowed is None:
        return True
    return wanted.allowed.run(Scope({}, {}, meter, {"?": value})) is True

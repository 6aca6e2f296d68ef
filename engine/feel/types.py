"""The types of FEEL, for `instance of` and for declared parameters."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.syntax import Type
from engine.feel.values import Function, Months, Range, Unlike, Value

_SIMPLE: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "date time": (datetime,),
    "dateTime": (datetime,),
    "days and time duration": (timedelta,),
    "day time duration": (timedelta,),
    "dayTimeDuration": (timedelta,),
    "years and months duration": (Months,),
    "year month duration": (Months,),
    "yearMonthDuration": (Months,),
    "duration": (timedelta, Months),
    "list": (list,),
    "context": (dict,),
    "range": (Range, Unlike),
    "function": (Function,),
    "Null": (type(None),),
}


def known_type(wanted: Type) -> bool:
    """Tell whether the type and all its parts are types of FEEL."""
    if wanted.name != "Any" and wanted.name not in _SIMPLE:
        return False
    return all(known_type(part) for part in wanted.parts)


def conforms(value: Value, wanted: Type) -> bool:
    """Tell whether a measured value is of the type; null is of every type but not an instance."""
    if wanted.name == "Any" or value is None:
        return True
    if type(value) not in _SIMPLE.get(wanted.name, ()):
        return False
    if not wanted.parts:
        return True
    if type(value) is list:
        return all(conforms(item, wanted.parts[0]) for item in value)
    if type(value) is dict:
        members = zip(wanted.members, wanted.parts, strict=True)
        return all(key in value and conforms(value[key], sort) for key, sort in members)
    if type(value) is Range:
        return conforms(value.low, wanted.parts[0]) and conforms(value.high, wanted.parts[0])
    return len(value.parameters) == len(wanted.parts) - 1


def coerced(value: Value, wanted: Type | None) -> tuple[bool, Value]:
    """Return whether a value fits a declared type, by the conversions of the standard.

    One value where a list is wanted becomes a list of one, and the other way round.
    """
    if wanted is None or conforms(value, wanted):
        return True, value
    if type(value) is list and len(value) == 1 and conforms(value[0], wanted):
        return True, value[0]
    if wanted.name == "list" and type(value) is not list and conforms([value], wanted):
        return True, [value]
    return False, None

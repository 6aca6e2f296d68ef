"""The text of any value, as the standard's `string()` gives it."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError
from engine.feel.temporal import show_duration, show_moment
from engine.feel.values import Function, Months, Range, Unlike, Value


def show(value: Value) -> str:
    """Return the text of a measured value; texts inside lists and contexts stand in quotes."""
    return value if type(value) is str else _shown(value)


def show_number(value: Decimal) -> str:
    """Return the digits of a number, without an exponent and without idle zeros."""
    digits = format(value, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits in ("-0", "") else digits


def _shown(value: Value) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return show_number(value)
    if type(value) is str:
        return json.dumps(value, ensure_ascii=False)
    if type(value) in (date, time, datetime):
        return show_moment(value)
    if type(value) in (timedelta, Months):
        return show_duration(value)
    return _composed(value)


def _composed(value: Value) -> str:
    if type(value) is list:
        return f"[{', '.join(map(_shown, value))}]"
    if type(value) is dict:
        return f"{{{', '.join(f'{key}: {_shown(item)}' for key, item in value.items())}}}"
    if type(value) is Range:
        opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
        return f"{opening}{_shown(value.low)}..{_shown(value.high)}{closing}"
    if type(value) is Unlike:
        return f"!={_shown(value.value)}"
    raise FeelError("en funktion har ingen tekst." if type(value) is Function else "ukendt.")

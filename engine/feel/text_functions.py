"""The text functions of the standard. Positions count from 1, or from the end when negative."""

from decimal import Decimal

from engine.feel.errors import Exhausted, FeelError
from engine.feel.patterns import compile_pattern
from engine.feel.scopes import Meter
from engine.feel.signatures import (
    anything,
    cut,
    function,
    items,
    metered,
    number,
    signature,
    text,
)
from engine.feel.texts import show
from engine.feel.tokens import NUMBER
from engine.feel.values import ARITHMETIC, MAX_TEXT, Function, Value


def _substring(string: str, start: int, length: int | None = None) -> str:
    if start == 0 or (length is not None and length < 1):
        raise FeelError("positioner og længder begynder med 1.")
    if abs(start) > len(string):
        raise FeelError("»start position« ligger uden for teksten.")
    begin = start - 1 if start > 0 else len(string) + start
    return string[begin:] if length is None else string[begin : begin + length]


def _before(string: str, match: str) -> str:
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


def _after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def _string(value: Value) -> str | None:
    return None if value is None else show(value)


def _number(source: str, grouping: str | None = None, decimal: str | None = None) -> Value:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        raise FeelError("skilletegnene kan være mellemrum, komma og punktum.")
    if grouping is not None and grouping == decimal:
        raise FeelError("de to skilletegn skal være forskellige.")
    plain = source.replace(grouping, "") if grouping else source
    return read_number(plain.replace(decimal, ".") if decimal else plain)


def read_number(source: str) -> Decimal:
    """Return the number written as `source`. Raises `FeelError`."""
    if len(source) > 200 or not NUMBER.fullmatch(source.removeprefix("-")):
        raise FeelError("»from« er ikke et tal.")
    return ARITHMETIC.create_decimal(source)


def _join(parts: list[Value], delimiter: str | None = None) -> str:
    texts = [part for part in parts if part is not None]
    if any(type(part) is not str for part in texts):
        raise FeelError("»list« må kun rumme tekster.")
    glue = delimiter or ""
    if sum(map(len, texts)) + len(glue) * len(texts) > MAX_TEXT:
        raise Exhausted
    return glue.join(texts)


def _matches(meter: Meter, source: str, pattern: str, flags: str | None = None) -> bool:
    return compile_pattern(pattern, flags or "").search(source, meter)


def _replace(
    meter: Meter, source: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    return compile_pattern(pattern, flags or "").replace(source, replacement, meter)


def _split(meter: Meter, source: str, delimiter: str) -> list[Value]:
    return compile_pattern(delimiter, "").split(source, meter)


TEXT_FUNCTIONS: tuple[Function, ...] = (
    function(
        "substring",
        signature(_substring, text("string"), cut("start position"), cut("length", optional=True)),
    ),
    function("string length", signature(lambda string: Decimal(len(string)), text("string"))),
    function("upper case", signature(str.upper, text("string"))),
    function("lower case", signature(str.lower, text("string"))),
    function("trim", signature(str.strip, text("string"))),
    function("substring before", signature(_before, text("string"), text("match"))),
    function("substring after", signature(_after, text("string"), text("match"))),
    function("contains", signature(lambda s, m: m in s, text("string"), text("match"))),
    function("starts with", signature(str.startswith, text("string"), text("match"))),
    function("ends with", signature(str.endswith, text("string"), text("match"))),
    function(
        "matches",
        metered(_matches, text("input"), text("pattern"), text("flags", optional=True)),
    ),
    function(
        "replace",
        metered(
            _replace,
            text("input"),
            text("pattern"),
            text("replacement"),
            text("flags", optional=True),
        ),
    ),
    function("split", metered(_split, text("string"), text("delimiter"))),
    function("string join", signature(_join, items("list"), text("delimiter", optional=True))),
    function("string", signature(_string, anything("from"))),
    function(
        "number",
        signature(
            _number,
            text("from"),
            text("grouping separator", optional=True),
            text("decimal separator", optional=True),
        ),
        signature(lambda value: value, number("from")),
    ),
)

"""The functions of the standard on contexts, and those on truth and sameness."""

from datetime import datetime, time

from engine.feel.comparison import same
from engine.feel.errors import FeelError
from engine.feel.signatures import anything, context, function, items, signature, text
from engine.feel.values import Function, Value


def _get_value(found: dict[str, Value], key: str) -> Value:
    return found.get(key)


def _get_entries(found: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in found.items()]


def _put(found: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**found, key: value}


def _put_deep(found: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    if not keys or type(keys[0]) is not str:
        raise FeelError("»keys« skal være en liste af tekster.")
    key, rest = keys[0], keys[1:]
    if not rest:
        return {**found, key: value}
    inner = found.get(key, {})
    if type(inner) is not dict:
        raise FeelError(f"»{key}« er ikke en kontekst.")
    return {**found, key: _put_deep(inner, rest, value)}


def _merge(contexts: list[Value]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for found in contexts:
        if type(found) is not dict:
            raise FeelError("»contexts« må kun rumme kontekster.")
        merged.update(found)
    return merged


def _from_entries(entries: list[Value]) -> dict[str, Value]:
    built: dict[str, Value] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise FeelError("»entries« skal være kontekster med key og value.")
        if entry["key"] in built:
            raise FeelError(f"»{entry['key']}« står to gange.")
        built[entry["key"]] = entry["value"]
    return built


def _not(value: Value) -> bool | None:
    if value is None:
        return None
    if type(value) is not bool:
        raise FeelError("»negand« skal være ja eller nej.")
    return not value


def _is(one: Value, other: Value) -> bool:
    if isinstance(one, datetime | time) and type(one) is type(other):
        return one.replace(tzinfo=None) == other.replace(tzinfo=None) and str(one.tzinfo) == str(
            other.tzinfo
        )
    return same(one, other)


CONTEXT_FUNCTIONS: tuple[Function, ...] = (
    function("get value", signature(_get_value, context("m"), text("key"))),
    function("get entries", signature(_get_entries, context("m"))),
    function(
        "context put",
        signature(_put, context("context"), text("key"), anything("value")),
        signature(_put_deep, context("context"), items("keys"), anything("value")),
    ),
    function("context merge", signature(_merge, items("contexts"))),
    function("context", signature(_from_entries, items("entries"))),
    function("not", signature(_not, anything("negand"))),
    function("is", signature(_is, anything("value1"), anything("value2"))),
    function(
        "get or else",
        signature(lambda a, b: b if a is None else a, anything("value"), anything("default")),
    ),
)

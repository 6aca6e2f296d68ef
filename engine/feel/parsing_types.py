"""Reading the name of a type, as in `list<number>` or `date and time`."""

from engine.feel.cursor import Cursor
from engine.feel.syntax import Type

TYPE_NAMES = frozenset(
    {
        "date and time",
        "date time",
        "days and time duration",
        "day time duration",
        "years and months duration",
        "year month duration",
    }
)


def parse_type(cursor: Cursor) -> Type:
    """Return the type that stands at the cursor. Raises `FeelSyntaxError`."""
    cursor.enter()
    name = _name(cursor)
    composed = name in ("list", "range", "context", "function") and cursor.accept("<")
    found = _parts(cursor, name) if composed else Type(name)
    cursor.leave()
    return found


def _name(cursor: Cursor) -> str:
    cursor.name_first()
    if cursor.token.kind not in ("name", "keyword"):
        raise cursor.unexpected("her skal stå en type")
    name = cursor.advance().text
    while cursor.accept("."):
        name += "." + cursor.advance().text
    return name


def _parts(cursor: Cursor, name: str) -> Type:
    if name == "context":
        members = cursor.series(lambda: (cursor.named(), parse_type(cursor)), ">")
        return Type(name, tuple(part for _, part in members), tuple(key for key, _ in members))
    parts = cursor.series(lambda: parse_type(cursor), ">")
    if name == "function" and cursor.accept("->"):
        parts = (*parts, parse_type(cursor))
    return Type(name, parts)

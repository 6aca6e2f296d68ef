"""The forms of FEEL that begin with a word (`if`, `for`) or an opening sign (`[`, `{`, `@`)."""

from collections.abc import Callable
from typing import Protocol

from engine.feel.cursor import Cursor
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.parsing_types import parse_type
from engine.feel.syntax import (
    Call,
    ContextOf,
    If,
    Interval,
    Lambda,
    ListOf,
    Literal,
    Loop,
    Name,
    Node,
    Steps,
    Type,
)
from engine.feel.temporal import parse_temporal


class Reader(Protocol):
    """What a form needs of the parser. Every method raises `FeelSyntaxError`."""

    @property
    def cursor(self) -> Cursor:
        """Where the text is read."""
        ...

    def expression(self) -> Node:
        """Read a whole expression."""
        ...

    def operand(self) -> Node:
        """Read an expression that binds tighter than a comparison."""
        ...

    def test(self) -> Node:
        """Read an expression, or an operator with its right side alone."""
        ...

    def built(self, node: Node) -> Node:
        """Return `node` when it is not too deep."""
        ...


def interval_from(reader: Reader, low: Node, *, low_closed: bool) -> Node:
    """Return the interval whose `low` and `..` have been read."""
    high = reader.operand()
    closing = reader.cursor.advance()
    if closing.kind != "symbol" or closing.text not in ("]", ")", "["):
        raise FeelSyntaxError("Intervallet mangler sin slutparentes", closing.start)
    return Interval(low, high, low_closed, closing.text == "]")


def entry(reader: Reader) -> tuple[str, Node]:
    """Return a name before a colon, and the expression after it."""
    return reader.cursor.named(), reader.expression()


def _temporal(reader: Reader) -> Node:
    token = reader.cursor.advance()
    if token.kind != "text":
        raise FeelSyntaxError("Efter @ skal stå en tekst", token.start)
    try:
        return Literal(parse_temporal(token.value), token.value)
    except FeelError:
        # By the standard a value that cannot be read is null at run time, with a record.
        return Call(Name("@"), (Literal(token.value, token.text),), ())


def _bracket(reader: Reader) -> Node:
    first = reader.test()
    if reader.cursor.accept(".."):
        return interval_from(reader, first, low_closed=False)
    reader.cursor.expect(")")
    return first


def _list(reader: Reader) -> Node:
    if reader.cursor.accept("]"):
        return ListOf(())
    first = reader.test()
    if reader.cursor.accept(".."):
        return interval_from(reader, first, low_closed=True)
    return ListOf((first, *reader.cursor.series_after(reader.test, "]")))


def _open_interval(reader: Reader) -> Node:
    low = reader.operand()
    reader.cursor.expect("..")
    return interval_from(reader, low, low_closed=False)


def _context(reader: Reader) -> Node:
    return ContextOf(reader.cursor.series(lambda: entry(reader), "}"))


def _if(reader: Reader) -> Node:
    reader.cursor.expect("if")
    condition = reader.expression()
    reader.cursor.expect("then")
    yes = reader.expression()
    reader.cursor.expect("else")
    return If(condition, yes, reader.expression())


def _loop(reader: Reader) -> Node:
    kind = reader.cursor.advance().text
    bindings = [_binding(reader)]
    while reader.cursor.accept(","):
        bindings.append(_binding(reader))
    reader.cursor.expect("return" if kind == "for" else "satisfies")
    return Loop(kind, tuple(bindings), reader.expression())


def _binding(reader: Reader) -> tuple[str, Node]:
    name = reader.cursor.words_until("in")
    reader.cursor.expect("in")
    domain = reader.expression()
    if reader.cursor.accept(".."):
        domain = reader.built(Steps(domain, reader.expression()))
    return name, domain


def _function(reader: Reader) -> Node:
    cursor = reader.cursor
    cursor.expect("function")
    cursor.expect("(")
    declared = cursor.series(lambda: _parameter(cursor), ")")
    if cursor.token.text == "external":
        raise FeelSyntaxError("Funktioner uden for FEEL kan ikke bruges", cursor.token.start)
    names = tuple(name for name, _ in declared)
    return Lambda(names, tuple(sort for _, sort in declared), reader.expression())


def _parameter(cursor: Cursor) -> tuple[str, Type | None]:
    name = cursor.words_until()
    return name, parse_type(cursor) if cursor.accept(":") else None


FORMS: dict[str, Callable[[Reader], Node]] = {
    "if": _if,
    "for": _loop,
    "some": _loop,
    "every": _loop,
    "function": _function,
}
OPENERS: dict[str, Callable[[Reader], Node]] = {
    "(": _bracket,
    "[": _list,
    "]": _open_interval,
    "{": _context,
    "@": _temporal,
}

"""From text to syntax tree: a Pratt parser for the grammar of FEEL (DMN 1.5, 10.3.1.2)."""

from collections.abc import Callable
from decimal import DecimalException

from engine.feel.cursor import MAX_NESTING, Cursor
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.parsing_types import TYPE_NAMES, parse_type
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Filter,
    If,
    InstanceOf,
    Interval,
    Lambda,
    ListOf,
    Literal,
    Logic,
    Loop,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Steps,
    Test,
    Type,
    parts,
)
from engine.feel.temporal import parse_temporal
from engine.feel.values import ARITHMETIC

MAX_LENGTH = 2000

# Binding powers, weakest first. The unary minus binds tighter than `**`, as the standard has it.
OR, AND, COMPARE, SUM, PRODUCT, POWER = range(1, 7)
_INFIX = {
    "or": OR,
    "and": AND,
    "between": COMPARE,
    "in": COMPARE,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), COMPARE),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "**": POWER,
}
_TESTS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CONSTANTS = {"true": True, "false": False, "null": None}
_MEMBERS = frozenset({"time offset", "start included", "end included"})


class Parser:
    """Reads one text. Raises `FeelSyntaxError` from every method that reads."""

    __slots__ = ("_cursor", "_heights")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelSyntaxError(f"Udtrykket er længere end {MAX_LENGTH} tegn", MAX_LENGTH)
        self._cursor = Cursor(text, names | _MEMBERS | TYPE_NAMES)
        self._heights: dict[int, int] = {}

    def whole_expression(self) -> Node:
        """Return the tree of the whole text."""
        node = self._expression()
        self._cursor.finish()
        return node

    def whole_tests(self) -> tuple[Node, ...]:
        """Return the tests of a table cell; `-` and nothing give none."""
        if self._cursor.token.kind == "end":
            return ()
        if self._cursor.token.text == "-" and self._cursor.ahead().kind == "end":
            return ()
        tests = [self._test()]
        while self._cursor.accept(","):
            tests.append(self._test())
        self._cursor.finish()
        return tuple(tests)

    def whole_negated_tests(self) -> tuple[Node, ...]:
        """Return the tests inside a `not(…)` that is the whole text."""
        if self._cursor.advance().text != "not" or self._cursor.token.text != "(":
            raise self._cursor.unexpected("her skal stå »not(«")
        self._cursor.advance()
        tests = self._cursor.series(self._test, ")")
        self._cursor.finish()
        return tests

    def _built(self, node: Node) -> Node:
        # The height is kept as the tree grows, since `a.a.a` is deep without being nested.
        height = 1 + max((self._heights.get(id(part), 1) for part in parts(node)), default=0)
        if height > MAX_NESTING:
            raise self._cursor.too_deep()
        self._heights[id(node)] = height
        return node

    # -- Expressions ------------------------------------------------------------------------

    def _expression(self, power: int = OR) -> Node:
        self._cursor.enter()
        node = self._infixes(self._prefix(), power)
        self._cursor.leave()
        return node

    def _infixes(self, node: Node, power: int) -> Node:
        while (bound := self._binding()) >= power:
            node = self._built(self._infix(node, bound))
        return node

    def _binding(self) -> int:
        token = self._cursor.token
        if token.kind in ("symbol", "keyword"):
            if token.text == "instance":
                return POWER
            return _INFIX.get(token.text, 0)
        return 0

    def _infix(self, left: Node, bound: int) -> Node:
        if bound in (OR, AND):
            return self._logic(left, bound)
        operator = self._cursor.token.text
        if bound == COMPARE:
            self._cursor.advance()
            if operator == "between":
                return self._between(left)
            if operator == "in":
                return Membership(left, self._tests_of_in())
            return Comparison(operator, left, self._expression(SUM))
        if operator == "instance":
            return self._instance(left)
        return self._arithmetic(left, bound)

    def _logic(self, left: Node, bound: int) -> Node:
        word = self._cursor.token.text
        operands = [left]
        while self._cursor.accept(word):
            operands.append(self._expression(bound + 1))
        return Logic(word, tuple(operands))

    def _arithmetic(self, left: Node, bound: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while self._binding() == bound and self._cursor.token.text != "instance":
            operator = self._cursor.advance().text
            rest.append((operator, self._expression(bound + 1)))
        return Arithmetic(left, tuple(rest))

    def _between(self, value: Node) -> Node:
        low = self._expression(SUM)
        self._cursor.expect("and")
        return Between(value, low, self._expression(SUM))

    def _tests_of_in(self) -> tuple[Node, ...]:
        if self._cursor.at_symbol("("):
            return self._bracketed_tests()
        return (self._test(SUM),)

    def _bracketed_tests(self) -> tuple[Node, ...]:
        # `in (1..5]` is one interval, `in (1, < 5)` several tests, `in (a + b) * 2` an expression.
        self._cursor.advance()
        first = self._test()
        if self._cursor.accept(".."):
            return (self._built(self._interval(first, low_closed=False)),)
        tests = (first, *self._cursor.series_after(self._test, ")"))
        if len(tests) == 1:
            return (self._infixes(self._postfix(first), SUM),)
        return tests

    def _test(self, power: int = OR) -> Node:
        if self._cursor.at_symbol(*_TESTS):
            operator = self._cursor.advance().text
            return self._built(Test(operator, self._expression(SUM)))
        return self._expression(power)

    def _instance(self, value: Node) -> Node:
        self._cursor.expect("instance")
        self._cursor.expect("of")
        return InstanceOf(value, parse_type(self._cursor))

    # -- What an expression begins with -----------------------------------------------------

    def _prefix(self) -> Node:
        if self._cursor.token.kind == "keyword":
            self._cursor.name_first()
        token = self._cursor.token
        if self._cursor.at_symbol("-"):
            self._cursor.advance()
            self._cursor.enter()
            node = self._built(Negation(self._prefix()))
            self._cursor.leave()
            return node
        if token.kind == "keyword" and token.text in _FORMS:
            return self._built(_FORMS[token.text](self))
        return self._postfix(self._built(self._primary()))

    def _primary(self) -> Node:
        token = self._cursor.token
        if token.kind == "number":
            return self._number()
        if token.kind == "text":
            self._cursor.advance()
            return Literal(token.value, token.text)
        if token.kind == "keyword" and token.text in _CONSTANTS:
            self._cursor.advance()
            return Literal(_CONSTANTS[token.text], token.text)
        if token.kind == "name" or token.text == "?":
            self._cursor.advance()
            return Name(token.text)
        if token.kind == "symbol" and token.text in _OPENERS:
            self._cursor.advance()
            return _OPENERS[token.text](self)
        raise self._cursor.unexpected("her skal stå en værdi")

    def _number(self) -> Node:
        token = self._cursor.advance()
        try:
            return Literal(ARITHMETIC.create_decimal(token.text), token.text)
        except DecimalException:
            raise FeelSyntaxError("Tallet er for stort", token.start) from None

    def _temporal(self) -> Node:
        token = self._cursor.advance()
        if token.kind != "text":
            raise FeelSyntaxError("Efter @ skal stå en tekst", token.start)
        try:
            return Literal(parse_temporal(token.value), token.value)
        except FeelError:
            # By the standard a value that cannot be read is null at run time, with a record.
            return Call(Name("@"), (Literal(token.value, token.text),), ())

    def _bracket(self) -> Node:
        first = self._test()
        if self._cursor.accept(".."):
            return self._interval(first, low_closed=False)
        self._cursor.expect(")")
        return first

    def _list(self) -> Node:
        if self._cursor.accept("]"):
            return ListOf(())
        first = self._test()
        if self._cursor.accept(".."):
            return self._interval(first, low_closed=True)
        return ListOf((first, *self._cursor.series_after(self._test, "]")))

    def _open_interval(self) -> Node:
        low = self._expression(SUM)
        self._cursor.expect("..")
        return self._interval(low, low_closed=False)

    def _interval(self, low: Node, *, low_closed: bool) -> Node:
        high = self._expression(SUM)
        closing = self._cursor.advance()
        if closing.kind != "symbol" or closing.text not in ("]", ")", "["):
            raise FeelSyntaxError("Intervallet mangler sin slutparentes", closing.start)
        return Interval(low, high, low_closed, closing.text == "]")

    def _context(self) -> Node:
        entries = self._cursor.series(self._entry, "}")
        return ContextOf(entries)

    def _entry(self) -> tuple[str, Node]:
        return self._cursor.named(), self._expression()

    # -- What may follow a value ------------------------------------------------------------

    def _postfix(self, node: Node) -> Node:
        while self._cursor.token.kind == "symbol":
            if self._cursor.token.text == ".":
                self._cursor.advance()
                node = self._built(Path(node, self._member()))
            elif self._cursor.token.text == "(":
                self._cursor.advance()
                node = self._built(self._call(node))
            elif self._cursor.token.text == "[" and not self._closes_interval():
                self._cursor.advance()
                node = self._built(Filter(node, self._expression()))
                self._cursor.expect("]")
            else:
                break
        return node

    def _member(self) -> str:
        self._cursor.name_first()
        token = self._cursor.advance()
        if token.kind not in ("name", "keyword"):
            raise FeelSyntaxError("Efter punktummet skal stå et navn", token.start)
        return token.text

    def _closes_interval(self) -> bool:
        # `]1..5[` ends where a filter would begin: what comes next tells which it is.
        after = self._cursor.ahead(name_first=True)
        if after.kind in ("end", "keyword"):
            return after.text not in _CONSTANTS and after.text not in _FORMS
        return after.kind == "symbol" and after.text in (")", "]", "}", ",", "=", "!=", "<", ">")

    def _call(self, function: Node) -> Node:
        if self._cursor.token.kind not in ("name", "keyword") or not self._cursor.free_name():
            return Call(function, self._cursor.series(self._expression, ")"), ())
        named = self._cursor.series(self._entry, ")")
        names = tuple(name for name, _ in named)
        if len(set(names)) < len(names):
            raise self._cursor.unexpected("det samme navn er givet to gange")
        return Call(function, tuple(value for _, value in named), names)

    # -- The forms that begin with a word ---------------------------------------------------

    def _if(self) -> Node:
        self._cursor.expect("if")
        condition = self._expression()
        self._cursor.expect("then")
        yes = self._expression()
        self._cursor.expect("else")
        return If(condition, yes, self._expression())

    def _loop(self) -> Node:
        kind = self._cursor.advance().text
        bindings = [self._binding_of_loop()]
        while self._cursor.accept(","):
            bindings.append(self._binding_of_loop())
        self._cursor.expect("return" if kind == "for" else "satisfies")
        return Loop(kind, tuple(bindings), self._expression())

    def _binding_of_loop(self) -> tuple[str, Node]:
        name = self._cursor.words_until("in")
        self._cursor.expect("in")
        domain = self._expression()
        if self._cursor.accept(".."):
            domain = self._built(Steps(domain, self._expression()))
        return name, domain

    def _function(self) -> Node:
        self._cursor.expect("function")
        self._cursor.expect("(")
        declared = self._cursor.series(self._parameter, ")")
        if self._cursor.token.text == "external":
            raise FeelSyntaxError(
                "Funktioner uden for FEEL kan ikke bruges", self._cursor.token.start
            )
        names = tuple(name for name, _ in declared)
        return Lambda(names, tuple(sort for _, sort in declared), self._expression())

    def _parameter(self) -> tuple[str, Type | None]:
        name = self._cursor.words_until()
        return name, parse_type(self._cursor) if self._cursor.accept(":") else None


_FORMS: dict[str, Callable[[Parser], Node]] = {
    "if": Parser._if,
    "for": Parser._loop,
    "some": Parser._loop,
    "every": Parser._loop,
    "function": Parser._function,
}
_OPENERS: dict[str, Callable[[Parser], Node]] = {
    "(": Parser._bracket,
    "[": Parser._list,
    "]": Parser._open_interval,
    "{": Parser._context,
    "@": Parser._temporal,
}

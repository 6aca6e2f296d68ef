"""From text to syntax tree: a Pratt parser for the grammar of FEEL (DMN 1.5, 10.3.1.2)."""

from decimal import DecimalException

from engine.feel.cursor import MAX_NESTING, Cursor
from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing_forms import FORMS, OPENERS, entry, interval_from
from engine.feel.parsing_types import TYPE_NAMES, parse_type
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    InstanceOf,
    Literal,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Test,
    parts,
)
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

    __slots__ = ("_heights", "cursor")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelSyntaxError(f"Udtrykket er længere end {MAX_LENGTH} tegn", MAX_LENGTH)
        self.cursor = Cursor(text, names | _MEMBERS | TYPE_NAMES)
        self._heights: dict[int, int] = {}

    def whole_expression(self) -> Node:
        """Return the tree of the whole text."""
        node = self.expression()
        self.cursor.finish()
        return node

    def whole_tests(self) -> tuple[Node, ...]:
        """Return the tests of a table cell; `-` and nothing give none."""
        if self.cursor.token.kind == "end":
            return ()
        if self.cursor.token.text == "-" and self.cursor.ahead().kind == "end":
            return ()
        tests = [self.test()]
        while self.cursor.accept(","):
            tests.append(self.test())
        self.cursor.finish()
        return tuple(tests)

    def whole_negated_tests(self) -> tuple[Node, ...]:
        """Return the tests inside a `not(…)` that is the whole text."""
        if self.cursor.advance().text != "not" or self.cursor.token.text != "(":
            raise self.cursor.unexpected("her skal stå »not(«")
        self.cursor.advance()
        tests = self.cursor.series(self.test, ")")
        self.cursor.finish()
        return tests

    def built(self, node: Node) -> Node:
        """Return `node` when the tree below it is not too deep."""
        # The height is kept as the tree grows, since `a.a.a` is deep without being nested.
        height = 1 + max((self._heights.get(id(part), 1) for part in parts(node)), default=0)
        if height > MAX_NESTING:
            raise self.cursor.too_deep()
        self._heights[id(node)] = height
        return node

    # -- Expressions ------------------------------------------------------------------------

    def operand(self) -> Node:
        """Return the expression that stands here and binds tighter than a comparison."""
        return self.expression(SUM)

    def expression(self, power: int = OR) -> Node:
        """Return the expression that stands here, of operators that bind at least so tightly."""
        self.cursor.enter()
        node = self._infixes(self._prefix(), power)
        self.cursor.leave()
        return node

    def _infixes(self, node: Node, power: int) -> Node:
        while (bound := self._binding()) >= power:
            node = self.built(self._infix(node, bound))
        return node

    def _binding(self) -> int:
        token = self.cursor.token
        if token.kind in ("symbol", "keyword"):
            if token.text == "instance":
                return POWER
            return _INFIX.get(token.text, 0)
        return 0

    def _infix(self, left: Node, bound: int) -> Node:
        if bound in (OR, AND):
            return self._logic(left, bound)
        operator = self.cursor.token.text
        if bound == COMPARE:
            self.cursor.advance()
            if operator == "between":
                return self._between(left)
            if operator == "in":
                return Membership(left, self._tests_of_in())
            return Comparison(operator, left, self.operand())
        if operator == "instance":
            return self._instance(left)
        return self._arithmetic(left, bound)

    def _logic(self, left: Node, bound: int) -> Node:
        word = self.cursor.token.text
        operands = [left]
        while self.cursor.accept(word):
            operands.append(self.expression(bound + 1))
        return Logic(word, tuple(operands))

    def _arithmetic(self, left: Node, bound: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while self._binding() == bound and self.cursor.token.text != "instance":
            operator = self.cursor.advance().text
            rest.append((operator, self.expression(bound + 1)))
        return Arithmetic(left, tuple(rest))

    def _between(self, value: Node) -> Node:
        low = self.operand()
        self.cursor.expect("and")
        return Between(value, low, self.operand())

    def _tests_of_in(self) -> tuple[Node, ...]:
        if self.cursor.at_symbol("("):
            return self._bracketed_tests()
        return (self.test(SUM),)

    def _bracketed_tests(self) -> tuple[Node, ...]:
        # `in (1..5]` is one interval, `in (1, < 5)` several tests, `in (a + b) * 2` an expression.
        self.cursor.advance()
        first = self.test()
        if self.cursor.accept(".."):
            return (self.built(interval_from(self, first, low_closed=False)),)
        tests = (first, *self.cursor.series_after(self.test, ")"))
        if len(tests) == 1:
            return (self._infixes(self._postfix(first), SUM),)
        return tests

    def test(self, power: int = OR) -> Node:
        """Return an expression, or an operator with its right side alone."""
        if self.cursor.at_symbol(*_TESTS):
            operator = self.cursor.advance().text
            return self.built(Test(operator, self.operand()))
        return self.expression(power)

    def _instance(self, value: Node) -> Node:
        self.cursor.expect("instance")
        self.cursor.expect("of")
        return InstanceOf(value, parse_type(self.cursor))

    # -- What an expression begins with -----------------------------------------------------

    def _prefix(self) -> Node:
        if self.cursor.token.kind == "keyword":
            self.cursor.name_first()
        token = self.cursor.token
        if self.cursor.at_symbol("-"):
            self.cursor.advance()
            self.cursor.enter()
            node = self.built(Negation(self._prefix()))
            self.cursor.leave()
            return node
        if token.kind == "keyword" and token.text in FORMS:
            return self.built(FORMS[token.text](self))
        return self._postfix(self.built(self._primary()))

    def _primary(self) -> Node:
        token = self.cursor.token
        if token.kind == "number":
            return self._number()
        if token.kind == "text":
            self.cursor.advance()
            return Literal(token.value, token.text)
        if token.kind == "keyword" and token.text in _CONSTANTS:
            self.cursor.advance()
            return Literal(_CONSTANTS[token.text], token.text)
        if token.kind == "name" or token.text == "?":
            self.cursor.advance()
            return Name(token.text)
        if token.kind == "symbol" and token.text in OPENERS:
            self.cursor.advance()
            return OPENERS[token.text](self)
        raise self.cursor.unexpected("her skal stå en værdi")

    def _number(self) -> Node:
        token = self.cursor.advance()
        try:
            return Literal(ARITHMETIC.create_decimal(token.text), token.text)
        except DecimalException:
            raise FeelSyntaxError("Tallet er for stort", token.start) from None

    # -- What may follow a value ------------------------------------------------------------

    def _postfix(self, node: Node) -> Node:
        while self.cursor.token.kind == "symbol":
            if self.cursor.token.text == ".":
                self.cursor.advance()
                node = self.built(Path(node, self._member()))
            elif self.cursor.token.text == "(":
                self.cursor.advance()
                node = self.built(self._call(node))
            elif self.cursor.token.text == "[" and not self._closes_interval():
                self.cursor.advance()
                node = self.built(Filter(node, self.expression()))
                self.cursor.expect("]")
            else:
                break
        return node

    def _member(self) -> str:
        self.cursor.name_first()
        token = self.cursor.advance()
        if token.kind not in ("name", "keyword"):
            raise FeelSyntaxError("Efter punktummet skal stå et navn", token.start)
        return token.text

    def _closes_interval(self) -> bool:
        # `]1..5[` ends where a filter would begin: what comes next tells which it is.
        after = self.cursor.ahead(name_first=True)
        if after.kind in ("end", "keyword"):
            return after.text not in _CONSTANTS and after.text not in FORMS
        return after.kind == "symbol" and after.text in (")", "]", "}", ",", "=", "!=", "<", ">")

    def _call(self, function: Node) -> Node:
        if self.cursor.token.kind not in ("name", "keyword") or not self.cursor.free_name():
            return Call(function, self.cursor.series(self.expression, ")"), ())
        named = self.cursor.series(lambda: entry(self), ")")
        names = tuple(name for name, _ in named)
        if len(set(names)) < len(names):
            raise self.cursor.unexpected("det samme navn er givet to gange")
        return Call(function, tuple(value for _, value in named), names)

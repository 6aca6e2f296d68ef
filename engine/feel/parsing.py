"""From text to syntax tree: a Pratt parser for the grammar of FEEL (DMN 1.5, 10.3.1.2)."""

from collections.abc import Callable
from decimal import DecimalException
from typing import TypeVar

from engine.feel.errors import FeelError, FeelSyntaxError
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
from engine.feel.tokens import Scanner, Token
from engine.feel.values import ARITHMETIC

_T = TypeVar("_T")

MAX_LENGTH = 2000
MAX_NESTING = 60

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
_TYPES = frozenset(
    {
        "date and time",
        "date time",
        "days and time duration",
        "day time duration",
        "years and months duration",
        "year month duration",
    }
)
_MEMBERS = frozenset({"time offset", "start included", "end included"})


class Parser:
    """Reads one text. Raises `FeelSyntaxError` from every method that reads."""

    __slots__ = ("_depth", "_heights", "_scanner", "_token")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelSyntaxError(f"Udtrykket er længere end {MAX_LENGTH} tegn", MAX_LENGTH)
        self._scanner = Scanner(text, names)
        self._scanner.learn(_MEMBERS)
        self._heights: dict[int, int] = {}
        self._depth = 0
        self._token = self._scanner.at(0)

    def whole_expression(self) -> Node:
        """Return the tree of the whole text."""
        node = self._expression()
        self._end()
        return node

    def whole_tests(self) -> tuple[Node, ...]:
        """Return the tests of a table cell; `-` and nothing give none."""
        if self._token.kind == "end":
            return ()
        if self._token.text == "-" and self._scanner.at(self._token.end).kind == "end":
            return ()
        tests = [self._test()]
        while self._accept(","):
            tests.append(self._test())
        self._end()
        return tuple(tests)

    def whole_negated_tests(self) -> tuple[Node, ...]:
        """Return the tests inside a `not(…)` that is the whole text."""
        if self._next().text != "not" or self._token.text != "(":
            raise self._unexpected("her skal stå »not(«")
        self._next()
        tests = self._series(self._test, ")")
        self._end()
        return tests

    # -- Moving through the text ------------------------------------------------------------

    def _next(self) -> Token:
        token = self._token
        self._token = self._scanner.at(token.end)
        return token

    def _accept(self, text: str) -> bool:
        if self._token.text == text and self._token.kind in ("symbol", "keyword"):
            self._next()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected(f"her skal stå »{text}«")

    def _end(self) -> None:
        if self._token.kind != "end":
            raise self._unexpected("udtrykket skulle være slut her")

    def _unexpected(self, wanted: str) -> FeelSyntaxError:
        token = self._token
        if token.kind == "end":
            return FeelSyntaxError(f"Udtrykket slutter for tidligt: {wanted}", token.start)
        return FeelSyntaxError(f"Uventet »{token.text}«: {wanted}", token.start)

    def _built(self, node: Node) -> Node:
        # The height is kept as the tree grows, since `1+1+…` is deep without being nested.
        height = 1 + max((self._heights.get(id(part), 1) for part in parts(node)), default=0)
        if height > MAX_NESTING:
            raise FeelSyntaxError("Udtrykket er for dybt", self._token.start)
        self._heights[id(node)] = height
        return node

    def _series(self, read: Callable[[], _T], closing: str) -> tuple[_T, ...]:
        items: list[_T] = []
        while not self._accept(closing):
            if items:
                self._expect(",")
            items.append(read())
        return tuple(items)

    # -- Expressions ------------------------------------------------------------------------

    def _expression(self, power: int = OR) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise FeelSyntaxError("Udtrykket er for dybt", self._token.start)
        node = self._infixes(self._prefix(), power)
        self._depth -= 1
        return node

    def _infixes(self, node: Node, power: int) -> Node:
        while (bound := self._binding()) >= power:
            node = self._built(self._infix(node, bound))
        return node

    def _binding(self) -> int:
        token = self._token
        if token.kind in ("symbol", "keyword"):
            if token.text == "instance":
                return POWER
            return _INFIX.get(token.text, 0)
        return 0

    def _infix(self, left: Node, bound: int) -> Node:
        if bound in (OR, AND):
            return self._logic(left, bound)
        operator = self._token.text
        if bound == COMPARE:
            self._next()
            if operator == "between":
                return self._between(left)
            if operator == "in":
                return Membership(left, self._tests_of_in())
            return Comparison(operator, left, self._expression(SUM))
        if operator == "instance":
            return self._instance(left)
        return self._arithmetic(left, bound)

    def _logic(self, left: Node, bound: int) -> Node:
        word = self._token.text
        operands = [left]
        while self._accept(word):
            operands.append(self._expression(bound + 1))
        return Logic(word, tuple(operands))

    def _arithmetic(self, left: Node, bound: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while self._binding() == bound and self._token.text != "instance":
            operator = self._next().text
            rest.append((operator, self._expression(bound + 1)))
        return Arithmetic(left, tuple(rest))

    def _between(self, value: Node) -> Node:
        low = self._expression(SUM)
        self._expect("and")
        return Between(value, low, self._expression(SUM))

    def _tests_of_in(self) -> tuple[Node, ...]:
        if self._token.text == "(" and self._token.kind == "symbol":
            return self._bracketed_tests()
        return (self._test(SUM),)

    def _bracketed_tests(self) -> tuple[Node, ...]:
        # `in (1..5]` is one interval, `in (1, < 5)` several tests, `in (a + b) * 2` an expression.
        self._next()
        first = self._test()
        if self._accept(".."):
            return (self._built(self._interval(first, low_closed=False)),)
        tests = (first, *self._series_after(")"))
        if len(tests) == 1:
            return (self._infixes(self._postfix(first), SUM),)
        return tests

    def _series_after(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._accept(closing):
            self._expect(",")
            items.append(self._test())
        return tuple(items)

    def _test(self, power: int = OR) -> Node:
        if self._token.kind == "symbol" and self._token.text in _TESTS:
            operator = self._next().text
            return self._built(Test(operator, self._expression(SUM)))
        return self._expression(power)

    def _instance(self, value: Node) -> Node:
        self._expect("instance")
        self._expect("of")
        return InstanceOf(value, self._type())

    # -- What an expression begins with -----------------------------------------------------

    def _prefix(self) -> Node:
        if self._token.kind == "keyword":
            self._token = self._scanner.at(self._token.start, name_first=True)
        token = self._token
        if token.kind == "symbol" and token.text == "-":
            self._next()
            self._depth += 1
            if self._depth > MAX_NESTING:
                raise FeelSyntaxError("Udtrykket er for dybt", token.start)
            node = self._built(Negation(self._prefix()))
            self._depth -= 1
            return node
        if token.kind == "keyword" and token.text in _FORMS:
            return self._built(_FORMS[token.text](self))
        return self._postfix(self._built(self._primary()))

    def _primary(self) -> Node:
        token = self._token
        if token.kind == "number":
            return self._number()
        if token.kind == "text":
            self._next()
            return Literal(token.value, token.text)
        if token.kind == "keyword" and token.text in _CONSTANTS:
            self._next()
            return Literal(_CONSTANTS[token.text], token.text)
        if token.kind == "name" or token.text == "?":
            self._next()
            return Name(token.text)
        if token.kind == "symbol" and token.text in _OPENERS:
            self._next()
            return _OPENERS[token.text](self)
        raise self._unexpected("her skal stå en værdi")

    def _number(self) -> Node:
        token = self._next()
        try:
            return Literal(ARITHMETIC.create_decimal(token.text), token.text)
        except DecimalException:
            raise FeelSyntaxError("Tallet er for stort", token.start) from None

    def _temporal(self) -> Node:
        token = self._next()
        if token.kind != "text":
            raise FeelSyntaxError("Efter @ skal stå en tekst", token.start)
        try:
            return Literal(parse_temporal(token.value), token.value)
        except FeelError:
            # By the standard a value that cannot be read is null at run time, with a record.
            return Call(Name("@"), (Literal(token.value, token.text),), ())

    def _bracket(self) -> Node:
        first = self._test()
        if self._accept(".."):
            return self._interval(first, low_closed=False)
        self._expect(")")
        return first

    def _list(self) -> Node:
        if self._accept("]"):
            return ListOf(())
        first = self._test()
        if self._accept(".."):
            return self._interval(first, low_closed=True)
        return ListOf((first, *self._series_after("]")))

    def _open_interval(self) -> Node:
        low = self._expression(SUM)
        self._expect("..")
        return self._interval(low, low_closed=False)

    def _interval(self, low: Node, *, low_closed: bool) -> Node:
        high = self._expression(SUM)
        closing = self._next()
        if closing.kind != "symbol" or closing.text not in ("]", ")", "["):
            raise FeelSyntaxError("Intervallet mangler sin slutparentes", closing.start)
        return Interval(low, high, low_closed, closing.text == "]")

    def _context(self) -> Node:
        entries = self._series(self._entry, "}")
        return ContextOf(entries)

    def _entry(self) -> tuple[str, Node]:
        key = self._key()
        self._expect(":")
        return key, self._expression()

    def _key(self) -> str:
        if self._token.kind == "text":
            key = str(self._next().value)
            self._scanner.learn((key,))
            return key
        token = self._scanner.key(self._token.start)
        if token is None:
            raise self._unexpected("her skal stå et navn og et kolon")
        self._scanner.learn((token.text,))
        self._token = self._scanner.at(token.end)
        return token.text

    # -- What may follow a value ------------------------------------------------------------

    def _postfix(self, node: Node) -> Node:
        while self._token.kind == "symbol":
            if self._token.text == ".":
                self._next()
                node = self._built(Path(node, self._member()))
            elif self._token.text == "(":
                self._next()
                node = self._built(self._call(node))
            elif self._token.text == "[" and not self._closes_interval():
                self._next()
                node = self._built(Filter(node, self._expression()))
                self._expect("]")
            else:
                break
        return node

    def _member(self) -> str:
        self._token = self._scanner.at(self._token.start, name_first=True)
        token = self._next()
        if token.kind not in ("name", "keyword"):
            raise FeelSyntaxError("Efter punktummet skal stå et navn", token.start)
        return token.text

    def _closes_interval(self) -> bool:
        # `]1..5[` ends where a filter would begin: what comes next tells which it is.
        after = self._scanner.at(self._token.end, name_first=True)
        if after.kind in ("end", "keyword"):
            return after.text not in _CONSTANTS and after.text not in _FORMS
        return after.kind == "symbol" and after.text in (")", "]", "}", ",", "=", "!=", "<", ">")

    def _call(self, function: Node) -> Node:
        if self._argument_name() is None:
            return Call(function, self._series(self._expression, ")"), ())
        named = self._series(self._named_argument, ")")
        names = tuple(name for name, _ in named)
        if len(set(names)) < len(names):
            raise FeelSyntaxError("Det samme navn er givet to gange", self._token.start)
        return Call(function, tuple(value for _, value in named), names)

    def _argument_name(self) -> Token | None:
        if self._token.kind not in ("name", "keyword"):
            return None
        return self._scanner.key(self._token.start)

    def _named_argument(self) -> tuple[str, Node]:
        token = self._argument_name()
        if token is None:
            raise self._unexpected("her skal stå et navn og et kolon")
        self._token = self._scanner.at(token.end)
        self._expect(":")
        return token.text, self._expression()

    # -- The forms that begin with a word ---------------------------------------------------

    def _if(self) -> Node:
        self._expect("if")
        condition = self._expression()
        self._expect("then")
        yes = self._expression()
        self._expect("else")
        return If(condition, yes, self._expression())

    def _loop(self) -> Node:
        kind = self._next().text
        bindings = [self._binding_of_loop()]
        while self._accept(","):
            bindings.append(self._binding_of_loop())
        self._expect("return" if kind == "for" else "satisfies")
        return Loop(kind, tuple(bindings), self._expression())

    def _binding_of_loop(self) -> tuple[str, Node]:
        name = self._words_until("in")
        self._expect("in")
        domain = self._expression()
        if self._accept(".."):
            domain = self._built(Steps(domain, self._expression()))
        return name, domain

    def _words_until(self, *ends: str) -> str:
        words: list[str] = []
        while self._token.kind in ("name", "keyword", "number") and self._token.text not in ends:
            words.append(self._next().text)
        if not words:
            raise self._unexpected("her skal stå et navn")
        name = " ".join(words)
        self._scanner.learn((name,))
        return name

    def _function(self) -> Node:
        self._expect("function")
        self._expect("(")
        declared = self._series(self._parameter, ")")
        if self._token.text == "external":
            raise FeelSyntaxError("Funktioner uden for FEEL kan ikke bruges", self._token.start)
        names = tuple(name for name, _ in declared)
        return Lambda(names, tuple(sort for _, sort in declared), self._expression())

    def _parameter(self) -> tuple[str, Type | None]:
        name = self._words_until()
        return name, self._type() if self._accept(":") else None

    # -- Types ------------------------------------------------------------------------------

    def _type(self) -> Type:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise FeelSyntaxError("Typen er for dyb", self._token.start)
        name = self._type_name()
        found = self._type_parts(name) if name in ("list", "range", "context", "function") else None
        self._depth -= 1
        return found or Type(name)

    def _type_name(self) -> str:
        start = self._token.start
        scanner = Scanner(self._scanner.text, _TYPES)
        token = scanner.at(start, name_first=True)
        if token.text not in _TYPES:
            token = self._scanner.at(start, name_first=True)
        if token.kind not in ("name", "keyword"):
            raise self._unexpected("her skal stå en type")
        self._token = self._scanner.at(token.end)
        name = token.text
        while self._token.text == "." and self._token.kind == "symbol":
            self._next()
            name += "." + self._next().text
        return name

    def _type_parts(self, name: str) -> Type | None:
        if not self._accept("<"):
            return None
        if name == "context":
            members = self._series(self._type_member, ">")
            return Type(name, tuple(sort for _, sort in members), tuple(key for key, _ in members))
        inner = self._series(self._type, ">")
        if name == "function" and self._accept("->"):
            inner = (*inner, self._type())
        return Type(name, inner)

    def _type_member(self) -> tuple[str, Type]:
        key = self._key()
        self._expect(":")
        return key, self._type()


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

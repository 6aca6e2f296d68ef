"""Reading and working out FEEL expressions: the way in for everybody else.

What other tools write is accepted: a leading `=`, `${…}` and `#{…}` around the whole, and a bare
ISO date, date and time, or duration (`2027-03-01`, `P14D`). There is no today() and no now() but
those the caller gives.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from engine.domain.errors import EvaluationFailed
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.compiling import compile_node, compile_tests
from engine.feel.errors import Exhausted, FeelError, FeelSyntaxError
from engine.feel.json_values import to_json
from engine.feel.parsing import Parser
from engine.feel.reading import calls_of, literals_of, reads_of
from engine.feel.scopes import Meter, Scope
from engine.feel.syntax import Literal, Node
from engine.feel.temporal import parse_temporal
from engine.feel.values import Value, from_json, measure

Json = Any
Functions = Mapping[str, Callable[..., Any]]
NO_FUNCTIONS: Functions = MappingProxyType({})

MAX_RESULT = 20_000

_TOO_MUCH = "Udtrykket kræver for meget arbejde eller giver et for stort resultat."
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\S+)?|-?P[0-9DTHMSYW.]+", re.ASCII)
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. By the standard an error gives null and a record: see `errors` too."""

    value: Value
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expression:
    """An expression that has been read.

    `reads` are the names it takes from the caller, `calls` those of the functions it calls,
    `literals` its numbers, dates and durations as written, `tree` its syntax.
    """

    text: str
    reads: frozenset[str]
    calls: frozenset[str]
    literals: tuple[str, ...]
    tree: Node = field(repr=False)
    run: Callable[[Scope], Value] = field(repr=False)

    def evaluate(self, context: Mapping[str, Json], functions: Functions = NO_FUNCTIONS) -> Result:
        """Return the value in the given context, with every error on the way. Never raises.

        `functions` go before those of the standard; they take and give FEEL values, and may
        raise `ValueError` or `CaseworkError`, which is recorded.
        """
        return _guarded(self.run, Scope(context, functions, Meter()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnaryTests:
    """A table cell that has been read: tests that a value passes or not. Fields as `Expression`."""

    text: str
    reads: frozenset[str]
    calls: frozenset[str]
    literals: tuple[str, ...]
    tests: tuple[Node, ...] = field(repr=False)
    negated: bool
    run: Callable[[Scope], bool | None] = field(repr=False)

    def matches(
        self, value: Json, context: Mapping[str, Json], functions: Functions = NO_FUNCTIONS
    ) -> Result:
        """Return whether `value` passes: True or False, with every error on the way."""
        scope = Scope(context, functions, Meter())
        result = _guarded(lambda outer: self.run(outer.inner({"?": from_json(value)})), scope)
        return Result(result.value is True, result.errors)


def parse(text: str, names: Collection[str] = ()) -> Expression:
    """Return the expression that `text` says.

    `names` are those known around it; only names with spaces or signs have to be told. Raises
    `FeelSyntaxError` with the position and a Danish sentence.
    """
    return _parsed(text, frozenset(names))


def parse_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """Return the tests of a table cell; `-` and an empty cell are passed by every value.

    Raises `FeelSyntaxError`.
    """
    return _parsed_tests(text, frozenset(names))


def value(
    expression: Expression, context: Mapping[str, Json], functions: Functions = NO_FUNCTIONS
) -> Json:
    """Return the value as JSON: a whole number as int, dates and durations as ISO texts.

    Raises `EvaluationFailed` when any error was recorded.
    """
    result = expression.evaluate(context, functions)
    if result.errors:
        raise EvaluationFailed(expression.text, " ".join(result.errors))
    try:
        return to_json(result.value)
    except FeelError as error:
        raise EvaluationFailed(expression.text, str(error)) from error


@lru_cache(maxsize=4096)
def _parsed(text: str, names: frozenset[str]) -> Expression:
    literal = _bare(text, names)
    tree = literal or Parser(_unwrapped(text), names | BUILTIN_NAMES).whole_expression()
    return Expression(
        text=text,
        reads=reads_of((tree,), names),
        calls=calls_of((tree,)),
        literals=literals_of((tree,)),
        tree=tree,
        run=compile_node(tree),
    )


@lru_cache(maxsize=4096)
def _parsed_tests(text: str, names: frozenset[str]) -> UnaryTests:
    negated, tests = _tests(text, names)
    return UnaryTests(
        text=text,
        reads=reads_of(tests, names) - {"?"},
        calls=calls_of(tests),
        literals=literals_of(tests),
        tests=tests,
        negated=negated,
        run=compile_tests(tests, negated),
    )


def _tests(text: str, names: frozenset[str]) -> tuple[bool, tuple[Node, ...]]:
    literal, known = _bare(text, names), names | BUILTIN_NAMES
    if literal is not None:
        return False, (literal,)
    if text.lstrip().startswith("not"):
        try:
            return True, Parser(text, known).whole_negated_tests()
        except FeelSyntaxError:
            pass  # then it is an expression that merely begins with a call of not()
    return False, Parser(text, known).whole_tests()


def _bare(text: str, names: frozenset[str]) -> Literal | None:
    plain = text.strip()
    if plain in names or not _ISO.fullmatch(plain):
        return None
    try:
        return Literal(parse_temporal(plain), plain)
    except FeelError:
        return None


def _unwrapped(text: str) -> str:
    # What is taken away is replaced by spaces, so that positions stay those of the text.
    plain = text.strip()
    start = len(text) - len(text.lstrip())
    if plain.startswith("="):
        return " " * (start + 1) + plain[1:]
    if match := _WRAPPED.fullmatch(plain):
        return " " * (start + 2) + match[1]
    return text


def _guarded(run: Callable[[Scope], Value], scope: Scope) -> Result:
    meter = scope.meter
    try:
        found = run(scope)
        if type(found) is list or type(found) is dict:
            measure(found, MAX_RESULT)
    except (Exhausted, RecursionError):
        return Result(None, (*meter.errors, _TOO_MUCH))
    except FeelError as error:
        return Result(None, (*meter.errors, str(error)))
    return Result(found, tuple(meter.errors))

"""Expressions from the grammar, and what becomes of them: nothing but FEEL's own errors.

`run` makes texts at random, from the grammar and with faults put in, and holds each against what
must be true of all: reading gives an expression or a `FeelSyntaxError` at a place in the text,
evaluation never raises and stays within the bounds, what is said of the kind of the value
beforehand is so, and the same text gives the same again.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.calendars import WorkingCalendar
from engine.domain.feel_functions import KINDS, functions
from engine.domain.parameters import register
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.expressions import parse, parse_unary_tests
from engine.feel.inference import infer
from engine.feel.json_values import to_json
from engine.feel.sorts import BOOLEAN, CONTEXT, DATED, LIST, NUMBER, TEXT, list_of, of, of_value

MOST_SECONDS = 0.5  # of one expression, on a machine that others use as well
KEPT = 20  # what went wrong, told in full

VALUES: dict[str, Any] = {
    "cost": 12.5,
    "count": 3,
    "note": "æble",
    "born": "2010-02-28",
    "agreed": True,
    "nothing": None,
    "reasons": ["A", "B"],
    "efforts": [{"unit": "A", "cost": 1}, {"unit": "B", "cost": 2}],
    "home": {"town": "Viborg", "floor": 2},
}
SORTS = {
    "cost": of(NUMBER),
    "count": of(NUMBER),
    "note": of(TEXT),
    "born": DATED,
    "agreed": of(BOOLEAN),
    "reasons": list_of(of(TEXT)),
    "efforts": of(LIST),
    "home": of(CONTEXT),
}
WORDS = functions(
    WorkingCalendar(timezone=ZoneInfo("Europe/Copenhagen")),
    register({"screening": "5 WD"}),
    date(2027, 3, 1),
)
_KINDS = {name: (takes, of(*gives)) for name, (takes, gives) in KINDS.items()}
_CALLED = sorted(BUILTIN_NAMES) + sorted(WORDS)
_LEAVES = (
    *(
        "0",
        "1",
        "-1",
        "2.5",
        "1e9",
        "1e-9",
        "9999999999",
        ".5",
        '""',
        '"a"',
        '"2027-03-01"',
        '"P1D"',
    ),
    *('"(a+)+"', '"\\u00e6"', "true", "false", "null", '@"P1D"', '@"P1Y"', '@"2027-03-01"', "item"),
    *('@"10:00:00"', '@"2027-03-01T10:00:00Z"', "partial", "?", "unknown", "[]", "{}", *VALUES),
)
_SIGNS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or")
_TYPES = ("number", "string", "list<number>", "context<a: string>", "function<number>->Any", "x")
_NOISE = ("", " ", "(", ")", "[", "]", "{", "}", ",", ".", "..", '"', "@", "//", "/*", "\\", "\x00")


@dataclass(slots=True)
class Report:
    """What was tried, and what came of it. `broken` holds a text and what went wrong with it."""

    tried: int = 0
    read: int = 0
    worked: int = 0
    without_error: int = 0
    longest_seconds: float = 0.0
    longest: str = ""
    seconds: float = 0.0
    broken: list[tuple[str, str]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Say whether nothing went wrong."""
        return not self.broken

    def in_words(self) -> str:
        """Return the figures in one line."""
        return (
            f"{self.tried} expressions, {self.read} read, {self.worked} worked out, "
            f"{self.without_error} without an error, longest {self.longest_seconds * 1000:.0f} ms, "
            f"{len(self.broken)} broken"
        )


def run(
    count: int, progress: Callable[[Report], bool] = lambda report: True, *, seed: int = 1
) -> Report:
    """Try `count` expressions and return what came of them.

    `progress` is told now and then, and stops the run by returning False. The same seed tries the
    same expressions.
    """
    made, report, began = Grammar(random.Random(seed)), Report(), time.monotonic()  # noqa: S311
    for number in range(count):
        if number % 500 == 0:
            report.seconds = time.monotonic() - began
            if not progress(report):
                break
        _try(made.text(), report)
    report.seconds = time.monotonic() - began
    return report


def _try(text: str, report: Report) -> None:
    report.tried += 1
    wrong, spent = _timed(text, report)
    if not wrong and spent > MOST_SECONDS:
        wrong, spent = _timed(
            text, Report(tried=report.tried)
        )  # the first may have paid for others
        wrong = wrong or (f"took {spent:.2f} s" if spent > MOST_SECONDS else "")
    if spent > report.longest_seconds:
        report.longest_seconds, report.longest = spent, text
    if wrong and len(report.broken) < KEPT:
        report.broken.append((text, wrong))


def _timed(text: str, report: Report) -> tuple[str, float]:
    began = time.process_time()
    try:
        wrong = _expression(text, report) or (_cell(text) if report.tried % 3 == 0 else "")
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        wrong = f"raised {error!r}"
    return wrong, time.process_time() - began


def _expression(text: str, report: Report) -> str:
    try:
        expression = parse(text)
    except FeelSyntaxError as error:
        return "" if 0 <= error.position <= len(text) else f"refused at {error.position}"
    report.read += 1
    sort, problems = infer(expression.tree, SORTS, _KINDS)
    result = expression.evaluate(VALUES, WORDS)
    report.worked += 1
    if result.errors:
        return ""
    report.without_error += 1
    if result.value is not None and not problems:
        given = of_value(result.value)
        if sort.kinds is not None and not sort.can_be(*(given.kinds or ())):
            return f"was to be {sort.in_english()} and is {given.in_english()}"
    return _again(expression.evaluate, result.value)


def _again(evaluate: Callable[..., Any], value: Any) -> str:
    try:
        first = to_json(value)
    except FeelError:
        return ""  # a function or an interval is no JSON
    second = to_json(evaluate(VALUES, WORDS).value)
    return "" if repr(first) == repr(second) else f"gave {first!r} and then {second!r}"


def _cell(text: str) -> str:
    try:
        tests = parse_unary_tests(text)
    except FeelSyntaxError as error:
        return "" if 0 <= error.position <= len(text) else f"refused at {error.position}"
    answer = tests.matches(3, VALUES, WORDS).value
    return "" if answer is True or answer is False else f"a cell says {answer!r}"


@dataclass(slots=True)
class Grammar:
    """Makes texts: most are FEEL, every fifth has a fault in it."""

    choose: random.Random

    def text(self) -> str:
        """Return the next text."""
        whole = self.node(self.choose.randint(1, 4))
        if self.choose.random() < 0.2:
            return self._faulty(whole)
        return self._one(("= {}", "${{{}}}", "{}", "{}", "{}", " {} ")).format(whole)

    def node(self, depth: int) -> str:
        """Return an expression that is at most `depth` deep."""
        if depth <= 0 or self.choose.random() < 0.15:
            return self._one(_LEAVES)
        return self._one(_FORMS)(self, depth - 1)

    def _one(self, choices: Any) -> Any:
        return choices[int(self.choose.random() * len(choices))]

    def _faulty(self, text: str) -> str:
        place = self.choose.randint(0, len(text))
        if self.choose.random() < 0.5:
            return text[:place] + self._one(_NOISE) + text[place:]
        return text[:place] + text[place + self.choose.randint(1, 3) :]

    def nodes(self, depth: int, most: int = 3) -> str:
        """Return expressions with commas between."""
        return ", ".join(self.node(depth) for _ in range(self.choose.randint(0, most)))

    def binary(self, depth: int) -> str:
        return f"{self.node(depth)} {self._one(_SIGNS)} {self.node(depth)}"

    def bracketed(self, depth: int) -> str:
        return f"({self.node(depth)})"

    def negated(self, depth: int) -> str:
        return f"-{self.node(depth)}"

    def call(self, depth: int) -> str:
        return f"{self._one(_CALLED)}({self.nodes(depth)})"

    def conditional(self, depth: int) -> str:
        return f"if {self.node(depth)} then {self.node(depth)} else {self.node(depth)}"

    def between(self, depth: int) -> str:
        return f"{self.node(depth)} between {self.node(depth)} and {self.node(depth)}"

    def member(self, depth: int) -> str:
        return f"{self.node(depth)} in ({self.node(depth)}, {self.test(depth)})"

    def test(self, depth: int) -> str:
        return f"{self._one(('<', '<=', '>', '>=', '=', '!='))} {self.node(depth)}"

    def interval(self, depth: int) -> str:
        return f"{self._one('[](')}{self.node(depth)}..{self.node(depth)}{self._one('])[')}"

    def loop(self, depth: int) -> str:
        return f"for x in {self._domain(depth)} return {self.node(depth)}"

    def _domain(self, depth: int) -> str:
        if self.choose.random() < 0.5:
            return f"{self.node(depth)}..{self.node(depth)}"
        return self.node(depth)

    def quantified(self, depth: int) -> str:
        word = self._one(("some", "every"))
        return f"{word} x in {self.node(depth)}, y in [1, 2] satisfies {self.node(depth)}"

    def listed(self, depth: int) -> str:
        return f"[{self.nodes(depth)}]"

    def context(self, depth: int) -> str:
        return f"{{a: {self.node(depth)}, b c: {self.node(depth)}}}"

    def filtered(self, depth: int) -> str:
        return f"{self.node(depth)}[{self.node(depth)}]"

    def path(self, depth: int) -> str:
        return f"{self.node(depth)}.{self._one(('a', 'town', 'year', 'days', 'start included'))}"

    def function(self, depth: int) -> str:
        return f"(function(x, y) {self.node(depth)})({self.nodes(depth)})"

    def instance(self, depth: int) -> str:
        return f"{self.node(depth)} instance of {self._one(_TYPES)}"


_FORMS = (
    *(Grammar.binary, Grammar.binary, Grammar.binary, Grammar.call, Grammar.call, Grammar.call),
    *(Grammar.bracketed, Grammar.negated, Grammar.conditional, Grammar.between, Grammar.member),
    *(Grammar.interval, Grammar.loop, Grammar.quantified, Grammar.listed, Grammar.context),
    *(Grammar.filtered, Grammar.path, Grammar.function, Grammar.instance, Grammar.test),
)


def _told(report: Report) -> bool:
    if report.tried % 25_000 == 0:
        print(f"{report.in_words()}, in {report.seconds:.0f} s", report.broken, flush=True)
    return True


def main() -> int:
    """Return 1 when anything broke: `python -m tests.soak.feel_fuzz 1000000`."""
    report = run(int(sys.argv[1]), _told, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{report.in_words()}, in {report.seconds:.0f} s")
    print(f"The longest: {report.longest}")
    for text, wrong in report.broken:
        print(f"{wrong}: {text!r}")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())

"""Rules about every FEEL text of a diagram: it parses, and its functions and parameters exist."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.errors import CaseworkError
from engine.domain.parameters import is_period
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.expressions import parse
from engine.feel.syntax import Call, Comparison, Literal, Name, Node, parts
from engine.feel.temporal import is_temporal
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule
from engine.spiff.checks.texts import readable, short, texts_of

# The words that move a day by a period, which is their second value.
_MOVING = frozenset(map(Name, ("after", "before", "working_days", "age_date")))
_PLACES_OF_TIME = frozenset({"deadline", "legal_limit", "timer"})


def broken_expression(package: Package) -> Iterator[Finding]:
    """Every expression parses."""
    for text in texts_of(package):
        try:
            parse(text.text)
        except (CaseworkError, RecursionError) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            yield package.error(
                text.element,
                "broken_expression",
                f"{text.danish} kan ikke læses, så sagen ville gå i stå her: {reason}. "
                f"Ret »{short(text.text)}«.",
                f"{text.english} cannot be read, so the case would stop here "
                f"({reason}). Mend “{short(text.text)}”.",
            )


def unknown_word(package: Package) -> Iterator[Finding]:
    """Every function that is called exists."""
    known = BUILTIN_NAMES | package.known.functions
    for text, expression in readable(package):
        for name in sorted(expression.calls - known):
            yield package.error(
                text.element,
                "unknown_word",
                f"{text.danish} bruger »{name}(…)«, som ikke findes. Brug en af de funktioner, "
                "der står i vejledningen, for eksempel »after« eller »param«.",
                f"{text.english} uses “{name}(…)”, which does not exist. Use one of "
                "the functions in the guide, for instance “after” or “param”.",
            )


def unknown_parameter(package: Package) -> Iterator[Finding]:
    """Every parameter that is asked for is one that the municipality can set."""
    for text, expression in readable(package):
        for key in sorted(set(_parameters(expression.tree)) - package.known.parameters):
            yield package.error(
                text.element,
                "unknown_parameter",
                f"{text.danish} spørger efter parameteren »{key}«, som ikke findes, så fristen "
                "ikke kan regnes ud. Vælg en, der står på listen over parametre.",
                f"{text.english} asks for the parameter “{key}”, which does not exist, "
                "so the deadline cannot be worked out. Choose one of the list of parameters.",
            )


def literal_period(package: Package) -> Iterator[Finding]:
    """A period, a day or a limit of age is a parameter, so that it has a source.

    A warning: a process owner may write a number, and none of what we ship does.
    """
    for text, expression in readable(package):
        everything = text.place in _PLACES_OF_TIME
        for literal in dict.fromkeys(_literals(expression.tree, everything=everything)):
            yield package.warning(
                text.element,
                "literal_period",
                f"{text.danish} har »{short(literal)}« skrevet direkte. Brug en parameter i "
                "stedet, så tallet har en kilde og kan ændres ét sted for alle.",
                f"{text.english} has “{short(literal)}” written into it. Use a parameter "
                "instead, so that the number has a source and is changed in one place.",
            )


def _parameters(node: Node) -> Iterator[str]:
    """Yield the keys that `param("…")` asks for, where they are written out."""
    if isinstance(node, Call) and node.function == Name("param"):
        for argument in node.arguments[:1]:
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                yield argument.value
    for part in parts(node):
        yield from _parameters(part)


def _literals(node: Node, *, everything: bool) -> Iterator[str]:
    """Yield the periods, days and ages that are written out where a parameter belongs.

    Where the text is a deadline or a timer, that is every one of them and every number.
    """
    if isinstance(node, Call) and node.function == Name("param"):
        return
    if isinstance(node, Literal) and (_is_period(node) or (everything and _is_number(node))):
        yield node.value if isinstance(node.value, str) else node.text
    if isinstance(node, Call) and node.function in _MOVING:
        yield from _numbers(*node.arguments[1:2])
    if isinstance(node, Comparison):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Call) and side.function == Name("age"):
                yield from _numbers(other)
    for part in parts(node):
        yield from _literals(part, everything=everything)


def _numbers(*nodes: Node) -> Iterator[str]:
    yield from (node.text for node in nodes if isinstance(node, Literal) and _is_number(node))


def _is_number(node: Literal) -> bool:
    return isinstance(node.value, Decimal | int) and not isinstance(node.value, bool)


def _is_period(node: Literal) -> bool:
    """Tell whether it is a period (`"7 WD"`, `P14D`), a day or a moment, as a text or not."""
    if isinstance(node.value, str):
        return is_period(node.value) or is_temporal(node.value)
    return node.value is not None and not _is_number(node) and not isinstance(node.value, bool)


RULES: tuple[Rule, ...] = (
    broken_expression,
    unknown_word,
    unknown_parameter,
    literal_period,
)

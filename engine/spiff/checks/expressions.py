"""Rules about every FEEL text of a diagram: it parses, and what it names is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.errors import CaseworkError
from engine.domain.form_fields import Form
from engine.domain.parameters import is_period
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.expressions import Expression, parse
from engine.feel.syntax import Call, Comparison, Literal, Name, Node, parts
from engine.feel.temporal import is_temporal
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.expressions import is_expression
from engine.spiff.refusals import flows_of
from engine.spiff.settings import Element, definitions_of, loop_of, settings_of, tag_of, text_of

# The words that move a day by a period, which is their second value.
_MOVING = frozenset(map(Name, ("after", "before", "working_days", "age_date")))
_ALWAYS = frozenset({"created"})


@dataclass(frozen=True, slots=True)
class Text:
    """A FEEL text and where it stands: `place` is the setting, or condition, timer, enough."""

    element: Element
    place: str
    text: str

    def read(self) -> Expression | None:
        """Return what it says, or None when it cannot be read."""
        try:
            return parse(self.text)
        except (CaseworkError, RecursionError):
            return None


def texts_of(package: Package) -> Iterator[Text]:
    """Yield every FEEL text of the diagram, in the order of the file for each kind."""
    for flow in flows_of(package.diagram):
        if text := text_of(flow, "conditionExpression"):
            yield Text(flow, "condition", text)
    for node in package.nodes:
        for name, text in settings_of(node).items():
            if is_expression(name, text):
                yield Text(node, name, text)
        for definition in definitions_of(node):
            for tag in ("timeDate", "timeDuration"):
                if text := text_of(definition, tag):
                    yield Text(node, "timer", text)
        loop = loop_of(node)
        if loop is not None and (text := text_of(loop, "completionCondition")):
            yield Text(node, "enough", text)


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
                f"{_where(text)} kan ikke læses, så sagen ville gå i stå her: {reason}. "
                f"Ret »{_short(text.text)}«.",
                f"{_where_in_english(text)} cannot be read, so the case would stop here "
                f"({reason}). Mend “{_short(text.text)}”.",
            )


def unknown_word(package: Package) -> Iterator[Finding]:
    """Every function that is called exists."""
    known = BUILTIN_NAMES | package.known.functions
    for text, expression in _read(package):
        for name in sorted(expression.calls - known):
            yield package.error(
                text.element,
                "unknown_word",
                f"{_where(text)} bruger »{name}(…)«, som ikke findes. Brug en af de funktioner, "
                "der står i vejledningen, for eksempel »after« eller »param«.",
                f"{_where_in_english(text)} uses “{name}(…)”, which does not exist. Use one of "
                "the functions in the guide, for instance “after” or “param”.",
            )


def unknown_parameter(package: Package) -> Iterator[Finding]:
    """Every parameter that is asked for is one that the municipality can set."""
    for text, expression in _read(package):
        for key in sorted(set(_parameters(expression.tree)) - package.known.parameters):
            yield package.error(
                text.element,
                "unknown_parameter",
                f"{_where(text)} spørger efter parameteren »{key}«, som ikke findes, så fristen "
                "ikke kan regnes ud. Vælg en, der står på listen over parametre.",
                f"{_where_in_english(text)} asks for the parameter “{key}”, which does not exist, "
                "so the deadline cannot be worked out. Choose one of the list of parameters.",
            )


def literal_period(package: Package) -> Iterator[Finding]:
    """A period or a limit of age is a parameter, so that it has a source and can be changed."""
    for text in texts_of(package):
        expression = text.read()
        if expression is None:
            continue
        plain = text.place == "timer" and is_temporal(text.text)
        found = [text.text] if plain else list(_literals(expression.tree))
        for literal in found:
            yield package.warning(
                text.element,
                "literal_period",
                f"{_where(text)} har tallet »{_short(literal)}« skrevet direkte. Brug hellere en "
                "parameter, så tallet har en kilde og kan ændres ét sted for alle.",
                f"{_where_in_english(text)} has “{_short(literal)}” written into it. Better use a "
                "parameter, so that the number has a source and is changed in one place.",
            )


def unknown_output(package: Package) -> Iterator[Finding]:
    """What is taken from a function is something that it gives."""
    names = produced(package)
    for text, expression in _read(package):
        signature = package.known.handlers.get(setting(text.element, "handler"))
        if tag_of(text.element) != "serviceTask" or signature is None:
            continue
        if not text.place.startswith("out."):
            continue
        others = (names | (package.known.names or frozenset())) - {text.place[4:]}
        for name in sorted(expression.reads - signature.outputs - others):
            yield package.error(
                text.element,
                "unknown_output",
                f"Funktionen giver ikke »{name}« tilbage, så »{text.place}« ville fejle. "
                f"Den giver: {', '.join(sorted(signature.outputs)) or 'ingenting'}.",
                f"The function does not give back “{name}”, so “{text.place}” would fail. "
                f"It gives: {', '.join(sorted(signature.outputs)) or 'nothing'}.",
            )


def unknown_name(package: Package) -> Iterator[Finding]:
    """Every name that is read comes from a form, a table, a function or the start."""
    if package.known.names is None:
        return
    names = produced(package) | package.known.names | _ALWAYS
    names |= BUILTIN_NAMES | package.known.functions
    for text, expression in _read(package):
        signature = package.known.handlers.get(setting(text.element, "handler"))
        is_output = text.place.startswith("out.")
        given = signature.outputs if signature and is_output else frozenset()
        if is_output and tag_of(text.element) != "serviceTask":
            continue  # what a table, a message or a call gives is named by the other side
        for name in sorted(expression.reads - names - given):
            yield package.warning(
                text.element,
                "unknown_name",
                f"{_where(text)} læser »{name}«, men ingen formular, tabel eller funktion i "
                "forløbet giver det navn. Er det stavet rigtigt?",
                f"{_where_in_english(text)} reads “{name}”, but no form, table or function of the "
                "process gives that name. Is it spelled right?",
            )


def produced(package: Package) -> frozenset[str]:
    """Return the names that the forms and the nodes of the diagram give to its data."""
    names: set[str] = set()
    for form in package.forms.values():
        if isinstance(form, Form):
            names.update(field.key for field in form.everything() if field.key)
    for node in package.nodes:
        settings = settings_of(node)
        names.update(key.partition(".")[2] for key in settings if _gives(key))
        if loop_of(node) is not None and settings.get("elementVariable"):
            names.add(settings["elementVariable"])
        if tag_of(node) == "businessRuleTask" and not any(
            key.startswith("out.") for key in settings
        ):
            names.update(_outputs(package, settings.get("decisionRef", "")))
    return frozenset(names)


def _gives(setting: str) -> bool:
    return setting.startswith(("out.", "collect."))


def _outputs(package: Package, table: str) -> set[str]:
    decision = package.tables.get(table)
    if decision is None:
        return set()
    columns = (element for element in decision.iter() if str(element.tag).endswith("}output"))
    return {column.get("name", "") for column in columns} | {"rows"}


def _read(package: Package) -> Iterator[tuple[Text, Expression]]:
    for text in texts_of(package):
        if (expression := text.read()) is not None:
            yield text, expression


def _parameters(node: Node) -> Iterator[str]:
    """Yield the keys that `param("…")` asks for, where they are written out."""
    if isinstance(node, Call) and node.function == Name("param"):
        for argument in node.arguments[:1]:
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                yield argument.value
    for part in parts(node):
        yield from _parameters(part)


def _literals(node: Node) -> Iterator[str]:
    """Yield the periods and ages that are written out where a parameter belongs."""
    if isinstance(node, Call) and node.function in _MOVING:
        yield from _quantities(*node.arguments[1:2])
    if isinstance(node, Comparison):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Call) and side.function == Name("age"):
                yield from _quantities(other)
    for part in parts(node):
        yield from _literals(part)


def _quantities(*nodes: Node) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Literal) and node.value is not None:
            if not isinstance(node.value, str):
                yield node.text
            elif is_period(node.value):
                yield node.value


def _where(text: Text) -> str:
    return {
        "condition": "Betingelsen",
        "timer": "Uret",
        "enough": "Betingelsen for, at det er nok,",
        "deadline": "Fristen",
        "legal_limit": "Lovens grænse",
        "collection": "Listen",
    }.get(text.place, f"Indstillingen »{text.place}«")


def _where_in_english(text: Text) -> str:
    return {
        "condition": "The condition",
        "timer": "The timer",
        "enough": "The condition for having enough",
        "deadline": "The deadline",
        "legal_limit": "The legal limit",
        "collection": "The list",
    }.get(text.place, f"The setting “{text.place}”")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else f"{plain[:79]}…"


RULES: tuple[Rule, ...] = (
    broken_expression,
    unknown_word,
    unknown_parameter,
    literal_period,
    unknown_output,
    unknown_name,
)

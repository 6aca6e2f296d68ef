"""Every FEEL text of a diagram, and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.errors import CaseworkError
from engine.feel.expressions import Expression, parse
from engine.spiff.checks.package import Package
from engine.spiff.expressions import is_expression
from engine.spiff.refusals import flows_of
from engine.spiff.settings import Element, definitions_of, loop_of, settings_of, text_of

_PLACES = {
    "condition": ("Betingelsen", "The condition"),
    "timer": ("Uret", "The timer"),
    "enough": ("Betingelsen for, at det er nok,", "The condition for having enough"),
    "deadline": ("Fristen", "The deadline"),
    "legal_limit": ("Lovens grænse", "The legal limit"),
    "collection": ("Listen", "The list"),
}


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

    @property
    def danish(self) -> str:
        """The place, as the subject of a Danish sentence."""
        return _PLACES.get(self.place, (f"Indstillingen »{self.place}«",))[0]

    @property
    def english(self) -> str:
        """The place, as the subject of an English sentence."""
        return _PLACES.get(self.place, (f"The setting “{self.place}”",))[-1]


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


def readable(package: Package) -> Iterator[tuple[Text, Expression]]:
    """Yield every text that can be read, with what it says."""
    for text in texts_of(package):
        if (expression := text.read()) is not None:
            yield text, expression


def where(text: Text) -> str:
    """Return the place, as the subject of a Danish sentence."""
    return text.danish


def where_in_english(text: Text) -> str:
    """Return the place, as the subject of an English sentence."""
    return text.english


def short(text: str) -> str:
    """Return the text on one line of at most 80 characters."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else f"{plain[:79]}…"

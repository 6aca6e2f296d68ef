"""Rules about names in expressions: somebody gives each a value, and does so before it is read."""

from collections.abc import Iterator

from engine.feel.builtins import BUILTIN_NAMES
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.given import (
    ALWAYS,
    NOTHING,
    Names,
    at_start,
    available,
    gives,
    gives_by_itself,
    item_of,
    other_side,
    produced,
)
from engine.spiff.checks.package import Package, Rule, named
from engine.spiff.checks.texts import Text, readable


def unknown_name(package: Package) -> Iterator[Finding]:
    """Every name that is read comes from a form, a table, a function, a message or the start."""
    if package.known.names is None:
        return
    names = produced(package) | _told(package)
    for text, expression in readable(package):
        if not text.place.startswith("out."):
            for name in sorted(expression.reads - names):
                yield package.error(
                    text.element,
                    "unknown_name",
                    f"{text.danish} læser »{name}«, men ingen formular, tabel eller funktion i "
                    "forløbet giver det navn. Ret stavemåden, eller tilføj feltet i en formular.",
                    f"{text.english} reads “{name}”, but no form, table or function of the "
                    "process gives that name. Mend the spelling, or add the field to a form.",
                )


def unknown_output(package: Package) -> Iterator[Finding]:
    """What is taken from a function, table, process or message is something that it gives."""
    names = produced(package) | (package.known.names or NOTHING) | ALWAYS
    for text, expression in readable(package):
        if not text.place.startswith("out."):
            continue
        given = other_side(package, text.element)
        if given is None:
            continue  # there is no such thing, which is said
        others = names - {text.place[4:]} | _always(package)
        for name in sorted(expression.reads - given - others):
            offered = ", ".join(sorted(given))
            yield package.error(
                text.element,
                "unknown_output",
                f"»{text.place}« tager »{name}«, som ikke kommer tilbage hertil, så sagen ville gå "
                f"i stå her. Det, der kommer, er: {offered or 'ingenting'}. Ret navnet.",
                f"“{text.place}” takes “{name}”, which does not come back, so the case would stop "
                f"here. What comes is: {offered or 'nothing'}. Mend the name.",
            )


def read_too_early(package: Package) -> Iterator[Finding]:
    """Some way to where a name is read has given it a value before."""
    if package.known.names is None:
        return
    before, told = available(package), _told(package) | at_start(package)
    names = produced(package)
    for text, expression in readable(package):
        if text.place.startswith("out.") and other_side(package, text.element) is None:
            continue  # there is no such thing, which is said
        known = told | _known_at(package, text, before.get(_place(text), NOTHING))
        for name in sorted((expression.reads & names) - known):
            yield package.error(
                text.element,
                "read_too_early",
                f"{text.danish} læser »{name}«, men intet trin på vejen hertil har givet det en "
                "værdi endnu. Flyt trinnet, eller læs noget andet.",
                f"{text.english} reads “{name}”, but no step on the way here has given it a value "
                "yet. Move this step, or read something else.",
            )


def _known_at(package: Package, text: Text, before: Names) -> Names:
    """Return the names that may have a value when `text` is worked out."""
    node = text.element
    if text.place == "condition":
        source = package.by_id.get(_place(text))
        return before | (NOTHING if source is None else gives(package, source))
    if text.place == "collection":
        return before
    if text.place == "enough":
        return before | named(node, "collect.")
    known = before | item_of(node)
    if text.place.startswith("out."):
        return known | (other_side(package, node) or NOTHING)
    return known | _of_one_round(package, text) if text.place.startswith("collect.") else known


def _of_one_round(package: Package, text: Text) -> Names:
    """Return the names that get a value in one round of a step that is repeated."""
    inside = (each for each in text.element.iter() if each.get("id", "") in package.by_id)
    given = NOTHING.union(*(gives(package, each) | item_of(each) for each in inside))
    answers = gives_by_itself(package, text.element)
    return (given - named(text.element, "collect.")) | answers


def _place(text: Text) -> str:
    is_flow = text.place == "condition"
    return text.element.get("sourceRef" if is_flow else "id", "")


def _told(package: Package) -> Names:
    return (package.known.names or NOTHING) | _always(package)


def _always(package: Package) -> Names:
    return ALWAYS | BUILTIN_NAMES | package.known.functions


RULES: tuple[Rule, ...] = (unknown_name, unknown_output, read_too_early)

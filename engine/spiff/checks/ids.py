"""Rules about ids: they tell the elements of one file apart."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule
from engine.spiff.refusals import TAKEN, TAKEN_ENDINGS


def duplicate_id(package: Package) -> Iterator[Finding]:
    """No two elements of a file have one id."""
    seen: set[str] = set()
    for element in package.root.iter():
        name = element.get("id", "")
        if name and name in seen:
            yield package.error(
                element,
                "duplicate_id",
                f"Flere elementer har id'et »{name}«, så motoren kan ikke kende dem fra hinanden. "
                "Giv det ene et andet id.",
                f"Several elements have the id “{name}”, so the engine cannot tell them apart. "
                "Give one of them another id.",
            )
        seen.add(name)


def reserved_id(package: Package) -> Iterator[Finding]:
    """An id is not one that the engine gives to steps of its own."""
    for node in package.nodes:
        name = node.get("id", "")
        if name in TAKEN or name.endswith(TAKEN_ENDINGS):
            yield package.error(
                node,
                "reserved_id",
                f"Id'et »{name}« bruger motoren selv. Giv elementet et andet id.",
                f"The engine itself uses the id “{name}”. Give the element another id.",
            )


def missing_id(package: Package) -> Iterator[Finding]:
    """A step or a flow has an id, or nothing can point at it."""
    for element in (*package.nodes, *package.flows):
        if not element.get("id"):
            yield package.error(
                element,
                "missing_id",
                "Elementet mangler et id, så intet kan pege på det. Giv det et.",
                "The element has no id, so nothing can point at it. Give it one.",
            )


RULES: tuple[Rule, ...] = (duplicate_id, reserved_id, missing_id)

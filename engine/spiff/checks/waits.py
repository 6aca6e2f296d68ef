"""Rules about waiting for others: every wait has an owner and an end."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of, setting
from engine.spiff.settings import Element, bpmn, tag_of


def wait_without_owner(package: Package) -> Iterator[Finding]:
    """Somebody owns every wait: without a name on it, nobody notices that nothing comes."""
    for wait in _waits(package):
        if not setting(wait, "candidateGroups"):
            yield package.error(
                wait,
                "wait_without_owner",
                "Ingen ejer ventetiden, så ingen opdager, hvis det, der ventes på, udebliver. "
                "Vælg den rolle, der holder øje.",
                "Nobody owns this wait, so nobody notices when nothing comes. Choose the role "
                "that keeps an eye on it.",
            )


def wait_without_end(package: Package) -> Iterator[Finding]:
    """A wait ends by a timer, or it says why it needs none."""
    for wait in _waits(package):
        if not setting(wait, "no_deadline_because") and not _has_timer(package, wait):
            yield package.error(
                wait,
                "wait_without_end",
                "Her kan ventes for evigt. Sæt et ur på kanten eller ved siden af, eller skriv, "
                "hvorfor der ikke er brug for en frist.",
                "This may wait for ever. Put a timer on its edge or beside it, or write why no "
                "deadline is needed.",
            )


def _waits(package: Package) -> Iterator[Element]:
    for node in package.of_type("receiveTask", "callActivity", "intermediateCatchEvent"):
        if kind_of(node) not in ("timer", "link"):
            yield node


def _has_timer(package: Package, wait: Element) -> bool:
    """Tell whether a timer stands at the edge of the wait or of a scope around it, or beside."""
    name = wait.get("id", "")
    around = [name, *(scope.get("id", "") for scope in wait.iterancestors(bpmn("subProcess")))]
    edges = (event for host in around for event in package.boundaries.get(host, ()))
    if any(kind_of(event) == "timer" for event in edges):
        return True
    before = [package.by_id[flow.get("sourceRef", "")] for flow in package.entering.get(name, ())]
    return any(
        kind_of(package.by_id[flow.get("targetRef", "")]) == "timer"
        for gateway in before
        if tag_of(gateway) == "eventBasedGateway"
        for flow in package.leaving.get(gateway.get("id", ""), ())
    )


RULES: tuple[Rule, ...] = (wait_without_owner, wait_without_end)

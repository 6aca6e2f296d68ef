"""Rules about the picture: what runs can be seen."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule
from engine.xml import BPMNDI


def no_drawing(package: Package) -> Iterator[Finding]:
    """A diagram has a picture, or nobody can see or mend it."""
    if not _drawn(package):
        yield package.error(
            package.diagram,
            "no_drawing",
            "Filen beskriver et forløb, men har ingen tegning, så den kan ikke vises eller rettes. "
            "Åbn den i et program, der kan tegne den op, og gem igen.",
            "The file describes a process but has no drawing, so it can be neither shown nor "
            "mended. Open it in a program that can lay it out, and save it again.",
        )


def not_drawn(package: Package) -> Iterator[Finding]:
    """Every step and flow has its place in the picture."""
    drawn = _drawn(package)
    for element in (*package.nodes, *package.flows) if drawn else ():
        if element.get("id") and element.get("id") not in drawn:
            yield package.error(
                element,
                "not_drawn",
                "Trinnet kan køre, men er ikke på tegningen, så ingen kan se det. Slet det, eller "
                "tegn det op igen.",
                "This step can run but is not in the picture, so nobody can see it. Delete it, or "
                "draw it again.",
            )


def _drawn(package: Package) -> set[str | None]:
    return {
        shape.get("bpmnElement")
        for kind in ("BPMNShape", "BPMNEdge")
        for shape in package.root.iter(f"{{{BPMNDI}}}{kind}")
    }


RULES: tuple[Rule, ...] = (no_drawing, not_drawn)

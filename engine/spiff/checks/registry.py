"""The deploy check: every rule, and all that they find at once."""

from collections.abc import Iterator, Mapping

from engine.domain.errors import CaseworkError
from engine.ports import Definition
from engine.spiff.checks import branches, calls, drawing, elements, expressions, flow, loops, tasks
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import Package, Rule
from engine.spiff.checks.reading import read_package
from engine.spiff.refusals import refusals
from engine.spiff.specs import parsed

RULES: tuple[Rule, ...] = (
    *elements.RULES,
    *flow.RULES,
    *loops.RULES,
    *branches.RULES,
    *tasks.RULES,
    *calls.RULES,
    *expressions.RULES,
    *drawing.RULES,
)


def check_package(process: str, files: Mapping[str, str], known: Known) -> list[Finding]:
    """Return all that is wrong with the package, errors first and then in the order of the file.

    `files` maps a path (`referral.bpmn`, `forms/screening.json`, `acute.dmn`) to its text. Never
    raises for what stands in them. What comes back without an error is what the engine can run.
    """
    package, findings = read_package(process, files, known)
    if package is not None:
        for rule in RULES:
            findings.extend(rule(package))
        findings.extend(_refused(package, findings))
    return sorted(findings, key=_place)


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether any finding stops a deployment."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _place(finding: Finding) -> tuple[bool, bool, int]:
    return finding.severity is Severity.WARNING, finding.line is None, finding.line or 0


def _refused(package: Package, findings: list[Finding]) -> Iterator[Finding]:
    """Yield what the engine itself refuses and no rule has said: the last word is the engine's."""
    said = {each.element for each in findings if each.severity is Severity.ERROR}
    for element, sentence in refusals(package.diagram):
        if element.get("id", "") not in said:
            yield package.error(
                element,
                "refused",
                f"{sentence} Ret det, eller tegn det på en anden måde.",
                "The engine refuses this element. Mend it, or draw it in another way.",
            )
            said.add(element.get("id", ""))
    if not said:
        yield from _unreadable(package)


def _unreadable(package: Package) -> Iterator[Finding]:
    source = package.files[package.file].encode()
    try:
        parsed(Definition(id="", process=package.process, xml=source))
    except CaseworkError as error:
        yield package.error(
            package.diagram,
            "refused",
            f"Motoren kan ikke læse diagrammet: {str(error).rstrip('.')}. Ret det, og prøv igen.",
            f"The engine cannot read the diagram ({str(error).rstrip('.')}). Mend it, and try "
            "again.",
        )

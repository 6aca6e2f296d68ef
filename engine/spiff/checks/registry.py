"""The deploy check: every rule, and all that they find at once."""

from collections.abc import Iterator, Mapping

from engine.domain.errors import CaseworkError
from engine.ports import Definition
from engine.spiff.checks import (
    branches,
    calls,
    compartments,
    decisions,
    drawing,
    elements,
    event_gateways,
    events,
    expressions,
    files,
    flow,
    ids,
    loops,
    messages,
    names,
    services,
    tables,
    tasks,
    typing,
    waits,
)
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import Package, Rule
from engine.spiff.checks.reading import read_package
from engine.spiff.refusals import refusals
from engine.spiff.specs import parsed

# Every rule by its name, which is the code of what it finds. Command line, save, deploy and tests
# all ask these. A new one needs a diagram in tests/spiff/checks/faults.py that it alone finds.
RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        *files.RULES,
        *elements.RULES,
        *ids.RULES,
        *events.RULES,
        *event_gateways.RULES,
        *flow.RULES,
        *loops.RULES,
        *branches.RULES,
        *tasks.RULES,
        *waits.RULES,
        *services.RULES,
        *decisions.RULES,
        *calls.RULES,
        *messages.RULES,
        *compartments.RULES,
        *expressions.RULES,
        *names.RULES,
        *typing.RULES,
        *tables.RULES,
        *drawing.RULES,
    )
}


def check_package(
    process: str, files: Mapping[str, str], known: Known, rules: Mapping[str, Rule] = RULES
) -> list[Finding]:
    """Return all that is wrong with the package, errors first and then in the order of the file.

    `files` maps a path (`referral.bpmn`, `forms/screening.json`, `acute.dmn`) to its text. Never
    raises for what stands in them. What comes back without an error is what the engine can run.
    """
    package, findings = read_package(process, files, known)
    if package is not None:
        for rule in rules.values():
            findings.extend(rule(package))
        if not has_errors(findings):
            findings.extend(_refused(package))
    return sorted(findings, key=_place)


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether any finding stops a deployment."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _place(finding: Finding) -> tuple[bool, bool, int]:
    return finding.severity is Severity.WARNING, finding.line is None, finding.line or 0


def _refused(package: Package) -> Iterator[Finding]:
    """Yield what the engine itself refuses: it has the last word where no rule says anything."""
    refused = list(refusals(package.diagram))
    for element, sentence in refused:
        yield package.error(
            element,
            "refused",
            f"{sentence} Ret det, eller tegn det på en anden måde.",
            "The engine refuses this element. Mend it, or draw it in another way.",
        )
    if not refused:
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

"""Rules about decisions: a table that lies beside the diagram, can be read, and is told enough."""

from collections.abc import Iterator

from engine.decisions.tables import read_decisions
from engine.domain.errors import CaseworkError
from engine.spiff.checks.drawn_tables import decision_named
from engine.spiff.checks.findings import Finding, Severity
from engine.spiff.checks.package import Package, Rule, named, setting


def no_decision(package: Package) -> Iterator[Finding]:
    """A decision names the table it asks."""
    for task in package.of_type("businessRuleTask"):
        if not setting(task, "decisionRef"):
            yield package.error(
                task,
                "no_decision",
                "Opgaven siger ikke, hvilken beslutningstabel den spørger. Vælg en tabel.",
                "The task does not say which decision table it asks. Choose a table.",
            )


def unknown_decision(package: Package) -> Iterator[Finding]:
    """The table that is asked lies beside the diagram."""
    for task in package.of_type("businessRuleTask"):
        table = setting(task, "decisionRef")
        if table and table not in package.tables and decision_named(package, table) is None:
            yield package.error(
                task,
                "unknown_decision",
                f"Beslutningstabellen »{table}« findes ikke, så sagen ville gå i stå her. "
                "Vælg en anden, eller læg tabellen ved diagrammet.",
                f"There is no decision table “{table}”, so the case would stop here. Choose "
                "another, or put the table beside the diagram.",
            )


def missing_table_input(package: Package) -> Iterator[Finding]:
    """A table is told all that its columns and cells read, and so are those it builds on."""
    for task in package.of_type("businessRuleTask"):
        decision = decision_named(package, setting(task, "decisionRef"))
        if decision is None:
            continue
        for name in sorted(decision.reads - named(task, "in.")):
            yield package.error(
                task,
                "missing_table_input",
                f"Beslutningstabellen spørger efter »{name}«, men får det ikke at vide, så sagen "
                f"ville gå i stå her. Tilføj »in.{name}«.",
                f"The decision table asks for “{name}” but is not told, so the case would stop "
                f"here. Add “in.{name}”.",
            )


def broken_table(package: Package) -> Iterator[Finding]:
    """A decision table that lies beside the diagram can be read, every cell of it."""
    for path, text in sorted(package.files.items()):
        if not path.endswith(".dmn"):
            continue
        try:
            read_decisions(text.encode())
        except CaseworkError as error:
            yield Finding(
                code="broken_table",
                severity=Severity.ERROR,
                element="",
                element_name="",
                line=None,
                file=path,
                danish=f"Beslutningstabellen kan ikke læses: {str(error).rstrip('.')}. Ret den.",
                english=f"The decision table cannot be read ({str(error).rstrip('.')}). Mend it.",
            )


RULES: tuple[Rule, ...] = (no_decision, unknown_decision, missing_table_input, broken_table)

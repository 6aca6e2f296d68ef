"""Import help on the command line: a file in, a copy and a list out."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from engine.domain.errors import InvalidDefinition
from engine.spiff.adapting.adapted import Adapted, Change
from engine.spiff.adapting.drawing import word_of
from engine.spiff.adapting.safely import adapt_safely
from engine.spiff.checks.findings import Finding, Severity
from engine.xml import MAX_BYTES
from web.deploying import BPMN, pack_folder
from web.known import known_to_process
from web.words import role_name
from workflows.packages import process_folders, read_process_folder, shared_decisions


def adapt_file(
    file: str, to: str | None, process: str | None, choose: str, *, as_json: bool
) -> bool:
    """Write the adapted copy of `file` and print what was done and is left; tell if there is one.

    A copy that is there already is not overwritten: raises `InvalidDefinition`.
    """
    source = Path(file)
    name = process or word_of(_bare(source), "process")
    target = _target(source, to, name)
    if target.exists():
        raise InvalidDefinition(f"»{target}« findes allerede. Vælg et andet sted med --to.")
    outcome = _adapted(source, name, choose)
    if as_json:
        click.echo(json.dumps(_as_json(outcome), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_in_words(outcome, file)))
    if outcome.is_refused:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(outcome.xml, "utf-8")
    if not as_json:
        click.echo(f"\nKopien er skrevet til {target}. {file} er, som den var.")
    return True


def _adapted(source: Path, name: str, choose: str) -> Adapted:
    shipped = BPMN / "processes"
    decisions = shared_decisions(shipped)
    around: Mapping[str, Mapping[str, str]] = dict(
        read_process_folder(each, decisions) for each in process_folders(shipped)
    )
    known = known_to_process(name, around, pack_folder())
    roles = {role: role_name(role) for role in sorted(known.roles)}
    with source.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    tables = {
        path: text
        for files in around.values()
        for path, text in files.items()
        if path.endswith(".dmn")
    }
    return adapt_safely(data, name, tables, known, roles, choose)


def _bare(source: Path) -> str:
    """Return the name of the file without what says that it is BPMN."""
    return re.sub(r"(?i)(\.bpmn(20?)?)?(\.xml)?$", "", source.name) or source.name


def _target(source: Path, to: str | None, name: str) -> Path:
    if to is None:
        return source.with_name(f"{_bare(source)}.adapted.bpmn")
    return Path(to) if to.endswith((".bpmn", ".xml")) else Path(to) / f"{name}.bpmn"


def _in_words(outcome: Adapted, file: str) -> Iterator[str]:
    if outcome.is_refused:
        yield f"{file} kan ikke gøres kørbar endnu. Det står i vejen:"
        yield from (_finding(each) for each in outcome.findings)
        yield from _others(outcome)
        return
    yield f"Det har vi ændret ({len(outcome.changes)}):"
    yield from (_change(each, each.danish) for each in outcome.changes)
    yield f"\nDet mangler du ({len(outcome.decisions) + len(outcome.findings)}):"
    yield from (_change(each, each.left_danish) for each in outcome.decisions)
    yield from (_finding(each) for each in outcome.findings)
    yield from _others(outcome)


def _others(outcome: Adapted) -> Iterator[str]:
    if outcome.others:
        names = ", ".join(f"{name} (--choose {key})" for key, name in outcome.others.items())
        yield f"\nFilen har også: {names}"


def _change(change: Change, text: str) -> str:
    line = f"linje {change.line}: " if change.line else ""
    return f"  {line}{_who(change.element_name, change.element)}{text}"


def _finding(finding: Finding) -> str:
    line = f"linje {finding.line}: " if finding.line else ""
    kind = "" if finding.severity is Severity.ERROR else "advarsel: "
    who = _who(finding.element_name, finding.element)
    return f"  {line}{kind}{who}{finding.danish} [{finding.code}]"


def _who(name: str, element: str) -> str:
    if name and element:
        return f"{name} ({element}): "
    return f"{element}: " if element else ""


def _as_json(outcome: Adapted) -> Mapping[str, object]:
    return {
        "process": outcome.process,
        "refused": outcome.is_refused,
        "changes": [asdict(each) for each in outcome.changes],
        "findings": [asdict(each) for each in outcome.findings],
        "others": dict(outcome.others),
    }

"""Processes and packs on their way in and out: checked, put into force, written as folders."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy import select

from engine.domain.errors import InvalidDefinition, NotFound
from engine.ports import SYSTEM, Actor
from engine.services.definitions import newest_definition
from engine.services.deployments import content_id, deploy_process
from engine.settings import Settings
from engine.spiff.checks.findings import Finding, Severity
from engine.spiff.checks.safely import Question, check_all_safely
from engine.storage.models import DefinitionRow
from engine.storage.work import Casework, Work
from web.known import known_to_process
from web.wiring import build, migrate
from workflows.municipalities.packs import Pack, install_pack, read_pack
from workflows.packages import (
    deploy_all,
    process_folders,
    read_process_folder,
    shared_decisions,
    write_process_folder,
)

BPMN = Path(__file__).parents[1] / "bpmn"
SHIPPED = Actor(id=None, name="Tovholder")
OPERATOR = Actor(id=None, name="Kommandolinjen")
PACK = "pack.toml"


def deploy_shipped(casework: Casework) -> None:
    """Put pack and processes of the product into force where nothing newer is."""
    casework.act(SHIPPED, _install_shipped)


def deploy_processes(work: Work, folder: Path, note: str = "") -> Sequence[DefinitionRow]:
    """Put every process in `folder` into force; `note` says what is new."""
    return deploy_all(work, folder, shared_decisions(folder), note=note)


def deploy_path(settings: Settings, path: str, note: str) -> None:
    """Check what lies at `path` and put it into force: a pack, or processes.

    Raises `InvalidDefinition` and changes nothing when a file may not be deployed.
    """
    folder = Path(path)
    casework = build(settings)
    migrate(casework)
    if (folder / PACK).is_file():
        pack = read_pack(folder.resolve().parents[1], folder.resolve().name)
        casework.act(OPERATOR, lambda work: install_pack(work, pack))
        click.echo(f"Pakken »{pack.title}« gælder nu.")
        return
    packages = _packages(folder)
    _refuse_errors(packages)
    rows = casework.act(OPERATOR, lambda work: deploy_processes(work, folder, note))
    for row in rows:
        click.echo(f"{row.process}: udgave {row.number} er i drift.")


def check_path(path: str, *, as_json: bool) -> bool:
    """Print what is wrong with the processes at `path`; say whether they may be deployed."""
    findings = _check(_packages(Path(path)))
    if as_json:
        click.echo(json.dumps([_as_json(*each) for each in findings], ensure_ascii=False, indent=2))
    else:
        for process, finding in findings:
            click.echo(_in_words(process, finding))
        click.echo(_summary(findings))
    return not any(finding.severity is Severity.ERROR for _, finding in findings)


def export_process(settings: Settings, process: str, folder: str, number: int | None) -> None:
    """Write a deployed version as a folder. Raises `NotFound`."""
    with build(settings).work(SYSTEM) as work:
        row = _version(work, process, number)
        written = write_process_folder(row.files, Path(folder))
    click.echo(f"{process}, udgave {row.number}: {len(written)} filer i {folder}")


def pack_folder() -> Path:
    """Return the folder of the pack that comes with the product."""
    return next(each.parent for each in sorted((BPMN / "municipalities").glob(f"*/{PACK}")))


def shipped_pack() -> Pack:
    """Return the pack that comes with the product."""
    return read_pack(BPMN, pack_folder().name)


def _install_shipped(work: Work) -> None:
    install_pack(work, shipped_pack())
    for folder in process_folders(BPMN / "processes"):
        _deploy_if_unknown(work, folder)


def _deploy_if_unknown(work: Work, folder: Path) -> None:
    """Put a shipped process into force unless the house has had this content before."""
    process, files = read_process_folder(folder, shared_decisions(folder))
    if work.session.get(DefinitionRow, content_id(process, files)) is None:
        deploy_process(work, process, files, note="Fulgte med Tovholder")


def _packages(folder: Path) -> Mapping[str, Mapping[str, str]]:
    decisions = shared_decisions(folder)
    return dict(read_process_folder(each, decisions) for each in process_folders(folder))


def _check(packages: Mapping[str, Mapping[str, str]]) -> list[tuple[str, Finding]]:
    around = {**_packages(BPMN / "processes"), **packages}
    questions = [
        Question(process, files, known_to_process(process, around, pack_folder()))
        for process, files in packages.items()
    ]
    found = zip(questions, check_all_safely(questions), strict=True)
    return [(each.process, finding) for each, findings in found for finding in findings]


def _refuse_errors(packages: Mapping[str, Mapping[str, str]]) -> None:
    errors = [each for each in _check(packages) if each[1].severity is Severity.ERROR]
    if errors:
        lines = "\n".join(_in_words(*each) for each in errors)
        raise InvalidDefinition(f"Intet er lagt i drift:\n{lines}")


def _in_words(process: str, finding: Finding) -> str:
    place = f"{process}/{finding.file}" + (f":{finding.line}" if finding.line else "")
    kind = "fejl" if finding.severity is Severity.ERROR else "advarsel"
    name = finding.element_name or finding.element
    return f"{place}: {kind}: {name + ': ' if name else ''}{finding.danish} [{finding.code}]"


def _summary(findings: Sequence[tuple[str, Finding]]) -> str:
    errors = sum(finding.severity is Severity.ERROR for _, finding in findings)
    return f"{errors} fejl, {len(findings) - errors} advarsler"


def _as_json(process: str, finding: Finding) -> Mapping[str, object]:
    return {
        "process": process,
        "file": finding.file,
        "line": finding.line,
        "element": finding.element,
        "element_name": finding.element_name,
        "severity": finding.severity.value,
        "code": finding.code,
        "danish": finding.danish,
        "english": finding.english,
    }


def _version(work: Work, process: str, number: int | None) -> DefinitionRow:
    if number is None:
        return newest_definition(work, process)
    query = select(DefinitionRow).where(
        DefinitionRow.process == process, DefinitionRow.number == number
    )
    row = work.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(f"»{process}« har ingen udgave {number}.")
    return row

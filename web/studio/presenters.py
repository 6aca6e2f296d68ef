"""The studio as its pages show it: processes, versions, drafts and findings, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine.domain.errors import InvalidDefinition, NotFound
from engine.ports import Node
from engine.services.definitions import blueprint_of
from engine.services.drafts import Draft, drafts_by_process
from engine.spiff.checks.findings import Finding, Severity
from engine.storage.models import DefinitionRow
from engine.storage.work import Work
from engine.xml import BPMN, read_xml
from web.i18n import _, language, ngettext
from web.stops import moment
from web.studio.deadlines import rule_in_words
from web.studio.options import LADDERS
from web.studio.reading import (
    processes,
    running_by_process,
    running_by_version,
    versions,
)
from web.words import role_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One line of the list."""

    title: str
    href: str
    version: str
    since: str
    by: str
    draft: str
    running: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding as it is read."""

    severity: str
    word: str
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step on the way to the people."""

    text: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPage:
    """One process: where its draft stands, what people do in it, and its versions."""

    process: str
    title: str
    documentation: str
    steps: Sequence[Step]
    findings: Sequence[Shown]
    verdict: str
    has_draft: bool
    may_deploy: bool
    version: int
    tasks: Sequence[Sequence[str]]
    versions: Sequence[Sequence[object]]


def process_list(work: Work) -> Sequence[ProcessRow]:
    """Return the list of processes."""
    running, drafts = running_by_process(work), drafts_by_process(work)
    in_force = processes(work)
    known = {row.process for row in in_force}
    begun = [_begun(work, draft) for name, draft in sorted(drafts.items()) if name not in known]
    return begun + [
        ProcessRow(
            title=row.title,
            href=url_for("studio.process", process=row.process),
            version=_("udgave %(number)d", number=row.number),
            since=moment(work, row.deployed_at),
            by=row.deployed_by,
            draft=_draft_in_words(work, drafts.get(row.process)),
            running=str(running.get(row.process, 0)),
        )
        for row in in_force
    ]


def _begun(work: Work, draft: Draft) -> ProcessRow:
    """Return the line of a process that is only a draft so far."""
    return ProcessRow(
        title=title_of(draft),
        href=url_for("studio.process", process=draft.process),
        version=_("ikke i drift endnu"),
        since="",
        by="",
        draft=_draft_in_words(work, draft),
        running="0",
    )


def title_of(draft: Draft) -> str:
    """Return what the process is called in the drawing of its draft."""
    process = read_xml(draft.xml.encode()).find(f"{{{BPMN}}}process")
    return ("" if process is None else process.get("name", "")) or draft.process


def process_page(work: Work, draft: Draft, findings: Sequence[Finding]) -> ProcessPage:
    """Return the page of one process with what the check says of its draft."""
    found = versions_of(work, draft)
    blueprint = _blueprint(work, found[0]) if found else None
    has_errors = any(each.severity is Severity.ERROR for each in findings)
    has_draft = draft.version > 0
    return ProcessPage(
        process=draft.process,
        title=found[0].title if found else title_of(draft),
        documentation=blueprint.documentation if blueprint else "",
        steps=_steps(work, draft, found[0] if found else None, has_errors),
        findings=[shown(each) for each in findings],
        verdict=verdict(findings),
        has_draft=has_draft,
        may_deploy=has_draft and not has_errors,
        version=draft.version,
        tasks=[
            _task(work, node)
            for node in (blueprint.nodes if blueprint else ())
            if node.type == "userTask"
        ],
        versions=_versions(work, found),
    )


def shown(finding: Finding) -> Shown:
    """Return a finding in the language of the page."""
    line = _("%(file)s, linje %(line)d", file=finding.file, line=finding.line or 1)
    return Shown(
        severity=finding.severity.value,
        word=_("Fejl") if finding.severity is Severity.ERROR else _("Advarsel"),
        where=finding.element_name or finding.element or line,
        text=finding.english if language() == "en" else finding.danish,
    )


def as_json(finding: Finding) -> Mapping[str, Any]:
    """Return a finding for the editor."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "element": finding.element,
        "element_name": finding.element_name,
        "file": finding.file,
        "line": finding.line,
        "text": shown(finding).text,
    }


def verdict(findings: Sequence[Finding]) -> str:
    """Return what the check says as a whole."""
    errors = sum(each.severity is Severity.ERROR for each in findings)
    warnings = len(findings) - errors
    said = ngettext("%(num)d advarsel", "%(num)d advarsler", warnings)
    if errors:
        return _(
            "%(errors)d fejl og %(warnings)s. Fejl skal rettes, før kladden kan lægges i drift.",
            errors=errors,
            warnings=said,
        )
    if warnings:
        return _("Ingen fejl, %(warnings)s. Kladden kan lægges i drift.", warnings=said)
    return _("Ingen fejl og ingen advarsler. Kladden kan lægges i drift.")


def saved_in_words(work: Work, draft: Draft) -> str:
    """Return when a draft was saved and by whom; that there is none, for version 0."""
    return _draft_in_words(work, draft if draft.version else None)


def _draft_in_words(work: Work, draft: Draft | None) -> str:
    if draft is None or draft.saved_at is None:
        return _("ingen kladde")
    return _("gemt %(when)s af %(who)s", when=moment(work, draft.saved_at), who=draft.saved_by)


def versions_of(work: Work, draft: Draft) -> Sequence[DefinitionRow]:
    """Return every version of the process, newest first; none where it is only a draft."""
    try:
        return versions(work, draft.process)
    except NotFound:  # only a draft so far
        return ()


def _steps(
    work: Work, draft: Draft, newest: DefinitionRow | None, has_errors: bool
) -> Sequence[Step]:
    in_force = _in_force(work, newest)
    if not draft.version:
        return [
            Step(text=_("Kladde"), state="next", note=_("ingen kladde")),
            Step(text=_("Kontrolleret"), state="next", note=""),
            Step(text=_("I drift"), state="done", note=in_force),
        ]
    return [
        Step(text=_("Kladde"), state="done", note=saved_in_words(work, draft)),
        Step(
            text=_("Kontrolleret"),
            state="here" if has_errors else "done",
            note=_("har fejl") if has_errors else _("uden fejl"),
        ),
        Step(
            text=_("I drift"),
            state="next" if has_errors else "here",
            note=_("stadig %(version)s", version=in_force) if newest else in_force,
        ),
    ]


def _in_force(work: Work, newest: DefinitionRow | None) -> str:
    if newest is None:
        return _("ikke i drift endnu")
    return _(
        "udgave %(number)d, %(when)s", number=newest.number, when=moment(work, newest.deployed_at)
    )


def _blueprint(work: Work, row: DefinitionRow) -> Any:
    try:
        return blueprint_of(work, row)
    except InvalidDefinition:  # a version of an older release, which this one no longer reads
        return None


def _task(work: Work, node: Node) -> Sequence[str]:
    settings = node.settings
    rule = settings.get("deadline", "")
    ladder = settings.get("ladder", "A")
    role = settings.get("candidateGroups", "")
    return [
        node.name or node.id,
        _("regnes ud (%(rule)s)", rule=role[1:]) if role.startswith("=") else role_name(role),
        settings.get("formKey", ""),
        rule_in_words(rule, work.parameters) if rule else settings.get("no_deadline_because", ""),
        _(LADDERS[ladder]) if ladder in LADDERS else ladder,
    ]


def _versions(work: Work, found: Sequence[DefinitionRow]) -> Sequence[Sequence[object]]:
    running = running_by_version(work, found[0].process) if found else {}
    return [
        [
            {
                "text": _("udgave %(number)d", number=row.number),
                "href": url_for("studio.version_file", process=row.process, number=row.number),
            },
            moment(work, row.deployed_at),
            row.deployed_by,
            row.note,
            str(running.get(row.id, 0)),
        ]
        for row in found
    ]

"""Everything about a young person, for the young person: a page to print, and a file."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.storage.work import Work
from web import words
from web.cases.journal import Entry, entries
from web.cases.views import cases
from web.current import casework, current_actor
from web.explaining import why
from web.i18n import _, age_in_words
from workflows.people.cpr import written
from workflows.rights.contents import contents
from workflows.rights.exporting import Export, Row, export_person

_EVERYTHING = 1_000_000  # entries of a journal: all of them
_ELSEWHERE = {"journal", "answers", "annotations", "read_log"}  # told in sentences
# of the machine, for those who want to see it
_MACHINE = {"cases", "instances", "incidents", "timers", "waits", "messages", "moves"}
_WORDS: Mapping[str, Callable[[str], str]] = {
    "youth_cases.state": words.case_state,
    "youth_cases.outcome": words.outcome,
    "consents.purpose": words.purpose,
    "consents.status": words.consent_state,
    "consents.withdrawn_channel": words.channel,
    "consent_answers.channel": words.channel,
    "legal_basis_uses.basis": words.basis,
    "plans.overarching": words.plan_type,
    "tasks.role": words.role_name,
    "handovers.receiver_role": words.role_name,
    "outbox.kind": words.rung,
}
_PLAIN = {
    "da": "dansk",
    "grade_1_7": "1.-7. klasse",
    "grade_8": "8. klasse",
    "grade_9": "9. klasse",
    "grade_10": "10. klasse",
    "fgu": "FGU",
    "upper_secondary": "Gymnasial uddannelse",
    "vocational": "Erhvervsuddannelse",
    "stu": "STU",
    "work": "Arbejde",
    "none": "Ingen af delene",
    "exempt": "Fritaget for pligten",
    "yes": "ja",
    "no": "nej",
    "young_person": "den unge",
    "joint": "fælles",
    "sole": "fuld",
    "open": "åben",
    "completed": "afsluttet",
    "cancelled": "bortfaldet",
    "active": "gælder",
    "draft": "kladde",
    "superseded": "afløst",
    "decided": "afgjort",
    "disclose": "at dele",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in the export: lines of a word and what stands there."""

    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """The export as it is read."""

    name: str
    age: str
    made: str
    case_href: str
    file_href: str
    sections: Sequence[Section]
    journal: Sequence[Entry]
    looks: Sequence[Sequence[str]]
    machine: Sequence[Section]
    left_out: Sequence[str]


@cases.get("/sager/<uuid:case_id>/udskrift")
def export(case_id: UUID) -> ResponseReturnValue:
    """Everything about the young person, to be read and printed."""
    page = casework().act(current_actor(), lambda work: export_page(work, case_id, request.path))
    return render_template("cases/export.html", page=page)


@cases.get("/sager/<uuid:case_id>/udskrift.json")
def export_file(case_id: UUID) -> ResponseReturnValue:
    """The same as a file; its name is the case's number and names nobody."""
    found = casework().act(
        current_actor(), lambda work: export_person(work, case_id, request.path).as_json()
    )
    named = f'attachment; filename="udskrift-{case_id}.json"'
    return Response(as_text(found), 200, {"Content-Disposition": named}, "application/json")


def as_text(found: Mapping[str, Any]) -> str:
    """Return an export as the text of its file."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def export_page(work: Work, case_id: UUID, path: str = "") -> ExportPage:
    """Return the page. Raises as `export_person`."""
    found = export_person(work, case_id, path)
    shown = [_section(work, name, rows) for name, rows in found.tables.items() if rows]
    ours = [section for name, section in shown if name not in _MACHINE | _ELSEWHERE]
    ours.insert(2, _written(work, found))
    return ExportPage(
        name=found.person.name,
        age=age_in_words(found.person.birth_date, work.today),
        made=f"{_moment(work, found.made_at)}, {found.made_by}",
        case_href=url_for("cases.case", case_id=case_id),
        file_href=url_for("cases.export_file", case_id=case_id),
        sections=[section for section in ours if section.parts],
        journal=entries(work, case_id, _EVERYTHING),
        looks=[_look(work, row) for row in reversed(found.tables["read_log"])],
        machine=[section for name, section in shown if name in _MACHINE],
        left_out=list(contents().rules.values()),
    )


def _section(work: Work, name: str, rows: Sequence[Row]) -> tuple[str, Section]:
    told = contents().tables[name]
    parts = [
        Part(
            [
                (label, said)
                for column, label in told.columns.items()
                if (said := _said(work, f"{name}.{column}", row[column]))
            ]
        )
        for row in rows
    ]
    return name, Section(told.title, parts)


def _written(work: Work, found: Export) -> Section:
    told = contents().tables["answers"]
    parts = []
    for row in found.tables["answers"]:
        by = f"{_moment(work, datetime.fromisoformat(str(row['at'])))}, {row['author_id'] or ''}"
        lines = [line for each in _answers(row) for line in _with_remarks(work, each)]
        if lines:
            parts.append(Part([(_("Skrevet"), by.strip(", ")), *lines]))
    return Section(told.title, parts)


def _with_remarks(work: Work, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield str(answer["question"]), str(answer["in_words"])
    for one in answer.get("you_say", ()):
        by = f"{_moment(work, datetime.fromisoformat(str(one['at'])))}, {one['author_id'] or ''}"
        yield _("Det siger du til det (%(by)s)", by=by.strip(", ")), str(one["text"])


def _answers(row: Row) -> Sequence[Mapping[str, Any]]:
    found = row["data"]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _look(work: Work, row: Row) -> list[str]:
    at = datetime.fromisoformat(str(row["at"]))
    why_seen = words.why_looked(str(row["purpose"]), str(row["behind"]))
    return [_moment(work, at), str(row["actor_id"]) or _("Systemet"), why_seen]


def _said(work: Work, place: str, value: Any) -> str:
    """Return a value as a person reads it."""
    if value in (None, "", [], {}):
        return ""
    if place == "young_people.cpr":
        return written(str(value))
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if isinstance(value, list):
        return ", ".join(_said(work, place, each) for each in value)
    if isinstance(value, dict):
        return " ".join(why(value)) if place == "tasks.deadline" else ""
    return _in_words(work, place, str(value))


def _in_words(work: Work, place: str, text: str) -> str:
    if said := _WORDS.get(place):
        return said(text)
    try:
        if len(text) == len("2026-11-22"):
            return f"{date.fromisoformat(text):%d.%m.%Y}"
        return _moment(work, datetime.fromisoformat(text))
    except ValueError:
        return _PLAIN.get(text, text)


def _moment(work: Work, at: datetime) -> str:
    return f"{at.astimezone(work.calendar.timezone):%d.%m.%Y kl. %H.%M}"

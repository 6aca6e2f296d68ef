"""The page where a leader gives the thread of a case to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from engine.domain.errors import Over
from engine.storage.work import Work
from web.absence.words import away_in_words
from web.cases.reading import case_with_person
from web.i18n import _, age_in_words, ngettext
from web.sentences import translated
from web.words import why_passed_on
from workflows.cases.passing_on import REASONS, Colleague, check_may_pass_on, colleagues
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.absences import Away, away_today
from workflows.municipalities.records import EmployeeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingOn:
    """Who holds the thread, who could, and why it may be passed on."""

    who: str
    holder: str
    held_by: UUID
    fields: Sequence[Mapping[str, Any]]
    case_href: str
    action: str


def passing_on(
    work: Work, case_id: UUID, typed: Mapping[str, str], problems: Mapping[str, str]
) -> PassingOn:
    """Return the page, with what was typed. Raises `NotFound`, `NotAllowed` and `Conflict`."""
    case, person = case_with_person(work, case_id)
    check_may_pass_on(work, case)
    if case.closed_at is not None:
        raise Over("Sagen er lukket.")
    return PassingOn(
        who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
        holder=work.session.get_one(EmployeeRow, case.primary_id).name,
        held_by=case.primary_id,
        fields=[
            _field("employee", _("Hvem skal holde tråden?"), _people(work, case), typed, problems),
            _field("reason", _("Hvorfor?"), _reasons(), typed, problems),
        ],
        case_href=url_for("cases.case", case_id=case_id),
        action=url_for("cases.pass_on_now", case_id=case_id),
    )


def _field(
    key: str,
    label: str,
    options: Sequence[Mapping[str, str]],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Mapping[str, Any]:
    return {
        "key": key,
        "type": "select" if key == "employee" else "radio",
        "label": label,
        "required": True,
        "value": typed.get(key, ""),
        "options": options,
        "error": translated(problems[key]) if key in problems else "",
    }


def _people(work: Work, case: YouthCaseRow) -> list[Mapping[str, str]]:
    found = colleagues(work, case)
    away = away_today(work, [each.id for each in found])
    return [
        {"value": str(each.id), "label": _in_one_line(work, each, away.get(each.id))}
        for each in found
    ]


def _in_one_line(work: Work, colleague: Colleague, away: Away | None) -> str:
    number = colleague.holds
    holds = ngettext("holder %(num)d tråd", "holder %(num)d tråde", number)
    parts = [colleague.name, holds, away_in_words(work, away) if away else ""]
    return " · ".join(part for part in parts if part)


def _reasons() -> list[Mapping[str, str]]:
    words = [(code, why_passed_on(code)) for code in REASONS]
    return [{"value": code, "label": said[:1].upper() + said[1:]} for code, said in words]

"""The page where the convenor says who came, and the page that moves a meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Shown, Typed, conditions, drawn, problems_of, raw_of
from web.meetings import words
from web.meetings.days import Day, day_of
from web.meetings.presenters import date_parts
from web.sentences import translated
from web.words import role_name
from workflows.forums.agenda import meeting_to_lead
from workflows.forums.attendance import SUBSTITUTE, Chair, chairs, record_attendance
from workflows.forums.mine import meeting_to_see
from workflows.forums.records import MeetingRow
from workflows.municipalities.absences import possible_deputies


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A page with one form about a meeting."""

    forum: str
    day: Day
    meeting_href: str
    action: str
    fields: Sequence[Shown]
    conditions: Sequence[Mapping[str, object]] = ()


def attendance_page(
    work: Work, meeting_id: UUID, typed: Typed | None, problems: Mapping[str, str]
) -> FormPage:
    """Return the chairs as a form, with what is known or was typed. Raises `NotFound` …"""
    forum, meeting = meeting_to_see(work, meeting_id)
    meeting_to_lead(work, meeting_id)
    found = chairs(work, meeting)
    form = _form(work, found)
    return FormPage(
        forum=forum.name,
        day=day_of(work, forum, meeting),
        meeting_href=url_for("meetings.meeting", meeting_id=meeting.id),
        action=url_for("meetings.write_attendance", meeting_id=meeting.id),
        fields=drawn(form, typed or _known(found), problems),
        conditions=conditions(form),
    )


def write_attendance(work: Work, meeting_id: UUID, typed: Typed) -> None:
    """Write who came. Raises `InvalidAnswers` by field, `NotFound`, `NotAllowed`, `Conflict`."""
    meeting = meeting_to_lead(work, meeting_id)
    found = chairs(work, meeting)
    form = _form(work, found)
    problems = dict(problems_of(form, typed))
    answers = {} if problems else validate(form, raw_of(typed), _)
    for chair in found if not problems else ():
        problems |= _write(work, meeting, chair, answers)
    if problems:
        raise InvalidAnswers(problems)


def move_page(
    work: Work, meeting_id: UUID, typed: Typed | None, problems: Mapping[str, str]
) -> FormPage:
    """Return the form that moves a meeting, with the day it has. Raises as `attendance_page`."""
    forum, meeting = meeting_to_see(work, meeting_id)
    meeting_to_lead(work, meeting_id)
    parts = {f"day-{part}": value for part, value in date_parts(meeting.held_on).items()}
    shown = typed or MultiDict({**parts, "place": meeting.place})
    return FormPage(
        forum=forum.name,
        day=day_of(work, forum, meeting),
        meeting_href=url_for("meetings.meeting", meeting_id=meeting.id),
        action=url_for("meetings.move_now", meeting_id=meeting.id),
        fields=drawn(_MOVING, shown, problems),
    )


def moved_to(typed: Typed) -> tuple[date, str]:
    """Return the day and place that were typed. Raises `InvalidAnswers`."""
    answers = validate(_MOVING, raw_of(typed), _)
    return date.fromisoformat(str(answers["day"])), str(answers.get("place") or "")


_MOVING = parse(
    {
        "id": "move_meeting",
        "components": [
            {
                "type": "date",
                "key": "day",
                "label": N_("Hvilken dag i stedet?"),
                "validate": {"required": True},
            },
            {
                "type": "textfield",
                "key": "place",
                "label": N_("Hvor?"),
                "validate": {"maxLength": 200},
            },
        ],
    }
)


def _form(work: Work, found: Sequence[Chair]) -> Form:
    return parse(
        {"id": "attendance", "components": [_chair(work, one, n) for n, one in enumerate(found)]}
    )


def _chair(work: Work, chair: Chair, number: int) -> Mapping[str, Any]:
    options = [{"value": code, "label": said} for code, said in words.CAME.items()]
    found = possible_deputies(work, [chair.employee_id])
    near = [one for one in found if one.id != chair.employee_id]
    others = [{"value": str(one.id), "label": one.name} for one in near]
    return {
        "type": "group",
        "label": f"{chair.name}, {role_name(chair.role)}",
        "components": [
            {"type": "radio", "key": f"came_{number}", "label": N_("Kom de?"), "values": options},
            {
                "type": "checkbox",
                "key": f"mandate_{number}",
                "label": N_("Må beslutte på lederens vegne"),
            },
            {
                "type": "select",
                "key": f"substitute_{number}",
                "label": N_("Hvem kom i stedet?"),
                "values": others,
                "conditional": {"hide": f'=came_{number} != "{SUBSTITUTE}"'},
            },
            {
                "type": "textfield",
                "key": f"note_{number}",
                "label": N_("Bemærkning"),
                "validate": {"maxLength": 300},
            },
        ],
    }


def _known(found: Sequence[Chair]) -> Typed:
    """Return what is written already; a mandate is taken for granted until somebody says no."""
    typed: Typed = MultiDict()
    for number, chair in enumerate(found):
        row = chair.attendance
        typed[f"came_{number}"] = row.status if row else ""
        typed[f"substitute_{number}"] = str(row.substitute_id or "") if row else ""
        typed[f"note_{number}"] = row.note if row else ""
        if row is None or row.has_mandate:
            typed[f"mandate_{number}"] = "1"
    return typed


def _write(
    work: Work, meeting: MeetingRow, chair: Chair, answers: Mapping[str, Any]
) -> dict[str, str]:
    """Write one chair, the last that was said counts; return what must be mended."""
    number = chairs(work, meeting).index(chair)
    status = answers.get(f"came_{number}")
    if not status:
        return {}
    substitute = answers.get(f"substitute_{number}") if status == SUBSTITUTE else None
    try:
        record_attendance(
            work,
            meeting.id,
            chair.employee_id,
            chair.role,
            str(status),
            has_mandate=bool(answers.get(f"mandate_{number}")),
            substitute_id=UUID(str(substitute)) if substitute else None,
            note=str(answers.get(f"note_{number}") or ""),
        )
    except InvalidAnswers as invalid:
        return {f"{key}_{number}": translated(said) for key, said in invalid.problems.items()}
    return {}

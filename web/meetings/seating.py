"""The page where it is said who sits with the young person at an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.i18n import N_, _
from web.inbox.forms import Shown, Typed, drawn, problems_of, raw_of
from web.meetings.days import Day, day_of
from web.sentences import translated
from web.words import role_name
from workflows.forums.attendance import chairs
from workflows.forums.items import item_of
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.seating import (
    REASON,
    check_composes,
    compose_table,
    may_compose,
    seating_of,
    warning_of,
)
from workflows.municipalities.records import ForumRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingPage:
    """The form, with what is known or was typed; `warning` where those who sit there are many."""

    who: str
    forum: str
    day: Day
    case_href: str
    fields: Sequence[Shown]
    warning: str


def seating_page(
    work: Work, item_id: UUID, typed: Typed | None, problems: Mapping[str, str]
) -> SeatingPage:
    """Return the page. Raises `NotFound`, and `NotAllowed` for those who may not compose it."""
    item = item_of(work, item_id)
    check_composes(work, item)
    look_at(work, item.case_id, "meeting")
    if not may_compose(work, item):
        raise NotAllowed("Det gør mødelederen, eller lederen af sagens enhed.")
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    row = seating_of(work, item_id)
    return SeatingPage(
        who=case_with_person(work, item.case_id)[1].first_name,
        forum=forum.name,
        day=day_of(work, forum, meeting),
        case_href=url_for("cases.case", case_id=item.case_id),
        fields=drawn(_form(work, meeting), typed or _known(work, item), problems),
        warning=translated(warning_of(work, len(row.people))) if row else "",
    )


def compose(work: Work, item_id: UUID, typed: Typed) -> None:
    """Keep what was typed. Raises `InvalidAnswers` by field, `NotFound`, `NotAllowed`."""
    item = item_of(work, item_id)
    check_composes(work, item)
    form = _form(work, work.session.get_one(MeetingRow, item.meeting_id))
    if problems := problems_of(form, typed):
        raise InvalidAnswers(problems)
    answers = validate(form, raw_of(typed), _)
    people = [UUID(str(each)) for each in answers.get("people") or ()]
    compose_table(work, item_id, people, reason=str(answers.get("reason") or ""))


def _form(work: Work, meeting: MeetingRow) -> Form:
    by_person: dict[UUID, list[str]] = {}
    names: dict[UUID, str] = {}
    for chair in chairs(work, meeting):
        by_person.setdefault(chair.employee_id, []).append(role_name(chair.role))
        names[chair.employee_id] = chair.name
    return parse({"id": "seating", "components": _fields(by_person, names)})


def _fields(
    by_person: Mapping[UUID, Sequence[str]], names: Mapping[UUID, str]
) -> list[Mapping[str, Any]]:
    values = [
        {"value": str(person), "label": f"{names[person]}, {', '.join(roles)}"}
        for person, roles in by_person.items()
    ]
    return [
        {
            "type": "checklist",
            "key": "people",
            "label": N_("Hvem sidder sammen med den unge?"),
            "description": N_("Ingen, hvis den unge ikke kommer. De andre kan skrive et bidrag."),
            "values": values,
        },
        {
            "type": "textarea",
            "key": "reason",
            "label": N_("Hvorfor skal så mange være der?"),
            "description": N_("Kun når en leder tillader flere, end der ellers må være."),
            "validate": {"maxLength": REASON},
        },
    ]


def _known(work: Work, item: AgendaItemRow) -> Typed:
    row = seating_of(work, item.id)
    typed: Typed = MultiDict()
    typed.setlist("people", list(row.people) if row else [])
    typed["reason"] = row.reason if row else ""
    return typed

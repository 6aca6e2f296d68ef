"""The page of one item while the meeting is held: its form, what was agreed, and putting it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotFound
from engine.domain.forms import Form, parse, validate
from engine.services.definitions import form_of
from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.cases.glimpses import Glimpse, glimpse
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.i18n import N_, _, age_in_words
from web.inbox.forms import Shown, Typed, all_fields, conditions, drawn, problems_of, raw_of
from web.inbox.presenters import Act
from web.inbox.reading import names_of
from web.meetings import words
from web.meetings.days import Day, day_of
from web.sentences import translated
from web.words import role_name
from workflows.forums.agreements import NewAgreement, check_agreements
from workflows.forums.attendance import chairs, quorum
from workflows.forums.deciding import AGREEMENTS, Decision
from workflows.forums.items import NO_ITEM, decision_task, item_to_lead
from workflows.forums.mine import meeting_to_see
from workflows.forums.passing_on import MOST_MOVES
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.records import ForumRow

ROWS = 4  # agreements that can be written at once
_PARTS = ("goal", "agreement", "owner", "due_on")
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item fills the page."""

    title: str
    reason: str
    forum: str
    day: Day
    meeting_href: str
    case_href: str
    missing: str
    attendance_href: str
    fields: Sequence[Shown]
    agreements: Sequence[Sequence[Shown]]
    everything: Sequence[Shown]  # for the summary of what must be mended
    conditions: Sequence[Mapping[str, object]]
    action: str
    put_off: Act
    glimpse: Glimpse | None
    waits: str


def item_page(
    work: Work,
    meeting_id: UUID,
    item_id: UUID,
    typed: Typed | None,
    problems: Mapping[str, str],
) -> ItemPage:
    """Return the page, with what was typed. Raises `NotFound`, `NotAllowed` and `Conflict`."""
    forum, meeting, item = meeting_and_item(work, meeting_id, item_id)
    about_case = item.task_id is None
    sight = look_at(work, item.case_id, "meeting") if about_case else None
    task = decision_task(work, item)
    form = _form_of(work, task)
    lines = agreement_form(work, meeting)
    shown = _without_agreements(drawn(form, typed, problems)) if form else []
    rows = _in_rows(drawn(lines, typed, problems))
    met = quorum(work, meeting, item)
    return ItemPage(
        title=_title(work, item),
        reason=words.reason_words(item.reason),
        forum=forum.name,
        day=day_of(work, forum, meeting),
        meeting_href=url_for("meetings.meeting", meeting_id=meeting.id),
        case_href=url_for("cases.case", case_id=item.case_id) if about_case else "",
        missing=", ".join(role_name(role) for role in met.missing)
        or (_("flere fagområder") if met.too_few else ""),
        attendance_href=url_for("meetings.attendance", meeting_id=meeting.id),
        fields=shown,
        agreements=rows,
        everything=[*shown, *(field for row in rows for field in row)],
        conditions=conditions(form) if form else (),
        action=url_for("meetings.decide", meeting_id=meeting.id, item_id=item.id),
        put_off=_put_off(meeting, item),
        glimpse=glimpse(work, sight) if sight else None,
        waits="" if task or not about_case else _("Sagens opgave åbner klokken 8 på mødedagen."),
    )


def meeting_and_item(
    work: Work, meeting_id: UUID, item_id: UUID
) -> tuple[ForumRow, MeetingRow, AgendaItemRow]:
    """Return the forum, the meeting and the item for its convenor. Raises as `item_page`."""
    forum, meeting = meeting_to_see(work, meeting_id)
    item = item_to_lead(work, item_id)
    if item.meeting_id != meeting.id:
        raise NotFound(NO_ITEM)
    return forum, meeting, item


def decision_of(work: Work, meeting: MeetingRow, item: AgendaItemRow, typed: Typed) -> Decision:
    """Return what was typed as a decision. Raises `InvalidAnswers` with every problem at once."""
    task = decision_task(work, item)
    form = _form_of(work, task)
    agreements, problems = _agreements(work, meeting, typed)
    answers = MultiDict(typed)
    if agreements and not answers.get(AGREEMENTS):
        answers[AGREEMENTS] = " "
    if form is not None:
        found = problems_of(form, answers)
        problems |= {
            key: said for key, said in found.items() if key != AGREEMENTS or not agreements
        }
    if problems:
        raise InvalidAnswers(problems)
    return Decision(answers=raw_of(typed), agreements=agreements)


def decision_task_of(work: Work, meeting_id: UUID, item_id: UUID) -> UUID | None:
    """Return the task in which the item is decided, if it has one. Raises as `item_page`."""
    _forum, _meeting, item = meeting_and_item(work, meeting_id, item_id)
    task = decision_task(work, item)
    return task.id if task else None


def agreement_form(work: Work, meeting: MeetingRow) -> Form:
    """Return the lines of agreements as a form: `goal_1`, `agreement_1`, `owner_1`, `due_on_1` …"""
    people = names_of(work, [chair.employee_id for chair in chairs(work, meeting)])
    values = [
        {"value": str(key), "label": name}
        for key, name in sorted(people.items(), key=lambda pair: pair[1])
    ]
    parts = []
    for number in range(1, ROWS + 1):
        parts += [
            {
                "type": "textfield",
                "key": f"goal_{number}",
                "label": N_("Mål"),
                "validate": {"maxLength": 500},
            },
            {
                "type": "textfield",
                "key": f"agreement_{number}",
                "label": N_("Aftale"),
                "validate": {"maxLength": 500},
            },
            {
                "type": "select",
                "key": f"owner_{number}",
                "label": N_("Hvem gør det?"),
                "values": values,
            },
            {"type": "date", "key": f"due_on_{number}", "label": N_("Hvornår senest?")},
        ]
    return parse({"id": "agreements", "components": parts})


def _agreements(
    work: Work, meeting: MeetingRow, typed: Typed
) -> tuple[list[NewAgreement], dict[str, str]]:
    form = agreement_form(work, meeting)
    problems = dict(problems_of(form, typed))
    if problems:
        return [], problems
    answers = validate(form, raw_of(typed), _)
    numbers = [n for n in range(1, ROWS + 1) if any(answers.get(f"{p}_{n}") for p in _PARTS)]
    found = [_agreement(answers, number) for number in numbers]
    try:
        check_agreements(work, found)
    except InvalidAnswers as invalid:
        problems = _by_row(invalid.problems, numbers)
    return found, problems


def _by_row(problems: Mapping[str, str], numbers: Sequence[int]) -> dict[str, str]:
    """Return the problems by the row they were typed in: a blank row may stand between."""
    found = {}
    for key, said in problems.items():
        part, _line, number = key.rpartition("_")
        found[f"{part}_{numbers[int(number) - 1]}"] = translated(said)
    return found


def _agreement(answers: Mapping[str, object], number: int) -> NewAgreement:
    goal, agreement, owner, due_on = (answers.get(f"{part}_{number}") for part in _PARTS)
    return NewAgreement(
        goal=str(goal or ""),
        agreement=str(agreement or ""),
        owner_id=UUID(str(owner)) if owner else _NOBODY,
        due_on=date.fromisoformat(str(due_on)) if due_on else None,
    )


def _form_of(work: Work, task: TaskRow | None) -> Form | None:
    if task is None or task.form is None or task.definition_id is None:
        return None
    return form_of(work.definition(task.definition_id), task.form)


def _without_agreements(fields: Sequence[Shown]) -> list[Shown]:
    """Return the fields; what is agreed has its own lines, and the text is for the rest."""
    return [_reworded(field) for field in fields]


def _reworded(field: Shown) -> Shown:
    if field["type"] == "group":
        return {**field, "fields": [_reworded(each) for each in field["fields"]]}
    if field["key"] != AGREEMENTS:
        return field
    return {
        **field,
        "label": _("Er der andet, I er enige om?"),
        "help": _("Aftaler skrives nederst. Er der ingen, så skriv hvorfor."),
        "required": False,
    }


def _in_rows(fields: Sequence[Shown]) -> list[list[Shown]]:
    found = list(all_fields(fields))
    width = len(_PARTS)
    return [found[start : start + width] for start in range(0, len(found), width)]


def _title(work: Work, item: AgendaItemRow) -> str:
    if item.task_id is not None:
        task = work.session.get(TaskRow, item.task_id)
        return task.title if task else words.reason_words(item.reason)
    _case, person = case_with_person(work, item.case_id)
    return f"{person.first_name}, {age_in_words(person.birth_date, work.today)}"


def _put_off(meeting: MeetingRow, item: AgendaItemRow) -> Act:
    again = item.moved_count >= MOST_MOVES
    return Act(
        _("Lad lederen finde en, der kan beslutte") if again else _("Udsæt til næste møde"),
        action=url_for("meetings.put_off_item", meeting_id=meeting.id, item_id=item.id),
    )

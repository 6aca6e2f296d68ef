"""What the case pages ask the database for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, or_, select, tuple_

from engine.domain.errors import NotFound
from engine.storage.models import InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work
from workflows.access.services import cases_visible_to
from workflows.cases.records import YouthCaseRow
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.records import EmployeeRow, ForumRow
from workflows.people.records import GuardianRow, YoungPersonRow

MINE, SEEN, CLOSED = "mine", "alle", "lukkede"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case in a list: who it is about, who holds the thread, and what is due first."""

    case: YouthCaseRow
    young_person: YoungPersonRow
    holder: str
    due_on: date | None
    deadline: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases by first name; `after` is the last case of it, when there are more."""

    cases: Sequence[Listed]
    after: UUID | None


def list_cases(
    work: Work, view: str, search: str, limit: int, after: UUID | None = None
) -> CasePage:
    """Return the cases that the actor may see, by first name. `search` is part of a name.

    Those after the case `after`, which the actor sees too: its id stands in the address of the
    next page, and a name may not.
    """
    query = (
        select(YouthCaseRow, YoungPersonRow, EmployeeRow.name)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .join(EmployeeRow, EmployeeRow.id == YouthCaseRow.primary_id)
        .where(cases_visible_to(work, work.actor), *_of_view(work, view), *_named(search))
    )
    if after is not None:
        place = tuple_(YoungPersonRow.first_name, YouthCaseRow.case_id)
        query = query.where(place > tuple_(_first_name(work, after), after))
    query = query.order_by(YoungPersonRow.first_name, YouthCaseRow.case_id).limit(limit + 1)
    found = work.session.execute(query).all()
    due = _due_first(work, [case.case_id for case, _, _ in found[:limit]])
    shown = [
        Listed(
            case=case,
            young_person=person,
            holder=name,
            due_on=due[case.case_id][0] if case.case_id in due else None,
            deadline=due[case.case_id][1] if case.case_id in due else {},
        )
        for case, person, name in found[:limit]
    ]
    more = shown[-1] if len(found) > limit else None
    return CasePage(shown, more.case.case_id if more else None)


def _first_name(work: Work, case_id: UUID) -> ScalarSelect[str]:
    return (
        select(YoungPersonRow.first_name)
        .join(YouthCaseRow, YouthCaseRow.young_person_id == YoungPersonRow.id)
        .where(YouthCaseRow.case_id == case_id, cases_visible_to(work, work.actor))
        .correlate(None)
        .scalar_subquery()
    )


def case_with_person(work: Work, case_id: UUID) -> tuple[YouthCaseRow, YoungPersonRow]:
    """Return the case and the young person. Raises `NotFound`."""
    found = work.session.execute(
        select(YouthCaseRow, YoungPersonRow)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YouthCaseRow.case_id == case_id)
    ).one_or_none()
    if found is None:
        raise NotFound("Sagen findes ikke.")
    case, person = found
    return case, person


def open_tasks(work: Work, case_id: UUID) -> Sequence[TaskRow]:
    """Return the open tasks of the case, soonest due first."""
    query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.closed_at.is_(None))
    return work.session.scalars(query.order_by(TaskRow.due_at, TaskRow.id)).all()


def instances(work: Work, case_id: UUID) -> Sequence[InstanceRow]:
    """Return the processes of the case: those that run, then those last over."""
    query = select(InstanceRow).where(InstanceRow.case_id == case_id)
    rows = work.session.scalars(query.order_by(InstanceRow.started_at.desc())).all()
    running = [row for row in rows if row.closed_at is None]
    over = [(row.closed_at, row) for row in rows if row.closed_at is not None]
    return [*running, *(row for _at, row in sorted(over, key=lambda each: each[0], reverse=True))]


def instance_of_case(work: Work, case_id: UUID, instance_id: UUID) -> InstanceRow:
    """Return one process of the case. Raises `NotFound`."""
    row = work.session.get(InstanceRow, instance_id)
    if row is None or row.case_id != case_id:
        raise NotFound("Processen findes ikke i denne sag.")
    return row


def guardians(work: Work, young_person_id: UUID) -> Sequence[GuardianRow]:
    """Return those who have or had custody, by name."""
    query = select(GuardianRow).where(GuardianRow.young_person_id == young_person_id)
    return sorted(work.session.scalars(query), key=lambda row: row.name)


def employees(work: Work, wanted: Collection[UUID | None]) -> Mapping[UUID, EmployeeRow]:
    """Return these employees."""
    ids = {each for each in wanted if each is not None}
    query = select(EmployeeRow).where(EmployeeRow.id.in_(ids))
    return {row.id: row for row in work.session.scalars(query)}


def coming_starts(work: Work, case_id: UUID) -> Sequence[TimerRow]:
    """Return what the calendar will start by itself, soonest first."""
    query = select(TimerRow).where(
        TimerRow.case_id == case_id, TimerRow.kind == "start", TimerRow.done_at.is_(None)
    )
    return work.session.scalars(query.order_by(TimerRow.due_at)).all()


def coming_meetings(work: Work, case_id: UUID) -> Sequence[tuple[ForumRow, MeetingRow]]:
    """Return the meetings on whose agenda the case stands, the next one first."""
    query = (
        select(ForumRow, MeetingRow)
        .join(MeetingRow, MeetingRow.forum_id == ForumRow.id)
        .join(AgendaItemRow, AgendaItemRow.meeting_id == MeetingRow.id)
        .where(
            AgendaItemRow.case_id == case_id,
            AgendaItemRow.status.in_(("waiting", "released", "held_back")),
            MeetingRow.held_on >= work.today,
        )
        .order_by(MeetingRow.held_on)
    )
    return [(forum, meeting) for forum, meeting in work.session.execute(query)]


def _of_view(work: Work, view: str) -> list[ColumnElement[bool]]:
    me = work.actor.id
    if view == CLOSED:
        return [YouthCaseRow.closed_at.is_not(None)]
    if view == SEEN:
        return [YouthCaseRow.closed_at.is_(None)]
    mine = or_(
        YouthCaseRow.primary_id == me,
        YouthCaseRow.coordinator_id == me,
        YouthCaseRow.plan_owner_id == me,
    )
    return [YouthCaseRow.closed_at.is_(None), mine]


def _named(search: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            YoungPersonRow.first_name.icontains(word, autoescape=True),
            YoungPersonRow.last_name.icontains(word, autoescape=True),
        )
        for word in search.split()[:4]
    ]


def _due_first(
    work: Work, case_ids: Collection[UUID]
) -> Mapping[UUID, tuple[date, Mapping[str, Any]]]:
    """Return what is due first in each case: the day, and what its task keeps of the deadline."""
    waiting = TaskRow.closed_at.is_(None), TaskRow.due_on.is_not(None)
    query = (
        select(TaskRow.case_id, TaskRow.due_on, TaskRow.deadline)
        .where(TaskRow.case_id.in_(list(case_ids)), *waiting)
        .order_by(TaskRow.due_on.desc(), TaskRow.id)
    )
    return {case: (day, kept) for case, day, kept in work.session.execute(query) if day}

"""Who is told when a rung of a ladder says "assignee", "unit_leader" and the like."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from engine.ports import Recipient
from engine.services.journal import record
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.municipalities.directory import (
    LEADER_FORUM,
    PERSONAL,
    Surroundings,
    compartments_of,
    person_in,
    surroundings,
)
from workflows.municipalities.records import (
    AbsenceRow,
    EmployeeRow,
    ForumMemberRow,
    ForumRow,
    PostRow,
    UnitRow,
)
from workflows.people.parties import party_recipient

# Asked for every message, so it is made once.
_AWAY_TODAY = and_(
    AbsenceRow.employee_id == EmployeeRow.id,
    AbsenceRow.since <= bindparam("today"),
    AbsenceRow.until >= bindparam("today"),
)
_WITH_DEPUTIES = (
    select(EmployeeRow, AbsenceRow.deputy_id)
    .outerjoin(AbsenceRow, _AWAY_TODAY)
    .where(EmployeeRow.id.in_(bindparam("people", expanding=True)))
)


def recipients(work: Work, task: TaskRow, who: str) -> list[Recipient]:
    """Return who is told when a rung of the task says `who`, each once, deputies with them.

    Where that is nobody (an empty chair, one who has left), it is the nearest leader who is there;
    nobody is returned only where there is no leader at all. One outside the house gets a single
    reminder, before the due day, together with the collector; everything later goes to the
    collector alone. A task in a compartment reaches only those who enter it. Source: domain,
    ladders.
    """
    around = surroundings(work, task.case_id, "chief_consultant")
    if task.outside_party is not None:
        found = _about_outsider(work, task, around, who)
    else:
        found = _there(work, task, around, _meant(work, task, around, who))
    return inside(work, task.compartment, found) if task.compartment else found


def inside(work: Work, compartment: str, found: Collection[Recipient]) -> list[Recipient]:
    """Return those who enter the compartment: no deputy and no chief from outside it."""
    staff = [each.employee for each in found if each.employee]
    enter = {who for who in staff if compartment in compartments_of(work, who)}
    return [each for each in found if each.employee is None or each.employee in enter]


def _meant(work: Work, task: TaskRow, around: Surroundings, who: str) -> Collection[UUID | None]:
    if who == "assignee":
        return _whose(work, task)
    if who == "team_convenor" and task.assignee_id is None:
        return [_leader_of_task(work, task, around)]
    return [_named(work, around, who)]


def _there(
    work: Work, task: TaskRow, around: Surroundings, people: Collection[UUID | None]
) -> list[Recipient]:
    """Return those of `people` who are here, with deputies; else the nearest leader who is."""
    found = with_deputies(work, people)
    leaders = (_leader_of_task(work, task, around), around.leader_id, around.chief_id)
    return found or next((up for each in leaders if (up := with_deputies(work, [each]))), [])


def _about_outsider(work: Work, task: TaskRow, around: Surroundings, who: str) -> list[Recipient]:
    collector = _there(work, task, around, [task.assignee_id or around.case.primary_id])
    ahead = task.due_on is not None and work.today < task.due_on
    if who != "assignee" or not ahead or task.outside_party is None:
        return collector
    party = party_recipient(work, task.case_id, task.outside_party)
    if not party.email:
        record(work, task.case_id, "letter_on_paper", text="reminder_outside")
        return collector
    return [party, *collector]


def _whose(work: Work, task: TaskRow) -> Collection[UUID | None]:
    if task.assignee_id is not None:
        return [task.assignee_id]
    if task.due_on is not None and work.today > task.due_on:
        return []  # an overdue task that nobody took is the leader's
    return list(_members(work, task))


def _members(work: Work, task: TaskRow) -> Iterable[UUID]:
    if task.forum_id is not None:
        query = select(ForumMemberRow.employee_id).where(ForumMemberRow.forum_id == task.forum_id)
        if task.role != LEADER_FORUM:
            query = query.where(ForumMemberRow.role == task.role)
        return work.session.scalars(query)
    return work.session.scalars(
        select(PostRow.employee_id).where(
            PostRow.role == task.role, PostRow.unit_id == task.unit_id
        )
    )


def _leader_of_task(work: Work, task: TaskRow, around: Surroundings) -> UUID | None:
    """Return who answers for a task that nobody took: its unit's leader, or its convenor."""
    if task.forum_id is not None:
        forum = work.session.get_one(ForumRow, task.forum_id)
        return forum.convenor_id or around.leader_id
    unit = work.session.get(UnitRow, task.unit_id) if task.unit_id else None
    return unit.leader_id if unit else around.leader_id


def _named(work: Work, around: Surroundings, who: str) -> UUID | None:
    if who == LEADER_FORUM:
        forum = work.session.get(ForumRow, around.leader_forum_id)
        return forum.convenor_id if forum else around.chief_id
    if who == "collector":
        return around.case.primary_id
    return person_in(work, around, who) if who in PERSONAL else None


def with_deputies(work: Work, people: Iterable[UUID | None]) -> list[Recipient]:
    """Return the active ones among `people`, each once, with who stands in for them today."""
    wanted = list(dict.fromkeys(person for person in people if person is not None))
    if not wanted:
        return []
    found = work.session.execute(_WITH_DEPUTIES, {"people": wanted, "today": work.today}).all()
    by_id = {row.id: row for row, _ in found}
    deputies = {row.id: deputy for row, deputy in found if deputy is not None}
    everybody = list(dict.fromkeys([*wanted, *(deputies[p] for p in wanted if p in deputies)]))
    if unknown := [person for person in deputies.values() if person not in by_id]:
        rows = work.session.scalars(select(EmployeeRow).where(EmployeeRow.id.in_(unknown)))
        by_id |= {row.id: row for row in rows}
    return [as_recipient(by_id[p]) for p in everybody if p in by_id and by_id[p].active]


def as_recipient(employee: EmployeeRow) -> Recipient:
    """Return the employee as one who gets a message."""
    return Recipient(name=employee.name, email=employee.email, employee=employee.id)

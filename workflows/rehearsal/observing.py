"""What happened in a run, row by row and without ids: the same in the copy as in the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from engine.domain.quiet import Leaves
from engine.services.digests import DIGEST
from engine.storage.models import (
    DefinitionRow,
    IncidentRow,
    JournalRow,
    OutboxRow,
    TaskRow,
)
from engine.storage.work import Work
from workflows.forums.agreements import ELEMENT as AGREEMENT
from workflows.municipalities.records import EmployeeRow, ForumRow, PostRow, UnitRow

OUTSIDE = "uden for huset"
AGREED = "Aftale fra et møde"  # its own title is what people said, which stays in the case


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Task:
    """A task that came, or was open already: who gets what when.

    `team` is its unit or forum,
    else the unit of whoever has it.

    `who` is the employee's username, "" while nobody has taken it.
    """

    case: str
    created_at: datetime
    element: str
    title: str
    process: str
    role: str
    team: str
    who: str
    due_on: date | None
    due_at: datetime | None
    closed_at: datetime | None
    status: str
    statutory: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Rung:
    """A rung of a ladder that fired; `acted` is False where a higher one went first."""

    case: str
    at: datetime
    element: str
    rung: str
    planned_at: str
    acted: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Message:
    """A message that would leave. Whoever is outside the house has no name here."""

    case: str
    at: datetime
    kind: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Line:
    """A line of somebody's digest. It waited already at the beginning when `at` is that."""

    to: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that happened from a moment on, each in order.

    `had_digest` is the local day of everybody's last digest before.
    """

    tasks: Sequence[Task]
    rungs: Sequence[Rung]
    messages: Sequence[Message]
    incidents: Sequence[str]
    lines: Sequence[Line] = ()
    had_digest: Mapping[str, date] = field(default_factory=dict)


def observe(work: Work, since: datetime) -> Seen:
    """Return what happened after `since`; of the tasks also those that were open then."""
    return Seen(
        tasks=sorted(_tasks(work, since), key=repr),
        rungs=sorted(_rungs(work, since)),
        messages=sorted(_messages(work, since)),
        incidents=sorted(_incidents(work, since)),
        lines=sorted(_lines(work, since)),
        had_digest=_had_digest(work, since),
    )


def case_name(case_id: UUID | None) -> str:
    """Return what a report calls a case."""
    return case_id.hex[:8].upper() if case_id else ""


# What is told of messages and of tasks: these columns alone, for there are many.
_OF_MAIL = select(
    OutboxRow.id,
    OutboxRow.case_id,
    OutboxRow.created_at,
    OutboxRow.kind,
    OutboxRow.recipient_id,
    OutboxRow.sent_at,
)
_OF_TASKS = select(
    TaskRow.case_id,
    TaskRow.created_at,
    TaskRow.element,
    TaskRow.title,
    TaskRow.definition_id,
    TaskRow.role,
    TaskRow.unit_id,
    TaskRow.forum_id,
    TaskRow.assignee_id,
    TaskRow.id,
    TaskRow.due_on,
    TaskRow.due_at,
    TaskRow.closed_at,
    TaskRow.status,
    TaskRow.legal_limit_on,
)


def _tasks(work: Work, since: datetime) -> list[Task]:
    places: dict[UUID, str] = {row.id: row.name for row in work.session.scalars(select(UnitRow))}
    places |= {row.id: row.name for row in work.session.scalars(select(ForumRow))}
    names, processes, units = _staff(work), _processes(work), _units(work)
    open_then = TaskRow.closed_at.is_(None) | (TaskRow.closed_at > since)
    return [
        Task(
            case=case_name(row.case_id),
            created_at=row.created_at,
            element=row.element,
            title=AGREED if row.element == AGREEMENT else row.title,
            process=processes.get(row.definition_id or "", ""),
            role=row.role,
            team=places.get(
                row.unit_id or row.forum_id or units.get(row.assignee_id or row.id, row.id), ""
            ),
            who=names.get(row.assignee_id or row.id, ""),
            due_on=row.due_on,
            due_at=row.due_at,
            closed_at=row.closed_at,
            status=row.status,
            statutory=row.legal_limit_on is not None,
        )
        for row in work.session.execute(_OF_TASKS.where(open_then))
    ]


def _rungs(work: Work, since: datetime) -> list[Rung]:
    fired = select(JournalRow).where(JournalRow.at > since, JournalRow.act == "rung_fired")
    elements = {
        str(task_id): element
        for task_id, element in work.session.execute(select(TaskRow.id, TaskRow.element))
    }
    return [
        Rung(
            case=case_name(row.case_id),
            at=row.at,
            element=elements[row.data["task"]],
            rung=str(row.data["rung"]),
            planned_at=row.data["planned_at"],
            acted=row.data["acted"],
        )
        for row in work.session.scalars(fired)
    ]


def _messages(work: Work, since: datetime) -> list[Message]:
    names = _staff(work)
    return [
        Message(
            case=case_name(row.case_id),
            at=row.created_at,
            kind=row.kind,
            to=names.get(row.recipient_id or row.id, OUTSIDE),
        )
        for row in work.session.execute(_OF_MAIL.where(OutboxRow.created_at > since))
    ]


def _lines(work: Work, since: datetime) -> list[Line]:
    """Return the lines that no digest had gathered at that moment, and those that came."""
    gathered = aliased(OutboxRow)
    query = (
        _OF_MAIL.outerjoin(gathered, gathered.id == OutboxRow.digest_id)
        .where(OutboxRow.leaves == Leaves.DIGEST.value)
        .where(gathered.id.is_(None) | (gathered.created_at > since))
    )
    names = _staff(work)
    return [
        Line(to=names[row.recipient_id], at=max(since, row.created_at))
        for row in work.session.execute(query)
        if row.recipient_id is not None and (row.sent_at is None or row.sent_at > since)
    ]


def _had_digest(work: Work, since: datetime) -> Mapping[str, date]:
    names = _staff(work)
    query = _OF_MAIL.where(OutboxRow.kind == DIGEST, OutboxRow.created_at <= since)
    return {
        names[row.recipient_id]: work.calendar.local_date(row.created_at)
        for row in work.session.execute(query.order_by(OutboxRow.created_at))
        if row.recipient_id is not None
    }


def _incidents(work: Work, since: datetime) -> list[str]:
    return [
        f"{case_name(row.case_id)} {row.process} {row.element}: {row.cause}"
        for row in work.session.scalars(select(IncidentRow).where(IncidentRow.at > since))
    ]


def _staff(work: Work) -> Mapping[UUID, str]:
    return {row.id: row.username for row in work.session.scalars(select(EmployeeRow))}


def _units(work: Work) -> Mapping[UUID, UUID]:
    """Return the unit of every employee, the first by name of the role where there are several."""
    posts = work.session.scalars(select(PostRow).order_by(PostRow.role.desc()))
    return {row.employee_id: row.unit_id for row in posts}


def _processes(work: Work) -> Mapping[str, str]:
    versions = select(DefinitionRow.id, DefinitionRow.process)
    return {row.id: row.process for row in work.session.execute(versions)}

"""What really happened at one moment: tasks opened, rungs fired and messages written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.storage.models import JournalRow, OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import GuardianRow

OPENED, RUNG = "task_opened", "rung_fired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The events of one moment, each as a scenario writes it, sorted."""

    opens: tuple[str, ...]
    rungs: tuple[str, ...]
    mails: tuple[str, ...]


def observe(work: Work, case_id: UUID, since: int, at: datetime) -> Observed:
    """Return what the journal after row `since`, and the outbox of the moment `at`, tell."""
    names = names_of(work)
    rows = work.session.scalars(
        select(JournalRow)
        .where(JournalRow.case_id == case_id, JournalRow.seq > since)
        .order_by(JournalRow.seq)
    ).all()
    return Observed(
        opens=tuple(sorted(_opened(work, row, names) for row in rows if row.act == OPENED)),
        rungs=tuple(sorted(_rung(work, row, names) for row in rows if row.act == RUNG)),
        mails=_mails(work, case_id, at, names),
    )


def _opened(work: Work, row: JournalRow, names: Mapping[str, str]) -> str:
    task = _task(work, row)
    who = names.get(str(task.assignee_id), task.role)
    return f"{called(task, names)} → {who} → {task.due_on or 'ingen frist'}"


def _rung(work: Work, row: JournalRow, names: Mapping[str, str]) -> str:
    return f"{row.data['rung']} {called(_task(work, row), names)}"


def _mails(work: Work, case_id: UUID, at: datetime, names: Mapping[str, str]) -> tuple[str, ...]:
    rows = work.session.scalars(
        select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.created_at == at)
    )
    return tuple(sorted(f"{row.kind} → {names.get(row.recipient, row.recipient)}" for row in rows))


def _task(work: Work, row: JournalRow) -> TaskRow:
    return work.session.get_one(TaskRow, UUID(row.data["task"]))


def called(task: TaskRow, names: Mapping[str, str]) -> str:
    """Return the element of a task, with the party outside the house who must answer."""
    if task.outside_party is None:
        return task.element
    party = task.outside_party.removeprefix("guardian:")
    return f"{task.element}({names.get(party, party)})"


def names_of(work: Work) -> Mapping[str, str]:
    """Return short names: staff by username, guardians by their relation."""
    names: dict[str, str] = {}
    for employee in work.session.scalars(select(EmployeeRow)):
        names[str(employee.id)] = names[employee.email] = employee.username
    for guardian in work.session.scalars(select(GuardianRow)):
        names[str(guardian.id)] = names[guardian.email] = guardian.relation
    return names

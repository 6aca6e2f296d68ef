"""What really happened at one moment: tasks opened, rungs fired and messages written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.ports import DIGITAL_POST, MAIL, PAPER, Recipient
from engine.storage.models import JournalRow, OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.municipalities.records import EmployeeRow
from workflows.people.parties import PERSON, YOUNG_PERSON
from workflows.people.records import GuardianRow, YoungPersonRow

OPENED, RUNG = "task_opened", "rung_fired"
_BY = {MAIL: "", DIGITAL_POST: " (Digital Post)", PAPER: " (papir)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The events of one moment, each as a scenario writes it, sorted; `journal` are its rows.

    `mail_keys` are the keys of all messages of the moment, so that a second look leaves them out.
    """

    opens: tuple[str, ...]
    rungs: tuple[str, ...]
    mails: tuple[str, ...]
    journal: tuple[Mapping[str, Any], ...] = ()
    mail_keys: frozenset[str] = frozenset()


def observe(
    work: Work, case_id: UUID, since: int, at: datetime, told: Collection[str] = ()
) -> Observed:
    """Return what the journal after row `since`, and the outbox of the moment `at`, tell.

    The messages with the keys `told` were told before.
    """
    names = names_of(work)
    rows = work.session.scalars(
        select(JournalRow)
        .where(JournalRow.case_id == case_id, JournalRow.seq > since)
        .order_by(JournalRow.seq)
    ).all()
    mails = [row for row in _mails(work, at) if row.key not in told]
    return Observed(
        opens=tuple(sorted(_opened(work, row, names) for row in rows if row.act == OPENED)),
        rungs=tuple(sorted(_rung(work, row, names) for row in rows if row.act == RUNG)),
        mails=tuple(
            sorted(
                f"{row.kind} → {names.get(row.recipient, row.recipient)}{_BY[row.channel]}"
                for row in mails
            )
        ),
        journal=tuple({"act": row.act, **row.data} for row in rows),
        mail_keys=frozenset({*told, *(row.key for row in mails)}),
    )


def addressed(work: Work, to: Recipient) -> str:
    """Return who gets a letter, and how, as a scenario writes it."""
    names = names_of(work)
    return f"{names.get(to.email, to.name)}{_BY[to.channel]}"


def _opened(work: Work, row: JournalRow, names: Mapping[str, str]) -> str:
    task = _task(work, row)
    who = names.get(str(task.assignee_id), task.role)
    return f"{called(task, names)} → {who} → {task.due_on or 'ingen frist'}"


def _rung(work: Work, row: JournalRow, names: Mapping[str, str]) -> str:
    return f"{row.data['rung']} {called(_task(work, row), names)}"


def _mails(work: Work, at: datetime) -> list[OutboxRow]:
    """Return the messages of the moment, also those that name no case."""
    return list(work.session.scalars(select(OutboxRow).where(OutboxRow.created_at == at)))


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
    for person in work.session.scalars(select(YoungPersonRow)):
        names[f"{PERSON}{person.id}"] = YOUNG_PERSON
    for guardian in work.session.scalars(select(GuardianRow)):
        names[str(guardian.id)] = names[guardian.email] = guardian.relation
    return names

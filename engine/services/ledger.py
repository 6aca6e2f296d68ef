"""The ledger of a task's days, as its rows tell it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.ledgers import EXTENDED, RESTED, Line
from engine.storage.models import DayRow, TaskRow
from engine.storage.work import Work

SUSPENSION, EXTENSION = "suspension", "extension"


def ledger_of(work: Work, task: TaskRow) -> Sequence[DayRow]:
    """Return the lines of the task that stand, in the order they were written."""
    query = select(DayRow).where(DayRow.task_id == task.id, DayRow.undone_at.is_(None))
    return work.session.scalars(query.order_by(DayRow.at, DayRow.id)).all()


def lines_of(work: Work, task: TaskRow) -> list[Line]:
    """Return the ledger of the task as its deadline counts it."""
    return [_as_line(row) for row in ledger_of(work, task)]


def running(work: Work, task: TaskRow) -> DayRow | None:
    """Return the line by which the deadline of the task rests today, or None."""
    lines = (row for row in ledger_of(work, task) if row.kind == SUSPENSION)
    return next((row for row in lines if is_running(work, row)), None)


def resting_since(work: Work, tasks: Iterable[TaskRow]) -> Mapping[UUID, date]:
    """Return since when the deadlines rest that rest today, by task.

    The database is asked only where the explanation of a date tells of a rest that lasts.
    """
    found = [task.id for task in tasks if _may_rest(work, task)]
    if not found:
        return {}
    rows = work.session.scalars(
        select(DayRow).where(DayRow.task_id.in_(found), DayRow.kind == SUSPENSION)
    )
    return {row.task_id: row.since for row in rows if is_running(work, row)}


def is_running(work: Work, row: DayRow) -> bool:
    """Say whether the deadline rests by this line today."""
    rests = row.kind == SUSPENSION and row.ended_on is None and row.undone_at is None
    return rests and row.until is not None and work.today <= row.until


def _may_rest(work: Work, task: TaskRow) -> bool:
    today = work.today.isoformat()
    steps = task.deadline.get("steps", ())
    return any(step["by"] == RESTED and str(step["until"]) >= today for step in steps)


def _as_line(row: DayRow) -> Line:
    rests = row.kind == SUSPENSION
    return Line(
        by=RESTED if rests else EXTENDED,
        since=row.since,
        until=(row.ended_on or row.until) if rests else None,
        period=row.period,
        reason=row.reason,
        source=row.source,
        who=row.by_name,
    )

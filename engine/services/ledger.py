"""The ledger of a task's days, as its rows tell it."""

from collections.abc import Sequence

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


def is_running(work: Work, row: DayRow) -> bool:
    """Say whether the deadline rests by this line today."""
    rests = row.kind == SUSPENSION and row.ended_on is None and row.undone_at is None
    return rests and row.until is not None and work.today <= row.until


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

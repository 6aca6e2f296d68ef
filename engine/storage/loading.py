"""What an act reads first. The statements are made once: building one costs more than asking it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.storage.models import (
    CaseRow,
    ConfigurationRow,
    InstanceRow,
    TaskRow,
    TimerRow,
    WaitRow,
)

NEWEST = select(func.max(ConfigurationRow.number)).scalar_subquery()
_ITS_INSTANCE = select(TaskRow.instance_id).where(TaskRow.id == bindparam("task_id"))
_IS_OPEN = TaskRow.closed_at.is_(None)
# What the diagram itself has drawn; a ladder is its task's and is not looked at here.
_IS_DRAWN = and_(
    TimerRow.instance_id == InstanceRow.id, TimerRow.done_at.is_(None), TimerRow.task_id.is_(None)
)
_TASK_AND_ALL_AROUND_IT = (
    select(TaskRow, CaseRow, InstanceRow, TimerRow, NEWEST)
    .join(CaseRow, CaseRow.id == TaskRow.case_id)
    .outerjoin(InstanceRow, InstanceRow.id == TaskRow.instance_id)
    .outerjoin(TimerRow, _IS_DRAWN)
    .where(
        or_(
            TaskRow.id == bindparam("task_id"),
            and_(TaskRow.instance_id == _ITS_INSTANCE.scalar_subquery(), _IS_OPEN),
        )
    )
    .execution_options(populate_existing=True)
)
_OPEN_OF_INSTANCE = (
    select(TaskRow, TimerRow)
    .select_from(InstanceRow)
    .outerjoin(TaskRow, and_(TaskRow.instance_id == InstanceRow.id, _IS_OPEN))
    .outerjoin(TimerRow, _IS_DRAWN)
    .where(InstanceRow.id == bindparam("instance_id"))
)
_WAITS = select(WaitRow).where(WaitRow.instance_id == bindparam("instance_id"))
_CASE_OF_TASK = select(TaskRow.case_id).where(TaskRow.id == bindparam("task_id"))
_LOCK_CASE_OF_TASK = (
    select(CaseRow.id).where(CaseRow.id == _CASE_OF_TASK.scalar_subquery()).with_for_update()
)


@dataclass(slots=True)
class OpenRows:
    """The open rows of one instance, loaded once per act and kept up to date by `save`.

    `timers` are those drawn in the diagram.
    """

    tasks: dict[int, TaskRow] = field(default_factory=dict)
    timers: dict[tuple[int, str], TimerRow] = field(default_factory=dict)
    waits: dict[tuple[int, str], WaitRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTask:
    """A task with its case, its instance and what is open there.

    `configuration` is the number of the one in force, None where there is none.
    """

    task: TaskRow
    case: CaseRow
    instance: InstanceRow | None
    configuration: int | None
    open: OpenRows


def find_task(session: Session, task_id: UUID, *, lock: bool) -> FoundTask | None:
    """Return the task with all around it in one statement, or None.

    `lock` locks the row of its case first, by a statement of its own: rows joined to a locked one
    are as old as the wait for it. The waits of the instance are not looked for.
    """
    if lock:
        session.execute(_LOCK_CASE_OF_TASK, {"task_id": task_id})
    rows = session.execute(_TASK_AND_ALL_AROUND_IT, {"task_id": task_id}).all()
    asked = next((row for row in rows if row[0].id == task_id), None)
    if asked is None:
        return None
    task, case, instance, _, number = asked
    return FoundTask(
        task=task,
        case=case,
        instance=instance,
        configuration=number,
        open=_sorted_out((row[0], row[3]) for row in rows),
    )


def load_open(session: Session, instance_id: UUID) -> OpenRows:
    """Return the open tasks and timers of an instance; its waits are not looked for."""
    rows: Iterable[Row[TaskRow, TimerRow]] = session.execute(
        _OPEN_OF_INSTANCE, {"instance_id": instance_id}
    )
    return _sorted_out((row[0], row[1]) for row in rows)


def load_waits(session: Session, instance_id: UUID) -> dict[tuple[int, str], WaitRow]:
    """Return what messages the instance waits for, by key and name."""
    rows = session.scalars(_WAITS, {"instance_id": instance_id})
    return {(wait.key, wait.name): wait for wait in rows}


def _sorted_out(rows: Iterable[tuple[TaskRow | None, TimerRow | None]]) -> OpenRows:
    found = OpenRows()
    for task, timer in rows:
        if task is not None and task.key is not None and task.closed_at is None:
            found.tasks[task.key] = task
        if timer is not None:
            found.timers[timer.key or 0, timer.element or ""] = timer
    return found

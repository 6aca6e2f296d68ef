"""The rungs of a ladder: each in the journal once, the highest of several late ones acts."""

from sqlalchemy import select

from engine.domain.ladders import RungKind
from engine.services.arming import disarm
from engine.services.journal import record
from engine.services.outbox import queue_mail
from engine.services.tasks import open_task
from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work

RELIEF = "relief"
RELIEF_DEADLINE = 'after(created, param("relief"))'
RELIEF_TITLE = "Afhjælp: {title}"


def fire_rungs(work: Work, timer: TimerRow) -> None:
    """Fire every rung of the task that is due by now, in the order they were planned.

    After an outage each rung gets its journal row with planned and actual time, and only the
    highest acts. No engine state is read.
    """
    task = work.session.get_one(TaskRow, timer.task_id)
    pending = work.session.scalars(
        select(TimerRow)
        .where(TimerRow.task_id == task.id, TimerRow.done_at.is_(None))
        .order_by(TimerRow.planned_at)
    ).all()
    if task.closed_at is not None:
        disarm(work, list(pending))
        return
    late = [each for each in pending if each.due_at <= work.now]
    for each in late:
        is_highest = each is late[-1]
        each.done_at, each.outcome = work.now, "fired" if is_highest else "superseded"
        record(
            work,
            task.case_id,
            "rung_fired",
            task=str(task.id),
            rung=each.rung,
            planned_at=each.planned_at.isoformat(),
            acted=is_highest,
        )
    _act(work, task, late[-1])


def _act(work: Work, task: TaskRow, timer: TimerRow) -> None:
    for who in timer.payload["to"]:
        _notify(work, task, timer, who)
    match RungKind(timer.payload["kind"]):
        case RungKind.NOTICE:
            pass
        case RungKind.TASK:
            _relieve(work, task)
        case RungKind.FORUM:
            work.house.to_forum(work, task)


def _notify(work: Work, task: TaskRow, timer: TimerRow, who: str) -> None:
    """Tell those meant by `who`; the text is that of the rung, or of the rung for outsiders."""
    for recipient in work.house.recipients(work, task, who):
        outside = recipient.employee is None and who == "assignee"
        name = f"{timer.rung}_outside" if outside else str(timer.rung)
        subject, body = work.house.text(work, name, task, task.case_id)
        queue_mail(
            work,
            key=f"{task.id}:{timer.rung}:{recipient.employee or recipient.email}",
            kind=str(timer.rung),
            to=recipient,
            subject=subject,
            body=body,
            case_id=task.case_id,
        )


def _relieve(work: Work, task: TaskRow) -> None:
    """Give the unit leader a task of their own: help the one who is stuck."""
    open_task(
        work,
        case_id=task.case_id,
        element=RELIEF,
        title=RELIEF_TITLE.format(title=task.title)[:200],
        role="unit_leader",
        deadline=RELIEF_DEADLINE,
        ladder=RELIEF,
        raised_by=task,
    )

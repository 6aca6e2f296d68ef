"""The rungs of a ladder: each in the journal once, the highest of several late ones acts."""

from engine.domain.ladders import RungKind
from engine.services.arming import disarm, pending_rungs
from engine.services.incidents import end_timer
from engine.services.journal import record
from engine.services.outbox import queue_mail
from engine.services.tasks import open_task
from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work

RELIEF = "relief"
RELIEF_DEADLINE = 'after(created, param("relief"))'
RELIEF_TITLE = "Afhjælp: {title}"
RELIEF_WHY = "Fristen er overskredet. Hjælp den, der sidder fast, eller giv opgaven til en anden."


def fire_rungs(work: Work, timer: TimerRow) -> None:
    """Fire every rung of the task that is due by now, in the order they were planned.

    After an outage each rung gets its journal row with planned and actual time, and only the
    highest acts. No engine state is read.
    """
    task = work.session.get_one(TaskRow, timer.task_id)
    pending = pending_rungs(work, task)
    if task.closed_at is not None:
        disarm(work, pending)
        return
    late = [each for each in pending if each.due_at <= work.now]
    for each in late:
        is_highest = each is late[-1]
        end_timer(work, each, "fired" if is_highest else "superseded")
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
    """Do what the rung says. A task or an item is its first recipient's; the others are told.

    Where the one who must act is outside the house, nobody inside is stuck: every rung is a
    notice, and the house knows whom it then goes to.
    """
    first, *others = timer.payload["to"]
    kind = RungKind.NOTICE if task.outside_party else RungKind(timer.payload["kind"])
    match kind:
        case RungKind.NOTICE:
            others.insert(0, first)
        case RungKind.TASK:
            _relieve(work, task, first)
        case RungKind.FORUM:
            work.house.to_forum(work, task)
    told: set[str] = set()
    for who in others:
        _notify(work, task, timer, who, told)


def _notify(work: Work, task: TaskRow, timer: TimerRow, who: str, told: set[str]) -> None:
    """Tell those meant by `who`, nobody twice; outsiders get a text of their own."""
    for recipient in work.house.recipients(work, task, who):
        key = f"{task.id}:{timer.rung}:{recipient.employee or recipient.email}"
        if key in told:
            continue
        told.add(key)
        name = f"{timer.rung}_outside" if recipient.employee is None else str(timer.rung)
        subject, body = work.house.text(work, name, task, task.case_id, to=recipient)
        queue_mail(
            work,
            key=key,
            kind=str(timer.rung),
            to=recipient,
            subject=subject,
            body=body,
            case_id=task.case_id,
        )


def _relieve(work: Work, task: TaskRow, role: str) -> None:
    """Give the leader a task of their own: help the one who is stuck."""
    open_task(
        work,
        case_id=task.case_id,
        element=RELIEF,
        title=RELIEF_TITLE.format(title=task.title)[:200],
        role=role,
        why_now=RELIEF_WHY,
        deadline=RELIEF_DEADLINE,
        ladder=RELIEF,
        raised_by=task,
    )

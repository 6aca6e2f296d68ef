"""The rungs of a ladder: each in the journal once, the highest of several late ones acts."""

from datetime import datetime

from sqlalchemy import bindparam, select

from engine.domain.ladders import RungKind
from engine.domain.quiet import Leaves
from engine.ports import Recipient
from engine.services.arming import URGENT_LADDERS, disarm
from engine.services.incidents import end_timer, note_incident
from engine.services.journal import record
from engine.services.outbox import known_as, queue_mail
from engine.services.tasks import open_task
from engine.storage.models import OutboxRow, TaskRow, TimerRow
from engine.storage.work import Work

RELIEF, ARRIVAL = "relief", "late_arrival"
RELIEF_DEADLINE = 'after(created, param("relief"))'
RELIEF_TITLE = "Afhjælp: {title}"
RELIEF_WHY = "Fristen er overskredet. Hjælp den, der sidder fast, eller giv opgaven til en anden."
NOBODY = (
    "Ingen får besked om »{title}« ({rung}): der er hverken en, der har rollen, eller en leder. "
    "Sæt en leder på enheden under organisationen."
)
_TASK_AND_RUNGS = (
    select(TaskRow, TimerRow)
    .join(TimerRow, TimerRow.task_id == TaskRow.id)
    .where(TaskRow.id == bindparam("task_id"), TimerRow.done_at.is_(None))
)


def fire_rungs(work: Work, timer: TimerRow) -> None:
    """Fire every rung of the task that is due by now, in the order they were planned.

    After an outage each rung gets its journal row with planned and actual time, and only the
    highest acts. Steps that were overdue before their task came are no failure of those who have
    it now: the leader gets one notice of them all, whatever their rungs say. No engine state is
    read.
    """
    found = work.session.execute(_TASK_AND_RUNGS, {"task_id": timer.task_id}).all()
    task, pending = found[0][0], sorted((rung for _, rung in found), key=_place)
    if task.closed_at is not None:
        disarm(work, pending)
        return
    late = [each for each in pending if each.due_at <= work.now]
    told = _came_late(task, late[-1]) and _tell_of_arrival(work, task)
    acts = told or not _came_late(task, late[-1])
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
            acted=is_highest and acts,
        )
    if acts and not told:
        _act(work, task, late[-1])


def _place(rung: TimerRow) -> tuple[datetime, bool, str]:
    """Return where a rung stands: by its moment, and those that a recounting has brought to the
    same one as they climb."""
    return rung.planned_at, not rung.payload["pre"], rung.rung or ""


def _came_late(task: TaskRow, highest: TimerRow) -> bool:
    """Say whether a step of the ladder lies before the task itself."""
    return highest.planned_at <= task.created_at and not highest.payload["pre"]


def _tell_of_arrival(work: Work, task: TaskRow) -> bool:
    """Tell the leader, once a case and day, what was overdue on arrival; return whether it was new.

    Source: domain, handover, exceptions: no storm of escalations.
    """
    people = work.house.recipients(work, task, "unit_leader")
    if not people:
        _note_nobody(work, task, ARRIVAL)
    keys = {f"{ARRIVAL}:{task.case_id}:{work.today}:{each.employee}": each for each in people}
    known = set(work.session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(keys))))
    for key in keys.keys() - known:
        subject, body = work.house.text(work, ARRIVAL, task, task.case_id, to=keys[key])
        queue_mail(
            work,
            key=key,
            kind=ARRIVAL,
            to=keys[key],
            subject=subject,
            body=body,
            case_id=task.case_id,
            leaves=Leaves.AT_ONCE if task.ladder in URGENT_LADDERS else Leaves.AWAKE,
            task_id=task.id,
        )
    return bool(keys.keys() - known)


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
        case RungKind.FORUM if task.compartment:
            others.insert(0, "unit_leader")  # a forum would learn of it
        case RungKind.FORUM:
            work.house.to_forum(work, task)
    told: set[str] = set()
    for who in others:
        _notify(work, task, timer, who, told)
    if others and not told:
        _note_nobody(work, task, timer.rung or "")


def _note_nobody(work: Work, task: TaskRow, rung: str) -> None:
    """Make it an incident that a rung reaches nobody: somebody must fill a chair."""
    if note_incident(
        work,
        case_id=task.case_id,
        instance_id=task.instance_id,
        element=task.element,
        cause=NOBODY.format(title=task.title, rung=rung),
    ):
        record(work, task.case_id, "incident", task=str(task.id), element=task.element)


def _notify(work: Work, task: TaskRow, timer: TimerRow, who: str, told: set[str]) -> None:
    """Tell those meant by `who`, nobody twice; outsiders get a text of their own."""
    for recipient in work.house.recipients(work, task, who):
        key = f"{task.id}:{timer.rung}:{known_as(work, recipient)}"
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
            leaves=leaves_of(task, recipient),
            task_id=task.id,
        )


def leaves_of(task: TaskRow, recipient: Recipient) -> Leaves:
    """Return how a message about a deadline leaves: what the law or the hour hurries at once.

    What lies in a compartment is no line among those of the open cases.
    """
    if task.ladder in URGENT_LADDERS:
        return Leaves.AT_ONCE
    return Leaves.DIGEST if recipient.employee and not task.compartment else Leaves.AWAKE


def _relieve(work: Work, task: TaskRow, role: str) -> None:
    """Give the leader a task of their own: help the one who is stuck."""
    relief = open_task(
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
    if relief.assignee_id is None and not work.house.recipients(work, relief, "assignee"):
        _note_nobody(work, relief, "E2")

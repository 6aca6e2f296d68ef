"""Where one process of a case stands: its rows, as the step list and the diagram need them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.storage.models import InstanceRow, TaskRow, TimerRow, WaitRow
from engine.storage.work import Work
from web.cases.steps import DONE, HERE, OVERDUE, Standing, Step
from web.i18n import _, due_in_words, format_day
from web.words import role_name
from workflows.municipalities.records import EmployeeRow

CANCELLED = "cancelled"


def standing_of(work: Work, instance: InstanceRow) -> Standing:
    """Return where the process stands now."""
    tasks = _tasks(work, instance)
    names = _names(work, tasks)
    told = [(task.element, _task_step(work, task, names)) for task in tasks]
    told += [(timer.element or "", _timer_step(work, timer)) for timer in _timers(work, instance)]
    told += [(wait.element, _wait_step(work, wait)) for wait in _waits(work, instance)]
    running = set() if instance.closed_at else _calls(work, instance)
    waiting = [(element, step.state) for element, step in told if step.state != DONE]
    overdue = {element for element, state in waiting if state == OVERDUE}
    return Standing(
        done=set(instance.reached),
        here=({element for element, _state in waiting} | running) - overdue,
        overdue=overdue,
        steps=_grouped(told),
    )


def _grouped(told: Iterable[tuple[str, Step]]) -> Mapping[str, Sequence[Step]]:
    found: dict[str, list[Step]] = {}
    for element, step in told:
        found.setdefault(element, []).append(step)
    return found


def _tasks(work: Work, instance: InstanceRow) -> Sequence[TaskRow]:
    query = select(TaskRow).where(TaskRow.instance_id == instance.id, TaskRow.status != CANCELLED)
    return work.session.scalars(query.order_by(TaskRow.created_at, TaskRow.id)).all()


def _timers(work: Work, instance: InstanceRow) -> Sequence[TimerRow]:
    query = select(TimerRow).where(
        TimerRow.instance_id == instance.id, TimerRow.kind == "drawn", TimerRow.done_at.is_(None)
    )
    return work.session.scalars(query.order_by(TimerRow.due_at)).all()


def _waits(work: Work, instance: InstanceRow) -> Sequence[WaitRow]:
    return work.session.scalars(select(WaitRow).where(WaitRow.instance_id == instance.id)).all()


def _calls(work: Work, instance: InstanceRow) -> set[str]:
    """Return the call activities that are under way: those behind running children.

    A child keeps the key of its call, not the element; a call is the one node that called it.
    """
    children = work.session.scalars(
        select(InstanceRow.process).where(
            InstanceRow.caller_id == instance.id, InstanceRow.closed_at.is_(None)
        )
    ).all()
    return {f"call:{process}" for process in children}


def _names(work: Work, tasks: Sequence[TaskRow]) -> Mapping[UUID, str]:
    wanted = {who for task in tasks for who in (task.assignee_id, task.closed_by_id) if who}
    if not wanted:
        return {}
    query = select(EmployeeRow.id, EmployeeRow.name).where(EmployeeRow.id.in_(wanted))
    return dict(work.session.execute(query).all())


def _task_step(work: Work, task: TaskRow, names: Mapping[UUID, str]) -> Step:
    if task.closed_at is not None:
        return Step(
            text=task.title,
            state=DONE,
            when=_day(work, task.closed_at),
            whom=names.get(task.closed_by_id, "") if task.closed_by_id else "",
        )
    overdue = task.due_on is not None and task.due_on < work.today
    return Step(
        text=task.title,
        state=OVERDUE if overdue else HERE,
        when=due_in_words(task.due_on, work.today, work.calendar) if task.due_on else "",
        whom=names.get(task.assignee_id, "") if task.assignee_id else role_name(task.role),
        href=url_for("inbox.task", task_id=task.id),
    )


def _timer_step(work: Work, timer: TimerRow) -> Step:
    return Step(text=_("Venter på datoen"), state=HERE, when=_day(work, timer.due_at))


def _wait_step(work: Work, wait: WaitRow) -> Step:
    return Step(
        text=_("Venter på besked"),
        state=HERE,
        when=_("siden %(day)s", day=_day(work, wait.since)),
        whom=role_name(wait.owner_role) if wait.owner_role else "",
    )


def _day(work: Work, moment: datetime) -> str:
    day: date = work.calendar.local_date(moment)
    return format_day(day, work.today)

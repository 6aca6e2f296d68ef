"""Where one process of a case stands: its rows, as the step list and the diagram need them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.services.definitions import as_definition
from engine.services.tasks import is_overdue
from engine.storage.models import InstanceRow, TaskRow, TimerRow, WaitRow
from engine.storage.work import Work
from web.cases.drawing import calls_in
from web.cases.steps import DONE, HERE, OVERDUE, Standing, Step
from web.explaining import dated, dated_task
from web.i18n import _, format_day
from web.inbox.presenters import Today, when_of
from web.words import role_name
from workflows.municipalities.records import EmployeeRow

CANCELLED = "cancelled"


def standing_of(work: Work, instance: InstanceRow) -> Standing:
    """Return where the process stands now."""
    tasks = _tasks(work, instance)
    names = _names(work, tasks)
    told = [(task.element, _task_step(work, task, names)) for task in tasks]
    told += [] if instance.closed_at else _waiting(work, instance)
    waiting = [(element, step.state) for element, step in told if step.state != DONE]
    overdue = {element for element, state in waiting if state == OVERDUE}
    return Standing(
        done=set(instance.reached),
        here={element for element, _state in waiting} - overdue,
        overdue=overdue,
        steps=_grouped(told),
    )


def _waiting(work: Work, instance: InstanceRow) -> Iterator[tuple[str, Step]]:
    """Yield what the process waits for besides people.

    What stands on the border of a step only watches over it: the step itself is where we are.
    """
    blueprint = work.processes.inspect(as_definition(work.definition(instance.definition_id)))
    watching = {node.id for node in blueprint.nodes if node.type == "boundaryEvent"}
    for timer in _timers(work, instance):
        if timer.element and timer.element not in watching:
            yield timer.element, _timer_step(work, timer)
    for wait in _waits(work, instance):
        if wait.element not in watching:
            yield wait.element, _wait_step(work, wait)
    yield from _calls(work, instance)


def _grouped(told: Iterable[tuple[str, Step]]) -> Mapping[str, Sequence[Step]]:
    found: dict[str, list[Step]] = {}
    for element, step in told:
        found.setdefault(element, []).append(step)
    return found


def _tasks(work: Work, instance: InstanceRow) -> Sequence[TaskRow]:
    query = select(TaskRow).where(
        TaskRow.case_id == instance.case_id,
        TaskRow.instance_id == instance.id,
        TaskRow.status != CANCELLED,
    )
    return work.session.scalars(
        query.order_by(TaskRow.created_at, TaskRow.due_at, TaskRow.id)
    ).all()


def _timers(work: Work, instance: InstanceRow) -> Sequence[TimerRow]:
    query = select(TimerRow).where(
        TimerRow.instance_id == instance.id, TimerRow.kind == "drawn", TimerRow.done_at.is_(None)
    )
    return work.session.scalars(query.order_by(TimerRow.due_at)).all()


def _waits(work: Work, instance: InstanceRow) -> Sequence[WaitRow]:
    return work.session.scalars(select(WaitRow).where(WaitRow.instance_id == instance.id)).all()


def _calls(work: Work, instance: InstanceRow) -> Iterator[tuple[str, Step]]:
    """Yield the call activities that are under way, each with the process it waits for.

    A child keeps the key of its call, not the element: it is that call of its process which has
    not been passed.
    """
    children = work.session.scalars(
        select(InstanceRow).where(
            InstanceRow.caller_id == instance.id, InstanceRow.closed_at.is_(None)
        )
    ).all()
    if not children:
        return
    calls = calls_in(as_definition(work.definition(instance.definition_id)).xml)
    for child in children:
        title = work.definition(child.definition_id).title
        for element in calls.get(child.process, ()):
            if element not in instance.reached:
                yield element, _call_step(work, child, title)


def _call_step(work: Work, child: InstanceRow, title: str) -> Step:
    return Step(
        text=_("Venter på »%(process)s«", process=title),
        state=HERE,
        when=_("siden %(day)s", day=_day(work, child.started_at)),
        href=url_for("cases.process", case_id=child.case_id, instance_id=child.id),
    )


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
    today = Today(day=work.today, calendar=work.calendar, now=work.now)
    return Step(
        text=task.title,
        state=OVERDUE if is_overdue(task, work.now) else HERE,
        when=when_of(task, today) if task.due_on else "",
        whom=names.get(task.assignee_id, "") if task.assignee_id else role_name(task.role),
        href=url_for("inbox.task", task_id=task.id),
        dated=dated_task(task),
    )


def _timer_step(work: Work, timer: TimerRow) -> Step:
    day = work.calendar.local_date(timer.planned_at)
    return Step(
        text="",
        state=HERE,
        when=format_day(day, work.today),
        dated=dated(day, timer.payload.get("why", ())),
    )


def _wait_step(work: Work, wait: WaitRow) -> Step:
    return Step(
        text="",
        state=HERE,
        when=_("siden %(day)s", day=_day(work, wait.since)),
        whom=role_name(wait.owner_role) if wait.owner_role else "",
    )


def _day(work: Work, moment: datetime) -> str:
    day: date = work.calendar.local_date(moment)
    return format_day(day, work.today)

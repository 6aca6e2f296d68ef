"""Tasks and their ladders: what `save` writes for each user task that waits."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import EvaluationFailed, StepFailed
from engine.domain.ladders import Planned, Rung
from engine.feel.expressions import parse, value
from engine.ports import Variables, WaitingTask
from engine.services.deadlines import TaskDeadline, plan_rungs, reckon
from engine.services.incidents import end_timer
from engine.services.journal import record
from engine.services.timer_rows import end_timers_of, new_timer
from engine.storage.models import DefinitionRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work

DEFAULT_LADDER = "A"
URGENT_LADDERS = {"B", "H"}  # statutory, and by the hour: before what else is due with them
TITLE_LENGTH, WHY_LENGTH = 200, 300


def arm_task(
    work: Work, instance: InstanceRow, definition: DefinitionRow, waiting: WaitingTask
) -> TaskRow:
    """Make the inbox row of a waiting user task and the timer rows of its ladder.

    A task with a deadline and no ladder named uses A. Raises `StepFailed` with the task's element
    when the rule of its deadline gives no date, or another of its settings no value.
    """
    try:
        return _armed(work, instance, definition, waiting)
    except EvaluationFailed as cause:
        raise StepFailed(waiting.element, str(cause), definition.process) from cause


def _armed(
    work: Work, instance: InstanceRow, definition: DefinitionRow, waiting: WaitingTask
) -> TaskRow:
    settings = waiting.settings
    role = feel_or_text(work, instance.case_id, settings.get("candidateGroups", ""), waiting.data)
    address = work.house.address(work, instance.case_id, role)
    task = TaskRow(
        case_id=instance.case_id,
        instance_id=instance.id,
        key=waiting.key,
        definition_id=definition.id,
        element=waiting.element,
        title=waiting.name[:TITLE_LENGTH],
        form=settings.get("formKey"),
        role=address.role,
        unit_id=address.unit,
        forum_id=address.forum,
        assignee_id=address.assignee,
        claimed_at=work.now if address.assignee else None,
        outside_party=_outside_party(work, instance.case_id, waiting),
        why_now=settings.get("why_now", "")[:WHY_LENGTH],
        created_at=work.now,
    )
    rungs: list[dict[str, Any]] = []
    if rule := settings.get("deadline"):
        limit, known = settings.get("legal_limit"), instance.reckoned
        found = reckon(work, instance.case_id, rule, waiting.data, legal_limit=limit, known=known)
        rungs = set_deadline(work, task, definition, found, settings.get("ladder"))
    add_task(work, task, rungs)
    return task


def add_task(work: Work, task: TaskRow, rungs: Collection[dict[str, Any]]) -> None:
    """Put a new task and its ladder into the inbox and the journal."""
    work.session.add(task)
    work.add(TimerRow, *rungs)
    record(
        work,
        task.case_id,
        "task_opened",
        task=str(task.id),
        element=task.element,
        due_on=task.due_on.isoformat() if task.due_on else None,
    )


def feel_or_text(work: Work, case_id: UUID, setting: str, data: Variables) -> str:
    """Return `setting`, evaluated when it is FEEL (it begins with "=").

    Raises `EvaluationFailed` when that gives no text: nobody would have the task.
    """
    if not setting.startswith("="):
        return setting
    found = value(parse(setting), data, work.functions_for(case_id))
    if not isinstance(found, str):
        raise EvaluationFailed(setting, f"Det gav {json.dumps(found)}, ikke navnet på en rolle.")
    return found


def _outside_party(work: Work, case_id: UUID, waiting: WaitingTask) -> str | None:
    rule = waiting.settings.get("outside_party")
    found = value(parse(rule), waiting.data, work.functions_for(case_id)) if rule else None
    if found is None or isinstance(found, str):
        return found
    raise EvaluationFailed(str(rule), f"Det gav {json.dumps(found)}, ikke hvem der skal svare.")


def set_deadline(
    work: Work,
    task: TaskRow,
    definition: DefinitionRow,
    found: TaskDeadline,
    ladder: str | None,
) -> list[dict[str, Any]]:
    """Write the deadline on the task and return the timer rows of its ladder, for `Work.add`."""
    task.ladder = ladder or DEFAULT_LADDER
    planned = plan_rungs(work, definition, task.ladder, found)
    write_deadline(work, task, found, planned)
    return [new_rung(task, rung, fires_at) for rung, fires_at in planned]


def write_deadline(
    work: Work, task: TaskRow, found: TaskDeadline, planned: Iterable[Planned]
) -> None:
    """Write the deadline on the task, and what it and its `planned` ladder hang on."""
    task.due_on, task.due_at = found.deadline.due_on, found.deadline.due_at
    task.legal_limit_on, task.deadline = found.legal_limit_on, found.kept
    days = [found.deadline.due_on, *(work.calendar.local_date(each.fires_at) for each in planned)]
    hangs_on = found.hangs_on.widened(days)
    task.counted_from, task.counted_to = hangs_on.since, hangs_on.until
    task.counted_by = hangs_on.written


def new_rung(task: TaskRow, rung: Rung, fires_at: datetime) -> dict[str, Any]:
    """Return the timer row of a rung, for `Work.add`."""
    return new_timer(
        case_id=task.case_id,
        kind="rung",
        instance_id=task.instance_id,
        task_id=task.id,
        rung=rung.rung,
        payload={"kind": rung.kind.value, "to": list(rung.to), "pre": rung.pre},
        planned_at=fires_at,
        due_at=fires_at,
        urgency=0 if task.ladder in URGENT_LADDERS else 1,
    )


def disarm(work: Work, rungs: list[TimerRow], outcome: str = "cancelled") -> None:
    """Take down the rungs that have not fired."""
    for timer in rungs:
        if timer.done_at is None:
            end_timer(work, timer, outcome)


def close_task(work: Work, task: TaskRow, status: str, *, by: UUID | None) -> None:
    """Close the task as `status` now and take down its ladder; the house learns of a late one."""
    task.status, task.closed_at, task.closed_by_id = status, work.now, by
    if task.due_at is None:
        return
    end_timers_of(work, task.id, "cancelled")
    if task.due_at < work.now:
        work.house.overdue_closed(work, task)


def cancel_task(work: Work, task: TaskRow) -> None:
    """Close a task that nobody needs to do any more, and tell the journal."""
    close_task(work, task, "cancelled", by=None)
    record(work, task.case_id, "task_cancelled", task=str(task.id), element=task.element)


def pending_rungs(work: Work, task: TaskRow) -> list[TimerRow]:
    """Return the rungs of the task that have not fired, in the order they were planned."""
    query = select(TimerRow).where(TimerRow.task_id == task.id, TimerRow.done_at.is_(None))
    return list(work.session.scalars(query.order_by(TimerRow.planned_at)))

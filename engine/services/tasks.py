"""What a caseworker does with a task: take it, put it back, complete it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from engine.domain.errors import Conflict, NotAllowed, TaskClosed
from engine.domain.forms import Raw, validate
from engine.ports import Json
from engine.services.arming import add_task, cancel_task, close_task, set_deadline
from engine.services.deadlines import reckon
from engine.services.definitions import (
    as_definition,
    blueprint_of,
    definition_of,
    form_of,
    open_rows_of,
    world_of,
)
from engine.services.instances import carry_on
from engine.services.journal import record
from engine.services.settling import settle
from engine.storage.models import AnswersRow, DefinitionRow, InstanceRow, TaskRow
from engine.storage.work import Work

_LAST_ANSWERS = (
    select(AnswersRow)
    .where(AnswersRow.case_id == bindparam("case_id"), AnswersRow.form == bindparam("form"))
    .order_by(AnswersRow.at.desc())
    .limit(1)
)
_RAISED = select(TaskRow).where(
    TaskRow.raised_by_id == bindparam("task_id"), TaskRow.closed_at.is_(None)
)


def claim_task(work: Work, task_id: UUID) -> TaskRow:
    """Make the task the actor's own.

    Raises `NotFound`, `TaskClosed`, `NotAllowed` when it is meant for others, and `Conflict`
    when a colleague has it.
    """
    task, _ = work.open_task(task_id)
    check_open(task)
    if task.assignee_id == work.actor.id:
        return task
    if task.assignee_id is not None:
        raise Conflict("En kollega har allerede taget opgaven.")
    if not may_take(work, task):
        raise NotAllowed("Opgaven er til en anden rolle end din.")
    task.assignee_id, task.claimed_at = work.actor.id, work.now
    record(work, task.case_id, "task_claimed", task=str(task.id))
    return task


def release_task(work: Work, task_id: UUID) -> TaskRow:
    """Put the task back for the others of its role.

    Raises `NotFound`, `TaskClosed`, and `NotAllowed` when it is not the actor's, or is the
    actor's by role in the case, so that nobody else could take it.
    """
    task, _ = work.open_task(task_id)
    check_open(task)
    if task.assignee_id != work.actor.id:
        raise NotAllowed("Du kan kun lægge dine egne opgaver tilbage.")
    if task.unit_id is None and task.forum_id is None:
        raise NotAllowed("Opgaven er din, fordi du har rollen i sagen. Bed en leder flytte den.")
    task.assignee_id = task.claimed_at = None
    record(work, task.case_id, "task_released", task=str(task.id))
    return task


def complete_task(work: Work, task_id: UUID, raw: Raw) -> TaskRow:
    """Hand the answers to the process and run it to its next waiting points.

    `raw` is the form as it came. Raises `NotFound`, `TaskClosed`, `NotAllowed` when the actor
    has not taken the task, and `InvalidAnswers`. Nothing is kept if the process itself fails.
    """
    return _complete(work, task_id, lambda task: checked(work, task, raw))


def complete_again(work: Work, task_id: UUID, answers: Mapping[str, Json]) -> TaskRow:
    """Complete the task with answers that were checked when it stopped. As `complete_task`."""
    return _complete(work, task_id, lambda task: answers)


def _complete(
    work: Work, task_id: UUID, answer: Callable[[TaskRow], Mapping[str, Json]]
) -> TaskRow:
    task, instance = work.open_task(task_id)
    check_open(task)
    if task.assignee_id != work.actor.id:
        raise NotAllowed("Tag opgaven, før du afslutter den.")
    answers = answer(task)
    keep_answers(work, task, answers)
    record(work, task.case_id, "task_completed", task=str(task.id), element=task.element)
    if instance is None:
        close_task(work, task, "completed", by=work.actor.id)
    else:
        _complete_in_process(work, task, instance, answers)
    _close_raised(work, task)
    settle(work)
    return task


def open_task(
    work: Work,
    *,
    case_id: UUID,
    element: str,
    title: str,
    role: str,
    deadline: str,
    ladder: str,
    legal_limit: str | None = None,
    why_now: str = "",
    definition: DefinitionRow | None = None,
    raised_by: TaskRow | None = None,
) -> TaskRow:
    """Open a task outside any process, with a ladder of its own, counted from today.

    `deadline` and `legal_limit` (the date the law names, kept beside it) are FEEL. Its ladder is
    that of `definition`, else of the version that `raised_by` belongs to.
    """
    work.lock_case(case_id)
    row = definition or definition_of(work, raised_by.definition_id if raised_by else None)
    address = work.house.address(work, case_id, role)
    task = TaskRow(
        case_id=case_id,
        element=element,
        title=title,
        role=address.role,
        unit_id=address.unit,
        forum_id=address.forum,
        assignee_id=address.assignee,
        definition_id=row.id,
        claimed_at=work.now if address.assignee else None,
        why_now=why_now,
        created_at=work.now,
        raised_by_id=raised_by.id if raised_by else None,
    )
    rungs = set_deadline(
        work, task, row, reckon(work, case_id, deadline, {}, legal_limit=legal_limit), ladder
    )
    add_task(work, task, rungs)
    return task


def last_answers(work: Work, case_id: UUID, form: str) -> AnswersRow | None:
    """Return what was last written in `form` in this case, this act included; None if nothing.

    One row, however many years of them there are; it is to be read, not changed.
    """
    for row in reversed(work.added(AnswersRow)):
        if (row["case_id"], row["form"]) == (case_id, form):
            return AnswersRow(**row)
    return work.session.scalar(_LAST_ANSWERS, {"case_id": case_id, "form": form})


def keep_answers(work: Work, task: TaskRow, answers: Mapping[str, Json]) -> None:
    """Write the answers to the case record."""
    work.add(
        AnswersRow,
        {
            "id": uuid4(),
            "case_id": task.case_id,
            "task_id": task.id,
            "definition_id": task.definition_id,
            "form": task.form or task.element,
            "author_id": work.actor.id,
            "at": work.now,
            "data": dict(answers),
        },
    )


def may_take(work: Work, task: TaskRow) -> bool:
    """Say whether the task is meant for the actor's role in its unit or forum."""
    return work.actor.has_post(task.role, task.unit_id, task.forum_id)


def check_open(task: TaskRow) -> None:
    """Raise `TaskClosed` unless the task still waits."""
    if task.closed_at is not None:
        raise TaskClosed(task.status, task.closed_by_id, task.closed_at)


def is_overdue(task: TaskRow, now: datetime) -> bool:
    """Say whether the last moment in time has passed."""
    return task.due_at is not None and task.due_at < now


def checked(work: Work, task: TaskRow, raw: Raw) -> Mapping[str, Json]:
    """Return the answers in the form as it came. Raises `InvalidAnswers`."""
    if task.form is None or task.definition_id is None:
        return {}
    return validate(form_of(work.definition(task.definition_id), task.form), raw)


def _complete_in_process(
    work: Work, task: TaskRow, instance: InstanceRow, answers: Mapping[str, Json]
) -> None:
    row = work.definition(instance.definition_id)
    reads = blueprint_of(work, row).reads
    rows = open_rows_of(work, instance)
    key = task.key or 0
    rows.tasks.pop(key, None)
    close_task(work, task, "completed", by=work.actor.id)
    snapshot = work.processes.complete(
        as_definition(row),
        instance.state,
        key,
        {k: v for k, v in answers.items() if k in reads},
        world_of(work, row, instance.case_id),
    )
    carry_on(work, instance, snapshot)


def _close_raised(work: Work, task: TaskRow) -> None:
    """Close the tasks that the ladder of this one raised: their reason is gone."""
    if not is_overdue(task, work.now):
        return
    for each in work.session.scalars(_RAISED, {"task_id": task.id}):
        cancel_task(work, each)

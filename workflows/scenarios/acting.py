"""Acting as the staff would: who may take a task takes it and completes it."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Actor, Json
from engine.services.definitions import form_of
from engine.services.tasks import check_open, claim_task, complete_task
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, PostRow
from workflows.scenarios.answers import fill

Choose = Callable[[Sequence[UUID]], UUID]


def first(people: Sequence[UUID]) -> UUID:
    """Choose the first by username."""
    return people[0]


def do_task(
    casework: Casework, task_id: UUID, given: Mapping[str, Json], choose: Choose = first
) -> None:
    """Let the right person take the task and complete it with `given` and plausible answers.

    `choose` picks among those who may take it. Raises `NotFound` when nobody may, `TaskClosed`
    when it no longer waits, and whatever completing raises.
    """
    with casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        check_open(task)
        actor = who_would(work, task, choose)
        raw = filled(work, task, given)
    if task.assignee_id is None:
        casework.act(actor, lambda work: claim_task(work, task_id))
    casework.act(actor, lambda work: complete_task(work, task_id, raw))


def take_task(casework: Casework, task_id: UUID, choose: Choose = first) -> None:
    """Let one of those who may take the task take it; nothing happens when somebody has it.

    Raises `NotFound` and `TaskClosed` as `do_task` does.
    """
    with casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        check_open(task)
        actor = who_would(work, task, choose)
    casework.act(actor, lambda work: claim_task(work, task_id))


def who_would(work: Work, task: TaskRow, choose: Choose = first) -> Actor:
    """Return whose the task is, else one who may take it. Raises `NotFound` when nobody may."""
    if task.assignee_id is not None:
        return actor_of(work, task.assignee_id)
    people = _of_role(work, task)
    if not people:
        raise NotFound(f"Ingen kan tage opgaven »{task.title}« ({task.role}).")
    return actor_of(work, choose(people))


def _of_role(work: Work, task: TaskRow) -> Sequence[UUID]:
    """Return the staff who have the task's role where the task is, by username."""
    members = select(EmployeeRow.id).join(
        ForumMemberRow, ForumMemberRow.employee_id == EmployeeRow.id
    )
    holders = select(EmployeeRow.id).join(PostRow, PostRow.employee_id == EmployeeRow.id)
    for query in (
        members.where(ForumMemberRow.forum_id == task.forum_id, ForumMemberRow.role == task.role),
        holders.where(PostRow.unit_id == task.unit_id, PostRow.role == task.role),
    ):
        if found := work.session.scalars(query.order_by(EmployeeRow.username)).all():
            return found
    return ()


def filled(work: Work, task: TaskRow, given: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the form of the task, filled in; nothing for a task without one."""
    if task.form is None or task.definition_id is None:
        return {}
    return fill(form_of(work.definition(task.definition_id), task.form), given, work.today)

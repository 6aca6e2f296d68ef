"""Acting as the staff would: who may take a task takes it and completes it."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Actor, Json
from engine.services.definitions import form_of
from engine.services.tasks import claim_task, complete_task
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, PostRow
from workflows.scenarios.answers import fill


def do_task(casework: Casework, task_id: UUID, given: Mapping[str, Json]) -> None:
    """Let the right person take the task and complete it with `given` and plausible answers.

    Raises `NotFound` when nobody may take it, and whatever completing raises.
    """
    with casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        actor = _who_would(work, task)
        raw = _raw(work, task, given)
    if task.assignee_id is None:
        casework.act(actor, lambda work: claim_task(work, task_id))
    casework.act(actor, lambda work: complete_task(work, task_id, raw))


def _who_would(work: Work, task: TaskRow) -> Actor:
    employee_id = task.assignee_id or _first_of_role(work, task)
    if employee_id is None:
        raise NotFound(f"Ingen kan tage opgaven »{task.title}« ({task.role}).")
    return actor_of(work, employee_id)


def _first_of_role(work: Work, task: TaskRow) -> UUID | None:
    members = select(EmployeeRow.id).join(
        ForumMemberRow, ForumMemberRow.employee_id == EmployeeRow.id
    )
    holders = select(EmployeeRow.id).join(PostRow, PostRow.employee_id == EmployeeRow.id)
    for query in (
        members.where(ForumMemberRow.forum_id == task.forum_id, ForumMemberRow.role == task.role),
        holders.where(PostRow.unit_id == task.unit_id, PostRow.role == task.role),
    ):
        found = work.session.scalar(query.order_by(EmployeeRow.username).limit(1))
        if found:
            return found
    return None


def _raw(work: Work, task: TaskRow, given: Mapping[str, Json]) -> Mapping[str, Json]:
    if task.form is None or task.definition_id is None:
        return {}
    return fill(form_of(work.definition(task.definition_id), task.form), given, work.today)

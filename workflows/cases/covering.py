"""A deputy takes over the tasks of one who is away."""

from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import NotAllowed
from engine.services.definitions import blueprint_of
from engine.services.journal import record
from engine.services.tasks import check_open
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.municipalities.staff import deputies_of

_SETTING = "approval"


def take_over_for(work: Work, task_id: UUID) -> TaskRow:
    """Make the task of one who is away the actor's own; it stays so when they are back.

    Raises `NotFound`, `TaskClosed`, and `NotAllowed` unless who has the task is registered as
    absent today with the actor as deputy, and for an approval that the actor could not give
    themself.
    """
    task, instance = work.open_task(task_id)
    check_open(task)
    if task.assignee_id == work.actor.id:
        return task
    former = task.assignee_id
    if former is None or deputies_of(work, [former]).get(former) != work.actor.id:
        raise NotAllowed("Du er ikke stedfortræder for den, der har opgaven.")
    if not may_approve(work, task, instance):
        raise NotAllowed(
            "Godkendelsen kan du ikke give på en andens vegne: den kræver rollen selv og en anden "
            "end den, der har lavet arbejdet. Tal med din leder."
        )
    task.assignee_id, task.claimed_at = work.actor.id, work.now
    record(work, task.case_id, "task_taken_over", task=str(task.id), former=str(former))
    return task


def may_approve(work: Work, task: TaskRow, instance: InstanceRow | None) -> bool:
    """Say whether the actor, who stands in for somebody, could do the task on their own account.

    It is so of every task but those that the diagram marks as an `approval`. There the actor has
    to hold the role, and must not have done an earlier task of the same process.
    """
    if instance is None or not _is_approval(work, task, instance):
        return True
    own = select(TaskRow.id).where(
        TaskRow.instance_id == instance.id, TaskRow.closed_by_id == work.actor.id
    )
    return task.role in work.actor.roles and work.session.scalars(own).first() is None


def _is_approval(work: Work, task: TaskRow, instance: InstanceRow) -> bool:
    nodes = blueprint_of(work, work.definition(instance.definition_id)).nodes
    return any(node.id == task.element and node.settings.get(_SETTING) == "yes" for node in nodes)

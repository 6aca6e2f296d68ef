"""A deputy takes over the tasks of one who is away."""

from uuid import UUID

from engine.domain.errors import NotAllowed
from engine.services.journal import record
from engine.services.tasks import check_open
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.municipalities.staff import deputies_of


def take_over_for(work: Work, task_id: UUID) -> TaskRow:
    """Make the task of one who is away the actor's own; it stays so when they are back.

    Raises `NotFound`, `TaskClosed`, and `NotAllowed` unless who has the task is registered as
    absent today with the actor as deputy.
    """
    task, _ = work.open_task(task_id)
    check_open(task)
    if task.assignee_id == work.actor.id:
        return task
    former = task.assignee_id
    if former is None or deputies_of(work, [former]).get(former) != work.actor.id:
        raise NotAllowed("Du er ikke stedfortræder for den, der har opgaven.")
    task.assignee_id, task.claimed_at = work.actor.id, work.now
    record(work, task.case_id, "task_taken_over", task=str(task.id), former=str(former))
    return task

"""Which tasks somebody may know of. Every page and every act that names a task asks here."""

from engine.domain.errors import Unseen
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.matrix import matrix
from workflows.access.sight import what_may


def check_task(work: Work, task: TaskRow) -> None:
    """Raise `Unseen`, in the words of what is not there, unless the actor may know of the task."""
    if not may_know_of(work, task):
        raise Unseen("Opgaven findes ikke.")


def may_know_of(work: Work, task: TaskRow) -> bool:
    """Say whether the actor may know that there is this task.

    It is theirs or was, it stands in the list of a unit or forum of theirs, where it names nobody,
    or they see something of its case. No statement is made for the first two. The system may.
    """
    actor = work.actor
    if actor.id is None:
        return True
    if matrix().reads_nothing(actor.roles):
        return False
    theirs = actor.id in (task.assignee_id, task.closed_by_id)
    listed = task.unit_id in actor.units or task.forum_id in actor.forums
    return theirs or listed or what_may(work, actor, task.case_id) is not None

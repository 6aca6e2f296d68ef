"""Who may let a deadline of a case rest, extend it and take that back."""

from datetime import date
from uuid import UUID

from engine.domain.errors import NotAllowed, NotFound
from engine.services.arming import URGENT_LADDERS
from engine.services.resting import extend, resume, suspend, take_back
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.tasks import check_task
from workflows.cases.passing_on import may_pass_on
from workflows.cases.thread import open_youth_case

_LEADER_ONLY = "Fristen er lovens. Kun lederen kan sætte den i bero eller forlænge den."
_OURS = "Kun den, der har opgaven, og lederen kan sætte fristen i bero eller forlænge den."


def may_change_deadline(work: Work, task: TaskRow) -> bool:
    """Say whether the actor may: the leader of the unit of the case and the chief consultant.

    A deadline of our own also the one who has the task; one of the law or by the hour not.
    """
    mine = task.assignee_id is not None and task.assignee_id == work.actor.id
    if mine and task.ladder not in URGENT_LADDERS:
        return True
    return may_pass_on(work, open_youth_case(work, task.case_id))


def rest_deadline(work: Work, task_id: UUID, until: date, reason: str, source: str) -> TaskRow:
    """Let the deadline rest. Raises `NotAllowed` unless `may_change_deadline`, and as `suspend`."""
    _check(work, task_id)
    return suspend(work, task_id, until, reason, source)


def let_deadline_run(work: Work, task_id: UUID) -> TaskRow:
    """Let it go on. Raises `NotAllowed` unless `may_change_deadline`, and as `resume`."""
    _check(work, task_id)
    return resume(work, task_id)


def extend_deadline(work: Work, task_id: UUID, period: str, reason: str, source: str) -> TaskRow:
    """Extend the deadline. Raises `NotAllowed` unless `may_change_deadline`, and as `extend`."""
    _check(work, task_id)
    return extend(work, task_id, period, reason, source)


def take_line_back(work: Work, task_id: UUID, line_id: UUID) -> TaskRow:
    """Take a line back. Raises `NotAllowed` unless `may_change_deadline`, and as `take_back`."""
    _check(work, task_id)
    return take_back(work, task_id, line_id)


def check_may_change(work: Work, task: TaskRow) -> None:
    """Raise `NotAllowed` unless `may_change_deadline`, with whom to ask."""
    if not may_change_deadline(work, task):
        raise NotAllowed(_LEADER_ONLY if task.ladder in URGENT_LADDERS else _OURS)


def _check(work: Work, task_id: UUID) -> None:
    work.reads_for("task", f"task:{task_id}")
    task = work.session.get(TaskRow, task_id)
    if task is None:
        raise NotFound("Opgaven findes ikke.")
    check_task(work, task)
    check_may_change(work, task)

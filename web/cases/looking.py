"""Looking at a case through the page of one of its tasks, with the log of every look."""

from collections.abc import Collection
from uuid import UUID

from flask import request

from engine.domain.errors import NotAllowed, NotFound
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.services import log_read, read_case, seen_of
from workflows.access.sight import Sight
from workflows.cases.records import YouthCaseRow


def look_at(work: Work, case_id: UUID, purpose: str) -> Sight:
    """Return what the actor sees of the case, and write the look down. Raises `NotFound`."""
    return read_case(work, case_id, purpose, request.path)


def look_at_task(work: Work, task: TaskRow, case: YouthCaseRow, purpose: str) -> Sight | None:
    """Return what the actor sees of the case of a task, and write the look down.

    Who has done a task may read its receipt, also when the case has left them since: None then.
    Raises `NotAllowed` for a colleague of the same unit or forum, and `NotFound` for others.
    """
    if work.actor.id is not None and task.closed_by_id == work.actor.id:
        work.reads_for(purpose, f"task:{task.id}")
        log_read(work, [case], request.path)
        return None
    try:
        return read_case(work, task.case_id, purpose, request.path)
    except NotFound as refused:
        if task.unit_id in work.actor.units or task.forum_id in work.actor.forums:
            raise NotAllowed(
                "Opgaven hører til en kollegas sag. Spørg den, der har den, hvis du mangler noget."
            ) from refused
        raise


def shown(work: Work, case_ids: Collection[UUID], purpose: str) -> set[UUID]:
    """Return those of the cases whose young person the actor may know; the look is logged."""
    work.reads_for(purpose)
    found = seen_of(work, case_ids)
    log_read(work, found, request.path)
    return {case.case_id for case in found}

"""Looking at a case through the page of one of its tasks, with the log of every look."""

from collections.abc import Collection
from uuid import UUID

from flask import request
from sqlalchemy import select

from engine.domain.errors import NotAllowed, NotFound
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.services import cases_visible_to, log_read, read_case
from workflows.cases.records import YouthCaseRow


def look_at(work: Work, case_id: UUID, purpose: str) -> YouthCaseRow:
    """Return the case for the actor to read, and write down that they did. Raises `NotFound`."""
    return read_case(work, case_id, purpose, request.path)


def look_at_task(work: Work, task: TaskRow, purpose: str) -> None:
    """Let the actor read what belongs to the task, and write it down.

    Who has done a task may read its receipt, also when the case has left them since. Raises
    `NotAllowed` for a colleague of the same unit or forum, and `NotFound` for others.
    """
    if work.actor.id is not None and task.closed_by_id == work.actor.id:
        log_read(work, [task.case_id], purpose, request.path)
        return
    try:
        read_case(work, task.case_id, purpose, request.path)
    except NotFound as refused:
        if task.unit_id in work.actor.units or task.forum_id in work.actor.forums:
            raise NotAllowed(
                "Opgaven hører til en kollegas sag. Spørg den, der har den, hvis du mangler noget."
            ) from refused
        raise


def shown(work: Work, case_ids: Collection[UUID], purpose: str) -> set[UUID]:
    """Return those of the cases whose young person the actor may know; the look is logged."""
    query = select(YouthCaseRow.case_id).where(
        YouthCaseRow.case_id.in_(list(case_ids)), cases_visible_to(work, work.actor)
    )
    found = set(work.session.scalars(query)) if case_ids else set()
    log_read(work, sorted(found), purpose, request.path)
    return found

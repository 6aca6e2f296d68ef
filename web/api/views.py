"""The same dates and explanations for programs: read-only, and for those who may see the page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.cases.looking import look_at_task
from web.current import casework, current_actor
from web.explaining import why
from web.inbox import reading

api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/opgaver/<uuid:task_id>/frist")
def deadline(task_id: UUID) -> ResponseReturnValue:
    """Answer with the deadline of the task, its steps, and the same in the reader's language."""
    return jsonify(casework().act(current_actor(), lambda work: _deadline(work, task_id)))


def _deadline(work: Work, task_id: UUID) -> Mapping[str, Any]:
    found = reading.task_with_case(work, task_id)
    task: TaskRow = found.task
    look_at_task(work, task, found.case, "task")
    return {
        "task": str(task.id),
        "due_on": task.due_on.isoformat() if task.due_on else None,
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "legal_limit_on": task.legal_limit_on.isoformat() if task.legal_limit_on else None,
        "deadline": task.deadline,
        "why": list(why(task.deadline)),
    }

"""What a line does to a deadline: lets it rest, lets it go on, extends it."""

from datetime import date
from uuid import UUID

from engine.ports import SYSTEM
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.cases.deadlines import extend_deadline, let_deadline_run, rest_deadline
from workflows.municipalities.directory import actor_of
from workflows.scenarios.format import Line
from workflows.scenarios.stage import Stage, employee, given_of


def suspend(stage: Stage, line: Line, task_id: UUID) -> None:
    """Let the deadline rest to and with `until`, for `reason` by the law `source`."""
    given = given_of(line, "until", "reason", "source", may=("by",))
    until: date = given["until"]

    def act(work: Work) -> None:
        _as_who(work, task_id, given.get("by"))
        rest_deadline(work, task_id, until, given["reason"], given["source"])

    stage.casework.act(SYSTEM, act)


def resume(stage: Stage, line: Line, task_id: UUID) -> None:
    """Let the deadline go on."""
    given = given_of(line, may=("by",))

    def act(work: Work) -> None:
        _as_who(work, task_id, given.get("by"))
        let_deadline_run(work, task_id)

    stage.casework.act(SYSTEM, act)


def extend(stage: Stage, line: Line, task_id: UUID) -> None:
    """Extend the deadline by `period`, for `reason` by the law `source`."""
    given = given_of(line, "period", "reason", "source", may=("by",))

    def act(work: Work) -> None:
        _as_who(work, task_id, given.get("by"))
        extend_deadline(work, task_id, given["period"], given["reason"], given["source"])

    stage.casework.act(SYSTEM, act)


def _as_who(work: Work, task_id: UUID, username: str | None) -> None:
    """Act as the employee of that name, else as who has the task."""
    holder = work.session.get_one(TaskRow, task_id).assignee_id
    who = employee(work, username).id if username else holder
    if who is not None:
        work.actor = actor_of(work, who)

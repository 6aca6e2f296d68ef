"""The states of a task, and which may follow which."""

from enum import StrEnum

from engine.domain.errors import Conflict


class TaskStatus(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_MOVES = {
    TaskStatus.OPEN: {TaskStatus.CLAIMED, TaskStatus.CANCELLED},
    TaskStatus.CLAIMED: {TaskStatus.OPEN, TaskStatus.COMPLETED, TaskStatus.CANCELLED},
    TaskStatus.COMPLETED: set[TaskStatus](),
    TaskStatus.CANCELLED: set[TaskStatus](),
}
_IN_DANISH = {
    TaskStatus.OPEN: "ledig",
    TaskStatus.CLAIMED: "taget",
    TaskStatus.COMPLETED: "afsluttet",
    TaskStatus.CANCELLED: "bortfaldet",
}


def check_move(now: TaskStatus, wanted: TaskStatus) -> None:
    """Raise `Conflict` unless a task that is `now` may become `wanted`."""
    if wanted not in _MOVES[now]:
        raise Conflict(f"Opgaven er {_IN_DANISH[now]} og kan ikke blive {_IN_DANISH[wanted]}.")


def is_waiting(status: TaskStatus) -> bool:
    """Say whether somebody still has to do the task: its rungs fire only then."""
    return bool(_MOVES[status])

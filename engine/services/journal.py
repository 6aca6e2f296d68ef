"""The journal: what happened in a case, in order, each row chained to the one before."""

from uuid import UUID

from engine.ports import Json
from engine.storage.chain import append
from engine.storage.work import Work


def record(work: Work, case_id: UUID, act: str, **data: Json) -> None:
    """Append one row to the case's journal: ids and codes only, never free text.

    Locks the case. `act` is past tense, such as "task_completed".
    """
    append(work, case_id, act, data)

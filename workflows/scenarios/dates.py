"""Dates of tasks and their ladders, held against what a file says, with how they were reckoned."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work
from workflows.explanations import in_danish
from workflows.scenarios.format import ZONE

OF_A_TASK = {"due", "limit", "task"}  # facts that a date of a task explains


def explained(work: Work, element: str, due: str = "") -> str:
    """Return in brackets why the task is due when it is: the one due on `due`, else the newest."""
    query = select(TaskRow).where(TaskRow.element == element).order_by(TaskRow.created_at.desc())
    tasks = sorted(work.session.scalars(query), key=lambda task: str(task.due_on) != due)
    why = in_danish(tasks[0].deadline) if tasks else ""
    return f" [{why}]" if why else ""


def unlike_ladders(work: Work, case_id: UUID, wanted: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a sentence for every task whose ladder, fired or not, is not the one that is told."""
    for element, rungs in wanted.items():
        found = _ladder(work, case_id, element)
        if found != list(rungs):
            why = explained(work, element)
            yield f"stige {element}: ventet {', '.join(rungs)}, fandt {', '.join(found)}{why}"


def unexplained(work: Work, case_id: UUID, wanted: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a sentence for every word that the explanation of a task's date lacks."""
    for element, words in wanted.items():
        task = _newest(work, case_id, element)
        why = in_danish(task.deadline) if task else "ingen opgave"
        for word in words:
            if word not in why:
                yield f"forklaring {element}: ventet »{word}«, fandt »{why}«"


def unwritten(
    found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for every row that the journal of this moment lacks."""
    for row in wanted:
        if not any(row.items() <= each.items() for each in found):
            acts = ", ".join(str(each["act"]) for each in found) or "intet"
            alike = [dict(each) for each in found if each["act"] == row["act"]]
            yield f"journal: ventet {dict(row)}, fandt {alike or acts}"


def _ladder(work: Work, case_id: UUID, element: str) -> list[str]:
    task = _newest(work, case_id, element)
    if task is None:
        return []
    query = select(TimerRow).where(TimerRow.task_id == task.id, TimerRow.rung.is_not(None))
    rows = work.session.scalars(query.order_by(TimerRow.due_at))
    return [f"{row.rung} {row.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" for row in rows]


def _newest(work: Work, case_id: UUID, element: str) -> TaskRow | None:
    query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.element == element)
    return work.session.scalars(query.order_by(TaskRow.created_at.desc())).first()

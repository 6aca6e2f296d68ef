"""Timer rows of an act, written and ended together: one statement each, however many they are."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from engine.services.incidents import resolve_of_timers
from engine.storage.ending import end_timers
from engine.storage.work import Work

_EMPTY: dict[str, Any] = {
    "instance_id": None,
    "key": None,
    "element": None,
    "task_id": None,
    "rung": None,
    "start_key": None,
    "payload": {},
    "urgency": 1,
    "counted_from": None,
    "counted_to": None,
    "counted_by": "",
    "attempts": 0,
    "done_at": None,
    "outcome": None,
}


def new_timer(**columns: Any) -> dict[str, Any]:
    """Return the row of a timer with all its columns, as `Work.add` wants it."""
    return {"id": uuid4(), **_EMPTY, **columns}


def end_timers_of(work: Work, owner: UUID, outcome: str) -> None:
    """End the timer `owner`, or all of the ladder of the task `owner`, when the act is written.

    Those that are done stay as they are; incidents of those that had failed lose their reason.
    """
    if not work.ended:
        work.at_last(partial(_write_ended, work))
    work.ended.setdefault(outcome, []).append(owner)


def _write_ended(work: Work) -> None:
    failed: list[UUID] = []
    for outcome, owners in work.ended.items():
        failed += end_timers(work.session, owners, work.now, outcome)
    work.ended.clear()
    if failed:
        resolve_of_timers(work, failed)

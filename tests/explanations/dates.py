"""Every date that the house has worked out, with its explanation."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work
from tests.explanations.checker import Unfounded, worked_out
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import ForumRow

Dated = tuple[str, str, Sequence[Any]]  # what, the ISO date, its explanation


def unfounded(work: Work) -> list[str]:
    """Return a line for every date that its explanation does not lead to."""
    return [problem for each in every_date(work) if (problem := _problem(*each))]


def every_date(work: Work) -> Iterator[Dated]:
    yield from _of_tasks(work)
    yield from _of_timers(work)
    yield from _of_meetings(work)


def _problem(what: str, day: str, steps: Sequence[Any]) -> str:
    try:
        found = worked_out(steps)
    except Unfounded as problem:
        return f"{what} {day}: {problem}"
    return "" if found == day else f"{what}: shown {day}, worked out {found}: {steps}"


def _of_tasks(work: Work) -> Iterator[Dated]:
    for task in work.session.scalars(select(TaskRow).where(TaskRow.due_on.is_not(None))):
        by_the_hour = "started_at" in task.deadline
        shown = task.due_at if by_the_hour else task.due_on
        yield f"task {task.element}", shown.isoformat(), task.deadline["steps"]
        if task.legal_limit_on:
            limit = task.legal_limit_on.isoformat()
            yield f"limit {task.element}", limit, task.deadline["limit"]


def _of_timers(work: Work) -> Iterator[Dated]:
    kinds = "start", "milestone", "drawn"
    for timer in work.session.scalars(select(TimerRow).where(TimerRow.kind.in_(kinds))):
        why = timer.payload.get("why", ())
        lasts = bool(why) and "T" in str(why[-1]["to"])  # elapsed time ends at a moment
        moment = timer.planned_at if lasts else work.calendar.local_date(timer.planned_at)
        yield f"{timer.kind} {timer.start_key or timer.element}", moment.isoformat(), why


def _of_meetings(work: Work) -> Iterator[Dated]:
    forums = {forum.id: forum for forum in work.session.scalars(select(ForumRow))}
    for meeting in work.session.scalars(select(MeetingRow)):
        forum = forums[meeting.forum_id]
        yield f"meeting {forum.code}", meeting.held_on.isoformat(), why_held(work, forum, meeting)
        cut_off = meeting.cut_off_on.isoformat()
        yield f"cut-off {forum.code}", cut_off, why_cut_off(work, forum, meeting)

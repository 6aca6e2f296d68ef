"""What a change of settings would move among what is open, counted and never named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from engine.domain.replaying import Circumstances, has_moved, replayed
from engine.services.recounts import cases_concerned, differences, tasks_concerned
from engine.storage.house import Configuration
from engine.storage.models import CaseRow, TaskRow
from engine.storage.work import Work
from workflows.forums.records import AgendaItemRow
from workflows.forums.replanning import Anew, anew, known_meetings
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.configuration import read_configuration
from workflows.municipalities.layers import SERIES, Change
from workflows.municipalities.records import ForumRow
from workflows.municipalities.settings import proposed

_AT_ONCE = 500  # cases a query


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedMeeting:
    """A meeting that would move; `to` is None where it would be cancelled."""

    forum: str
    day: date
    to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many open tasks have a deadline that was counted with the setting (`concerned`), how many
    of them would be due on another day, how many `earlier`, which meetings would move, and how many
    items of their agendas with them."""

    concerned: int
    tasks: int
    earlier: int
    meetings: list[MovedMeeting]
    items: int


def preview(work: Work, change: Change) -> Preview:
    """Return what the change would move. Nothing is written. Raises as `proposed`.

    What was agreed in the ledger of a deadline is left out of account.
    """
    after = read_configuration(proposed(work, change), number=0)
    moved = list(_deadlines(work, after))
    meetings = [pair for pair in _meetings(work, change, after) if _is_told(pair[1])]
    return Preview(
        concerned=tasks_concerned(work, after),
        tasks=len(moved),
        earlier=sum(now < was for was, now in moved),
        meetings=[_moved(forum, each) for forum, each in meetings],
        items=_items(work, [each for _forum, each in meetings]),
    )


def _deadlines(work: Work, after: Configuration) -> Iterator[tuple[str, str]]:
    """Yield the day of each open task that would be due on another, before and after."""
    cases = cases_concerned(work, differences(work.configuration, after))
    for start in range(0, len(cases), _AT_ONCE):
        query = (
            select(TaskRow.deadline, CaseRow.calendar)
            .join(CaseRow, CaseRow.id == TaskRow.case_id)
            .where(
                TaskRow.case_id.in_(cases[start : start + _AT_ONCE]),
                TaskRow.closed_at.is_(None),
                TaskRow.due_at.is_not(None),
            )
        )
        for kept, school in work.session.execute(query):
            calendar = after.calendar_called(school)
            yield from _moved_deadline(kept, Circumstances(calendar, after.parameters))


def _moved_deadline(
    kept: Mapping[str, Any], circumstances: Circumstances
) -> Iterator[tuple[str, str]]:
    steps = kept.get("steps", [])
    again = replayed(steps, circumstances)
    if has_moved(steps, again):
        yield str(steps[-1]["to"]), str(again[-1]["to"])


def _meetings(work: Work, change: Change, after: Configuration) -> Iterator[tuple[str, Anew]]:
    for forum in work.session.scalars(select(ForumRow).order_by(ForumRow.name)).all():
        mine = change.kind == SERIES and change.key == forum.code
        as_it_will = _with_series(forum, change.after) if mine else forum
        known = known_meetings(work, forum.id, lock=False)
        for each in anew(after, as_it_will, known, work.now):
            yield forum.name, each


def _with_series(forum: ForumRow, wanted: Mapping[str, str]) -> ForumRow:
    """Return a forum that meets as it is wanted, for the reckoning alone."""
    return ForumRow(
        code=forum.code,
        name=forum.name,
        type=forum.type,
        cadence=wanted["cadence"],
        cut_off=wanted["cut_off"],
        anchor=date.fromisoformat(wanted["anchor"]) if wanted["anchor"] else None,
    )


def _is_told(each: Anew) -> bool:
    return each.found is None or each.found.meets_on != each.meeting.held_on


def _moved(forum: str, each: Anew) -> MovedMeeting:
    to = each.found.meets_on if each.found else None
    return MovedMeeting(forum=forum, day=each.meeting.held_on, to=to)


def _items(work: Work, meetings: list[Anew]) -> int:
    query = select(func.count()).where(
        AgendaItemRow.meeting_id.in_([each.meeting.id for each in meetings]),
        AgendaItemRow.status.in_(ON_AGENDA),
    )
    return work.session.scalar(query) or 0

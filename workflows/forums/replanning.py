"""Meetings that stand in the calendar, after the calendar or their series has changed.

A meeting keeps its id, so that who was invited is told of the new day under the same one. What a
person decided stands: a day chosen by hand, and a meeting whose agenda has closed, move only off
a day that does not count any more.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from uuid import UUID

from sqlalchemy import or_, select

from engine.domain.calendars import WorkingCalendar
from engine.domain.parameters import Period
from engine.domain.reckonings import Kept, rolled
from engine.domain.series import Meeting, cutoff_at, meetings_from
from engine.ports import SYSTEM
from engine.services.incidents import note_incident
from engine.storage.house import Configuration
from engine.storage.work import Casework, Work
from workflows.forums.explaining import as_drawn, why_drawn, why_held
from workflows.forums.holding import Told, carry_items, mark_changed, settle_on
from workflows.forums.meetings import cut_off_of, hours_of, series_by
from workflows.forums.records import MeetingRow
from workflows.forums.states import set_meeting
from workflows.municipalities.records import ForumRow

log = logging.getLogger(__name__)

_TO_COME = ("planned", "agenda_closed")
_LONGEST_GAP = timedelta(days=370)  # between two meetings of a series that anybody plans by
_FAR = date(9000, 1, 1)  # where meetings wait while their days are exchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """What a meeting becomes; `found` is None where its series has no day for it any more."""

    meeting: MeetingRow
    found: Meeting | None


def replan(casework: Casework, done: set[tuple[int, date]]) -> int:
    """Let the meetings to come follow calendar and series, and their items follow them.

    Once a configuration and day, `done` being those it was done for; what an earlier look left
    half is finished. Returns how many meetings changed. Nobody is told twice, whoever looks.
    """
    with casework.work(SYSTEM) as work:
        now = work.configuration.number, work.today
        forums = list(work.session.scalars(select(ForumRow.id).order_by(ForumRow.code)))
    changed = 0
    for forum_id in forums if now not in done else ():
        with casework.work(SYSTEM, alone=True) as work:
            changed += _replan_forum(work, forum_id)
    done.add(now)
    for meeting_id in _left_half(casework):
        _note_failures(casework, carry_items(casework, SYSTEM, meeting_id))
    return changed


def anew(
    settings: Configuration, forum: ForumRow, known: Sequence[MeetingRow], now: datetime
) -> list[Anew]:
    """Return those of the known meetings that these settings would change, and how.

    What is held today, or cancelled, stays and keeps its day.
    """
    series = series_by(settings.parameters, forum)
    today = settings.calendar.local_date(now)
    rows = [row for row in known if row.state in _TO_COME and row.held_on > today]
    if series is None or not rows:
        return []
    others = [row for row in known if row not in rows]
    before = cut_off_of(settings.parameters, forum)
    last = max(max(row.held_on, row.drawn_on) for row in rows) + _LONGEST_GAP
    ahead = meetings_from(settings.calendar, series, before, today + timedelta(days=1))
    gone = {row.drawn_on for row in others}
    draws = [
        each
        for each in takewhile(lambda each: each.meets_on <= last, ahead)
        if each.drawn_on not in gone
    ]
    drawn = _drawn_anew(rows, draws, now)
    held = {row.held_on for row in others}
    found = list(_each(settings.calendar, before, rows, drawn, held, now))
    return [each for each in found if each.found is None or _differs(each.meeting, each.found)]


def known_meetings(work: Work, forum_id: UUID, *, lock: bool = True) -> Sequence[MeetingRow]:
    """Return the meetings of the forum from today on, in order, locked for this act."""
    work.flush()
    query = select(MeetingRow).where(
        MeetingRow.forum_id == forum_id,
        or_(MeetingRow.held_on >= work.today, MeetingRow.drawn_on >= work.today),
    )
    query = query.order_by(MeetingRow.held_on)
    return work.session.scalars(query.with_for_update() if lock else query).all()


def is_settled(meeting: MeetingRow, now: datetime) -> bool:
    """Say whether people have bound themselves to the day: by hand, or since the cut-off."""
    return meeting.by_hand or meeting.state != "planned" or meeting.cut_off_at <= now


def _drawn_anew(
    rows: Sequence[MeetingRow], draws: Sequence[Meeting], now: datetime
) -> dict[UUID, Meeting]:
    """Return by meeting the day of the series that is its own: the same, else the nearest free."""
    by_day = {each.drawn_on: each for each in draws}
    found = {row.id: by_day[row.drawn_on] for row in rows if row.drawn_on in by_day}
    taken = {each.drawn_on for each in found.values()}
    open_ones = [each for each in draws if each.cutoff_at > now]
    for row in (row for row in rows if row.id not in found):
        days = draws if is_settled(row, now) else open_ones
        nearest = min(days, key=lambda each: _distance(row, each), default=None)
        if nearest is not None and nearest.drawn_on not in taken:
            found[row.id] = nearest
            taken.add(nearest.drawn_on)
    return found


def _distance(row: MeetingRow, each: Meeting) -> tuple[int, int]:
    days = (each.drawn_on - row.drawn_on).days
    return abs(days), -days  # of two as near the later: there is more time to prepare


def _each(
    calendar: WorkingCalendar,
    before: Period,
    rows: Sequence[MeetingRow],
    drawn: dict[UUID, Meeting],
    held: set[date],
    now: datetime,
) -> Iterator[Anew]:
    """Yield what each becomes, those first that people have bound themselves to.

    No two meetings of a forum have one day, nor one of those that are `held` by others.
    """
    for row in sorted(rows, key=lambda row: not is_settled(row, now)):
        found = drawn.get(row.id)
        if is_settled(row, now):
            found = _as_settled(calendar, before, row, found, now)
        if found is None:
            yield Anew(meeting=row, found=None)
            continue
        day = found.meets_on
        while day in held:
            day = calendar.add_days(day, 1)
        held.add(day)
        if day != found.meets_on:
            found = Meeting(day, cutoff_at(calendar, day, before), found.drawn_on)
        yield Anew(meeting=row, found=found)


def _as_settled(
    calendar: WorkingCalendar,
    before: Period,
    row: MeetingRow,
    drawn: Meeting | None,
    now: datetime,
) -> Meeting:
    """Return the meeting on its own day, or the working day after it."""
    day = calendar.roll_forward(row.held_on)
    closed = row.state != "planned" or row.cut_off_at <= now
    stays = closed and day == row.held_on
    closes = row.cut_off_at if stays else cutoff_at(calendar, day, before)
    return Meeting(day, closes, drawn.drawn_on if drawn else row.drawn_on)


def _differs(row: MeetingRow, found: Meeting) -> bool:
    return as_drawn(row) != found


def _replan_forum(work: Work, forum_id: UUID) -> int:
    forum = work.session.get_one(ForumRow, forum_id)
    rows = known_meetings(work, forum_id)
    found = anew(work.configuration, forum, rows, work.now)
    for each in found:
        _become(work, forum, each)
    _exchange(work, [each.meeting for each in found if each.found is not None])
    changed = {each.meeting.id for each in found}
    for row in rows:
        if row.id not in changed and row.state == "planned":
            changed |= _keep_hours(work, forum, row)
    return len(changed)


def _exchange(work: Work, moving: Sequence[MeetingRow]) -> None:
    """Write the new days, so that no two meetings of the forum have one day on the way."""
    becomes = [(meeting, meeting.held_on, meeting.drawn_on) for meeting in moving]
    for number, meeting in enumerate(moving):
        meeting.held_on = meeting.drawn_on = _FAR + timedelta(days=number)
    work.flush()
    for meeting, held, drawn in becomes:
        meeting.held_on, meeting.drawn_on = held, drawn
    work.flush()


def _become(work: Work, forum: ForumRow, each: Anew) -> None:
    meeting, found = each.meeting, each.found
    if found is None:
        set_meeting(meeting, "cancelled")
        mark_changed(work, meeting)
        return
    if (meeting.held_on, meeting.cut_off_at) == (found.meets_on, found.cutoff_at):
        meeting.drawn_on = found.drawn_on  # nobody comes on another day for it
        return
    if meeting.state != "planned" and found.meets_on != meeting.held_on:
        set_meeting(meeting, "planned")
    if not is_settled(meeting, work.now):
        meeting.place = forum.place
    settle_on(work, forum, meeting, found, _why(work, forum, meeting, found))


def _why(work: Work, forum: ForumRow, meeting: MeetingRow, found: Meeting) -> list[Kept]:
    """Return how the new day came about: by the series, or off the day that people had chosen."""
    if is_settled(meeting, work.now):
        steps = why_held(work, forum, meeting)
        return [*steps, *rolled(work.calendar, meeting.held_on, found.meets_on)]
    steps = why_drawn(work.configuration, forum, found.drawn_on)
    reached = date.fromisoformat(str(steps[-1]["to"]))
    return [*steps, *rolled(work.calendar, reached, found.meets_on)]


def _keep_hours(work: Work, forum: ForumRow, meeting: MeetingRow) -> set[UUID]:
    """Let a meeting on its day take the hours and the place of its forum."""
    hours, place = hours_of(work, forum, meeting.held_on), forum.place
    if is_settled(meeting, work.now):
        return set()
    if (meeting.starts_at, meeting.ends_at, meeting.place) == (*hours, place):
        return set()
    (meeting.starts_at, meeting.ends_at), meeting.place = hours, place
    mark_changed(work, meeting)
    meeting.carried = meeting.sequence  # the items are where they were
    return {meeting.id}


def _left_half(casework: Casework) -> Sequence[UUID]:
    with casework.work(SYSTEM) as work:
        query = select(MeetingRow.id).where(
            MeetingRow.carried < MeetingRow.sequence,
            or_(MeetingRow.state.in_(_TO_COME), MeetingRow.state == "cancelled"),
        )
        return work.session.scalars(query.order_by(MeetingRow.starts_at)).all()


def _note_failures(casework: Casework, told: Sequence[Told]) -> None:
    """Keep what could not follow its meeting as an incident of its case."""
    for one in told:
        if one.problem:
            log.warning("an item did not follow its meeting", extra={"item": str(one.item_id)})
            casework.act(SYSTEM, lambda work, one=one: _note(work, one))  # type: ignore[misc]


def _note(work: Work, one: Told) -> None:
    work.lock_case(one.case_id)
    note_incident(work, case_id=one.case_id, element="agenda_item", cause=one.problem)

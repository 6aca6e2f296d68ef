"""The meetings of a forum: worked out from its series, and kept from when they are needed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import CaseworkError
from engine.domain.parameters import Parameters, Period, parse_period
from engine.domain.reckonings import Kept
from engine.domain.series import Meeting, Series, meetings_from
from engine.storage.work import Work
from workflows.forums.explaining import why_closing, why_drawn, why_held
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.rules import CUT_OFF, series_of
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import ForumRow

_STARTS = "09:00"  # of a forum that says no hour
_LENGTH = timedelta(hours=1)  # of a forum that says no end
_MOVED_OFF = timedelta(days=30)  # longer than any run of days off that a drawn day is moved over
_WAITING = select(AgendaItemRow).where(
    AgendaItemRow.meeting_id == bindparam("meeting_id"),
    AgendaItemRow.case_id == bindparam("case_id"),
    AgendaItemRow.reason == bindparam("reason"),
    AgendaItemRow.status == "waiting",
)
_LAST = select(func.max(AgendaItemRow.position)).where(
    AgendaItemRow.meeting_id == bindparam("meeting_id")
)
_LEADERS = select(ForumRow).where(ForumRow.type == LEADER_FORUM).order_by(ForumRow.code)
_MAY_COME = select(MeetingRow).where(
    MeetingRow.forum_id == bindparam("forum_id"),
    or_(MeetingRow.held_on >= bindparam("today"), MeetingRow.drawn_on >= bindparam("drawn_since")),
)


def series_of_forum(work: Work, forum: ForumRow) -> Series | None:
    """Return the series of the forum, or None when it meets on demand."""
    return series_by(work.parameters, forum)


def series_by(parameters: Parameters, forum: ForumRow) -> Series | None:
    """Return the series of the forum as these parameters have it; None on demand."""
    if forum.anchor is None or not forum.cadence:
        return None
    return series_of(cadence_of(parameters, forum), forum.anchor)


def cadence_of(parameters: Parameters, forum: ForumRow) -> str:
    """Return how often the forum meets: its own cadence, or what the parameter it names says."""
    named = forum.cadence in parameters
    return str(parameters.get(forum.cadence)) if named else forum.cadence


def cut_off_of(parameters: Parameters, forum: ForumRow | None) -> Period:
    """Return how long before a meeting its agenda closes: the forum's own, else that of all."""
    own = forum.cut_off if forum else ""
    return parse_period(own) if own else parameters.period(CUT_OFF)


def next_meeting(
    work: Work, forum: ForumRow, ready_at: datetime, *, after: date | None = None
) -> MeetingRow:
    """Return the first meeting whose agenda is still open for an item ready at `ready_at`.

    It is held later than `after`, if that is given. It is written when it is first needed.
    Raises `CaseworkError` when the forum has none.
    """
    found = _next(work, forum, ready_at, after)
    if found is None:
        raise CaseworkError(f"{forum.name} har ingen møder i kalenderen. Sæt møderækken op.")
    return found if isinstance(found, MeetingRow) else _written(work, forum, found)


def plan_meetings(work: Work, forum: ForumRow, until: date) -> Sequence[MeetingRow]:
    """Return the meetings of the forum from today to `until`, in order, cancelled ones too.

    Those that its series draws are written, so that they can be invited to. None on demand.
    """
    known = _known(work, forum)
    for found in _drawn(work, forum, work.today):
        if found.meets_on > until:
            break
        if found.drawn_on not in known:
            known[found.drawn_on] = _written(work, forum, found)
    ahead = (row for row in known.values() if work.today <= row.held_on <= until)
    return sorted(ahead, key=lambda row: row.starts_at)


def day_of_next(work: Work, forum: ForumRow, after: date) -> date | None:
    """Return the day of the first meeting later than `after`; None where it meets on demand."""
    found = next_after(work, forum, after)
    return found.held_on if isinstance(found, MeetingRow) else found and found.meets_on


def next_after(work: Work, forum: ForumRow, after: date) -> MeetingRow | Meeting | None:
    """Return the first meeting later than `after`, as it is written or as the series draws it."""
    known = _known(work, forum)
    rows = [row for row in known.values() if row.state == "planned" and row.held_on > after]
    first = min(rows, key=lambda row: row.held_on, default=None)
    drawn = (each for each in _drawn(work, forum, after) if each.drawn_on not in known)
    found = next((each for each in drawn if each.meets_on > after), None)
    if first is None or found is None:
        return first or found
    return first if first.held_on <= found.meets_on else found


def why_next(work: Work, forum: ForumRow, after: date) -> list[Kept]:
    """Return how the day of the first meeting later than `after` came about; [] for none."""
    found = next_after(work, forum, after)
    if isinstance(found, MeetingRow):
        return why_held(work, forum, found)
    return why_drawn(work.configuration, forum, found.drawn_on) if found else []


def hours_of(work: Work, forum: ForumRow, day: date) -> tuple[datetime, datetime]:
    """Return when a meeting of the forum on `day` begins and ends (UTC)."""
    zone = work.calendar.timezone
    starts = datetime.combine(day, time.fromisoformat(forum.starts or _STARTS), zone)
    if not forum.ends:
        return starts, starts + _LENGTH
    return starts, datetime.combine(day, time.fromisoformat(forum.ends), zone)


def check_at(calendar: WorkingCalendar, held_on: date) -> datetime:
    """Return when the attendance of a meeting is looked at: 08:00 the working day before (UTC).

    Source: domain, team assessment.
    """
    return calendar.opens(calendar.add_days(held_on, -1))


def place(
    work: Work,
    meeting: MeetingRow,
    case_id: UUID,
    reason: str,
    *,
    task_id: UUID | None = None,
    needs: Sequence[str] = (),
) -> AgendaItemRow:
    """Put the case on the agenda, last; the same reason twice is one item.

    `needs` are the disciplines without which it cannot be decided. An item that was decided,
    moved or withdrawn does not count.
    """
    asked = {"meeting_id": meeting.id, "case_id": case_id, "reason": reason}
    if item := work.session.scalars(_WAITING, asked).first():
        return item
    item = AgendaItemRow(
        meeting_id=meeting.id,
        case_id=case_id,
        task_id=task_id,
        reason=reason,
        position=last_position(work, meeting.id) + 1,
        ready_at=work.now,
        placed_at=work.now,
        disciplines=list(needs),
    )
    work.session.add(item)
    work.flush()
    return item


def last_position(work: Work, meeting_id: UUID) -> int:
    """Return the position of the last item of the meeting, 0 without any."""
    return work.session.scalar(_LAST, {"meeting_id": meeting_id}) or 0


def leader_forum(work: Work) -> ForumRow | None:
    """Return the forum of the leaders, or None."""
    return work.session.scalars(_LEADERS).first()


def leader_forum_day(work: Work) -> date | None:
    """Return when the leaders next meet with an open agenda, or None."""
    forum = leader_forum(work)
    if forum is None:
        return None
    match _next(work, forum, work.now, None):
        case MeetingRow(held_on=day) | Meeting(meets_on=day):
            return day
    return None


def _next(
    work: Work, forum: ForumRow, ready_at: datetime, after: date | None
) -> MeetingRow | Meeting | None:
    """Return the first open meeting: one that is written, or one that the series draws."""
    known = _known(work, forum)
    planned = (row for row in known.values() if row.state == "planned")
    rows = (row for row in planned if _is_open(row.cut_off_at, row.held_on, ready_at, after))
    written = min(rows, key=lambda row: row.held_on, default=None)
    drawn = (
        each
        for each in _drawn(work, forum, work.calendar.local_date(ready_at))
        if each.drawn_on not in known and _is_open(each.cutoff_at, each.meets_on, ready_at, after)
    )
    found = next(drawn, None)
    if written is None or (found is not None and found.meets_on < written.held_on):
        return found
    return written


def _drawn(work: Work, forum: ForumRow, since: date) -> Iterator[Meeting]:
    series = series_of_forum(work, forum)
    if series is not None:
        before = cut_off_of(work.parameters, forum)
        yield from meetings_from(work.calendar, series, before, since)


def _known(work: Work, forum: ForumRow) -> dict[date, MeetingRow]:
    """Return the meetings that are written and may still come, by the day the series draws.

    One that was moved to an earlier day is among them, so that its drawn day gives no second.
    """
    work.flush()
    today = work.today
    asked = {"forum_id": forum.id, "today": today, "drawn_since": today - _MOVED_OFF}
    return {row.drawn_on: row for row in work.session.scalars(_MAY_COME, asked)}


def _is_open(cut_off_at: datetime, day: date, ready_at: datetime, after: date | None) -> bool:
    return ready_at < cut_off_at and (after is None or day > after)


def _written(work: Work, forum: ForumRow, found: Meeting) -> MeetingRow:
    starts_at, ends_at = hours_of(work, forum, found.meets_on)
    meeting = MeetingRow(
        forum_id=forum.id,
        drawn_on=found.drawn_on,
        held_on=found.meets_on,
        starts_at=starts_at,
        ends_at=ends_at,
        place=forum.place,
        cut_off_on=work.calendar.local_date(found.cutoff_at),
        cut_off_at=found.cutoff_at,
        changed_at=work.now,
        check_at=check_at(work.calendar, found.meets_on),
        why=why_drawn(work.configuration, forum, found.drawn_on),
        why_cut_off=why_closing(work.configuration, forum, found),
    )
    work.session.add(meeting)
    work.flush()
    return meeting

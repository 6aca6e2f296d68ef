"""What an expression may ask of meetings: when a forum next meets with an open agenda."""

from datetime import date, datetime

from sqlalchemy import select

from engine.domain.series import meetings_from
from engine.services.reckonings import tell
from engine.storage.work import Work
from workflows.forums.explaining import why_drawn, why_held
from workflows.forums.meetings import cut_off_of, series_of_forum
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import ForumRow


def next_meeting_of(work: Work, code: str, day: date) -> date:
    """Return the day of the first meeting whose agenda was open on `day`, and tell how it came.

    `day` is a day up to today: of today it is asked at this moment, else at 08:00. Nothing is
    written. Raises `ValueError` with a Danish sentence where there is no such meeting.
    """
    forum = work.session.scalars(select(ForumRow).where(ForumRow.code == code)).first()
    if forum is None:
        raise ValueError(f"Forummet »{code}« findes ikke.")
    ready_at = work.now if day == work.today else work.calendar.opens(day)
    rows = {row.drawn_on: row for row in _rows(work, forum, day)}
    found = [
        (row.held_on, why_held(work, forum, row))
        for row in rows.values()
        if row.state != "cancelled" and row.cut_off_at > ready_at
    ]
    drawn = _drawn(work, forum, day, ready_at, set(rows))
    if drawn is not None:
        found.append((drawn[0], why_drawn(work.configuration, forum, drawn[1])))
    if not found:
        raise ValueError(f"{forum.name} har ingen møder i kalenderen.")
    held_on, why = min(found, key=lambda each: each[0])
    tell(work, why)
    return held_on


def _rows(work: Work, forum: ForumRow, day: date) -> list[MeetingRow]:
    work.flush()
    query = select(MeetingRow).where(MeetingRow.forum_id == forum.id, MeetingRow.held_on > day)
    return list(work.session.scalars(query))


def _drawn(
    work: Work, forum: ForumRow, day: date, ready_at: datetime, written: set[date]
) -> tuple[date, date] | None:
    series = series_of_forum(work, forum)
    if series is None:
        return None
    before = cut_off_of(work.parameters, forum)
    meetings = meetings_from(work.calendar, series, before, day)
    free = (each for each in meetings if each.drawn_on not in written)
    open_ones = (each for each in free if each.cutoff_at > ready_at)
    return next(((each.meets_on, each.drawn_on) for each in open_ones), None)

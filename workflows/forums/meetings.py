"""The meetings of a forum: worked out from its series, and kept from when they are needed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.domain.errors import CaseworkError
from engine.domain.series import Series, next_open_meeting
from engine.storage.work import Work
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.rules import series_of
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import ForumRow

CUT_OFF = "agenda.cutoff"


def series_of_forum(work: Work, forum: ForumRow) -> Series | None:
    """Return the series of the forum, or None when it meets on demand."""
    if forum.anchor is None or not forum.cadence:
        return None
    cadence = forum.cadence
    if cadence in work.parameters:
        cadence = str(work.parameters.get(cadence))
    return series_of(cadence, forum.anchor)


def next_meeting(work: Work, forum: ForumRow, ready_at: datetime) -> MeetingRow:
    """Return the first meeting whose agenda is still open for an item ready at `ready_at`.

    It is written when it is first needed. Raises `CaseworkError` when the forum has none.
    """
    series = series_of_forum(work, forum)
    before = work.parameters.period(CUT_OFF)
    found = next_open_meeting(work.calendar, series, before, ready_at) if series else None
    if found is None:
        raise CaseworkError(f"{forum.name} har ingen møder i kalenderen. Sæt møderækken op.")
    work.flush()
    query = select(MeetingRow).where(
        MeetingRow.forum_id == forum.id, MeetingRow.held_on == found.meets_on
    )
    meeting = work.session.scalars(query).first()
    if meeting is None:
        meeting = MeetingRow(
            forum_id=forum.id,
            held_on=found.meets_on,
            cut_off_on=work.calendar.local_date(found.cutoff_at),
            cut_off_at=found.cutoff_at,
        )
        work.session.add(meeting)
        work.flush()
    return meeting


def place(
    work: Work, meeting: MeetingRow, case_id: UUID, reason: str, *, task_id: UUID | None = None
) -> AgendaItemRow:
    """Put the case on the agenda, last; the same reason twice is one item.

    Raises nothing; an item that was decided or withdrawn does not count.
    """
    query = select(AgendaItemRow).where(
        AgendaItemRow.meeting_id == meeting.id,
        AgendaItemRow.case_id == case_id,
        AgendaItemRow.reason == reason,
        AgendaItemRow.status == "waiting",
    )
    if item := work.session.scalars(query).first():
        return item
    highest = work.session.scalar(
        select(func.max(AgendaItemRow.position)).where(AgendaItemRow.meeting_id == meeting.id)
    )
    item = AgendaItemRow(
        meeting_id=meeting.id,
        case_id=case_id,
        task_id=task_id,
        reason=reason,
        position=(highest or 0) + 1,
        ready_at=work.now,
        placed_at=work.now,
    )
    work.session.add(item)
    work.flush()
    return item


def leader_forum(work: Work) -> ForumRow | None:
    """Return the forum of the leaders, or None."""
    query = select(ForumRow).where(ForumRow.type == LEADER_FORUM).order_by(ForumRow.code)
    return work.session.scalars(query).first()


def leader_forum_day(work: Work) -> date | None:
    """Return when the leaders next meet with an open agenda, or None."""
    forum = leader_forum(work)
    series = series_of_forum(work, forum) if forum else None
    before = work.parameters.period(CUT_OFF)
    found = next_open_meeting(work.calendar, series, before, work.now) if series else None
    return found.meets_on if found else None

"""The forums somebody sits in or leads, and their meetings."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from engine.domain.errors import NotFound
from engine.storage.work import Work
from workflows.forums.meetings import plan_meetings
from workflows.forums.records import MeetingRow
from workflows.municipalities.absences import covered_by
from workflows.municipalities.records import ForumRow

AHEAD = timedelta(days=92)  # the meetings that are shown and invited to: about three months
BEHIND = timedelta(days=185)
NO_MEETING = "Mødet findes ikke, eller du er ikke med i forummet."


def forums_of(work: Work) -> Sequence[ForumRow]:
    """Return the forums that the actor sits in, convenes, or convenes for another today."""
    covered = [each.employee_id for each in covered_by(work, work.actor.id)]
    mine = or_(
        ForumRow.id.in_(work.actor.forums),
        ForumRow.convenor_id.in_([work.actor.id, *covered]),
    )
    return work.session.scalars(select(ForumRow).where(mine).order_by(ForumRow.name)).all()


def coming(work: Work, forums: Sequence[ForumRow]) -> list[tuple[ForumRow, MeetingRow]]:
    """Return the meetings of the next three months, soonest first; those of today among them."""
    until: date = work.today + AHEAD
    found = [(forum, row) for forum in forums for row in plan_meetings(work, forum, until)]
    return sorted(found, key=lambda pair: pair[1].starts_at)


def past(work: Work, forums: Sequence[ForumRow]) -> list[tuple[ForumRow, MeetingRow]]:
    """Return the meetings of the last half year that were not cancelled, newest first."""
    by_id = {forum.id: forum for forum in forums}
    query = select(MeetingRow).where(
        MeetingRow.forum_id.in_(list(by_id)),
        MeetingRow.held_on < work.today,
        MeetingRow.held_on >= work.today - BEHIND,
        MeetingRow.state != "cancelled",
    )
    rows = work.session.scalars(query.order_by(MeetingRow.held_on.desc()))
    return [(by_id[row.forum_id], row) for row in rows]


def meeting_to_see(work: Work, meeting_id: UUID) -> tuple[ForumRow, MeetingRow]:
    """Return a meeting that the actor sits in or leads, with its forum. Raises `NotFound`."""
    work.reads_for("meeting", f"meeting:{meeting_id}")
    meeting = work.session.get(MeetingRow, meeting_id)
    for forum in forums_of(work) if meeting else ():
        if meeting is not None and forum.id == meeting.forum_id:
            return forum, meeting
    raise NotFound(NO_MEETING)

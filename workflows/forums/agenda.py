"""The agenda of a meeting: which cases, in which order, and when it closes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.domain.calendars import date_of_age
from engine.domain.errors import NotAllowed, NotFound, TooEarly, Unseen
from engine.services.tasks import last_answers
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.forums.meetings import day_of_next
from workflows.forums.mine import NO_MEETING, forums_of
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA, set_meeting
from workflows.municipalities.records import ForumRow
from workflows.municipalities.staff import deputies_of
from workflows.people.records import YoungPersonRow

REFERRAL = "referral"
DECIDED_AGE = "handover.decided"  # the parameter: by when support after 18 is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the order of an item rests on.

    `limit_on` is the first day that the law or the age clock sets for the case, `acute` whether
    the referral said so.
    """

    item: AgendaItemRow
    acute: bool
    limit_on: date | None


def in_order(waiting: Sequence[Waiting], meets_again_on: date | None) -> list[AgendaItemRow]:
    """Return the items as the meeting takes them.

    First what cannot wait for the next meeting: acute, or with a limit before it (any limit,
    where the forum meets on demand). Then the longest wait, then the earliest limit. Source:
    domain, team assessment ("urgency, waiting time, statutory date").
    """

    def rank(one: Waiting) -> tuple[bool, datetime, date, int]:
        limit = one.limit_on or date.max
        pressing = one.acute or limit < (meets_again_on or date.max)
        return not pressing, one.item.ready_at, limit, one.item.position

    return [one.item for one in sorted(waiting, key=rank)]


def agenda(work: Work, meeting: MeetingRow) -> list[AgendaItemRow]:
    """Return every item of the meeting: in order while it can change, as it was after that.

    What has left the agenda comes last.
    """
    items = list(items_of(work, meeting.id))
    if meeting.state != "planned":
        return sorted(items, key=lambda item: (item.status not in _SHOWN, item.position))
    there = [item for item in items if item.status in ON_AGENDA]
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    again = day_of_next(work, forum, meeting.held_on)
    gone = [item for item in items if item.status not in ON_AGENDA]
    return in_order(_waiting(work, there), again) + gone


def items_of(work: Work, meeting_id: UUID) -> Sequence[AgendaItemRow]:
    """Return the items of the meeting, by position."""
    work.flush()
    query = select(AgendaItemRow).where(AgendaItemRow.meeting_id == meeting_id)
    return work.session.scalars(query.order_by(AgendaItemRow.position)).all()


def close_agenda(work: Work, meeting_id: UUID) -> MeetingRow:
    """Close the agenda and fix its order; nothing comes on any more.

    Raises `NotFound`, `NotAllowed` for others than the convenor, and `Conflict` before the
    cut-off or when it is closed already.
    """
    meeting = meeting_to_lead(work, meeting_id)
    if work.now < meeting.cut_off_at:
        raise TooEarly("Dagsordenen lukker først klokken 8 på den dag, der står på mødet.")
    close(work, meeting)
    return meeting


def close(work: Work, meeting: MeetingRow) -> None:
    """Fix the order and let nothing more come on. Raises `Conflict`."""
    for position, item in enumerate(agenda(work, meeting), 1):
        item.position = position
    set_meeting(meeting, "agenda_closed")
    work.flush()


def meeting_to_lead(work: Work, meeting_id: UUID) -> MeetingRow:
    """Return the meeting for its convenor, or who stands in for them today, to lead.

    Raises `NotFound`, also for those who do not sit in the forum, and `NotAllowed` for the others.
    """
    work.reads_for("meeting", f"meeting:{meeting_id}")
    meeting = work.session.get(MeetingRow, meeting_id)
    if meeting is None:
        raise NotFound(NO_MEETING)
    check_leads(work, meeting, NO_MEETING)
    return meeting


def check_leads(work: Work, meeting: MeetingRow, unknown: str) -> None:
    """Raise `NotAllowed` for one who sits in the forum of the meeting and does not lead it today.

    For others there is no such meeting: `Unseen`, in the words of what is `unknown`.
    """
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    if leads(work, forum):
        return
    if forum.id not in {each.id for each in forums_of(work)}:
        raise Unseen(unknown)
    raise NotAllowed(f"Det gør mødelederen for {forum.name} eller stedfortræderen.")


def leads(work: Work, forum: ForumRow) -> bool:
    """Say whether the actor is the convenor of the forum, or stands in for them today.

    Only one who sits in the forum stands in: nobody approves there who could not be there.
    """
    me, convenor = work.actor.id, forum.convenor_id
    if me is None or convenor is None:
        return False
    if me == convenor:
        return True
    return forum.id in work.actor.forums and deputies_of(work, [convenor]).get(convenor) == me


_SHOWN = (*ON_AGENDA, "decided")


def _waiting(work: Work, items: Sequence[AgendaItemRow]) -> list[Waiting]:
    cases = [item.case_id for item in items]
    limits, born = _limits(work, cases), _birth_dates(work, cases)
    return [
        Waiting(
            item=item,
            acute=_is_acute(work, item.case_id),
            limit_on=_first(limits.get(item.case_id), _by_age(work, born[item.case_id])),
        )
        for item in items
    ]


def _limits(work: Work, cases: Sequence[UUID]) -> dict[UUID, date]:
    query = (
        select(TaskRow.case_id, func.min(TaskRow.legal_limit_on))
        .where(TaskRow.case_id.in_(cases), TaskRow.closed_at.is_(None))
        .where(TaskRow.legal_limit_on.is_not(None))
        .group_by(TaskRow.case_id)
    )
    return {case: day for case, day in work.session.execute(query) if day is not None}


def _birth_dates(work: Work, cases: Sequence[UUID]) -> dict[UUID, date]:
    query = (
        select(YouthCaseRow.case_id, YoungPersonRow.birth_date)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YouthCaseRow.case_id.in_(cases))
    )
    return dict(work.session.execute(query).all())


def _by_age(work: Work, born: date) -> date | None:
    """Return the day of 17½ while the young person is a child; nothing to decide after 18."""
    if date_of_age(born, 18) <= work.today:
        return None
    months = work.parameters.period(DECIDED_AGE).months
    return date_of_age(born, 0, months)


def _is_acute(work: Work, case_id: UUID) -> bool:
    written = last_answers(work, case_id, REFERRAL)
    return written is not None and written.data.get("urgency") == "acute"


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)

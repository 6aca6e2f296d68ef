"""A meeting from its opening to the approval of its minutes; moved or cancelled before that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import CaseworkError, Conflict, InvalidAnswers
from engine.domain.series import cutoff_at
from engine.ports import Actor
from engine.storage.work import Casework, Work
from workflows.forums.agenda import close, items_of, meeting_to_lead
from workflows.forums.meetings import cut_off_of, hours_of
from workflows.forums.passing_on import ask_again, pass_to_next
from workflows.forums.records import MeetingRow
from workflows.forums.states import ON_AGENDA, set_meeting
from workflows.municipalities.records import ForumRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one item; `problem` is a Danish sentence where it could not be done."""

    item_id: UUID
    case_id: UUID
    problem: str = ""


def hold_meeting(work: Work, meeting_id: UUID) -> MeetingRow:
    """Open the meeting on its day, or later; an agenda past its cut-off closes with it.

    Raises `NotFound`, `NotAllowed` for others than the convenor, and `Conflict` before the day,
    before the cut-off, and when it is held or cancelled.
    """
    meeting = meeting_to_lead(work, meeting_id)
    if meeting.state in ("planned", "agenda_closed") and work.today < meeting.held_on:
        raise Conflict("Mødet kan først holdes på dagen.")
    if meeting.state == "planned" and work.now >= meeting.cut_off_at:
        close(work, meeting)
    set_meeting(meeting, "held")
    work.flush()
    return meeting


def approve_minutes(work: Work, meeting_id: UUID) -> MeetingRow:
    """Approve the minutes; nothing of the meeting can be changed after that.

    Raises `NotFound`, `NotAllowed` for others than the convenor, and `Conflict` when the meeting
    is not held, or an item is neither decided, put off, withdrawn, held back nor with the leader.
    """
    meeting = meeting_to_lead(work, meeting_id)
    left = [each for each in items_of(work, meeting_id) if each.status in ("waiting", "released")]
    if meeting.state == "held" and left:
        raise Conflict("Beslut eller udsæt alle punkter, før du godkender referatet.")
    set_meeting(meeting, "minutes_approved")
    work.flush()
    return meeting


def move_meeting(
    casework: Casework, actor: Actor, meeting_id: UUID, day: date, place: str = ""
) -> list[Told]:
    """Move the meeting to `day`, a working day, and perhaps to another `place`.

    The cut-off is counted from the new day, and every item goes with it, each in an act of its
    own. The series stays as it is. Raises `NotFound`, `NotAllowed`, `Conflict` when it is held or
    cancelled, and `InvalidAnswers` for the day.
    """
    casework.act(actor, lambda work: _set_day(work, meeting_id, day, place))
    return each_item(casework, actor, meeting_id, ask_again)


def cancel_meeting(casework: Casework, actor: Actor, meeting_id: UUID) -> list[Told]:
    """Cancel the meeting; every item goes to the next one, each in an act of its own.

    Raises `NotFound`, `NotAllowed` for others than the convenor, and `Conflict` when it is held.
    """
    casework.act(actor, lambda work: _cancel(work, meeting_id))
    return each_item(casework, actor, meeting_id, lambda work, item: pass_to_next(work, item))


def each_item(
    casework: Casework, actor: Actor, meeting_id: UUID, do: Callable[[Work, UUID], object]
) -> list[Told]:
    """Do something to every item that is still on the agenda, each in an act of its own.

    What one case cannot do does not stop the others; each is told.
    """

    def there(work: Work) -> Sequence[tuple[UUID, UUID]]:
        items = items_of(work, meeting_id)
        return [(item.id, item.case_id) for item in items if item.status in ON_AGENDA]

    told = []
    for item_id, case_id in casework.act(actor, there):
        try:
            casework.act(actor, lambda work, item=item_id: do(work, item))  # type: ignore[misc]
        except CaseworkError as problem:
            told.append(Told(item_id=item_id, case_id=case_id, problem=str(problem)))
        else:
            told.append(Told(item_id=item_id, case_id=case_id))
    return told


def _set_day(work: Work, meeting_id: UUID, day: date, place: str) -> None:
    meeting = meeting_to_lead(work, meeting_id)
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    if problem := _cannot_be(work, meeting, day):
        raise InvalidAnswers({"day": problem})
    set_meeting(meeting, "planned")
    if day != meeting.held_on:
        meeting.moved_from, meeting.held_on = meeting.held_on, day
    meeting.starts_at, meeting.ends_at = hours_of(work, forum, day)
    meeting.place = place or meeting.place
    meeting.cut_off_at = cutoff_at(work.calendar, day, cut_off_of(work.parameters, forum))
    meeting.cut_off_on = work.calendar.local_date(meeting.cut_off_at)
    _changed(work, meeting)


def _cannot_be(work: Work, meeting: MeetingRow, day: date) -> str:
    if day < work.today:
        return "Vælg en dag, der ikke er gået."
    if why := work.calendar.why_not(day):
        return f"Vælg en arbejdsdag. Den dag er {why}."
    query = select(MeetingRow.id).where(
        MeetingRow.forum_id == meeting.forum_id,
        MeetingRow.held_on == day,
        MeetingRow.id != meeting.id,
    )
    return "Forummet har allerede et møde den dag." if work.session.scalar(query) else ""


def _cancel(work: Work, meeting_id: UUID) -> None:
    meeting = meeting_to_lead(work, meeting_id)
    set_meeting(meeting, "cancelled")
    _changed(work, meeting)


def _changed(work: Work, meeting: MeetingRow) -> None:
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, work.now
    work.flush()

"""A meeting from its opening to the approval of its minutes; moved or cancelled before that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import CaseworkError, InvalidAnswers, NotFound, SomethingFirst, TooEarly
from engine.domain.reckonings import Reckoning
from engine.domain.series import Meeting, cutoff_at
from engine.ports import Actor
from engine.storage.work import Casework, Work
from workflows.forums.agenda import close, items_of, meeting_to_lead
from workflows.forums.explaining import why_closing, why_held, why_moved
from workflows.forums.meetings import check_at, cut_off_of, hours_of
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
        raise TooEarly("Mødet kan først holdes på dagen.")
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
        raise SomethingFirst("Beslut eller udsæt alle punkter, før du godkender referatet.")
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
    return carry_items(casework, actor, meeting_id)


def cancel_meeting(casework: Casework, actor: Actor, meeting_id: UUID) -> list[Told]:
    """Cancel the meeting; every item goes to the next one, each in an act of its own.

    Raises `NotFound`, `NotAllowed` for others than the convenor, and `Conflict` when it is held.
    """
    casework.act(actor, lambda work: _cancel(work, meeting_id))
    return carry_items(casework, actor, meeting_id)


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
    closes = cutoff_at(work.calendar, day, cut_off_of(work.parameters, forum))
    meeting.by_hand = meeting.by_hand or day != meeting.held_on
    meeting.place = place or meeting.place
    found = Meeting(day, closes, meeting.drawn_on)
    settle_on(work, forum, meeting, found, why_moved(why_held(work, forum, meeting), found))


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
    mark_changed(work, meeting)


def settle_on(
    work: Work, forum: ForumRow, meeting: MeetingRow, found: Meeting, why: Reckoning
) -> None:
    """Let the meeting be held as `found`, and keep `why`; those who come are to be told."""
    if found.meets_on != meeting.held_on:
        meeting.moved_from, meeting.checked_at = meeting.held_on, None
    meeting.drawn_on, meeting.held_on = found.drawn_on, found.meets_on
    meeting.starts_at, meeting.ends_at = hours_of(work, forum, found.meets_on)
    meeting.cut_off_at = found.cutoff_at
    meeting.cut_off_on = work.calendar.local_date(found.cutoff_at)
    meeting.check_at = check_at(work.calendar, found.meets_on)
    meeting.why = list(why)
    meeting.why_cut_off = why_closing(work.configuration, forum, found)
    mark_changed(work, meeting)


def mark_changed(work: Work, meeting: MeetingRow) -> None:
    """Note that those who come must be told of the meeting again."""
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, work.now


def carry_items(casework: Casework, actor: Actor, meeting_id: UUID) -> list[Told]:
    """Let every item follow its meeting: to its new day, or to the next one if it is cancelled.

    Each goes in an act of its own; to do it again moves nothing twice. Raises `NotFound`.
    """

    def state(work: Work) -> tuple[str, int]:
        meeting = work.session.get(MeetingRow, meeting_id)
        if meeting is None:
            raise NotFound("Mødet findes ikke.")
        return meeting.state, meeting.sequence

    became, sequence = casework.act(actor, state)
    told = each_item(
        casework, actor, meeting_id, pass_to_next if became == "cancelled" else ask_again
    )

    def note(work: Work) -> None:
        work.session.get_one(MeetingRow, meeting_id).carried = sequence

    casework.act(actor, note)
    return told

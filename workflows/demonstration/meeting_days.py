"""Meeting days: the convenor opens the meeting, notes who came, decides, and approves."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random
from uuid import UUID

from engine.domain.errors import Conflict
from engine.ports import SYSTEM, Json
from engine.storage.work import Casework, Work
from workflows.demonstration.words import AGREED
from workflows.forums.agreements import NewAgreement
from workflows.forums.attendance import ABSENT, PRESENT, Chair, chairs, record_attendance
from workflows.forums.deciding import Decision, decide_item
from workflows.forums.holding import approve_minutes, hold_meeting
from workflows.forums.items import decision_task
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import ForumRow
from workflows.scenarios.acting import filled

_STAYS_AWAY = 0.15  # of those whose discipline has another chair
_AGREES = 0.5  # of the decisions


def decide_at_meeting(
    casework: Casework, item: AgendaItemRow, given: Mapping[str, Json], chance: Random
) -> None:
    """Let the convenor decide the item with `given`; the first decision opens the meeting.

    Raises whatever deciding raises.
    """
    casework.act(SYSTEM, lambda work: open_meeting(work, item.meeting_id, chance))

    def decide(work: Work) -> None:
        meeting = work.session.get_one(MeetingRow, item.meeting_id)
        task = decision_task(work, item)
        raw = filled(work, task, given) if task else {}
        agreed = _agreements(chairs(work, meeting), chance)
        work.actor = actor_of(work, _convenor(work, meeting))
        decide_item(work, item.id, Decision(answers=raw, agreements=agreed))

    casework.act(SYSTEM, decide)


def try_to_approve(casework: Casework, meeting_id: UUID) -> None:
    """Approve the minutes if every item has been dealt with; a later decision tries again."""

    def approve(work: Work) -> None:
        meeting = work.session.get_one(MeetingRow, meeting_id)
        work.actor = actor_of(work, _convenor(work, meeting))
        approve_minutes(work, meeting_id)

    with suppress(Conflict):  # something is still undecided, or they are approved already
        casework.act(SYSTEM, approve)


def open_meeting(work: Work, meeting_id: UUID, chance: Random) -> None:
    """Let the convenor open the meeting and note who came; nothing when it is open already."""
    meeting = work.session.get_one(MeetingRow, meeting_id)
    if meeting.state == "held":
        return
    work.actor = actor_of(work, _convenor(work, meeting))
    hold_meeting(work, meeting_id)
    seats = chairs(work, meeting)
    away = _away(seats, chance)
    for chair in seats:
        status = ABSENT if chair is away else PRESENT
        record_attendance(work, meeting_id, chair.employee_id, chair.role, status)


def _away(seats: Sequence[Chair], chance: Random) -> Chair | None:
    """Return the one who is ill, if anybody is: never the only one of a discipline."""
    roles = [chair.role for chair in seats]
    spare = [chair for chair in seats if roles.count(chair.role) > 1]
    return chance.choice(spare) if spare and chance.random() < _STAYS_AWAY else None


def _agreements(seats: Sequence[Chair], chance: Random) -> list[NewAgreement]:
    if chance.random() >= _AGREES:
        return []
    goal, agreement = chance.choice(AGREED)
    return [NewAgreement(goal=goal, agreement=agreement, owner_id=chance.choice(seats).employee_id)]


def _convenor(work: Work, meeting: MeetingRow) -> UUID:
    convenor = work.session.get_one(ForumRow, meeting.forum_id).convenor_id
    assert convenor is not None  # noqa: S101  # the demonstration seats one in every forum
    return convenor

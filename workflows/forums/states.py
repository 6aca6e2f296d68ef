"""What can become of a meeting, and of an item on its agenda. Nothing else sets their states."""

from engine.domain.errors import Conflict, Over, SomethingFirst, TooEarly
from workflows.forums.records import AgendaItemRow, MeetingRow

# A meeting that is moved to another day is planned again.
_MEETINGS = {
    "planned": {"planned", "agenda_closed", "cancelled"},
    "agenda_closed": {"planned", "held", "cancelled"},
    "held": {"minutes_approved"},
    "minutes_approved": set[str](),
    "cancelled": set[str](),
}
# A released item waits again when its meeting is moved. What is held back or with the leader can
# still be taken up; what is withdrawn, moved or decided stays so.
_ITEMS = {
    "waiting": {"waiting", "released", "held_back", "withdrawn", "moved", "decided"},
    "released": {"waiting", "with_leader", "withdrawn", "moved", "decided"},
    "held_back": {"waiting", "withdrawn", "moved"},
    "with_leader": {"withdrawn", "moved", "decided"},
    "withdrawn": set[str](),
    "moved": set[str](),
    "decided": set[str](),
}
ON_AGENDA = ("waiting", "released", "held_back", "with_leader")
_WHY_NOT = {
    "withdrawn": "Punktet er taget af dagsordenen.",
    "moved": "Punktet er flyttet til et senere møde.",
    "decided": "Punktet er allerede besluttet.",
    "held_back": "Punktet er ikke givet fri til mødet.",
    "minutes_approved": "Referatet er godkendt, så mødet kan ikke ændres.",
    "cancelled": "Mødet er aflyst.",
    "held": "Mødet er holdt.",
    "planned": "Dagsordenen er ikke lukket endnu.",
}
_KINDS: dict[str, type[Conflict]] = {"planned": TooEarly, "held_back": SomethingFirst}


def may_become(item: AgendaItemRow, status: str) -> bool:
    """Say whether the item can become `status` from where it stands."""
    return status in _ITEMS[item.status]


def set_item(item: AgendaItemRow, status: str) -> None:
    """Let the item become `status`. Raises `Conflict` where it cannot."""
    if not may_become(item, status):
        raise _refusal(item.status, "Det kan punktet ikke længere.")
    item.status = status


def set_meeting(meeting: MeetingRow, state: str) -> None:
    """Let the meeting become `state`. Raises `Conflict` where it cannot."""
    if state not in _MEETINGS[meeting.state]:
        raise _refusal(meeting.state, "Det kan mødet ikke længere.")
    meeting.state = state


def _refusal(state: str, otherwise: str) -> Conflict:
    return _KINDS.get(state, Over)(_WHY_NOT.get(state, otherwise))

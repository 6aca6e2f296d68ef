"""`settle`: everything an act has brought about is carried out before it commits."""

from typing import assert_never

from engine.domain.errors import NotPossible
from engine.services import messages
from engine.services.events import Awaited, Called, Ended, Event, Published, Thrown
from engine.services.instances import hand_back, start_called
from engine.storage.work import Work

_MOST_EVENTS = 500


def settle(work: Work) -> None:
    """Carry out what this act has brought about, in order, until every process waits.

    Called once, at the end of an act; never by a handler. Raises what the steps raise, and
    `Conflict` when processes answer each other without end.
    """
    for _ in range(_MOST_EVENTS):
        if not work.queue:
            return
        _carry_out(work, work.queue.popleft())
    raise NotPossible("Processerne i sagen svarer hinanden uden ende. Intet er ændret.")


def _carry_out(work: Work, event: Event) -> None:
    match event:
        case Called():
            start_called(work, event)
        case Ended():
            hand_back(work, event)
        case Thrown():
            messages.pass_on(work, event)
        case Published():
            messages.deliver(work, event)
        case Awaited():
            messages.deliver_kept(work, event)
        case _:
            assert_never(event)

"""The worker: what is due first, then mail, rounds, rehearsals and changed settings."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event, Lock

from engine.ports import Notifier
from engine.scheduling import Turn, start_turns
from engine.services.outbox import send_due
from engine.services.recounts import recount
from engine.services.rounds import go_round
from engine.services.timers import go_on
from engine.settings import Settings
from engine.storage.work import Casework
from web.erasing import let_follow
from web.process import log_to_stderr, on_stop
from web.rehearsing import Rehearser
from web.verifying import bind_looks, verify_tonight
from web.wiring import build, notifier
from workflows.calendars.invitations import invite
from workflows.forums.checking import check_attendance
from workflows.forums.replanning import replan
from workflows.handover.owners import prove_tonight

log = logging.getLogger(__name__)

_MAILS_AT_ONCE = 10
_ROUND_EVERY_SECONDS = 60
_REHEARSAL_EVERY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class _Worker:
    """What the turns share: mail holds no deadline up, and waits while some are carried out."""

    casework: Casework
    way_out: Notifier
    every_seconds: float
    settings: Settings
    proven: set[date] = field(default_factory=set)  # nights
    planned: set[date] = field(default_factory=set)  # days
    followed: set[date] = field(default_factory=set)  # days
    replanned: set[tuple[int, date]] = field(default_factory=set)  # configurations and days
    firing: Lock = field(default_factory=Lock)
    stopping: Event = field(default_factory=Event)


def work_until_stopped(settings: Settings, parent_lives: Callable[[], bool] | None = None) -> None:
    """Watch the deadlines, send mail and go round until stopped, or until the parent has ended.

    `parent_lives` waits up to a second for the answer.
    """
    log_to_stderr()
    casework, stopped = build(settings), Event()
    on_stop(stopped.set)
    stop_working = start_working(casework, settings)
    if parent_lives is None:
        stopped.wait()
    else:
        while not stopped.is_set() and parent_lives():
            continue
    stop_working()
    casework.database.dispose()


def start_working(casework: Casework, settings: Settings) -> Callable[[], None]:
    """Watch the deadlines, send mail, go round and rehearse in threads; return what stops them.

    The next look comes at the moment of what is due next, and at the latest a second after the
    one before, since other processes write too.
    """
    worker = _Worker(casework, notifier(settings), settings.look_every_seconds, settings)
    rehearser = Rehearser(casework, settings, worker.stopping)
    stop_turns = start_turns(
        [
            Turn(lambda: _fire(worker), worker.every_seconds),
            Turn(lambda: _send(worker), worker.every_seconds),
            Turn(lambda: _go_round(worker), _ROUND_EVERY_SECONDS),
            Turn(lambda: _rehearse(rehearser), _REHEARSAL_EVERY_SECONDS),
        ]
    )

    def stop() -> None:
        worker.stopping.set()
        stop_turns()

    return stop


def _fire(worker: _Worker) -> datetime | None:
    """Go on while something is due; return when the next is, if that is before the next turn."""
    with worker.firing:
        seen = go_on(
            worker.casework,
            ahead=timedelta(seconds=worker.every_seconds),
            stop=worker.stopping.is_set,
        )
    if seen.fired:
        log.info("%d timers carried out", seen.fired)
    return seen.next


def _send(worker: _Worker) -> None:
    """Send what may leave, a few at a time, whenever nothing else is due."""
    while not worker.stopping.is_set():
        with worker.firing:
            pass
        if not send_due(worker.casework, worker.way_out, limit=_MAILS_AT_ONCE):
            break


def _rehearse(rehearser: Rehearser) -> None:
    """Play the rehearsal that somebody has asked for; nothing else waits for it."""
    rehearser.take_turn()


def _go_round(worker: _Worker) -> None:
    go_round(worker.casework)
    if found := prove_tonight(worker.casework, worker.proven):
        log.error("%d cases past 17½ have no owner of the handover", found)
    if moved := replan(worker.casework, worker.replanned):
        log.info("%d meetings follow calendar and series", moved)
    check_attendance(worker.casework)
    invite(worker.casework, worker.planned)
    let_follow(worker.casework, worker.settings, worker.followed)
    while bind_looks(worker.casework):
        pass
    if flaws := verify_tonight(worker.casework, worker.settings):
        log.error("%d flaws in the records", flaws)
    if looked_at := recount(worker.casework):
        log.info("%d cases recounted", looked_at)

"""What is due, beside people who work: a rush at one moment, and a little all the time.

The server is a process of its own, as it is started; lateness is counted from the moment a timer
was due to the moment that other processes see it done.
"""

import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from tests.bench.clients import completing
from tests.bench.clockwork import Done, add_waiting, add_wide, clockwork, done_ids, done_of, release
from tests.bench.measuring import Measure
from tests.bench.server import serving
from tests.bench.town import Town

RUSH, RUSH_WITHIN = 1_000, 10  # timers, seconds
A_SECOND, LATE_AT_MOST, CLIENTS = 10, 1_000, 4  # timers a second, ms
_GRACE = timedelta(seconds=3)
_GIVE_UP = 120  # seconds
_LOOK_AGAIN = 0.05  # seconds


def rush(folder: Path, server: str | None = None, number: int = RUSH) -> list[Measure]:
    """`number` timers due at one moment: until all are done, and how many went out of order."""
    with clockwork(folder, server) as (settings, town):
        timers = add_waiting(town, number)
        with serving(settings.home, database_url=settings.database_url):
            moment = town.casework.clock.now() + _GRACE
            release(town, timers, moment, timedelta(0))
            seen = _watched(town, timers)
        done = done_of(town, timers)
    took = (max(seen.values()) - moment).total_seconds()
    return [
        Measure(
            name=f"{number:,} timers due at once, all done",
            value=round(took, 2),
            unit="s",
            target=RUSH_WITHIN,
        ),
        Measure(name="of them out of order", value=_out_of_order(done), unit="timers", target=0),
    ]


def spread(folder: Path, server: str | None = None, seconds: int = 30) -> list[Measure]:
    """Ten timers a second beside four clients who complete tasks: how late the timers are."""
    with clockwork(folder, server) as (settings, town):
        timers, cases = add_waiting(town, seconds * A_SECOND), add_wide(town, seconds * 8)
        with serving(settings.home, database_url=settings.database_url) as address:
            first = town.casework.clock.now() + _GRACE
            gap = timedelta(seconds=1) / A_SECOND
            release(town, timers, first, gap)
            due = {timer: first + place * gap for place, timer in enumerate(timers)}
            with completing(address, cases, CLIENTS) as completed:
                seen = _watched(town, timers)
    late = sorted((seen[each] - due[each]).total_seconds() * 1_000 for each in timers)
    median, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
    name = f"lateness of {A_SECOND} timers a second beside {CLIENTS} clients"
    spread_of = {"lowest": round(late[0], 1), "highest": round(late[-1], 1), "runs": len(late)}
    return [
        Measure(name=f"{name}, p50", value=round(median, 1), unit="ms", **spread_of),
        Measure(
            name=f"{name}, p99", value=round(p99, 1), unit="ms", target=LATE_AT_MOST, **spread_of
        ),
        Measure(name="tasks completed by them meanwhile", value=sum(completed), unit="tasks"),
    ]


def _watched(town: Town, timers: list[UUID]) -> dict[UUID, datetime]:
    """Return when each timer was first seen done from here. Raises `TimeoutError`."""
    seen: dict[UUID, datetime] = {}
    give_up = time.monotonic() + _GIVE_UP
    while len(seen) < len(timers):
        if time.monotonic() > give_up:
            raise TimeoutError(f"{len(timers) - len(seen)} timers still wait")
        time.sleep(_LOOK_AGAIN)
        found = done_ids(town, timers)
        now = town.casework.clock.now()
        seen |= dict.fromkeys(found - seen.keys(), now)
    return seen


def _out_of_order(done: list[Done]) -> int:
    """Count those that went before one that was older, or as old and more urgent."""
    return sum((a.due_at, a.urgency) > (b.due_at, b.urgency) for a, b in pairwise(done))

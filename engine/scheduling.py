"""When to look: interval jobs and no job store. What is due stands in the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True, slots=True)
class Turn:
    """Something to do again and again.

    What `do` returns is the moment (UTC) of its next turn, where that must be a sooner one.
    """

    do: Callable[[], datetime | None]
    every_seconds: float


def start_turns(turns: Sequence[Turn]) -> Callable[[], None]:
    """Give each its turns in a thread of its own; return what stops them all.

    Never two turns of one at once; a turn that was missed is not made up for, since the next one
    sees the same due rows.
    """
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(turns))}, timezone="UTC"
    )
    for place, turn in enumerate(turns):
        scheduler.add_job(
            _take_turn,
            "interval",
            args=(scheduler, str(place), turn),
            id=str(place),
            seconds=turn.every_seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    return lambda: scheduler.shutdown(wait=True)


def _take_turn(scheduler: BackgroundScheduler, job: str, turn: Turn) -> None:
    if sooner := turn.do():
        scheduler.modify_job(job, next_run_time=sooner)

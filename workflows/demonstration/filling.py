"""Filling an empty installation with the demonstration municipality."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM, Notifier
from engine.storage.work import Casework, Work
from workflows.cases.records import YouthCaseRow
from workflows.demonstration.playing import Lives, Progress, live_all
from workflows.demonstration.staff import engage_staff

SEED = 2026
A_YEAR = timedelta(days=366)
PASSWORD = "tovholder"  # noqa: S105  # of the demonstration, told at every start

Build = Callable[[MovableClock], Casework]


def is_empty(work: Work) -> bool:
    """Say whether there is no case at all yet."""
    return not work.session.scalar(select(func.count()).select_from(YouthCaseRow))


def fill(
    build: Build,
    notifier: Notifier,
    *,
    install: Callable[[Work], dict[str, str]],
    until: datetime,
    password_hash: str,
    progress: Progress,
    seed: int = SEED,
) -> None:
    """Play a year of about sixty lives into the database, ending at `until`.

    `install` puts pack and processes into force and returns which unit holds which role. The
    same seed and the same `until` give the same lives.
    """
    clock = MovableClock(until.astimezone(UTC) - A_YEAR)
    casework = build(clock)

    def set_up(work: Work) -> None:
        engage_staff(work, install(work), per_role=2, password_hash=password_hash)

    casework.act(SYSTEM, set_up)
    with casework.work(SYSTEM) as work:
        calendar = work.calendar
    lives = Lives(
        casework=casework,
        clock=clock,
        notifier=notifier,
        until=until,
        random=Random(seed),  # noqa: S311  # no secret: the same lives every time
        calendar=calendar,
    )
    live_all(lives, progress)
    casework.database.dispose()


def bpmn_folder() -> Path:
    """Return the folder `bpmn/` that came with the product."""
    return Path(__file__).parents[2] / "bpmn"

"""Simulated years of a whole municipality; what must hold is asked at the end of every day.

The cases are split between two processes, each with a municipality of its own, so that both
cores work. A run that is cut short by its bound says how many days it has played.
"""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.models import IncidentRow
from engine.storage.work import Casework
from tests.bench.town import home_settings
from tests.soak.campaigns import Outcome, Terms
from tests.soak.invariants import Invariants
from tests.soak.municipality import Referral, found, referrals, staff
from web.simulating import house_on_copy
from web.wiring import build
from workflows.rehearsal.playing import Play

BEGINS = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
CASES, YEARS, PARTS = 1000, 7, 2
A_DAY = timedelta(days=1)
_TOLD = 20
_SHARES: list[Any] = []  # of this child, for the bar; set as it begins


@dataclass(slots=True, kw_only=True)
class Lived:
    """What a municipality has lived through, and what did not hold."""

    cases: int
    days: int = 0
    acts: int = 0
    messages: int = 0
    waits: int = 0
    incidents: int = 0
    cpu: float = 0.0
    broken: list[str] = field(default_factory=list)


def years(terms: Terms) -> Iterator[Outcome]:
    """Play seven years of a thousand cases; a shorter run as many of the days."""
    began = time.monotonic()
    days = max(60, round(YEARS * 365 * min(1.0, terms.part)))
    lived = in_processes(terms, days, CASES)
    played, told = min(each.days for each in lived), [one for each in lived for one in each.broken]
    figures = {
        "cases": sum(each.cases for each in lived),
        "days": played,
        "days_asked": days,
        "acts": sum(each.acts for each in lived),
        "messages": sum(each.messages for each in lived),
        "waits_checked": sum(each.waits for each in lived),
        "incidents": sum(each.incidents for each in lived),
        "cpu_seconds": round(sum(each.cpu for each in lived)),
        "broken": len(told),
    }
    words = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in figures.items())
    yield Outcome(
        title="simulated years",
        holds=not told and figures["incidents"] == 0 and played >= days,
        words=f"{words}, {time.monotonic() - began:.0f} s",
        figures=figures,
        told=tuple(told[:_TOLD]),
    )


def in_processes(terms: Terms, days: int, cases: int) -> Sequence[Lived]:
    """Live so many days of so many cases, shared out among the processes."""
    context = get_context("spawn")
    shares = context.Array("d", PARTS)
    with ProcessPoolExecutor(
        PARTS, mp_context=context, initializer=_begin, initargs=(shares,)
    ) as pool:
        jobs = [
            pool.submit(_part, part, cases // PARTS, days, terms.seed, terms.seconds)
            for part in range(PARTS)
        ]
        waiting = set(jobs)
        while waiting:
            _, waiting = wait(waiting, timeout=1)
            share = min(shares[:])
            terms.show(share, f"{share * days:.0f} of {days} days")
        return [job.result() for job in jobs]


def _begin(shares: Any) -> None:
    _SHARES.append(shares)


def _part(part: int, cases: int, days: int, seed: int, seconds: float) -> Lived:
    def show(share: float) -> None:
        _SHARES[-1][part] = share

    return live(cases, days, seed=seed * 100 + part, seconds=seconds, show=show)


def live(cases: int, days: int, *, seed: int, seconds: float, show: Any = lambda _: None) -> Lived:
    """Live `days` of a municipality in which `cases` young people are referred, half of them soon.

    It stops when `seconds` have passed, and at the first day on which something does not hold.
    """
    with TemporaryDirectory(prefix="tovholder-years-") as folder:
        clock = MovableClock(BEGINS)
        casework = _founded(Path(folder), clock)
        coming = [
            *referrals(cases // 2, BEGINS, min(days, 120), seed),
            *referrals(cases - cases // 2, BEGINS, max(1, days - 30), seed + 1),
        ]
        renumbered = [Referral(number, each.at, seed) for number, each in enumerate(coming)]
        renumbered.sort(key=lambda each: each.at)
        lived = _days(casework, clock, renumbered, days, seed, seconds, show)
        casework.database.dispose()
    return lived


def _founded(home: Path, clock: MovableClock) -> Casework:
    """Return a municipality of which this process has the sole use."""
    url = f"sqlite:///{home / 'years.sqlite'}"
    founding = build(home_settings(url, home), clock)
    found(founding)
    _index(founding)
    founding.database.dispose()
    casework = house_on_copy("", url, clock)
    casework.database.use_keys(founding.database.keyring)
    return casework


def _index(casework: Casework) -> None:
    """Let a day be asked for by its moment; nothing in the house asks so."""
    with casework.database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE INDEX ix_years_journal ON journal (at)")
        connection.exec_driver_sql("CREATE INDEX ix_years_tasks ON tasks (created_at)")


def _days(
    casework: Casework,
    clock: MovableClock,
    coming: list[Referral],
    days: int,
    seed: int,
    seconds: float,
    show: Any,
) -> Lived:
    began, cpu = time.monotonic(), time.process_time()
    play = Play(casework=casework, clock=clock, people=staff(casework, seed), until=BEGINS)
    holds, lived = Invariants(), Lived(cases=len(coming))
    for day in range(1, days + 1):
        _one_day(play, coming, BEGINS + day * A_DAY)
        with casework.work(SYSTEM) as work:
            lived.broken += holds.broken(work)
        lived.broken += [f"{each.element}: {each.why}" for each in play.failed]
        lived.days = day
        show(day / days)
        if lived.broken or time.monotonic() - began > seconds:
            break
    lived.acts, lived.messages = len(play.acts) + play.fired, len(play.mails.keys)
    lived.waits, lived.cpu = holds.waits, time.process_time() - cpu
    with casework.work(SYSTEM) as work:
        incidents = work.session.scalars(select(IncidentRow)).all()
        lived.incidents = len(incidents)
        lived.broken += [f"incident at {row.element}: {row.cause}" for row in incidents[:_TOLD]]
    return lived


def _one_day(play: Play, coming: list[Referral], ends: datetime) -> None:
    """Let everybody who is referred today come in at their moment, and the day go on around it."""
    while coming and coming[0].at < ends:
        play.until = coming[0].at
        play.run()
        coming.pop(0).come_in(play.casework)
    play.until = ends
    play.run()


if __name__ == "__main__":
    print(live(int(os.environ["CASES"]), int(os.environ["DAYS"]), seed=1, seconds=600))

"""One run: everybody works on the same cases at once, and what came of it is counted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.ports import SYSTEM
from engine.storage.work import Casework
from tests.bench.town import COUNSELLOR
from tests.concurrency.crowd import COLLEAGUE, browser, found, open_cases
from tests.concurrency.hall import Hall, open_hall
from tests.concurrency.hammering import Hands, Log
from tests.concurrency.judging import Count, counts, deadlocks, is_quiet
from tests.crash.databases import restorable
from tests.crash.picture import faults
from tests.crash.post import Reception, mail_server
from tests.crash.processes import settings_of
from web.wiring import build, migrate

CASES_AT_ONCE = 5
QUIET_WITHIN = 60  # seconds


@dataclass(slots=True)
class Found:
    """What a run has found."""

    cases: int = 0
    seconds: float = 0.0
    overtaken: int = 0
    deadlocks: int = 0
    log: Log = field(default_factory=Log)
    counts: list[Count] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Return what is not as it must be, a sentence each."""
        missed = [each for each in self.counts if each.found != each.expected]
        told = [f"{each.what}: {each.found} in place of {each.expected}" for each in missed]
        more = [f"{self.deadlocks} deadlocks"] if self.deadlocks else []
        return [*told, *more, *self.faults, *self.log.strange[:5]]

    @property
    def figures(self) -> dict[str, Any]:
        """Return the figures, ready to be kept."""
        log, milliseconds = self.log, {"p50": 0.5, "p99": 0.99, "most": 1.0}
        return {
            "cases": self.cases,
            "tasks": len(log.completed),
            "requests": len(log.seconds),
            "refused": log.refused,
            "overtaken": self.overtaken,
            "deadlocks": self.deadlocks,
            "seconds": round(self.seconds, 1),
            **{f"ms_{name}": round(log.percentile(part)) for name, part in milliseconds.items()},
            "counts": {each.what: [each.found, each.expected] for each in self.counts},
            "wrong": self.wrong,
        }

    def in_words(self) -> str:
        """Return the run in a line."""
        figures = self.figures
        return (
            f"{figures['tasks']} tasks, {figures['requests']} requests, "
            f"{figures['refused']} refused, {self.overtaken} overtaken, "
            f"{self.deadlocks} deadlocks, "
            f"p50 {figures['ms_p50']} ms, p99 {figures['ms_p99']} ms, {self.seconds:.0f} s"
        )


GoOn = Callable[[Found], bool]


def run(server: str | None, go_on: GoOn, *, seed: int = 1, impatient: bool = False) -> Found:
    """Hammer the same cases, a few at a time, as long as `go_on` says so; then count.

    `server` is a PostgreSQL, None a new SQLite file. `impatient` processes must be convicted.
    """
    found_out = Found()
    with _opened(server, impatient) as (casework, hall, reception, hands):
        began = time.monotonic()
        while go_on(found_out):
            numbers = range(found_out.cases, found_out.cases + CASES_AT_ONCE)
            hands.log, hands.seed = found_out.log, seed + found_out.cases
            hands.work_on(open_cases(casework, numbers))
            found_out.cases += CASES_AT_ONCE
        found_out.seconds = time.monotonic() - began
        _count(found_out, casework.casework, reception)
    found_out.overtaken = hall.overtaken
    return found_out


@contextmanager
def _opened(server: str | None, impatient: bool) -> Iterator[tuple[Any, Hall, Reception, Hands]]:
    with TemporaryDirectory(prefix="tovholder-crowd-") as name:
        folder = Path(name)
        with (
            restorable(server, folder) as database,
            mail_server(folder / "received") as reception,
        ):
            settings = settings_of(database.url, name, str(reception.port))
            casework = build(settings)
            migrate(casework)
            town = found(casework)
            first, second = (browser(casework, settings, each) for each in (COUNSELLOR, COLLEAGUE))
            casework.database.dispose()  # no connection goes through a fork
            with open_hall(settings, impatient=impatient) as hall:
                yield town, hall, reception, Hands(hall.ports, first, second, Log(), 0)
                casework.database.dispose()


def _count(found_out: Found, casework: Casework, reception: Reception) -> None:
    give_up = time.monotonic() + QUIET_WITHIN
    while not is_quiet(casework) and time.monotonic() < give_up:
        time.sleep(0.1)
    with casework.work(SYSTEM) as work:
        received = reception.received()
        found_out.counts = list(counts(work, found_out.log, received, found_out.cases))
    found_out.faults = faults(casework)
    found_out.deadlocks = deadlocks(casework)

"""`python -m tests.bench.rehearsal`: how long a rehearsal takes, by the clock and in CPU.

A municipality of new cases is founded and rehearsed on two copies; the founding is not counted.

    --cases 1000 --years 1        what is asked for: 60 seconds, at least 20 acts a case
"""

import argparse
import json
import os
import resource
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from tests.bench.town import home_settings
from tests.soak.municipality import found, referrals, staff
from tests.soak.years import BEGINS
from web.simulating import house_on_copy
from web.wiring import build
from workflows.rehearsal import running
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.running import Terms, rehearse


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rehearsal", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--years", type=float, default=1)
    parser.add_argument("--parts", type=int, default=2)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="tovholder-bench-") as folder:
        print(json.dumps(measured(Path(folder), given.cases, given.years, given.parts), indent=2))


def measured(folder: Path, cases: int, years: float, parts: int) -> dict[str, float]:
    """Return the figures of one rehearsal of so many cases."""
    clock = MovableClock(BEGINS)
    casework = build(home_settings(f"sqlite:///{folder / 'town.sqlite'}", folder), clock)
    found(casework)
    for number, each in enumerate(referrals(cases, BEGINS, 30, seed=1)):
        clock.move_to(max(clock.now(), each.at))
        each.come_in(casework)
        print(f"\rfounding {number + 1} of {cases}", end="", file=sys.stderr, flush=True)
    running.habits_of = lambda work: staff(casework, 1).habits  # type: ignore[assignment]
    with casework.work(SYSTEM) as work:
        since = work.now
    terms = Terms(
        since=since,
        until=since + timedelta(days=round(365 * years)),
        behaviour=Behaviour.LIKE_LAST_YEAR,
        seed=1,
        candidates=[None],
        parts=parts,
    )
    began, cpu = time.monotonic(), _cpu()
    (run,) = rehearse(casework, partial(house_on_copy, ""), terms, _show).runs
    print(file=sys.stderr)
    taken = time.monotonic() - began
    casework.database.dispose()
    return {
        "cases": cases,
        "years": years,
        "seconds": round(taken, 1),
        "cpu_seconds": round(_cpu() - cpu, 1),
        "acts": run.acts,
        "acts_per_case": round(run.acts / cases, 1),
        "cpu_ms_per_act": round((_cpu() - cpu) / run.acts * 1000, 2),
        "tasks": len(run.seen.tasks),
        "messages": len(run.mails),
        "failed": len(run.failed),
        "incidents": len(run.seen.incidents),
        "load": os.getloadavg()[0],
    }


def _cpu() -> float:
    """Return the CPU seconds of this process and of those it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _show(share: float) -> None:
    print(f"\rrehearsing {share:4.0%}    ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

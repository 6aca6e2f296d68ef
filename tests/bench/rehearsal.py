"""How long a rehearsal takes: a municipality of new cases, played ahead on two copies.

    python -m tests.bench --only rehearsal              1,000 cases, one year and three
    python -m tests.bench.rehearsal --cases 100         so many, one year

Everybody is referred within a month, and the founding is not counted. The mix is chosen, not
lived: three families of four refuse that their case is shared, and it is closed, so that the
others bring the mean to a little over twenty acts a case. `--busy`: nobody refuses.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.adapters.clock import MovableClock
from engine.storage.work import Casework
from tests.bench.measuring import Measure, table
from tests.bench.town import home_settings
from tests.soak.municipality import found, referrals, staff
from tests.soak.years import BEGINS
from web.simulating import house_on_copy
from web.wiring import build
from workflows.rehearsal import running
from workflows.rehearsal.behaviours import Behaviour, Habit, Habits
from workflows.rehearsal.running import Run, Terms, rehearse

CASES, WITHIN, LEAST_ACTS = 1000, 60, 20  # cases; seconds; acts a case
REFUSE = 0.75  # of the families


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsing:
    """What one rehearsal took, in seconds by the clock and of CPU in all its processes."""

    run: Run
    seconds: float
    cpu: float


def rehearsal(folder: Path) -> list[Measure]:
    """Return what one year and three of a thousand cases take."""
    casework = founded(folder, CASES, REFUSE)
    one, three = rehearsed(casework, 1), rehearsed(casework, 3)
    casework.database.dispose()
    return [
        *told(one, CASES, f"a year of {CASES:,} cases ahead", target=WITHIN),
        *told(three, CASES, f"three years of {CASES:,} cases ahead"),
    ]


def founded(folder: Path, cases: int, refuse: float) -> Casework:
    """Return a municipality of so many new cases, whose staff have habits."""
    folder.mkdir(exist_ok=True)
    clock = MovableClock(BEGINS)
    casework = build(home_settings(f"sqlite:///{folder / 'town.sqlite'}", folder), clock)
    found(casework)
    for number, each in enumerate(referrals(cases, BEGINS, 30, seed=1)):
        clock.move_to(max(clock.now(), each.at))
        each.come_in(casework)
        print(f"\rfounding {number + 1} of {cases}", end="", file=sys.stderr, flush=True)
    habits = _refusing(staff(casework, 1).habits, refuse)
    running.habits_of = lambda work: habits  # type: ignore[assignment]  # there is no last year
    return casework


def rehearsed(casework: Casework, years: float, parts: int = 2) -> Rehearsing:
    """Rehearse so many years of what is in force."""
    since = casework.clock.now()
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
    return Rehearsing(run=run, seconds=time.monotonic() - began, cpu=_cpu() - cpu)


def told(one: Rehearsing, cases: int, name: str, target: float | None = None) -> Iterator[Measure]:
    """Yield what it took; too few acts miss the target too, for then it measures nothing."""
    run = one.run
    yield Measure(name=name, value=round(one.seconds, 1), unit="s", target=target)
    yield Measure(name=f"{name}: CPU", value=round(one.cpu, 1), unit="s")
    yield Measure(name=f"{name}: CPU an act", value=round(one.cpu / run.acts * 1000, 2), unit="ms")
    yield Measure(name=f"{name}: acts", value=run.acts, unit="acts")
    few = max(0, LEAST_ACTS * cases - run.acts) if target else 0
    yield Measure(name=f"{name}: acts short of {LEAST_ACTS} a case", value=few, unit="", target=0)
    wrong = len(run.failed) + len(run.seen.incidents)
    yield Measure(name=f"{name}: failed", value=wrong, unit="", target=0)


def _refusing(habits: Habits, share: float) -> Habits:
    """Let a share of the families say no to sharing, whereupon the case is closed."""
    asked = habits["record_answer"]
    answers = [_answering(each, answer="no") for each in asked[: round(share * len(asked))]]
    closes = [_answering(each, without_consent="close") for each in asked]
    return {
        **habits,
        "record_answer": (*answers, *asked[len(answers) :]),
        "decide_without_consent": tuple(closes),
    }


def _answering(habit: Habit, **answers: str) -> Habit:
    return replace(habit, answers={**habit.answers, **answers})


def _cpu() -> float:
    """Return the CPU seconds of this process and of those it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _show(share: float) -> None:
    print(f"\rrehearsing {share:4.0%}    ", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Print the figures of one rehearsal."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rehearsal", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--years", type=float, default=1)
    parser.add_argument("--parts", type=int, default=2)
    parser.add_argument("--busy", action="store_true")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="tovholder-bench-") as folder:
        casework = founded(Path(folder), given.cases, 0 if given.busy else REFUSE)
        one = rehearsed(casework, given.years, given.parts)
        casework.database.dispose()
    name = f"{given.years:g} years of {given.cases:,} cases ahead"
    print(f"{table(list(told(one, given.cases, name)))}\nload {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

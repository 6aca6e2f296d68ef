"""The crash campaign: first the workers that do it wrong, whom a few kills convict.

Then every boundary of every path, at least three times on each database, those that recover, and
fresh processes, half of them killed from outside. What a part leaves of its time, the next spends.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.crash.harness import Harness, everywhere, harness, kill_fresh, kill_pairs, run
from tests.crash.processes import Forked
from tests.crash.verdict import Verdict
from tests.crash.wrong import WRONG
from tests.soak.campaigns import Outcome, Terms, database_name

KILLS, PAIRS, COLD = 1_000, 100, 25  # on each database
EACH, CONVICTED_WITHIN = 3, 200
FOR_CONVICTIONS, FOR_FORKS, FOR_PAIRS, FOR_FRESH_ONES = 0.2, 0.45, 0.1, 0.25  # of the time


@dataclass(slots=True)
class Purse:
    """The time of the campaign; what one part leaves, the next may spend."""

    seconds: float
    until: float = field(default_factory=time.monotonic)

    def spend(self, share: float, least: float = 0.0) -> float:
        """Return the moment at which a part that has this share must stop."""
        self.until = max(self.until, time.monotonic()) + max(least, self.seconds * share)
        return self.until


def crash(terms: Terms) -> Iterator[Outcome]:
    """Kill, and convict."""
    purse = Purse(terms.seconds / len(terms.servers))
    for server in terms.servers:
        for wrong in sorted(WRONG):
            yield _convicted(terms, purse, server, wrong)
    for server in terms.servers:
        with harness(server) as made:
            yield _forks(terms, purse, made, server)
            yield _pairs(terms, purse, made, server)
            yield _fresh(terms, purse, made, server)


def _forks(terms: Terms, purse: Purse, made: Harness, server: str | None) -> Outcome:
    wanted, began = round(KILLS * terms.part), time.monotonic()
    each, stop_at = EACH if terms.part >= 1 else 0, purse.spend(FOR_FORKS)

    def is_enough(verdict: Verdict) -> bool:
        return verdict.kills >= wanted and verdict.fewest >= each

    def go_on(verdict: Verdict) -> bool:
        terms.show(verdict.kills / max(wanted, 1), verdict.in_words())
        return not is_enough(verdict) and time.monotonic() < stop_at

    verdict = run(made, go_on, everywhere(made, terms.seed), Forked(made.house))
    holds = verdict.is_clean and is_enough(verdict)
    return _outcome(f"killed on {database_name(server)}", verdict, holds, time.monotonic() - began)


def _pairs(terms: Terms, purse: Purse, made: Harness, server: str | None) -> Outcome:
    """Kill the one that recovers, too."""
    wanted, began = round(PAIRS * terms.part), time.monotonic()
    stop_at = purse.spend(FOR_PAIRS)
    made.verdict = Verdict(boundaries=made.verdict.boundaries)

    def go_on(verdict: Verdict) -> bool:
        terms.show(verdict.kills / max(2 * wanted, 1), f"twice: {verdict.in_words()}")
        return time.monotonic() < stop_at

    verdict = kill_pairs(made, wanted, terms.seed, go_on)
    took = time.monotonic() - began
    return _outcome(f"killed twice on {database_name(server)}", verdict, verdict.is_clean, took)


def _fresh(terms: Terms, purse: Purse, made: Harness, server: str | None) -> Outcome:
    wanted, began = round(COLD * terms.part), time.monotonic()
    stop_at = purse.spend(FOR_FRESH_ONES)
    made.verdict = Verdict(boundaries=made.verdict.boundaries)

    def go_on(verdict: Verdict) -> bool:
        terms.show(verdict.kills / max(wanted, 1), f"fresh: {verdict.in_words()}")
        return time.monotonic() < stop_at

    fresh = kill_fresh(made, wanted, terms.seed, go_on)
    verdict, took = made.verdict, time.monotonic() - began
    holds = verdict.is_clean and verdict.kills >= wanted
    title = f"fresh processes on {database_name(server)}"
    return _outcome(title, verdict, holds, took, killed_from_outside=fresh.from_outside)


def _convicted(terms: Terms, purse: Purse, server: str | None, wrong: str) -> Outcome:
    began = time.monotonic()
    seed = Random(f"{wrong} {terms.seed}").randrange(1 << 30)  # noqa: S311  # no secret
    with harness(server, wrong=wrong, paths=["timer"]) as made:
        stop_at = purse.spend(FOR_CONVICTIONS / len(WRONG), least=15)  # set-up aside

        def go_on(verdict: Verdict) -> bool:
            terms.show(verdict.kills / CONVICTED_WITHIN, f"{wrong}: {verdict.in_words()}")
            tried = verdict.kills >= CONVICTED_WITHIN or time.monotonic() >= stop_at
            return not (tried or verdict.convicts)

        places = everywhere(made, seed, ["timer"])
        verdict = run(made, go_on, places, Forked(made.house))
    title = f"{wrong} on {database_name(server)}"
    return _outcome(title, verdict, verdict.convicts, time.monotonic() - began)


def _outcome(title: str, verdict: Verdict, holds: bool, took: float, **more: int) -> Outcome:
    figures = {**verdict.as_json(), **more, "seconds": round(took, 1)}
    words = f"{verdict.in_words()}, {took:.0f} s"
    return Outcome(title=title, holds=holds, words=words, figures=figures, told=tuple(verdict.told))

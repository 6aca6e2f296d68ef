"""A million expressions from the grammar: none crashes, hangs, or does what was not foreseen."""

import time
from collections.abc import Iterator

from tests.soak.campaigns import Outcome, Terms
from tests.soak.feel_fuzz import Report, run

EXPRESSIONS = 1_000_000


def feel(terms: Terms) -> Iterator[Outcome]:
    """Try them all, in the time that there is."""
    wanted, began = round(EXPRESSIONS * terms.part), time.monotonic()

    def go_on(report: Report) -> bool:
        terms.show(report.tried / max(wanted, 1), report.in_words())
        return time.monotonic() - began < terms.seconds

    report = run(wanted, go_on, seed=terms.seed)
    yield Outcome(
        title="expressions of FEEL",
        holds=report.holds and report.tried >= wanted,
        words=f"{report.in_words()}, {report.seconds:.0f} s",
        figures={
            "tried": report.tried,
            "read": report.read,
            "worked": report.worked,
            "without_error": report.without_error,
            "longest_ms": round(report.longest_seconds * 1000),
            "seconds": round(report.seconds, 1),
        },
        told=tuple(f"{text!r}: {wrong}" for text, wrong in report.broken),
    )

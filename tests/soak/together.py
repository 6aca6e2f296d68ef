"""Four web processes and two workers on the same cases, for minutes, on each database."""

import time
from collections.abc import Iterator

from tests.concurrency.running import Found, run
from tests.soak.campaigns import Outcome, Terms, database_name

_FOR_SETTING_UP_AND_COUNTING = 30  # seconds


def together(terms: Terms) -> Iterator[Outcome]:
    """Hammer, and count."""
    seconds = max(5.0, terms.seconds / len(terms.servers) - _FOR_SETTING_UP_AND_COUNTING)
    for server in terms.servers:
        yield _hammered(terms, server, seconds)


def _hammered(terms: Terms, server: str | None, seconds: float) -> Outcome:
    began: list[float] = []  # its time begins when everything stands

    def go_on(found: Found) -> bool:
        began[:] = began or [time.monotonic()]
        passed = time.monotonic() - began[0]
        terms.show(passed / seconds, found.in_words())
        return passed < seconds

    found = run(server, go_on, seed=terms.seed)
    return Outcome(
        title=f"many processes on {database_name(server)}",
        holds=not found.wrong and found.cases > 0,
        words=found.in_words(),
        figures=found.figures,
        told=tuple(found.wrong),
    )

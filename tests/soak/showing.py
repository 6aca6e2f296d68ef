"""What the reader sees: a bar in place while a campaign runs, and a table at the end."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.soak.campaigns import Outcome

_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar; silent where nobody watches."""

    title: str

    def show(self, part: float, words: str) -> None:
        """Draw how far the campaign has come."""
        if sys.stderr.isatty():
            bar = "#" * int(min(1.0, part) * _WIDTH)
            line = f"{self.title:12} [{bar:{_WIDTH}}] {words}"[:150]
            print(f"\r{line:150}", end="", flush=True, file=sys.stderr)

    def close(self, outcome: Outcome) -> None:
        """Leave the last word on a part of the campaign."""
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}{in_a_line(outcome):150}".rstrip(), file=sys.stderr, flush=True)


def in_a_line(outcome: Outcome) -> str:
    """Return the outcome in a line."""
    return f"{'holds' if outcome.holds else 'FAILS':6} {outcome.title:28} {outcome.words}"


def table(outcomes: Sequence[Outcome]) -> str:
    """Return all outcomes, a line each, and beneath a line that fails what it found."""
    lines = []
    for each in outcomes:
        lines.append(in_a_line(each))
        if not each.holds:
            lines += [f"       {what}" for what in each.told]
    return "\n".join(lines)

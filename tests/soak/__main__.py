"""`python -m tests.soak --home var` (make soak): the long run, in bounded time.

Kills at every boundary of both paths, again and again: on SQLite, and on PostgreSQL when
TEST_DATABASE_URL is set. Then the wrong workers, from random boundaries: each must be convicted
within 200 kills. What was found stands in `soak.json`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tests.crash.harness import Verdict, everywhere, harness, run
from tests.crash.wrong import WRONG

CONVICTED_WITHIN = 200  # kills
FOR_THE_CONVICTIONS = 0.2  # of the time
WIDTH = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar in place; a line at the end where nobody watches."""

    title: str
    until: float
    began: float

    @classmethod
    def of(cls, title: str, seconds: float) -> "Bar":
        """Return a bar that begins now."""
        now = time.monotonic()
        return cls(title, now + seconds, now)

    def while_time_lasts(self, verdict: Verdict) -> bool:
        """Draw how much of the time has passed, and say whether some is left."""
        self._show(verdict)
        return time.monotonic() < self.until

    def _show(self, verdict: Verdict) -> None:
        part = min(1.0, (time.monotonic() - self.began) / max(self.until - self.began, 0.001))
        bar = "#" * int(part * WIDTH)
        if sys.stderr.isatty():
            line = f"\r{self.title:22} [{bar:{WIDTH}}] {verdict.in_words()}"
            print(line, end="", flush=True, file=sys.stderr)

    def close(self, verdict: Verdict) -> None:
        """Leave the last word."""
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}{self.title:22} {verdict.in_words():{WIDTH + 40}}", file=sys.stderr)


def main() -> int:
    """Return 1 when something was lost, doubled or stuck, or a wrong worker got away."""
    given = _arguments()
    found = list(_parts(given.minutes * 60, given.seed))
    file = given.home / "soak.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"Written: {file}", file=sys.stderr)
    return 0 if all(each["holds"] for each in found) else 1


def _parts(seconds: float, seed: int) -> Iterator[dict[str, Any]]:
    servers = [None, *filter(None, [os.environ.get("TEST_DATABASE_URL")])]
    each = seconds * (1 - FOR_THE_CONVICTIONS) / len(servers)
    for server in servers:
        yield _killed(server, each, seed)
    for wrong in sorted(WRONG):
        yield _convicted(wrong, seconds * FOR_THE_CONVICTIONS / len(WRONG), seed)


def _killed(server: str | None, seconds: float, seed: int) -> dict[str, Any]:
    title = "killed on PostgreSQL" if server else "killed on SQLite"
    with harness(server) as made:
        bar = Bar.of(title, seconds)
        verdict = run(made, bar.while_time_lasts, everywhere(made, seed))
    bar.close(verdict)
    return {**_kept(title, verdict), "holds": verdict.is_clean}


def _convicted(wrong: str, seconds: float, seed: int) -> dict[str, Any]:
    with harness(wrong=wrong) as made:
        bar = Bar.of(wrong, seconds)
        places = islice(everywhere(made, seed, ["timer"]), CONVICTED_WITHIN)
        verdict = run(made, lambda v: v.is_clean and bar.while_time_lasts(v), places)
    bar.close(verdict)
    return {**_kept(wrong, verdict), "holds": not verdict.is_clean}


def _kept(title: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "name": title,
        "kills": verdict.kills,
        "boundaries": sum(verdict.boundaries.values()),
        "boundaries_reached": len(verdict.places),
        "fewest_kills_at_one": min(verdict.places.values(), default=0),
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "stuck": verdict.stuck,
        "told": verdict.told,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="where soak.json goes")
    parser.add_argument("--minutes", type=float, default=20, help="how long, start-up aside")
    parser.add_argument("--seed", type=int, default=1, help="the order of the boundaries")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

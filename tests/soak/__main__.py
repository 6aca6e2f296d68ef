"""`python -m tests.soak --home var` (make soak): the long run, in bounded time.

A list of campaigns, those of one core two at a time; on PostgreSQL too when TEST_DATABASE_URL is
set. What was found is printed as a table and stands in `soak.json`. Ends with 1 when a campaign
does not hold.

    make soak ARGS="--only crash"                one campaign, or several: --only crash,together
    make soak ARGS="--minutes 6"                 all of them, a tenth as long
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.soak.beside import Lane, length
from tests.soak.campaigns import Campaign, Outcome, Terms, database_name
from tests.soak.crashes import crash
from tests.soak.feel import feel
from tests.soak.random_processes import random_processes
from tests.soak.rehearsals import rehearsals
from tests.soak.restarts import restarts
from tests.soak.showing import Bar, table
from tests.soak.tampering_campaign import tampering
from tests.soak.together import together
from tests.soak.withdrawal import withdrawal
from tests.soak.years import years

CAMPAIGNS = (
    Campaign(name="crash", minutes=28, run=crash),
    Campaign(name="restarts", minutes=2, run=restarts),
    Campaign(name="years", minutes=20, run=years),
    Campaign(name="feel", minutes=20, run=feel, beside=True),
    Campaign(name="processes", minutes=6, run=random_processes, beside=True),
    Campaign(name="rehearsal", minutes=8, run=rehearsals, beside=True),
    Campaign(name="tampering", minutes=9, run=tampering, beside=True),
    Campaign(name="withdrawal", minutes=4, run=withdrawal),
    Campaign(name="together", minutes=5, run=together),
)


def main(command: Sequence[str], campaigns: Sequence[Campaign] = CAMPAIGNS) -> int:
    """Return 1 when a campaign does not hold."""
    given = _arguments(command, [each.name for each in campaigns])
    chosen = [each for each in campaigns if not given.only or each.name in given.only]
    began, before = time.monotonic(), os.getloadavg()
    outcomes = list(_run(chosen, given))
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python -m tests.soak", *command]),
        "databases": [database_name(each) for each in given.on],
        "cores": os.cpu_count(),
        "load_before_and_after": [before[0], os.getloadavg()[0]],
        "seconds": round(time.monotonic() - began),
        "outcomes": [asdict(each) for each in outcomes],
    }
    print(table(outcomes))
    _write(given.home / "soak.json", found)
    return 0 if all(each.holds for each in outcomes) else 1


def _run(chosen: Sequence[Campaign], given: argparse.Namespace) -> Iterator[Outcome]:
    """Run those that may run beside others beside those that stand before them, else in order."""
    part = given.minutes / length(chosen) if given.minutes else 1.0
    beside = [each for each in chosen if each.beside]
    if len(chosen) == len(beside) or not beside:
        yield from _in_order(chosen, part, given)
        return
    at = chosen.index(beside[0])
    lane = Lane(beside, sum(each.minutes for each in beside) * part, given.seed)
    yield from _in_order(chosen[:at], part, given)
    yield from lane.outcomes()
    yield from _in_order([each for each in chosen[at:] if not each.beside], part, given)


def _in_order(
    chosen: Sequence[Campaign], part: float, given: argparse.Namespace
) -> Iterator[Outcome]:
    for each in chosen:
        bar = Bar(each.name)
        terms = Terms(
            seconds=each.minutes * part * 60,
            part=min(1.0, part),
            seed=given.seed,
            servers=given.on,
            show=bar.show,
        )
        for outcome in each.run(terms):
            bar.close(outcome)
            yield outcome


def _write(file: Path, found: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"Written: {file}", file=sys.stderr)


def _arguments(command: Sequence[str], names: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="where soak.json goes")
    parser.add_argument("--only", type=_names, help=f"some of: {', '.join(names)}")
    parser.add_argument("--minutes", type=float, help="how long in all, start-up aside")
    parser.add_argument("--on", type=_databases, default="", help="sqlite or postgresql alone")
    parser.add_argument("--seed", type=int, default=1, help="the order of what is random")
    given = parser.parse_args(command)
    if unknown := set(given.only or ()) - set(names):
        parser.error(f"no campaign is called {', '.join(sorted(unknown))}")
    return given


def _names(text: str) -> list[str]:
    return text.split(",")


def _databases(text: str) -> list[str | None]:
    """Return the servers that are named: without a name those that there are."""
    server = os.environ.get("TEST_DATABASE_URL")
    match text:
        case "sqlite":
            return [None]
        case "postgresql" if server:
            return [server]
        case "":
            return [None, *filter(None, [server])]
    raise argparse.ArgumentTypeError("sqlite, or postgresql with TEST_DATABASE_URL")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

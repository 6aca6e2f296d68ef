"""`python -m tests.bench --home var` (make bench): measure, print a table, write bench.json."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.adapters.clock import MovableClock
from tests.bench import ageing, measures
from tests.bench.alternating import REQUESTS
from tests.bench.compartment import compartment
from tests.bench.feel import conditions
from tests.bench.measuring import Measure, surroundings, table, write
from tests.bench.rehearsal import rehearsal
from tests.bench.shipped import shipped
from tests.bench.signing_in import signing_in
from tests.bench.town import NINE_O_CLOCK, found_town, home_settings
from tests.bench.worker import rush, spread
from web.app import create_app
from web.wiring import build, migrate

PARTS = (
    *("calibration", "completion", "in_turns", "state", "inbox", "rungs", "idle"),
    *(
        "shipped",
        "follow_ups",
        "twenty_steps",
        "conditions",
        "rush",
        "spread",
        "start_up",
    ),
)
LONG = ("rehearsal", "compartment", "signing_in")  # minutes; only when asked for by name


def main() -> int:
    """Return 1 when a target is missed."""
    given = _arguments()
    before = surroundings()
    with TemporaryDirectory(prefix="tovholder-bench-") as folder:
        parts = _parts(Path(folder), given)
        found = [each for name in given.only or PARTS for each in _told(parts[name])]
    print(f"\n{table(found)}\n")
    after = surroundings()["load_average"]
    print(f"Python {before['python']}, {before['cores']} cores; load before and after:", end=" ")
    print(f"{before['load_average']}, {after}")
    write(found, given.home / "bench.json")
    print(f"Written: {given.home / 'bench.json'}")
    missed = [each.name for each in found if not each.holds]
    print(f"Missed: {', '.join(missed)}" if missed else "Every target is held.")
    return 1 if missed else 0


def _parts(folder: Path, given: argparse.Namespace) -> dict[str, Callable[[], list[Measure]]]:
    clock = MovableClock(NINE_O_CLOCK)
    url = given.database_url or f"sqlite:///{folder / 'bench.sqlite'}"
    settings = home_settings(url, folder)
    casework = build(settings, clock)
    migrate(casework)
    town, app, runs = found_town(casework), create_app(casework, settings), given.runs
    return {
        "calibration": lambda: [measures.additions()],
        "completion": lambda: measures.completion(town, app, runs),
        "in_turns": lambda: measures.in_turns(folder, runs),
        "state": lambda: measures.state_size(town),
        "inbox": lambda: measures.inbox_page(town, app, runs),
        "rungs": lambda: measures.rungs(town, clock, runs),
        "idle": lambda: measures.idle_looks(town, runs),
        "shipped": lambda: shipped(town, app, runs),
        "follow_ups": lambda: ageing.follow_ups(town, app),
        "twenty_steps": lambda: ageing.twenty_steps(town),
        "conditions": conditions,
        "rush": lambda: rush(folder / "rush", given.server),
        "spread": lambda: spread(folder / "spread", given.server),
        "rehearsal": lambda: rehearsal(folder / "rehearsal"),
        "compartment": lambda: compartment(folder / "compartment", given.requests),
        "start_up": lambda: measures.start_up(folder / "home"),
        "signing_in": lambda: signing_in(app, clock, given.requests),
    }


def _told(part: Callable[[], list[Measure]]) -> list[Measure]:
    """Run a part, and say that something happens: a bench is long."""
    found = part()
    print(".", end="", flush=True, file=sys.stderr)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="where bench.json goes")
    parser.add_argument("--runs", type=int, default=60, help="runs behind each median")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each of two, by turns")
    parser.add_argument(
        "--only", action="append", choices=(*PARTS, *LONG), help="one part; again for more"
    )
    parser.add_argument("--server", help="the PostgreSQL of rush and spread; SQLite without it")
    parser.add_argument("--database-url", help="an empty database; SQLite in a temporary folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""A house that completes tasks when it is told to: `python -m tests.bench.whole FOLDER TASKS`.

It is the application as `serve` makes it, asked through WSGI; what a socket costs is not counted,
and nobody tells Python when to collect garbage.
"""

import sys
from pathlib import Path

from engine.adapters.clock import MovableClock
from tests.bench.measures import answered, completion_of
from tests.bench.town import NINE_O_CLOCK, found_town, home_settings, ready_task, sign_in
from tests.bench.turns import take_turns
from web.app import create_app
from web.wiring import build, migrate


def main() -> None:
    """Make a house with so many tasks that wait, and complete one a step."""
    folder, tasks = Path(sys.argv[1]), int(sys.argv[2])
    settings = home_settings(f"sqlite:///{folder / 'whole.sqlite'}", folder)
    casework = build(settings, MovableClock(NINE_O_CLOCK))
    migrate(casework)
    town, app = found_town(casework), create_app(casework, settings)
    client = sign_in(app)
    requests = iter([completion_of(client, ready_task(town, each)) for each in range(tasks)])
    take_turns(lambda: answered(app, next(requests)))


if __name__ == "__main__":
    main()

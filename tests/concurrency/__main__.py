"""`python -m tests.concurrency`: four web processes and two workers on the same cases.

Counts what was acknowledged against what stands there; prints the figures as JSON. A process of
its own, for a fork wants one without threads.
"""

import argparse
import json
import os
import sys
import time

from tests.concurrency.running import Found, run


def main() -> int:
    """Return 1 when something was lost, doubled, or answered as no page answers."""
    given = _arguments()
    stop_at: list[float] = []  # its time begins when everything stands

    def go_on(found: Found) -> bool:
        stop_at[:] = stop_at or [time.monotonic() + given.seconds]
        return found.cases < given.cases and time.monotonic() < stop_at[0]

    server = os.environ.get("TEST_DATABASE_URL")
    found = run(server, go_on, seed=given.seed, impatient=given.impatient)
    print(json.dumps(found.figures, ensure_ascii=False))
    print(found.in_words(), file=sys.stderr)
    return 1 if found.wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.concurrency", description=__doc__)
    parser.add_argument("--cases", type=int, default=20, help="how many at most, eight tasks each")
    parser.add_argument("--seconds", type=float, default=60, help="how long at most, set-up aside")
    parser.add_argument("--seed", type=int, default=1, help="who goes where")
    parser.add_argument("--impatient", action="store_true", help="never try again: must fail")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

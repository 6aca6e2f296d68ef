"""`python -m tests.crash`: kill, restart and judge for a while; prints a verdict as JSON.

A process of its own, for a fork wants one without threads.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from itertools import chain

from tests.crash.harness import PATHS, Verdict, between_transactions, everywhere, harness, run
from tests.crash.wrong import WRONG


def main() -> int:
    """Return 1 when something was lost, doubled or stuck."""
    given = _arguments()
    stop_at = time.monotonic() + given.seconds

    def go_on(verdict: Verdict) -> bool:
        enough = verdict.kills >= given.kills or time.monotonic() >= stop_at
        return not enough and (verdict.is_clean or not given.wrong)

    with harness(os.environ.get("TEST_DATABASE_URL"), wrong=given.wrong) as made:
        places = everywhere(made, given.seed, ["timer"] if given.wrong else PATHS)
        if given.wrong:  # timers due at one instant go in any order, so a place may be missed once
            places = chain(between_transactions(made, ["timer"]), places)
        verdict = run(made, go_on, places)
    kept = {key: value for key, value in asdict(verdict).items() if key != "places"}
    print(json.dumps({**kept, "places": len(verdict.places)}, ensure_ascii=False))
    print(verdict.in_words(), file=sys.stderr)
    return 0 if verdict.is_clean else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many at most")
    parser.add_argument("--seconds", type=float, default=60, help="how long at most")
    parser.add_argument("--seed", type=int, default=1, help="the order of the boundaries")
    parser.add_argument("--wrong", choices=sorted(WRONG), help="a worker that must be convicted")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

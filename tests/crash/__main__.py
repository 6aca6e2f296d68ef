"""`python -m tests.crash`: kill, recover and judge for a while; prints a verdict as JSON.

A process of its own, for a fork wants one without threads.
"""

import argparse
import json
import os
import sys
import time

from tests.crash.harness import everywhere, harness, kill_fresh, kill_pairs, run
from tests.crash.house import PATHS
from tests.crash.processes import Forked
from tests.crash.verdict import Verdict
from tests.crash.wrong import WRONG


def main() -> int:
    """Return 1 when something was lost, doubled, changed or stuck."""
    given = _arguments()
    paths = ["timer"] if given.wrong else PATHS
    server = os.environ.get("TEST_DATABASE_URL")
    with harness(server, wrong=given.wrong, paths=paths) as made:
        stop_at = time.monotonic() + given.seconds

        def go_on(verdict: Verdict) -> bool:
            enough = verdict.kills >= given.kills or time.monotonic() >= stop_at
            return not (enough or (given.wrong and verdict.convicts))

        verdict = run(made, go_on, everywhere(made, given.seed, paths), Forked(made.house))
        kill_pairs(made, given.pairs, given.seed)
        kill_fresh(made, given.cold, given.seed)
    print(json.dumps(verdict.as_json(), ensure_ascii=False))
    print(verdict.in_words(), file=sys.stderr)
    return 0 if verdict.is_clean else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many forks at most")
    parser.add_argument(
        "--seconds", type=float, default=60, help="how long at most, once it is set up"
    )
    parser.add_argument("--cold", type=int, default=0, help="how many fresh processes after that")
    parser.add_argument("--pairs", type=int, default=0, help="how many die twice after that")
    parser.add_argument("--seed", type=int, default=1, help="the order of the boundaries")
    parser.add_argument("--wrong", choices=sorted(WRONG), help="a worker that must be convicted")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

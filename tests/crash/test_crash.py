"""A sample of the crash harness: killed at a boundary, recovered, and all as if nothing had been.

`make soak` kills at every boundary, several times over.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.house import PATHS
from tests.crash.wrong import WRONG

pytestmark = pytest.mark.campaign
ROOT = Path(__file__).parents[2]


def kill(*arguments: str) -> dict[str, Any]:
    """Run the harness in a process of its own and return its verdict."""
    command = [sys.executable, "-m", "tests.crash", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert ran.stdout, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_a_process_that_is_killed_loses_nothing_and_doubles_nothing() -> None:
    verdict = kill("--kills", "80", "--seconds", "12", "--pairs", "5", "--cold", "2")

    assert verdict["kills"] >= 8
    assert set(verdict["boundaries"]) == set(PATHS)
    faults = ("lost", "doubled", "changed", "stuck")
    assert [verdict[each] for each in faults] == [0, 0, 0, 0], verdict["told"]


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_worker_that_does_it_wrong_is_convicted(wrong: str) -> None:
    verdict = kill("--wrong", wrong, "--kills", "200", "--seconds", "120")

    assert verdict["lost"] or verdict["doubled"]
    assert verdict["kills"] <= 200

"""Four web processes and two workers on the same cases: a sample of what `make soak` does longer.

`tests/engine/test_concurrency.py` has the collisions one by one, with threads.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.campaign
ROOT = Path(__file__).parents[2]
ON_SQLITE = "TEST_DATABASE_URL" not in os.environ


def hammer(*arguments: str) -> dict[str, Any]:
    """Let everybody work on the same cases, in processes of their own; return the figures."""
    command = [sys.executable, "-m", "tests.concurrency", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert ran.stdout, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_what_many_processes_acknowledge_stands_there_once_and_what_is_due_comes_once() -> None:
    found = hammer("--cases", "10", "--seconds", "12")

    assert found["wrong"] == []
    assert found["tasks"] == 8 * found["cases"] > 0
    assert found["refused"] > 0, "nobody was ever in anybody's way"


@pytest.mark.skipif(not ON_SQLITE, reason="PostgreSQL locks the case, so that nobody is overtaken")
def test_processes_that_never_try_again_lose_what_was_overtaken() -> None:
    found = hammer("--impatient", "--cases", "5")

    assert any("tasks acknowledged once" in each for each in found["wrong"])

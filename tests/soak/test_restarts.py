"""The campaign of new processes sees what does not hold, and where."""

import os
from pathlib import Path

import pytest

from tests.conftest import BPMN
from tests.soak.restarts import Restarts, play_in_processes

EXAMPLE = BPMN / "scenarios" / "t8b_limit_on_christmas_day.toml"


@pytest.fixture
def server() -> str | None:
    return os.environ.get("TEST_DATABASE_URL")


def test_an_example_holds_with_a_process_for_every_moment(server: str | None) -> None:
    found = Restarts()
    play_in_processes(EXAMPLE, server, found)

    assert (found.examples, found.told) == (1, [])
    assert found.processes == 3  # two moments, and one that finds the end


def test_a_line_that_does_not_hold_in_another_process_is_told(
    server: str | None, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    wrong.write_text(text.replace("E2 2026-12-28", "E2 2026-12-29"))
    found = Restarts()
    play_in_processes(wrong, server, found)

    assert len(found.told) == 1
    assert "E2 2026-12-28 08:00" in found.told[0]

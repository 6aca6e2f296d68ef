"""The worked examples of `bpmn/scenarios/` hold, line by line, in a closed world."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.incidents import open_incidents
from engine.services.watchdog import watchdog
from engine.storage.work import Casework
from tests.conftest import BPMN
from tests.explanations.dates import unfounded
from workflows.scenarios.format import read_scenario
from workflows.scenarios.player import Player

FILES = sorted((BPMN / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_worked_example_holds(file: Path, rebuild: Callable[[MovableClock], Casework]) -> None:
    player = Player(read_scenario(file), rebuild, BPMN)
    report = player.play()

    assert report.failures == []
    assert report.passed > 0
    with player.casework.work(SYSTEM) as work:
        assert (watchdog(work), open_incidents(work)) == ([], [])
        assert unfounded(work) == []

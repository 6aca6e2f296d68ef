"""One moment of a scenario, and no more: what the next process needs is left in a file."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.conftest import BPMN, settings_of
from web.wiring import build
from workflows.scenarios.format import read_scenario
from workflows.scenarios.player import Player, Progress


def play_one_moment(file: Path, url: str, home: Path, kept: Path) -> None:
    """Play the next moment and leave `{more, failures, progress}` in the file `kept`.

    Without such a file the municipality is set up first.
    """
    player = Player(
        scenario=read_scenario(file),
        build=lambda clock: build(settings_of(url, home), clock),
        bpmn=BPMN,
        progress=_read(kept) if kept.exists() else None,
    )
    more = player.advance()
    found = {"more": more, "failures": player.report.failures, "progress": _written(player.at)}
    kept.write_text(json.dumps(found), encoding="utf-8")


def _read(kept: Path) -> Progress:
    raw: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))["progress"]
    case_id = raw["case_id"]
    raw |= {
        "now": datetime.fromisoformat(raw["now"]),
        "case_id": UUID(case_id) if case_id else None,
        "told": frozenset(raw["told"]),
    }
    return Progress(**raw)


def _written(progress: Progress) -> dict[str, Any]:
    case_id = str(progress.case_id) if progress.case_id else None
    told = sorted(progress.told)
    return asdict(progress) | {"now": progress.now.isoformat(), "case_id": case_id, "told": told}

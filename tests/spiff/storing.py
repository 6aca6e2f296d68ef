"""`python -m tests.spiff.storing`: keep the states of the scenes as this release writes them.

A folder a release; in it, for each scene, its diagram and a JSON file with the state, the moment it
was taken, and every way to go on with where that ends. What lies there already is left alone.
"""

import json
import sys
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.ports import Definition, Snapshot
from engine.spiff.state import FORM
from tests.spiff.conftest import Play
from tests.spiff.drawing import from_xml
from tests.spiff.scenes.telling import Command, Scene, perform, stage
from tests.spiff.scenes.whole import scenes

HERE = Path(__file__).parent
STATES = HERE / "states"
PROJECT = HERE.parents[1] / "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A state that a release wrote, and what it has to come to."""

    release: str
    name: str
    drawing: Definition
    moment: datetime
    state: bytes
    before: Sequence[Command]
    endings: Sequence[dict[str, Any]]

    def play(self) -> Play:
        """Return a play that stands where the state was taken; nothing has moved."""
        game = stage(self.drawing)
        game.world = replace(game.world, now=self.moment)
        game.snap = game.make().look(self.drawing, self.state, game.world)
        return game


def release() -> str:
    """Return the name of this release: the version of the product and the form of its states."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    return f"{project['version']}-form{FORM}"


def stored(*releases: str) -> Iterator[Stored]:
    """Yield what is kept of these releases, of all of them without any; in a fixed order."""
    for file in sorted(STATES.glob("*/*.json")):
        if not releases or file.parent.name in releases:
            yield _read(file)


def outcome(snapshot: Snapshot) -> dict[str, Any]:
    """Return where an instance has come to, as JSON."""
    return {
        "finished": snapshot.finished,
        "ended_at": list(snapshot.ended_at),
        "result": dict(snapshot.result),
        "reached": list(snapshot.reached),
        "error": snapshot.error,
        "incident": snapshot.incident,
    }


def keep(folder: Path) -> list[str]:
    """Write the scenes that `folder` lacks; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {name: s for name, s in scenes().items() if not (folder / f"{name}.json").exists()}
    for name, scene in missing.items():
        text = json.dumps(_told(scene), ensure_ascii=False, indent=1)
        (folder / f"{name}.bpmn").write_bytes(scene.drawing.xml)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    return list(missing)


def _told(scene: Scene) -> dict[str, Any]:
    game = perform(stage(scene.drawing), scene.before)
    return {
        "moment": game.world.now.isoformat(),
        "state": b64encode(game.snap.state).decode(),
        "before": scene.before,
        "endings": [
            {"commands": commands, "outcome": outcome(_ended(scene, commands))}
            for commands in scene.endings
        ],
    }


def _ended(scene: Scene, commands: Sequence[Command]) -> Snapshot:
    return perform(perform(stage(scene.drawing), scene.before), commands).snap


def _read(file: Path) -> Stored:
    told = json.loads(file.read_text("utf-8"))
    return Stored(
        release=file.parent.name,
        name=file.stem,
        drawing=from_xml(file.with_suffix(".bpmn").read_bytes()),
        moment=datetime.fromisoformat(told["moment"]),
        state=b64decode(told["state"]),
        before=told["before"],
        endings=told["endings"],
    )


if __name__ == "__main__":
    for each in keep(STATES / release()):
        print(each, file=sys.stdout)

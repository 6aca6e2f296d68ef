"""A scene is an instance that stands somewhere: how it came there, and every way it may go on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.ports import Decided, Definition, Variables
from engine.spiff.facade import SpiffEngine
from tests.spiff.conftest import WORLD, Play

# ["complete", "a", {"x": 1}] is Play.complete("a", x=1); it is JSON, so that it can be kept.
Command = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`before` leads to where the instance stands; each of `endings` leads on from there."""

    drawing: Definition
    before: Sequence[Command]
    endings: Sequence[Sequence[Command]]


def table(name: str, inputs: Variables) -> Decided:
    """The one table of these scenes: whoever has three or more gets a team."""
    row = 1 if inputs.get("needs", 0) >= 3 else 2
    return Decided(outputs={"answer": ("team", "talk")[row - 1]}, rows=(row,))


SCENES_WORLD = replace(WORLD, decide=table)


def stage(drawing: Definition, make: Callable[[], SpiffEngine] = SpiffEngine) -> Play:
    """Return a play of `drawing` in the world of the scenes."""
    return Play(drawing, world=SCENES_WORLD, make=make)


def perform(game: Play, commands: Sequence[Command]) -> Play:
    """Give the commands to `game`, in order."""
    for verb, *names in commands:
        values: Mapping[str, Any] = names.pop() if names and isinstance(names[-1], dict) else {}
        getattr(game, verb)(*names, **values)
    return game


@dataclass(slots=True)
class Sketch:
    """Scenes by name, as they are told."""

    scenes: dict[str, Scene] = field(default_factory=dict)

    def __call__(
        self, name: str, drawing: Definition, before: Sequence[Command], *endings: Sequence[Command]
    ) -> None:
        assert name not in self.scenes
        begun = before if before[0][0] == "start" else [["start", {"x": 0}], *before]
        self.scenes[name] = Scene(drawing=drawing, before=begun, endings=endings)

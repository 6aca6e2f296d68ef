"""A process that is played command by command, each time by an engine that has seen nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain.errors import InvalidDefinition
from engine.ports import Decided, Definition, Snapshot, StartMessage, Variables, World
from engine.spiff.facade import SpiffEngine

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def local_start(value: Any) -> datetime:
    """08:00 local on a date; a naive date-time is local."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(8))
    return value.replace(tzinfo=ZoneInfo("Europe/Copenhagen")).astimezone(UTC)


def no_table(name: str, inputs: Variables) -> Decided:
    raise InvalidDefinition(f"Tabellen »{name}« findes ikke.")


WORLD = World(now=MONDAY, functions={}, decide=no_table, local_start=local_start)


@dataclass
class Play:
    """One process: `snap` is where it stands. Every command gets an engine of its own."""

    definition: Definition
    world: World = WORLD
    make: Callable[[], SpiffEngine] = SpiffEngine
    snap: Snapshot = field(default_factory=lambda: Snapshot(state=b""))

    def start(self, message: str | None = None, **inputs: Any) -> "Play":
        begins = StartMessage(name=message, payload=inputs) if message else None
        given = {} if begins else inputs
        self.snap = self.make().start(self.definition, given, self.world, begins)
        return self

    def complete(self, element: str, **answers: Any) -> "Play":
        return self.complete_key(self.key(element), **answers)

    def complete_key(self, key: int, **answers: Any) -> "Play":
        self.snap = self.make().complete(self.definition, self.snap.state, key, answers, self.world)
        return self

    def resume(self, element: str, **outputs: Any) -> "Play":
        return self.resume_key(self.call(element).key, **outputs)

    def resume_key(self, key: int, **outputs: Any) -> "Play":
        self.snap = self.make().resume(self.definition, self.snap.state, key, outputs, self.world)
        return self

    def fail(self, element: str, code: str) -> "Play":
        key = self.call(element).key
        self.snap = self.make().fail(self.definition, self.snap.state, key, code, self.world)
        return self

    def deliver(self, element: str, name: str, **payload: Any) -> "Play":
        key = next(w.key for w in self.snap.waits if w.element == element)
        self.snap = self.make().deliver(
            self.definition, self.snap.state, key, name, payload, self.world
        )
        return self

    def wake(self, **later: float) -> "Play":
        self.world = replace(self.world, now=self.world.now + timedelta(**later))
        self.snap = self.make().wake(self.definition, self.snap.state, self.world)
        return self

    def key(self, element: str) -> int:
        return next(t.key for t in self.snap.tasks if t.element == element)

    def call(self, element: str) -> Any:
        return next(c for c in self.snap.calls if c.element == element)

    @property
    def tasks(self) -> list[str]:
        return [task.element for task in self.snap.tasks]

    @property
    def calls(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(call.element, call.inputs) for call in self.snap.calls]

    @property
    def data(self) -> Variables:
        return self.snap.tasks[0].data


@pytest.fixture
def play() -> Callable[..., Play]:
    return Play

"""Random well-formed processes, played to the end in random order: nothing stalls or is lost."""

import random
from dataclasses import dataclass, field

import pytest

from engine.spiff.facade import SpiffEngine
from tests.spiff.conftest import Play
from tests.spiff.drawing import (
    MESSAGE,
    after,
    boundary,
    call,
    catch,
    definition,
    end,
    gateway,
    many,
    node,
    service,
    start,
    subprocess,
    user,
)


@dataclass
class Sketch:
    """A process that grows block by block; each block is a (first, last) pair of elements."""

    dice: random.Random
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> tuple[str, str]:
        shapes = [self.step, self.row, self.fork, self.choice, self.inner]
        return (self.step if depth == 0 else self.dice.choice(shapes))(depth)

    def step(self, depth: int) -> tuple[str, str]:
        name = self.name("n")
        drawn = {
            "user": user(name),
            "late": user(name) + boundary(f"{name}t", name, after("P1D"), interrupts=False),
            "service": service(name, "h", **{f"out_{name}": f'"{name}"'}),
            "call": call(name, "Q", **{f"out_{name}": f'"{name}"'}),
            "timer": catch(name, after("P2D")),
            "message": catch(name, MESSAGE, message="m", **{f"out_{name}": f'"{name}"'}),
            "many": user(name, many("[1, 2]", f"i{name}"), **{f"collect_{name}": f"i{name}"}),
            "send": node("sendTask", name, message="sent"),
        }
        kind = self.dice.choice(list(drawn))
        self.nodes.append(drawn[kind])
        if kind == "late":
            self.nodes.append(end(f"{name}e"))
            self.flows.append(f"{name}t > {name}e")
        return name, name

    def row(self, depth: int) -> tuple[str, str]:
        (first, last), (then, final) = self.block(depth - 1), self.block(depth - 1)
        self.flows.append(f"{last} > {then}")
        return first, final

    def fork(self, depth: int) -> tuple[str, str]:
        return self._split(depth, "parallel", "")

    def choice(self, depth: int) -> tuple[str, str]:
        return self._split(depth, self.dice.choice(["exclusive", "inclusive"]), " : true")

    def _split(self, depth: int, kind: str, condition: str) -> tuple[str, str]:
        opens, closes = self.name("open"), self.name("close")
        self.nodes += [gateway(kind, opens), gateway(kind, closes)]
        for first, last in [self.block(depth - 1) for _ in range(self.dice.randint(2, 3))]:
            self.flows += [f"{opens} > {first}{condition}", f"{last} > {closes}"]
        return opens, closes

    def inner(self, depth: int) -> tuple[str, str]:
        name, inside = self.name("sub"), Sketch(self.dice, count=self.count)
        first, last = inside.block(depth - 1)
        self.count = inside.count
        flows = "\n".join([*inside.flows, f"s{name} > {first}", f"{last} > e{name}"])
        self.nodes.append(
            subprocess(name, start(f"s{name}"), *inside.nodes, end(f"e{name}"), flows=flows)
        )
        return name, name


def play_on(game, dice):
    """Do one thing that the process waits for, and return the names that it wrote."""
    snap = game.snap
    acts = [*snap.tasks, *snap.calls, *snap.waits, *snap.timers[:1]]
    act = dice.choice(acts)
    if act in snap.tasks:
        is_one_of_many = any(name.startswith("in") for name in act.data)
        game.complete_key(act.key, **({} if is_one_of_many else {act.element: act.element}))
        return set() if is_one_of_many else {act.element}
    if act in snap.calls:
        game.resume_key(act.key)
        return {act.element}
    if act in snap.waits:
        game.deliver(act.element, "m")
        return {act.element}
    game.wake(days=dice.choice([1, 2]))
    return set()


def played(seed, make):
    dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
    sketch = Sketch(dice)
    first, last = sketch.block(3)
    flows = "\n".join([*sketch.flows, f"start > {first}", f"{last} > end"])
    game = Play(definition(start(), *sketch.nodes, end(), flows=flows), make=make).start()
    written: set[str] = set()
    for _ in range(200):
        if game.snap.finished or game.snap.incident:
            break
        written |= play_on(game, dice)
    return game.snap, written


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_drawn_well_ends_and_loses_nothing(seed):
    engine = SpiffEngine()
    snap, written = played(seed, lambda: engine)

    assert snap.incident is None
    assert snap.finished
    assert written <= snap.result.keys()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_drawn_gives_the_same_bytes_when_replayed_by_others(seed):
    engine = SpiffEngine()

    assert played(seed, lambda: engine) == played(seed, SpiffEngine)

"""One specification a version, shared by all of its instances and left alone by them."""

import gc
import tracemalloc

from engine.spiff.expressions import Step
from engine.spiff.facade import SpiffEngine
from engine.spiff.specs import Specifications
from engine.spiff.state import load
from tests.spiff.scenes.nested import RICH_END, rich
from tests.spiff.scenes.telling import SCENES_WORLD, perform, stage

RICH = rich()
ENGINE = SpiffEngine()


def begun() -> bytes:
    game = stage(RICH, lambda: ENGINE).start(x=1, people=["Ida", "Bo"])
    return game.complete("in", answer="i").snap.state


def test_every_instance_of_a_version_has_the_same_specification():
    known = Specifications()
    one, other = (load(known.of(RICH), begun(), Step(world=SCENES_WORLD, at="P")) for _ in range(2))

    assert one.spec is other.spec
    assert one.spec is known.of(RICH).main
    assert one.subprocess_specs is other.subprocess_specs
    assert all(
        task.task_spec is one.spec.task_specs[task.task_spec.name] for task in one.tasks.values()
    )


def test_a_hundred_instances_need_no_more_memory_than_one():
    state = begun()
    _look(state, 20)  # what is made once
    tracemalloc.start()
    try:
        _look(state, 1)
        before = _held()
        _look(state, 100)
        after = _held()
    finally:
        tracemalloc.stop()

    assert after - before < 20_000  # bytes; one specification is ten times that


def _look(state: bytes, times: int) -> None:
    for _ in range(times):
        game = stage(RICH, lambda: ENGINE)
        game.snap = ENGINE.look(RICH, state, SCENES_WORLD)
        perform(game, RICH_END)


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]

"""Far below every wall of the library: an incident that says what to do, and never a stall."""

import sys
from collections.abc import Callable

import pytest

from engine.domain.errors import InvalidDefinition
from engine.spiff.facade import SpiffEngine
from engine.spiff.specs import parsed
from tests.spiff.conftest import Play
from tests.spiff.drawing import (
    after,
    boundary,
    definition,
    end,
    gateway,
    many,
    start,
    subprocess,
    user,
)

AGAIN = (start(), gateway("exclusive", "again"), gateway("exclusive", "g", "g_e"), end("e"))
LATE = "late > e2"
BODIES = {
    "a task": (user("a"), "again > a > g"),
    "a task with a timer": (
        user("a") + boundary("late", "a", after("P90D"), interrupts=False) + end("e2"),
        f"again > a > g\n{LATE}",
    ),
    "a subprocess with a timer": (
        subprocess("sub", start("s1"), user("a"), end("e1"), flows="s1 > a > e1")
        + boundary("late", "sub", after("P90D"))
        + end("e2"),
        f"again > sub > g\n{LATE}",
    ),
    "a fork": (
        gateway("parallel", "f") + user("a") + user("b") + gateway("parallel", "j"),
        "again > f > a > j > g\nf > b > j",
    ),
    "an inclusive fork": (
        gateway("inclusive", "f") + user("a") + user("b") + gateway("inclusive", "j"),
        "again > f\nf > a : true\nf > b : true\na > j > g\nb > j",
    ),
}


def rounds(body: str) -> Play:
    """Return a process that goes round in `body`, played until it is stopped."""
    nodes, flows = BODIES[body]
    drawing = definition(*AGAIN, nodes, flows=f"start > again\n{flows}\ng > e\ng > again : more")
    engine = SpiffEngine()
    game = Play(drawing, make=lambda: engine).start(more=True)
    while game.snap.incident is None:
        game.complete_key(game.snap.tasks[0].key)
    return game


@pytest.mark.parametrize("body", BODIES)
def test_a_loop_of_people_ends_as_an_incident_that_says_what_to_do(body):
    game = rounds(body)

    assert "over 500 trin" in game.snap.incident
    assert "som en proces for sig" in game.snap.incident
    assert not game.snap.finished
    assert game.wake(days=1).snap.incident == game.snap.incident


def deep_inside(frames: int, act: Callable[[], Play]) -> Play:
    """Call `act` so far down that a web server and a test runner would stand above it."""
    return act() if frames == 0 else deep_inside(frames - 1, act)


def test_the_wall_of_recursion_is_far_also_deep_inside_other_calls():
    assert sys.getrecursionlimit() == 1_000

    assert deep_inside(300, lambda: rounds("a task with a timer")).snap.incident is not None


def test_a_list_that_is_too_long_is_an_incident_before_anybody_is_asked(play):
    drawing = definition(start(), user("a", many("people")), end(), flows="start > a > end")
    game = play(drawing).start(people=list(range(600)))

    assert "over 500 trin" in game.snap.incident


def guarded(number: int, edges: int):
    """Return a row of tasks with so many timers on the edge of each."""
    row = range(number)
    timers = [(n, k) for n in row for k in range(edges)]
    return definition(
        *(start(), end(), end("e2")),
        *(user(f"a{n}") for n in row),
        *(boundary(f"t{n}_{k}", f"a{n}", after("P9D"), interrupts=False) for n, k in timers),
        flows=" > ".join(["start", *(f"a{n}" for n in row), "end"])
        + "".join(f"\nt{n}_{k} > e2" for n, k in timers),
    )


@pytest.mark.parametrize(("most", "edges"), [(82, 1), (55, 2), (33, 4)])
def test_the_largest_diagram_that_is_taken_can_be_played_to_its_end(play, most, edges):
    game = play(guarded(most, edges)).start()
    while game.tasks:
        game.complete_key(game.snap.tasks[0].key)

    assert game.snap.finished
    assert game.snap.incident is None


@pytest.mark.parametrize(("most", "edges"), [(82, 1), (55, 2), (33, 4)])
def test_a_larger_one_is_refused_and_told_to_be_divided(most, edges):
    with pytest.raises(InvalidDefinition, match="Del det i flere processer"):
        parsed(guarded(most + 1, edges))

"""The state: the same bytes for the same history, nothing moved on failure, no silent stop."""

import json
import subprocess as processes
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.domain.errors import NotWaiting, StepFailed
from engine.spiff.facade import SpiffEngine
from engine.spiff.state import read, write
from tests.spiff.conftest import MONDAY, WORLD, Play
from tests.spiff.drawing import (
    after,
    boundary,
    catch,
    definition,
    end,
    gateway,
    node,
    service,
    start,
    user,
)
from tests.spiff.scenes.nested import rich

RICH = rich()


def play_rich(make=SpiffEngine):
    """Return every snapshot of one history that touches all kinds of waits."""
    game = Play(RICH, make=make).start(x=1, people=["Ida", "Bo"])
    seen = [game.snap]
    seen.append(game.complete("in", answer="i").snap)
    seen.append(game.wake(days=2).snap)
    seen.append(game.resume("c", y=[1, {"z": None}]).snap)
    seen.append(game.complete("in", answer="b").snap)
    seen.append(game.complete("a", name="Åse").snap)
    seen.append(game.complete("last").snap)
    return seen


def test_a_history_of_all_kinds_of_waits_ends_well():
    last = play_rich()[-1]

    assert last.finished
    assert last.result == {
        "x": 1,
        "people": ["Ida", "Bo"],
        "y": [1, {"z": None}],
        "all": ["i", "b"],
        "name": "Åse",
    }


def test_the_same_history_gives_the_same_snapshots_to_the_byte():
    assert play_rich() == play_rich()


def test_a_restart_between_any_two_commands_changes_nothing():
    one = SpiffEngine()

    assert play_rich(make=lambda: one) == play_rich(make=SpiffEngine)


def test_another_python_gives_the_same_bytes():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from tests.spiff import test_state; import hashlib\n"
        "print(hashlib.sha256(b''.join(s.state for s in test_state.play_rich())).hexdigest())"
    )
    seen = {
        processes.run(  # noqa: S603 - our own Python
            [sys.executable, "-c", code, *sys.path],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_five_threads_share_one_engine_without_mixing():
    engine = SpiffEngine()
    alone = play_rich()

    with ThreadPoolExecutor(5) as pool:
        runs = list(pool.map(lambda _: play_rich(make=lambda: engine), range(50)))

    assert all(run == alone for run in runs)


def test_two_worlds_in_one_process_do_not_meet():
    engine = SpiffEngine()
    drawing = definition(start(), catch("t", after("PT1H")), end(), flows="start > t > end")
    early, late = (
        Play(drawing, world=replace(WORLD, now=now), make=lambda: engine).start()
        for now in (MONDAY, MONDAY.replace(year=2030))
    )
    early.wake(hours=1)
    late.wake(minutes=59)

    assert (early.snap.finished, late.snap.finished) == (True, False)


def test_a_failed_step_leaves_nothing_and_can_be_tried_again():
    drawing = definition(
        *(start(), user("a"), gateway("exclusive", "g"), end("e1"), end("e2")),
        flows="start > a > g\ng > e1 : x = 1\ng > e2 : x = 2",
    )
    game = Play(drawing).start()
    before = game.snap
    with pytest.raises(StepFailed):
        game.complete("a", x=3)

    assert game.snap is before
    assert game.complete("a", x=2).snap.ended_at == ("e2",)


def test_whatever_breaks_names_the_element_it_broke_at():
    drawing = definition(
        *(start(), user("a"), catch("t", after("2026-04-01")), end()), flows="start > a > t > end"
    )
    game = Play(drawing).start()
    game.world = replace(game.world, local_start=lambda value: 1 // 0)

    with pytest.raises(StepFailed, match="ZeroDivisionError") as failure:
        game.complete("a")
    assert failure.value.element == "t"


def test_what_is_not_json_is_refused():
    game = Play(RICH)
    for value in (MONDAY, {1, 2}, float("nan"), object()):
        with pytest.raises(StepFailed, match="kan ikke gemmes"):
            game.start(x=value, people=[])


def test_a_finished_process_takes_no_more_commands():
    drawing = definition(start(), user("a"), end(), flows="start > a > end")
    game = Play(drawing).start()
    key = game.key("a")
    game.complete_key(key)

    for command in (game.complete_key, game.resume_key):
        with pytest.raises(NotWaiting):
            command(key)
    assert game.wake(days=1).snap.finished


def test_a_number_is_never_used_twice():
    drawing = definition(
        *(start(), gateway("exclusive", "again"), user("a"), gateway("exclusive", "g", "g_end")),
        *(boundary("late", "a", after("P1D")), user("b"), end()),
        flows="start > again > a > g > end\ng > again : more\nlate > b > again",
    )
    game = Play(drawing).start(more=True)
    keys = [game.key("a")]
    for _ in range(3):
        keys.append(game.wake(days=1).key("b"))
        keys.append(game.complete("b").key("a"))

    assert len(set(keys)) == len(keys)


def test_a_dead_end_is_an_incident_and_never_silent():
    drawing = definition(*(start(), user("a"), user("b"), end()), flows="start > a > b", inside="")
    game = Play(drawing).start().complete("a").complete("b")

    assert not game.snap.finished
    assert "gået i stå" in game.snap.incident


def test_an_exclusive_split_into_a_parallel_join_is_an_incident():
    drawing = definition(
        *(start(), gateway("exclusive", "x", "x_b"), gateway("parallel", "j")),
        *(user("a"), user("b"), end()),
        flows="start > x > b > j > end\nx > a : true\na > j",
    )
    game = Play(drawing).start()
    assert game.snap.incident is None

    assert "gået i stå" in game.complete("a").snap.incident


def test_an_endless_automatic_loop_is_an_incident_and_stays_one():
    drawing = definition(
        *(start(), gateway("exclusive", "again"), node("sendTask", "s", message="m")),
        *(gateway("exclusive", "g", "g_again"), end()),
        flows="start > again > s > g > again\ng > end : false",
    )
    game = Play(drawing).start()
    assert "500" in game.snap.incident
    assert not game.snap.finished

    assert game.wake(days=1).snap.incident == game.snap.incident


def test_the_state_of_another_version_is_refused():
    game = Play(RICH).start(x=1, people=[])
    other = replace(RICH, id="other")

    with pytest.raises(StepFailed, match="anden udgave"):
        SpiffEngine().wake(other, game.snap.state, WORLD)


def test_a_state_of_another_form_is_refused():
    game = Play(RICH).start(x=1, people=[])
    stored = read(game.snap.state)

    with pytest.raises(StepFailed, match="anden udgave"):
        SpiffEngine().wake(RICH, write({**stored, "form": 0}), WORLD)


def test_the_state_holds_each_value_once_and_no_class_or_clock():
    drawing = definition(
        *(start(), user("a"), user("b"), service("s", "h"), end()),
        flows="start > a > b > s > end",
    )
    game = Play(drawing).start(name="Ida Holm").complete("a").complete("b")
    text = zlib.decompress(game.snap.state).decode()

    assert text.count("Ida Holm") == 1
    assert "Spiff" not in text
    assert "2026" not in text
    assert json.loads(text) == read(game.snap.state)

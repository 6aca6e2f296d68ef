"""Service tasks, called processes, decisions and errors."""

from dataclasses import replace

import pytest

from engine.domain.errors import InvalidDefinition, NotWaiting, StepFailed
from engine.ports import Decided, PendingCall, TakenDecision
from tests.spiff.conftest import MONDAY
from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    LOST,
    REFUSED,
    TERMINATE,
    after,
    boundary,
    call,
    definition,
    end,
    gateway,
    node,
    service,
    start,
    user,
)

SERVICE = definition(
    *(start(), service("s", "place_on_agenda", in_forum="forum", in_n="1 + 1", out_meeting="m")),
    *(boundary("e1", "s", REFUSED), boundary("e2", "s", ANY_ERROR)),
    *(user("a"), user("b"), user("c"), end()),
    roots=ERRORS,
    flows="start > s > a > end\ne1 > b > end\ne2 > c > end",
)
CALL = definition(
    *(start(), call("c", "Q", in_person="name", out_done="done"), user("a"), end()),
    flows="start > c > a > end",
)


def decided_by(rows):
    def decide(table, inputs):
        assert table == "team_by_age"
        return Decided(outputs={"team": f"u{inputs['age']}", "more": True}, rows=rows)

    return decide


def deciding(**settings):
    return definition(
        start(),
        node("businessRuleTask", "d", attributes='camunda:decisionRef="team_by_age"', **settings),
        user("a"),
        end(),
        flows="start > d > a > end",
    )


def test_a_service_task_stops_with_its_target_and_its_mapped_inputs(play):
    game = play(SERVICE).start(forum="f1", secret="x")

    stop = game.snap.calls[0]
    assert game.snap.calls == (
        PendingCall(
            key=stop.key,
            element="s",
            kind="handler",
            target="place_on_agenda",
            inputs={"forum": "f1", "n": 2},
            settings=stop.settings,
        ),
    )
    assert stop.settings["handler"] == "place_on_agenda"


def test_of_the_outputs_only_what_is_named_crosses(play):
    game = play(SERVICE).start(forum="f1").resume("s", m=7, secret="x")

    assert game.tasks == ["a"]
    assert game.data == {"forum": "f1", "meeting": 7}


def test_a_call_is_resumed_once(play):
    game = play(SERVICE).start(forum="f1")
    key = game.call("s").key
    game.resume_key(key, m=1)

    with pytest.raises(NotWaiting):
        game.resume_key(key, m=1)


@pytest.mark.parametrize(("code", "task"), [("refused", "b"), ("lost", "c")])
def test_the_boundary_that_names_the_code_catches_it_before_one_that_takes_all(play, code, task):
    game = play(SERVICE).start(forum="f1").fail("s", code)

    assert game.tasks == [task]
    assert game.snap.calls == ()
    assert game.snap.error is None


def test_an_error_that_nobody_catches_ends_the_process_with_its_code(play):
    game = play(CALL).start(name="Ida").fail("c", "lost")

    assert game.snap.finished
    assert game.snap.error == "lost"
    assert game.snap.result == {"name": "Ida"}
    assert (game.snap.tasks, game.snap.calls) == ((), ())


def test_a_call_asks_for_a_process_that_the_file_does_not_hold(play):
    game = play(CALL).start(name="Ida")

    stop = game.snap.calls[0]
    assert (stop.kind, stop.target, stop.inputs) == ("process", "Q", {"person": "Ida"})


def test_a_call_goes_on_with_the_result_of_the_child(play):
    game = play(CALL).start(name="Ida").resume("c", done=True, other=1)

    assert game.data == {"name": "Ida", "done": True}


def test_a_call_keeps_its_key_while_it_stands(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), call("c", "Q"), user("a"), user("b")),
        *(end("e1"), end("e2")),
        flows="start > f > c > e1\nf > a > b > e2",
    )
    game = play(drawing).start()
    key = game.call("c").key

    assert game.complete("a").call("c").key == key


def test_an_interrupted_call_vanishes_from_the_snapshot(play):
    drawing = definition(
        *(start(), call("c", "Q"), boundary("late", "c", after("P1D")), user("a"), end()),
        flows="start > c > end\nlate > a > end",
    )
    game = play(drawing).start()
    key = game.call("c").key
    game.wake(days=1)

    assert (game.tasks, game.calls) == (["a"], [])
    with pytest.raises(NotWaiting):
        game.resume_key(key)


def test_a_call_outlives_a_timer_that_does_not_interrupt(play):
    drawing = definition(
        *(start(), call("c", "Q"), user("a"), end("e1"), end("e2")),
        boundary("late", "c", after("P1D"), interrupts=False),
        flows="start > c > e1\nlate > a > e2",
    )
    game = play(drawing).start().wake(days=1)
    assert (game.tasks, game.calls) == (["a"], [("c", {})])

    game.complete("a").resume("c")
    assert game.snap.finished


def test_a_terminate_end_takes_everything_away(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), call("c", "Q"), user("a"), user("b")),
        *(boundary("late", "b", after("P1D")), end("stop", TERMINATE), end("e1"), end("e2")),
        flows="start > f > c > e1\nf > a > stop\nf > b > e2\nlate > e2",
    )
    game = play(drawing).start(x=1).complete("a", x=2)

    assert game.snap.finished
    assert (game.snap.tasks, game.snap.calls, game.snap.timers) == ((), (), ())
    assert game.snap.result == {"x": 2}
    assert game.snap.ended_at == ("stop",)


def test_what_a_branch_wrote_that_had_ended_is_kept_by_a_terminate_end(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), user("a"), user("b"), user("c")),
        *(end("stop", TERMINATE), end("e1"), end("e2")),
        flows="start > f > a > e1\nf > b > stop\nf > c > e2",
    )
    game = play(drawing).start(x=1, y=1).complete("a", x=2).complete("b", z=3)

    assert game.snap.finished
    assert game.snap.result == {"x": 2, "y": 1, "z": 3}


def test_an_error_end_at_the_top_ends_the_process_with_its_code(play):
    drawing = definition(
        *(start(), user("a"), end("no", LOST)), roots=ERRORS, flows="start > a > no"
    )
    game = play(drawing).start().complete("a", why="gone")

    assert (game.snap.finished, game.snap.error) == (True, "lost")
    assert game.snap.result == {"why": "gone"}
    assert game.snap.ended_at == ("no",)


def test_a_decision_lets_all_outputs_cross_by_name_and_tells_which_row(play):
    game = play(deciding(in_age="years + 1"))
    game.world = replace(game.world, decide=decided_by((3,)))
    game.start(years=16)

    assert game.data == {"years": 16, "team": "u17", "more": True}
    assert game.snap.decided == (
        TakenDecision(
            element="d", table="team_by_age", rows=(3,), outputs={"team": "u17", "more": True}
        ),
    )


def test_a_decision_with_mappings_lets_only_these_cross(play):
    game = play(deciding(in_age="16", out_chosen="team"))
    game.world = replace(game.world, decide=decided_by((1, 2)))

    assert game.start().data == {"chosen": "u16"}


def test_a_table_that_is_not_there_fails_the_step(play):
    with pytest.raises(StepFailed) as failure:
        play(deciding()).start()
    assert failure.value.element == "d"
    assert isinstance(failure.value.__cause__, InvalidDefinition)


def test_a_mapping_that_cannot_be_read_names_its_element(play):
    drawing = definition(
        *(start(), service("s", "h", in_x="nothing.at.all()"), end()), flows="start > s > end"
    )
    with pytest.raises(StepFailed) as failure:
        play(drawing).start()
    assert failure.value.element == "s"


def test_the_world_gives_the_functions(play):
    drawing = definition(
        *(start(), service("s", "h", in_day='after(created, "5 WD")'), end()),
        flows="start > s > end",
    )
    game = play(drawing)
    game.world = replace(game.world, functions={"after": lambda day, period: f"{day}+{period}"})

    assert game.start(created="2026-03-02").calls == [("s", {"day": "2026-03-02+5 WD"})]
    assert game.world.now == MONDAY

"""Messages: thrown, awaited, and starting a process."""

import pytest

from engine.domain.errors import NotWaiting, StepFailed
from engine.ports import StartMessage, ThrownMessage, WaitingMessage
from engine.spiff.facade import SpiffEngine
from tests.spiff.conftest import WORLD
from tests.spiff.drawing import (
    MESSAGE,
    after,
    boundary,
    catch,
    definition,
    end,
    gateway,
    node,
    start,
    subprocess,
    user,
)

CATCHING = definition(
    start(),
    catch(
        "c", MESSAGE, message="reply", message_key="case", out_text="answer", candidateGroups="k"
    ),
    end(),
    flows="start > c > end",
)
STARTED = definition(
    *(start(), start("m1", MESSAGE, message="reported"), user("a"), end()),
    start("m2", MESSAGE, message="moved", out_town="address.town"),
    flows="start > a > end\nm1 > a\nm2 > a",
)


def test_a_thrown_message_carries_its_key_and_what_its_mappings_name(play):
    drawing = definition(
        start(),
        node(
            *("intermediateThrowEvent", "t", MESSAGE),
            **{"message": "hello", "message_key": "case", "in_name": "person", "in_n": "1 + 1"},
        ),
        end(),
        flows="start > t > end",
    )
    game = play(drawing).start(case="K1", person="Ida", secret="x")

    assert game.snap.messages == (
        ThrownMessage(element="t", name="hello", correlation="K1", payload={"name": "Ida", "n": 2}),
    )


def test_a_send_task_and_a_message_end_throw_too(play):
    drawing = definition(
        *(start(), node("sendTask", "s", message="sent"), end("end", MESSAGE, message="ended")),
        flows="start > s > end",
    )
    game = play(drawing).start()

    assert [(m.element, m.name) for m in game.snap.messages] == [("s", "sent"), ("end", "ended")]
    assert game.snap.finished


def test_a_message_takes_its_name_from_the_message_drawn(play):
    drawing = definition(
        *(start(), node("sendTask", "s", attributes='messageRef="M1"'), end()),
        roots='<bpmn:message id="M1" name="drawn"/>',
        flows="start > s > end",
    )
    assert play(drawing).start().snap.messages[0].name == "drawn"


def test_a_message_is_told_once(play):
    drawing = definition(
        *(start(), node("sendTask", "s", message="sent"), user("a"), end()),
        flows="start > s > a > end",
    )
    game = play(drawing).start()
    assert len(game.snap.messages) == 1

    assert game.complete("a").snap.messages == ()


def test_a_catch_lists_its_wait_with_key_and_settings(play):
    game = play(CATCHING).start(case="K1")

    key = game.snap.waits[0].key
    assert game.snap.waits == (
        WaitingMessage(
            key=key,
            element="c",
            name="reply",
            correlation="K1",
            settings={
                "message": "reply",
                "message_key": "case",
                "out.text": "answer",
                "candidateGroups": "k",
            },
        ),
    )


def test_of_a_payload_only_what_is_named_crosses(play):
    game = play(CATCHING).start(case=7).deliver("c", "reply", answer="yes", secret="x")

    assert game.snap.finished
    assert game.snap.result == {"case": 7, "text": "yes"}


def test_a_number_as_key_is_compared_as_text(play):
    assert play(CATCHING).start(case=7).snap.waits[0].correlation == "7"


def test_an_empty_key_fails_the_step_since_it_would_match_every_message(play):
    with pytest.raises(StepFailed) as failure:
        play(CATCHING).start(case=None)
    assert failure.value.element == "c"


def test_a_wait_takes_only_the_message_it_waits_for(play):
    game = play(CATCHING).start(case=7)

    with pytest.raises(NotWaiting):
        game.deliver("c", "other")


def test_a_receive_task_waits_like_a_catch(play):
    drawing = definition(
        *(start(), node("receiveTask", "r", message="reply", out_x="x"), end()),
        flows="start > r > end",
    )
    game = play(drawing).start()
    assert game.snap.waits[0].correlation is None

    assert game.deliver("r", "reply", x=1).snap.result == {"x": 1}


@pytest.mark.parametrize(("interrupts", "tasks"), [(True, ["b"]), (False, ["a", "b"])])
def test_a_message_at_a_boundary_interrupts_or_adds(play, interrupts, tasks):
    drawing = definition(
        *(start(), user("a"), user("b"), end("e1"), end("e2")),
        boundary("m", "a", MESSAGE, interrupts=interrupts, message="news", out_news="text"),
        flows="start > a > e1\nm > b > e2",
    )
    game = play(drawing).start().deliver("m", "news", text="hi")

    assert sorted(game.tasks) == tasks
    assert next(t.data for t in game.snap.tasks if t.element == "b") == {"news": "hi"}
    assert game.snap.waits == ()


def test_behind_an_event_gateway_the_first_to_come_wins(play):
    drawing = definition(
        *(start(), gateway("eventBased", "g"), catch("t", after("P1D")), end()),
        catch("yes", MESSAGE, message="yes", out_why="why"),
        node("receiveTask", "no", message="no"),
        *(user("a"), user("b"), user("c")),
        flows="start > g > t > a > end\ng > yes > b > end\ng > no > c > end",
    )
    game = play(drawing).start()
    assert [(w.element, w.name) for w in game.snap.waits] == [("yes", "yes"), ("no", "no")]

    game.deliver("yes", "yes", why="because")
    assert game.tasks == ["b"]
    assert game.data == {"why": "because"}
    assert (game.snap.waits, game.snap.timers) == ((), ())
    assert game.snap.reached == ("start", "g", "yes")


def test_a_message_can_start_a_process_and_all_of_its_payload_crosses(play):
    game = play(STARTED).start("reported", person="Ida", n=1)

    assert game.tasks == ["a"]
    assert game.data == {"person": "Ida", "n": 1}
    assert game.snap.reached == ("m1",)


def test_the_mappings_of_a_message_start_decide_what_crosses(play):
    game = play(STARTED).start("moved", address={"town": "Odense"}, secret="x")

    assert game.data == {"town": "Odense"}


def test_facts_given_at_the_start_cross_beside_the_payload():
    moved = StartMessage(name="moved", payload={"address": {"town": "Odense"}})
    snap = SpiffEngine().start(STARTED, {"created": "2026-03-02"}, WORLD, moved)

    assert snap.tasks[0].data == {"created": "2026-03-02", "town": "Odense"}


def test_a_plain_start_leaves_the_message_starts_behind(play):
    game = play(STARTED).start(x=1)

    assert game.snap.reached == ("start",)
    assert game.snap.waits == ()
    assert game.complete("a").snap.finished


def test_an_unknown_start_message_fails_the_step(play):
    with pytest.raises(StepFailed, match="begynder ikke"):
        play(STARTED).start("unheard of")


def test_a_process_that_only_messages_start_has_no_plain_start(play):
    drawing = definition(
        *(start("m", MESSAGE, message="go"), user("a"), end()), flows="m > a > end"
    )
    assert play(drawing).start("go").tasks == ["a"]

    with pytest.raises(StepFailed, match="kun med en besked"):
        play(drawing).start()


def test_a_message_and_a_timer_in_a_subprocess_are_told_like_those_at_the_top(play):
    inner = subprocess(
        *("sub", start("s1"), gateway("eventBased", "g"), end("e1"), end("e2")),
        *(catch("t", after("P1D")), catch("m", MESSAGE, message="go")),
        flows="s1 > g > t > e1\ng > m > e2",
    )
    drawing = definition(start(), inner, end(), flows="start > sub > end")
    game = play(drawing).start()
    assert ([t.element for t in game.snap.timers], game.snap.waits[0].name) == (["t"], "go")

    assert game.deliver("m", "go").snap.ended_at == ("e2", "end")


WAITED_FOR = definition(
    *(start(), node("receiveTask", "r", message="reply", out_x="x"), user("a"), user("b"), end()),
    boundary("late", "r", after("P14D")),
    flows="start > r > a > end\nlate > b > end",
)


def test_a_reply_in_time_takes_the_timer_of_the_wait_away(play):
    game = play(WAITED_FOR).start().deliver("r", "reply", x=1)

    assert (game.tasks, game.data, game.snap.timers) == (["a"], {"x": 1}, ())


def test_a_reply_that_never_comes_takes_the_other_way(play):
    game = play(WAITED_FOR).start().wake(days=14)

    assert (game.tasks, game.snap.waits) == (["b"], ())


def test_an_event_gateway_in_a_drawn_loop_waits_anew(play):
    drawing = definition(
        *(start(), gateway("exclusive", "again"), gateway("eventBased", "g"), end()),
        *(catch("t", after("P1D")), catch("m", MESSAGE, message="stop")),
        flows="start > again > g > t > again\ng > m > end",
    )
    game = play(drawing).start()
    for _ in range(3):
        game.wake(days=1)
        assert [f.element for f in game.snap.fired] == ["t"]

    assert game.deliver("m", "stop").snap.finished

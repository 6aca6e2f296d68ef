"""Multi-instance: tasks, subprocesses and calls once per item."""

import pytest

from engine.domain.errors import StepFailed
from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    LOST,
    TERMINATE,
    after,
    boundary,
    call,
    definition,
    end,
    gateway,
    many,
    node,
    start,
    subprocess,
    user,
)

PEOPLE = ["Ida", "Bo", "Eva"]


def asked(**loop):
    return definition(
        *(start(), user("ask", many("people", "person", **loop), collect_answers="answer")),
        *(user("a"), end()),
        flows="start > ask > a > end",
    )


def items(game):
    return [task.data["person"] for task in game.snap.tasks]


def test_a_task_is_opened_for_each_item_at_once(play):
    game = play(asked()).start(people=PEOPLE)

    assert game.tasks == ["ask"] * 3
    assert items(game) == PEOPLE


def test_what_is_collected_stands_in_the_order_of_the_items(play):
    game = play(asked()).start(people=PEOPLE)
    for person, key in reversed([(t.data["person"], t.key) for t in game.snap.tasks]):
        game.complete_key(key, answer=f"{person}!", secret="x")

    assert game.tasks == ["a"]
    assert game.data == {"people": PEOPLE, "answers": ["Ida!", "Bo!", "Eva!"]}


def test_one_by_one_each_item_waits_for_the_one_before(play):
    game = play(asked(one_by_one=True)).start(people=PEOPLE)
    seen = []
    while game.tasks == ["ask"]:
        seen += items(game)
        game.complete("ask", answer=len(seen))

    assert seen == PEOPLE
    assert game.data["answers"] == [1, 2, 3]


def test_an_item_may_be_null(play):
    game = play(asked(one_by_one=True)).start(people=[None, None])

    assert game.complete("ask", answer=1).complete("ask", answer=2).tasks == ["a"]


def test_an_empty_list_passes_through(play):
    game = play(asked()).start(people=[])

    assert (game.tasks, game.data) == (["a"], {"people": [], "answers": []})


@pytest.mark.parametrize("one_by_one", [True, False])
def test_when_it_is_enough_the_rest_is_taken_away(play, one_by_one):
    drawing = asked(one_by_one=one_by_one, enough="count(answers) = 2")
    game = play(drawing).start(people=PEOPLE).complete("ask", answer=1)
    assert game.tasks[0] == "ask"

    game.complete("ask", answer=2)
    assert (game.tasks, game.data["answers"]) == (["a"], [1, 2])


def test_the_collection_is_read_once(play):
    game = play(asked(one_by_one=True)).start(people=["Ida", "Bo"])
    game.complete("ask", people=[], answer=1)

    assert items(game) == ["Bo"]


@pytest.mark.parametrize("people", [None, "Ida", 3])
def test_a_collection_that_is_no_list_fails_the_step(play, people):
    with pytest.raises(StepFailed) as failure:
        play(asked()).start(people=people)
    assert failure.value.element == "ask"


def test_a_name_that_is_taken_fails_the_step(play):
    with pytest.raises(StepFailed, match="optaget"):
        play(asked()).start(people=PEOPLE, person="somebody")


def test_a_list_may_be_run_through_without_naming_its_items(play):
    marker = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people"/>'
    drawing = definition(start(), user("ask", marker), end(), flows="start > ask > end")

    game = play(drawing).start(people=["Ida", "Bo"])
    assert [dict(task.data) for task in game.snap.tasks] == [{"people": ["Ida", "Bo"]}] * 2


def test_an_element_is_reached_when_all_of_its_items_are(play):
    game = play(asked()).start(people=["Ida", "Bo"]).complete("ask", answer=1)
    assert "ask" not in game.snap.reached

    assert "ask" in game.complete("ask", answer=2).snap.reached


@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_subprocess_is_run_for_each_item(play, one_by_one):
    inner = subprocess(
        *("each", start("s1"), user("in"), user("in2"), end("e1")),
        flows="s1 > in > in2 > e1",
        loop=many("people", "person", one_by_one=one_by_one),
        collect_answers="[person, x]",
    )
    drawing = definition(start(), inner, user("a"), end(), flows="start > each > a > end")
    game = play(drawing).start(people=PEOPLE)
    while game.tasks != ["a"]:
        task = game.snap.tasks[0]
        game.complete_key(task.key, x=f"{task.data['person']}!")

    assert game.data["answers"] == [["Ida", "Ida!"], ["Bo", "Bo!"], ["Eva", "Eva!"]]


@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_process_is_called_for_each_item(play, one_by_one):
    loop = many("people", "person", one_by_one=one_by_one)
    drawing = definition(
        *(start(), call("c", "Q", loop, in_name="person", out_done="done", collect_all="done")),
        *(user("a"), end()),
        flows="start > c > a > end",
    )
    game = play(drawing).start(people=PEOPLE)
    asked_for = []
    while game.snap.calls:
        stop = game.snap.calls[0]
        asked_for.append(stop.inputs["name"])
        game.resume_key(stop.key, done=len(asked_for))

    assert asked_for == PEOPLE
    assert game.data == {"people": PEOPLE, "all": [1, 2, 3]}


def test_a_call_of_many_that_fails_reaches_the_boundary_of_them_all(play):
    drawing = definition(
        *(start(), call("c", "Q", many("people")), boundary("e", "c", ANY_ERROR)),
        *(user("a"), user("b"), end()),
        flows="start > c > a > end\ne > b > end",
    )
    game = play(drawing).start(people=PEOPLE).fail("c", "lost")

    assert (game.tasks, game.calls) == (["b"], [])


def test_an_interruption_takes_every_item_away(play):
    inner = subprocess(
        *("each", start("s1"), call("c", "Q"), node("receiveTask", "r", message="m"), end("e1")),
        flows="s1 > c > r > e1",
        loop=many("people"),
    )
    drawing = definition(
        *(start(), inner, boundary("late", "each", after("P1D")), user("a"), end()),
        flows="start > each > end\nlate > a > end",
    )
    game = play(drawing).start(people=PEOPLE)
    game.resume_key(game.snap.calls[0].key)
    assert (len(game.snap.calls), len(game.snap.waits)) == (2, 1)

    game.wake(days=1)
    assert (game.tasks, game.calls, game.snap.waits) == (["a"], [], ())
    assert game.complete("a").snap.finished


def test_enough_takes_the_waits_of_the_others_away(play):
    inner = subprocess(
        *("each", start("s1"), node("receiveTask", "r", message="m", out_x="x"), end("e1")),
        flows="s1 > r > e1",
        loop=many("people", enough="count(all) = 1"),
        collect_all="x",
    )
    drawing = definition(start(), inner, user("a"), end(), flows="start > each > a > end")
    game = play(drawing).start(people=PEOPLE).deliver("r", "m", x=5)

    assert (game.tasks, game.snap.waits) == (["a"], ())
    assert game.data["all"] == [5]


def test_receive_tasks_wait_once_per_item(play):
    drawing = definition(
        *(start(), user("a"), end()),
        node(
            *("receiveTask", "r", many("people", "person")),
            **{"message": "m", "message_key": "person", "out_x": "x", "collect_all": "x"},
        ),
        flows="start > r > a > end",
    )
    game = play(drawing).start(people=PEOPLE)
    assert [w.correlation for w in game.snap.waits] == PEOPLE

    for number in range(3):
        game.deliver("r", "m", x=number)
    assert game.data == {"people": PEOPLE, "all": [0, 1, 2]}


def test_an_error_in_one_of_many_subprocesses_reaches_the_boundary_of_them_all(play):
    inner = subprocess(
        *("each", start("s1"), user("in"), end("fails", LOST)),
        flows="s1 > in > fails",
        loop=many("people"),
    )
    drawing = definition(
        *(start(), inner, boundary("e", "each", LOST), user("a"), user("b"), end()),
        roots=ERRORS,
        flows="start > each > a > end\ne > b > end",
    )
    game = play(drawing).start(people=PEOPLE).complete("in")

    assert game.tasks == ["b"]


def test_many_in_many_keep_their_items_apart(play):
    inner = subprocess(
        *("each", start("s1"), user("ask", many("team", "person"), collect_names="name")),
        end("e1"),
        flows="s1 > ask > e1",
        loop=many("teams", "team", one_by_one=True),
        collect_all="names",
    )
    drawing = definition(start(), inner, user("a"), end(), flows="start > each > a > end")
    game = play(drawing).start(teams=[["Ida", "Bo"], [], ["Eva"]])
    while game.tasks != ["a"]:
        task = game.snap.tasks[-1]
        game.complete_key(task.key, name=task.data["person"].upper())

    assert game.data["all"] == [["IDA", "BO"], [], ["EVA"]]


def test_a_terminate_end_in_one_of_many_ends_only_that_one(play):
    inner = subprocess(
        *("each", start("s1"), gateway("parallel", "f"), user("in"), user("other")),
        *(end("stop", TERMINATE), end("e2")),
        flows="s1 > f > in > stop\nf > other > e2",
        loop=many("people"),
    )
    drawing = definition(start(), inner, user("a"), end(), flows="start > each > a > end")
    game = play(drawing).start(people=["Ida", "Bo"]).complete("in")
    assert game.tasks == ["in", "other"]

    assert game.complete("in").tasks == ["a"]


def test_many_may_stand_right_behind_an_event_at_the_edge(play):
    game = play(
        definition(
            start(),
            user("a"),
            boundary("late", "a", after("P1D")),
            user("each", many("[1, 2]")),
            end(),
            end("end2"),
            flows="start > a > end\nlate > each > end2",
        )
    ).start()

    assert game.wake(days=1).tasks == ["each", "each"]

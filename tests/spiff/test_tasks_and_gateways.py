"""User tasks, ends and the gateways that split."""

import pytest

from engine.domain.errors import NotWaiting, StepFailed
from tests.spiff.drawing import definition, end, gateway, start, user

SIMPLE = definition(
    start(), user("a", deadline="created", ladder="A"), end(), flows="start > a > end"
)
EXCLUSIVE = definition(
    *(start(), gateway("exclusive", "g", "g_c"), user("b"), user("c"), end()),
    flows="""
        start > g
        g > b : age > 17
        g > c > end
        b > end
    """,
)
INCLUSIVE = definition(
    *(start(), gateway("inclusive", "g", "g_d"), gateway("inclusive", "j")),
    *(user("a"), user("b"), user("d"), end()),
    flows="""
        start > g
        g > a : wants_a
        g > b : wants_b
        g > d
        a > j
        b > j
        d > j > end
    """,
)


def test_a_user_task_waits_with_its_settings_and_the_data_it_can_see(play):
    game = play(SIMPLE).start(created="2026-03-02", people=["Ida"])

    task = game.snap.tasks[0]
    assert (task.element, task.name) == ("a", "a")
    assert task.settings == {"deadline": "created", "ladder": "A"}
    assert task.data == {"created": "2026-03-02", "people": ["Ida"]}
    assert not game.snap.finished


def test_the_answers_become_process_data_and_the_result(play):
    game = play(SIMPLE).start(one=1).complete("a", two=[2], one="changed")

    assert game.snap.finished
    assert game.snap.result == {"one": "changed", "two": [2]}
    assert game.snap.tasks == ()


def test_a_finished_process_tells_what_it_reached_and_where_it_ended(play):
    game = play(SIMPLE).start().complete("a")

    assert game.snap.reached == ("start", "a", "end")
    assert game.snap.ended_at == ("end",)


def test_a_task_cannot_be_completed_twice(play):
    game = play(SIMPLE).start()
    key = game.key("a")
    game.complete_key(key)

    with pytest.raises(NotWaiting):
        game.complete_key(key)


def test_the_answers_of_the_caller_are_copied(play):
    answers = {"list": [1]}
    game = play(SIMPLE).start().complete("a", **answers)
    answers["list"].append(2)

    assert game.snap.result == {"list": [1]}


@pytest.mark.parametrize(("age", "task"), [(18, "b"), (17, "c")])
def test_an_exclusive_gateway_takes_the_way_whose_condition_holds(play, age, task):
    assert play(EXCLUSIVE).start(age=age).tasks == [task]


def test_the_first_condition_in_the_file_wins_wherever_it_is_drawn(play):
    drawing = definition(
        *(start(), gateway("exclusive", "g"), user("b"), user("c"), end()),
        flows="""
            start > g
            g > c : true
            g > b : true
            b > end
            c > end
        """,
    )
    assert play(drawing).start().tasks == ["c"]


@pytest.mark.parametrize("condition", ["null", "missing", "1", '"ja"'])
def test_a_condition_that_is_neither_true_nor_false_fails_the_step(play, condition):
    drawing = definition(
        *(start(), gateway("exclusive", "g", "g_c"), user("b"), user("c"), end()),
        flows=f"""
            start > g
            g > b : {condition}
            g > c > end
            b > end
        """,
    )
    with pytest.raises(StepFailed) as failure:
        play(drawing).start()
    assert failure.value.element == "g"


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_a_gateway_without_an_open_way_fails_the_step(play, kind):
    drawing = definition(
        *(start(), gateway(kind, "g"), user("b"), user("c"), end()),
        flows="""
            start > g
            g > b : x = 1
            g > c : x = 2
            b > end
            c > end
        """,
    )
    with pytest.raises(StepFailed, match="standard"):
        play(drawing).start(x=3)


def test_a_condition_may_be_written_with_an_equals_sign(play):
    drawing = definition(
        *(start(), gateway("exclusive", "g", "g_c"), user("b"), user("c"), end()),
        flows="""
            start > g
            g > b : = x > 1
            g > c > end
            b > end
        """,
    )
    assert play(drawing).start(x=2).tasks == ["b"]


@pytest.mark.parametrize(
    ("wants_a", "wants_b", "tasks"),
    [(True, True, ["a", "b"]), (True, False, ["a"]), (False, False, ["d"])],
)
def test_an_inclusive_gateway_takes_every_open_way_else_the_default(play, wants_a, wants_b, tasks):
    assert play(INCLUSIVE).start(wants_a=wants_a, wants_b=wants_b).tasks == tasks


def test_an_inclusive_join_waits_for_the_ways_that_were_taken_only(play):
    game = play(INCLUSIVE).start(wants_a=True, wants_b=False).complete("a")

    assert game.snap.finished


def test_an_inclusive_join_waits_for_all_the_ways_that_were_taken(play):
    game = play(INCLUSIVE).start(wants_a=True, wants_b=True).complete("b")
    assert game.tasks == ["a"]

    assert game.complete("a").snap.finished
    assert game.snap.reached == ("start", "g", "b", "a", "j", "end")


def test_a_drawn_loop_comes_back_until_its_condition_holds(play):
    drawing = definition(
        *(start(), gateway("exclusive", "back"), user("a")),
        *(gateway("exclusive", "g", "g_back"), end()),
        flows="""
            start > back > a > g > back
            g > end : done
        """,
    )
    game = play(drawing).start()
    for _ in range(3):
        game.complete("a", done=False)

    assert game.complete("a", done=True).snap.finished

"""Joins keep what every branch changed."""

from engine.spiff.state import read
from tests.spiff.drawing import call, definition, end, gateway, service, start, subprocess, user

FORK = (start(), gateway("parallel", "f"), gateway("parallel", "j"), user("a"), user("b"), end())
BOTH = definition(*FORK, user("last"), flows="start > f > a > j > last > end\nf > b > j")


def test_a_parallel_fork_opens_both_branches_in_the_order_of_the_file(play):
    assert play(BOTH).start().tasks == ["a", "b"]


def test_a_parallel_join_waits_for_every_branch(play):
    game = play(BOTH).start().complete("b")
    assert game.tasks == ["a"]

    assert game.complete("a").tasks == ["last"]


def test_a_join_keeps_every_branchs_change(play):
    game = play(BOTH).start(x=0, y=0, list=[1]).complete("a", x=1, new=[1, 2]).complete("b", y=2)

    assert game.data == {"x": 1, "y": 2, "list": [1], "new": [1, 2]}


def test_a_branch_that_leaves_a_value_alone_does_not_set_it_back(play):
    game = play(BOTH).start(x=0).complete("a", x=1).complete("b")

    assert game.data == {"x": 1}


def test_the_last_who_wrote_a_value_wins(play):
    game = play(BOTH).start(x=0).complete("b", x="b").complete("a", x="a")

    assert game.data == {"x": "a"}


def test_a_list_is_replaced_whole_and_never_merged(play):
    game = play(BOTH).start(list=[1, 2, 3]).complete("a", list=[9]).complete("b")

    assert game.data == {"list": [9]}


def test_true_and_one_are_different_changes(play):
    game = play(BOTH).start(x=1).complete("a", x=True).complete("b")

    assert game.data["x"] is True


def test_two_ends_keep_every_branchs_change_in_the_result(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), user("a"), user("b"), end("e1"), end("e2")),
        flows="start > f > a > e1\nf > b > e2",
    )
    game = play(drawing).start(x=0, y=0).complete("a", x=1)
    assert not game.snap.finished

    game.complete("b", y=2)
    assert game.snap.result == {"x": 1, "y": 2}
    assert game.snap.ended_at == ("e1", "e2")


def test_a_fork_in_a_branch_does_not_undo_what_came_after_it(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), gateway("parallel", "g"), gateway("parallel", "j")),
        *(user("before"), user("a"), user("b"), user("c"), user("last"), end()),
        flows="""
            start > f > before > g > a > j > last > end
            g > b > j
            f > c > j
        """,
    )
    game = play(drawing).start(x=0).complete("before", x=1).complete("a", x=2)
    game.complete("b").complete("c")

    assert game.data == {"x": 2}


def test_a_join_in_a_drawn_loop_takes_the_changes_of_its_own_round(play):
    drawing = definition(
        *(start(), gateway("exclusive", "again"), gateway("parallel", "f")),
        *(gateway("parallel", "j"), user("a"), user("b"), user("look")),
        *(gateway("exclusive", "g", "g_end"), end()),
        flows="""
            start > again > f > a > j > look > g > end
            f > b > j
            g > again : more
        """,
    )
    game = play(drawing).start(more=True, x=0, y=0)
    game.complete("a", x=1).complete("b", y=1).complete("look")
    game.complete("a", x=2).complete("b")
    assert game.data == {"more": True, "x": 2, "y": 1}

    assert game.complete("look", more=False).snap.finished


def test_an_inclusive_join_waits_for_a_branch_that_stands_in_a_service_task(play):
    drawing = definition(
        *(start(), gateway("inclusive", "g"), gateway("inclusive", "j")),
        *(user("a"), service("s", "send"), call("c", "Q"), end()),
        flows="""
            start > g
            g > a : true
            g > s : true
            g > c : true
            a > j
            s > j
            c > j > end
        """,
    )
    game = play(drawing).start().complete("a")
    assert not game.snap.finished
    assert not game.resume("s").snap.finished

    assert game.resume("c").snap.finished


def test_an_inclusive_join_waits_for_a_branch_that_stands_in_a_subprocess(play):
    inner = subprocess("sub", start("s1"), user("in"), end("e1"), flows="s1 > in > e1")
    drawing = definition(
        *(start(), gateway("inclusive", "g"), gateway("inclusive", "j"), user("a"), inner, end()),
        flows="""
            start > g
            g > a : true
            g > sub : true
            a > j
            sub > j > end
        """,
    )
    game = play(drawing).start(x=0).complete("a", x=1)
    assert not game.snap.finished

    assert game.complete("in", y=1).snap.finished
    assert game.snap.result == {"x": 1, "y": 1}


def test_a_row_of_twenty_forks_begins_at_once_and_comes_to_its_end(play):
    forks = range(20)
    parts = "".join(
        gateway("parallel", f"f{n}") + gateway("parallel", f"j{n}") + user(f"a{n}") + user(f"b{n}")
        for n in forks
    )
    ways = [f"f{n} > a{n} > j{n} > f{n + 1}\nf{n} > b{n} > j{n}" for n in forks]
    rows = "\n".join(ways).replace("f20", "end")
    game = play(definition(start(), parts, end(), flows=f"start > f0\n{rows}")).start()
    for n in forks:
        game.complete(f"b{n}", **{f"b{n}": n}).complete(f"a{n}")

    assert game.snap.finished
    assert game.snap.result == {f"b{n}": n for n in forks}


def test_nothing_is_kept_of_what_may_follow_a_join_before_it_is_passed(play):
    state = play(BOTH).start().snap.state

    assert "last" not in {row[1] for row in read(state)["tasks"]}

"""Embedded subprocesses and errors on their way out."""

from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    LOST,
    MESSAGE,
    REFUSED,
    TERMINATE,
    after,
    boundary,
    call,
    catch,
    definition,
    end,
    gateway,
    node,
    service,
    start,
    subprocess,
    user,
)

INNER = subprocess("sub", start("s1"), user("in"), end("e1"), flows="s1 > in > e1")


def test_a_subprocess_sees_the_data_and_gives_back_what_it_changed(play):
    drawing = definition(start(), INNER, user("a"), end(), flows="start > sub > a > end")
    game = play(drawing).start(x=0)
    assert (game.tasks, game.data) == (["in"], {"x": 0})

    game.complete("in", x=1, y=2)
    assert (game.tasks, game.data) == (["a"], {"x": 1, "y": 2})
    assert game.snap.reached == ("start", "s1", "in", "e1", "sub")


def test_a_subprocess_in_a_subprocess_survives_a_restart(play):
    deep = subprocess("deep", start("s2"), INNER, end("e2"), flows="s2 > sub > e2")
    drawing = definition(start(), deep, user("a"), end(), flows="start > deep > a > end")

    game = play(drawing).start().complete("in", x=1)

    assert (game.tasks, game.data) == (["a"], {"x": 1})


def test_a_timer_on_a_subprocess_takes_everything_in_it_away(play):
    inner = subprocess(
        *("sub", start("s1"), gateway("parallel", "f"), user("in"), call("c", "Q")),
        *(catch("m", MESSAGE, message="x"), catch("t", after("P9D"))),
        *(end("e1"), end("e2"), end("e3"), end("e4")),
        flows="s1 > f > in > e1\nf > c > e2\nf > m > e3\nf > t > e4",
    )
    drawing = definition(
        *(start(), inner, boundary("late", "sub", after("P1D")), user("a"), end()),
        flows="start > sub > end\nlate > a > end",
    )
    game = play(drawing).start()
    assert (game.tasks, game.calls) == (["in"], [("c", {})])

    game.wake(days=1)
    assert (game.tasks, game.calls) == (["a"], [])
    assert (game.snap.waits, game.snap.timers) == ((), ())
    assert game.complete("a").snap.finished


def test_a_terminate_end_ends_only_its_own_subprocess(play):
    inner = subprocess(
        *("sub", start("s1"), gateway("parallel", "f"), user("in"), user("other")),
        *(end("stop", TERMINATE), end("e2")),
        flows="s1 > f > in > stop\nf > other > e2",
    )
    drawing = definition(start(), inner, user("a"), end(), flows="start > sub > a > end")
    game = play(drawing).start().complete("in", x=1)

    assert (game.tasks, game.data) == (["a"], {"x": 1})


def failing(end_event, *boundaries, flows):
    inner = subprocess(
        *("sub", start("s1"), gateway("parallel", "f"), user("in"), user("other")),
        *(end("fails", end_event), end("e2")),
        flows="s1 > f > in > fails\nf > other > e2",
    )
    return definition(
        *(start(), inner, *boundaries, user("a"), user("b"), user("c"), end()),
        roots=ERRORS,
        flows=f"start > sub > a > end\n{flows}\nb > end\nc > end",
    )


def test_an_error_end_reaches_the_boundary_with_its_code(play):
    drawing = failing(
        *(LOST, boundary("r", "sub", REFUSED), boundary("l", "sub", LOST)),
        flows="r > b\nl > c",
    )
    game = play(drawing).start().complete("in")

    assert game.tasks == ["c"]
    assert game.snap.error is None


def test_an_error_end_without_its_boundary_ends_the_process(play):
    game = play(failing(LOST, boundary("r", "sub", REFUSED), flows="r > b")).start().complete("in")

    assert (game.snap.finished, game.snap.error) == (True, "lost")


def test_an_error_goes_outwards_until_somebody_catches_it(play):
    inner = subprocess("sub", start("s1"), service("s", "h"), end("e1"), flows="s1 > s > e1")
    outer = subprocess("out", start("s2"), inner, end("e2"), flows="s2 > sub > e2")
    drawing = definition(
        *(start(), outer, boundary("any", "out", ANY_ERROR), user("a"), user("b"), end()),
        flows="start > out > a > end\nany > b > end",
    )
    game = play(drawing).start().fail("s", "whatever")

    assert game.tasks == ["b"]


def test_an_error_is_caught_by_its_own_subprocess_and_not_by_its_neighbour(play):
    def part(n):
        return subprocess(
            f"sub{n}",
            start(f"s{n}"),
            user(f"in{n}"),
            end(f"x{n}", LOST),
            flows=f"s{n} > in{n} > x{n}",
        )

    drawing = definition(
        *(start(), gateway("parallel", "f"), part(1), part(2), end("e1"), end("e2")),
        *(boundary("b1", "sub1", LOST), boundary("b2", "sub2", LOST), user("a1"), user("a2")),
        roots=ERRORS,
        flows="start > f > sub1 > e1\nf > sub2 > e2\nb1 > a1 > e1\nb2 > a2 > e2",
    )
    game = play(drawing).start().complete("in1")

    assert sorted(game.tasks) == ["a1", "in2"]


def test_an_error_stops_its_neighbours_before_they_act(play):
    inner = subprocess(
        *("sub", start("s1"), user("in"), gateway("parallel", "f")),
        *(end("fails", LOST), node("sendTask", "send", message="x"), end("e2")),
        flows="s1 > in > f > fails\nf > send > e2",
    )
    drawing = definition(
        *(start(), inner, boundary("l", "sub", LOST), user("a"), end()),
        roots=ERRORS,
        flows="start > sub > end\nl > a > end",
    )
    game = play(drawing).start().complete("in")

    assert game.tasks == ["a"]
    assert game.snap.messages == ()

"""Drawn timers: they learn their instant on arrival and fire when the façade is woken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.domain.errors import StepFailed
from tests.spiff.conftest import MONDAY
from tests.spiff.drawing import after, at, boundary, catch, definition, end, gateway, start, user


def waiting_for(timer: str):
    return definition(start(), catch("t", timer), end(), flows="start > t > end")


INTERRUPTED = definition(
    *(start(), user("a"), boundary("late", "a", after('@"P14D"')), user("b"), end()),
    flows="start > a > end\nlate > b > end",
)
REMINDED = definition(
    *(start(), user("a"), user("b"), end(), end("e2")),
    boundary("late", "a", after('@"P14D"'), interrupts=False),
    flows="start > a > end\nlate > b > e2",
)


@pytest.mark.parametrize(
    ("timer", "due_at"),
    [
        (after('@"P14D"'), MONDAY + timedelta(days=14)),
        (after('@"PT36H"'), MONDAY + timedelta(hours=36)),
        (after("P14D"), MONDAY + timedelta(days=14)),
        (after("wait"), MONDAY + timedelta(days=3)),
        (at('@"2026-04-01"'), datetime(2026, 4, 1, 6, tzinfo=UTC)),
        (at("2026-04-01"), datetime(2026, 4, 1, 6, tzinfo=UTC)),
        (at('@"2026-03-20"'), datetime(2026, 3, 20, 7, tzinfo=UTC)),
        (at("day"), datetime(2026, 4, 1, 6, tzinfo=UTC)),
        (at('@"2026-04-01T12:00:00Z"'), datetime(2026, 4, 1, 12, tzinfo=UTC)),
        (at('@"2026-04-01T12:00:00+02:00"'), datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (at('@"2026-04-01T12:00:00"'), datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (at("moment"), datetime(2026, 4, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_timer_learns_its_instant_on_arrival(play, timer, due_at):
    game = play(waiting_for(timer))
    game.start(wait="P3D", day="2026-04-01", moment="2026-04-01T12:00:00Z")

    assert [(t.element, t.due_at) for t in game.snap.timers] == [("t", due_at)]


def test_a_timer_may_ask_the_functions_of_the_world(play):
    game = play(waiting_for(at("meeting()")))
    game.world = replace(game.world, functions={"meeting": lambda: date(2026, 3, 9)})

    assert game.start().snap.timers[0].due_at == datetime(2026, 3, 9, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["null", "42", '"snart"', '@"P3M"', '@"10:00:00"', "true", "missing"]
)
def test_a_timer_without_an_instant_fails_the_step(play, text):
    with pytest.raises(StepFailed) as failure:
        play(waiting_for(after(text))).start()
    assert failure.value.element == "t"


def test_the_instant_is_worked_out_once(play):
    game = play(REMINDED).start()
    planned = game.snap.timers[0].due_at

    assert game.wake(days=3).snap.timers[0].due_at == planned


def test_a_catch_timer_fires_at_its_instant_and_not_a_microsecond_before(play):
    game = play(waiting_for(after("PT1H"))).start()
    assert not game.wake(microseconds=3_600_000_000 - 1).snap.finished
    assert game.snap.fired == ()

    game.wake(microseconds=1)
    assert game.snap.finished
    assert [(f.element, f.planned_at) for f in game.snap.fired] == [
        ("t", MONDAY + timedelta(hours=1))
    ]


def test_waking_with_nothing_due_changes_no_byte(play):
    game = play(REMINDED).start(x=1)
    before = game.snap

    assert game.wake(days=13).snap == before


def test_an_interrupting_timer_takes_the_task_away(play):
    game = play(INTERRUPTED).start().wake(days=14)
    assert game.tasks == ["b"]
    assert game.snap.timers == ()

    assert game.complete("b").snap.finished
    assert game.snap.reached == ("start", "late", "b", "end")


def test_a_timer_that_does_not_interrupt_adds_a_task(play):
    game = play(REMINDED).start().wake(days=14)
    assert sorted(game.tasks) == ["a", "b"]

    assert not game.complete("b").snap.finished
    assert game.complete("a").snap.finished


def test_completing_a_task_in_time_takes_its_timer_away(play):
    game = play(INTERRUPTED).start().complete("a")

    assert game.snap.finished
    assert game.snap.timers == ()


def test_who_completes_a_task_wins_over_a_timer_that_nobody_has_looked_at(play):
    game = play(INTERRUPTED).start()
    game.world = replace(game.world, now=MONDAY + timedelta(days=15))
    game.complete("a")

    assert game.snap.finished
    assert game.snap.fired == ()


def test_a_command_fires_what_has_become_due_elsewhere(play):
    drawing = definition(
        *(start(), gateway("parallel", "f"), user("a"), catch("t", after("P1D")), user("b")),
        *(end("e1"), end("e2")),
        flows="start > f > a > e1\nf > t > b > e2",
    )
    game = play(drawing).start()
    game.world = replace(game.world, now=MONDAY + timedelta(days=2))

    assert game.complete("a").tasks == ["b"]


def test_late_timers_fire_in_the_order_of_the_plan(play):
    drawing = definition(
        *(start(), user("a"), end("e0"), end("e1"), end("e2"), end("e3")),
        boundary("third", "a", after("P3D")),
        boundary("second", "a", after("P2D"), interrupts=False),
        boundary("first", "a", after("P1D"), interrupts=False),
        flows="start > a > e0\nfirst > e1\nsecond > e2\nthird > e3",
    )
    game = play(drawing).start().wake(days=30)

    assert [f.element for f in game.snap.fired] == ["first", "second", "third"]
    assert game.snap.ended_at == ("e1", "e2", "e3")


def test_an_interruption_takes_away_the_late_timers_it_makes_void(play):
    drawing = definition(
        *(start(), user("a"), user("b"), user("c"), end()),
        *(boundary("early", "a", after("P1D")), boundary("late", "a", after("P2D"))),
        flows="start > a > end\nearly > b > end\nlate > c > end",
    )
    game = play(drawing).start().wake(days=30)

    assert game.tasks == ["b"]
    assert [f.element for f in game.snap.fired] == ["early"]


def test_a_timer_that_starts_in_a_late_step_counts_from_the_actual_time(play):
    drawing = definition(
        *(start(), catch("t1", after("P1D")), catch("t2", after("P1D")), end()),
        flows="start > t1 > t2 > end",
    )
    game = play(drawing).start().wake(days=10)

    assert [(t.element, t.due_at) for t in game.snap.timers] == [
        ("t2", MONDAY + timedelta(days=11))
    ]


def test_two_timers_behind_one_gateway_each_keep_their_instant(play):
    drawing = definition(
        *(start(), gateway("eventBased", "g"), catch("long", after("P30D"))),
        *(catch("short", after("P1D")), user("a"), user("b"), end()),
        flows="start > g > long > a > end\ng > short > b > end",
    )
    game = play(drawing).start()
    assert [(t.element, t.due_at) for t in game.snap.timers] == [
        ("long", MONDAY + timedelta(days=30)),
        ("short", MONDAY + timedelta(days=1)),
    ]

    assert game.wake(days=1).tasks == ["b"]
    assert game.snap.timers == ()

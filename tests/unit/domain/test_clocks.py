"""The clock of the machine, and the one that obeys."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.adapters.clock import MovableClock, SystemClock

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_clock_of_the_machine_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is UTC


def test_a_movable_clock_stands_still():
    clock = MovableClock(START)

    assert clock.now() == clock.now() == START


def test_a_movable_clock_moves_when_told():
    clock = MovableClock(START)

    clock.forward(timedelta(days=1))
    clock.move_to(clock.now() + timedelta(hours=1))

    assert clock.now() == START + timedelta(days=1, hours=1)


def test_a_movable_clock_never_goes_back():
    clock = MovableClock(START)

    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(START - timedelta(seconds=1))

    assert clock.now() == START


def test_a_movable_clock_keeps_utc():
    local = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Copenhagen"))

    assert MovableClock(local).now() == START
    assert MovableClock(local).now().tzinfo is UTC


def test_a_movable_clock_wants_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        MovableClock(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - the point of the test

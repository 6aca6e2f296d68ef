"""When something is due."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.domain.deadlines import (
    due,
    due_by_the_hour,
    told_at,
)
from engine.domain.parameters import parse_period, shift

FIVE_WD = parse_period("5 WD")

# The worked dates: start, period, who owes it, the day named, the day due.
WORKED = [
    (date(2026, 3, 26), "2 WD", True, date(2026, 3, 30), date(2026, 3, 30)),  # receipt
    (date(2026, 3, 26), "5 WD", True, date(2026, 4, 7), date(2026, 4, 7)),  # screening
    (date(2026, 3, 26), "10 WD", False, date(2026, 4, 14), date(2026, 4, 14)),  # consent
    (date(2026, 4, 30), "3 WD", True, date(2026, 5, 5), date(2026, 5, 5)),  # letter
    (date(2026, 4, 30), "10 WD", False, date(2026, 5, 15), date(2026, 5, 15)),  # answer
    (date(2026, 5, 8), "5 WD", True, date(2026, 5, 18), date(2026, 5, 18)),  # first contact
    (date(2026, 5, 8), "20 WD", True, date(2026, 6, 10), date(2026, 6, 10)),  # plan v1
    (date(2026, 6, 10), "P3M", True, date(2026, 9, 10), date(2026, 9, 10)),  # follow-up
    (date(2026, 6, 14), "10 WD", False, date(2026, 6, 26), date(2026, 6, 26)),  # own consent
    (date(2026, 12, 21), "5 WD", True, date(2026, 12, 30), date(2026, 12, 30)),  # contact
    (date(2026, 12, 21), "5 HD", True, date(2026, 12, 29), date(2026, 12, 29)),
    (date(2026, 12, 29), "30 CD", True, date(2027, 1, 28), date(2027, 1, 28)),  # new activity
    (date(2027, 1, 20), "3 WD", True, date(2027, 1, 25), date(2027, 1, 25)),
    (date(2026, 8, 3), "2 WD", True, date(2026, 8, 5), date(2026, 8, 5)),
    (date(2026, 8, 3), "5 WD", True, date(2026, 8, 10), date(2026, 8, 10)),
    (date(2026, 8, 25), "10 WD", False, date(2026, 9, 8), date(2026, 9, 8)),
    (date(2026, 9, 2), "20 WD", True, date(2026, 9, 30), date(2026, 9, 30)),
    (date(2026, 9, 2), "P3M", True, date(2026, 12, 2), date(2026, 12, 2)),
    (date(2026, 8, 25), "P3M", True, date(2026, 11, 25), date(2026, 11, 25)),
    (date(2008, 9, 20), "16y", True, date(2024, 9, 20), date(2024, 9, 20)),
    (date(2024, 9, 20), "P3M", True, date(2024, 12, 20), date(2024, 12, 20)),  # ungeplan
    (date(2008, 9, 20), "17y", True, date(2025, 9, 20), date(2025, 9, 19)),
    (date(2008, 9, 20), "17y3m", True, date(2025, 12, 20), date(2025, 12, 19)),  # pre-start
    (date(2008, 9, 20), "17y6m", True, date(2026, 3, 20), date(2026, 3, 20)),
    (date(2008, 9, 20), "17y9m", True, date(2026, 6, 20), date(2026, 6, 19)),  # receiver named
    (date(2008, 9, 20), "17y11m", True, date(2026, 8, 20), date(2026, 8, 20)),  # joint meeting
    (date(2026, 9, 20), "P1M", True, date(2026, 10, 20), date(2026, 10, 20)),  # after-care
    (date(2026, 9, 20), "P3M", True, date(2026, 12, 20), date(2026, 12, 18)),
    (date(2026, 9, 20), "P6M", True, date(2027, 3, 20), date(2027, 3, 19)),
    (date(2026, 12, 18), "P14D", True, date(2027, 1, 1), date(2026, 12, 30)),  # medical talk
    (date(2026, 12, 11), "P14D", True, date(2026, 12, 25), date(2026, 12, 23)),
    (date(2027, 3, 15), "5 WD", False, date(2027, 3, 22), date(2027, 3, 22)),
    (date(2027, 3, 22), "10 WD", True, date(2027, 4, 8), date(2027, 4, 8)),
    (date(2027, 4, 14), "P6W", True, date(2027, 5, 26), date(2027, 5, 26)),
    (date(2027, 5, 3), "P6M", True, date(2027, 11, 3), date(2027, 11, 3)),
    (date(2027, 8, 20), "5 WD", True, date(2027, 8, 27), date(2027, 8, 27)),
    (date(2027, 8, 26), "30 CD", True, date(2027, 9, 25), date(2027, 9, 24)),
    (date(2010, 4, 2), "17y6m", True, date(2027, 10, 2), date(2027, 10, 1)),
]


@pytest.mark.parametrize(("start", "period", "by_us", "limit", "due_on"), WORKED)
def test_the_worked_dates_come_out(calendar, start, period, by_us, limit, due_on):
    deadline = due(calendar, shift(calendar, start, parse_period(period)), by_us=by_us)

    assert (deadline.legal_limit_on, deadline.due_on) == (limit, due_on)


def test_against_ourselves_a_deadline_moves_backwards(calendar):
    deadline = due(calendar, date(2027, 1, 1))

    assert deadline.due_on == date(2026, 12, 30)
    assert deadline.legal_limit_on == date(2027, 1, 1)


def test_for_the_citizen_a_deadline_moves_forwards(calendar):
    deadline = due(calendar, date(2027, 1, 1), by_us=False)

    assert deadline.due_on == date(2027, 1, 4)
    assert deadline.legal_limit_on == date(2027, 1, 1)


def test_the_roll_is_to_working_days_whatever_the_day_type(calendar):
    christmas_eve = due(calendar, shift(calendar, date(2026, 12, 21), parse_period("3 HD")))

    assert christmas_eve.legal_limit_on == date(2026, 12, 24)
    assert christmas_eve.due_on == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 27, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_ends_with_the_local_day(calendar, day, end):
    assert due(calendar, day).due_at == end


def test_a_new_closing_day_moves_a_deadline(calendar):
    changed = replace(calendar, closing_days={**calendar.closing_days, "2026-12-30": "lukket"})

    assert due(changed, shift(changed, date(2026, 12, 21), FIVE_WD)).due_on == date(2027, 1, 4)


def test_hours_run_over_a_closing_day_and_are_never_rolled(calendar):
    wednesday_at_three = datetime(2026, 12, 23, 14, tzinfo=UTC)

    deadline = due_by_the_hour(calendar, wednesday_at_three, parse_period("24 h"))

    assert deadline.due_at == datetime(2026, 12, 24, 14, tzinfo=UTC)
    assert deadline.due_on == deadline.legal_limit_on == date(2026, 12, 24)


def test_a_right_changes_at_midnight_of_the_day_itself(calendar):
    sunday = date(2026, 9, 20)

    assert calendar.midnight(sunday) == datetime(2026, 9, 19, 22, tzinfo=UTC)


def test_people_are_told_of_it_on_the_next_working_morning(calendar):
    assert told_at(calendar, date(2026, 6, 27)) == datetime(2026, 6, 29, 6, tzinfo=UTC)
    assert told_at(calendar, date(2026, 6, 29)) == datetime(2026, 6, 29, 6, tzinfo=UTC)

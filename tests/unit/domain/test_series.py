"""When forums meet, and until when an item can come on."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import parse_period
from engine.domain.series import (
    Every,
    Meeting,
    NthWeekday,
    cutoff_at,
    meeting_days,
    meetings_from,
)

FIVE_WD = parse_period("5 WD")
TEAM_1 = Every(date(2026, 3, 19), parse_period("P21D"))
TEAM_2 = Every(date(2026, 12, 9), parse_period("P14D"))
PROGNOSIS = NthWeekday(anchor=date(2023, 1, 1), nth=1, weekday=1, months=(3, 9))


def test_a_series_meets_on_its_anchor_and_every_period_after_it(calendar):
    days = meeting_days(calendar, TEAM_1, since=date(2026, 3, 1), until=date(2026, 5, 31))

    assert days == [date(2026, 3, 19), date(2026, 4, 9), date(2026, 4, 30), date(2026, 5, 21)]


def test_a_meeting_on_a_holiday_moves_and_the_series_keeps_its_anchor(calendar):
    maundy_thursday = Every(date(2026, 3, 19), parse_period("P14D"))

    days = meeting_days(calendar, maundy_thursday, since=date(2026, 3, 20), until=date(2026, 4, 30))

    assert days == [date(2026, 4, 7), date(2026, 4, 16), date(2026, 4, 30)]


def test_a_monthly_series_is_clamped_and_comes_back_to_its_day(calendar):
    last_of_month = Every(date(2026, 8, 31), parse_period("P1M"))

    days = meeting_days(calendar, last_of_month, since=date(2026, 9, 1), until=date(2027, 1, 5))

    # 31 October is a Saturday, 31 December is closed
    assert days == [date(2026, 9, 30), date(2026, 11, 2), date(2026, 11, 30), date(2027, 1, 4)]


def test_a_series_may_be_the_first_tuesday_of_march_and_september(calendar):
    days = meeting_days(calendar, PROGNOSIS, since=date(2023, 1, 1), until=date(2025, 3, 31))

    assert days == [
        date(2023, 3, 7),
        date(2023, 9, 5),
        date(2024, 3, 5),
        date(2024, 9, 3),
        date(2025, 3, 4),
    ]


@pytest.mark.parametrize(
    ("meets_on", "cutoff"),
    [
        (date(2026, 4, 9), datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (date(2026, 4, 30), datetime(2026, 4, 23, 6, tzinfo=UTC)),
        (date(2027, 1, 6), datetime(2026, 12, 28, 7, tzinfo=UTC)),
        (date(2027, 1, 20), datetime(2027, 1, 13, 7, tzinfo=UTC)),
        (date(2026, 8, 11), datetime(2026, 8, 4, 6, tzinfo=UTC)),
        (date(2026, 3, 12), datetime(2026, 3, 5, 7, tzinfo=UTC)),
    ],
)
def test_the_agenda_closes_at_eight_five_working_days_before(calendar, meets_on, cutoff):
    assert cutoff_at(calendar, meets_on, FIVE_WD) == cutoff


def test_the_cutoff_is_counted_from_the_moved_meeting(calendar):
    easter = Every(date(2026, 4, 2), parse_period("P1M"))

    meeting = next(meetings_from(calendar, easter, FIVE_WD, date(2026, 3, 1)))

    assert meeting == Meeting(
        date(2026, 4, 7), datetime(2026, 3, 26, 7, tzinfo=UTC), date(2026, 4, 2)
    )


def test_a_new_closing_day_moves_the_cutoff(calendar):
    changed = replace(calendar, closing_days={**calendar.closing_days, "2026-12-30": "lukket"})

    assert cutoff_at(changed, date(2027, 1, 6), FIVE_WD) == datetime(2026, 12, 23, 7, tzinfo=UTC)


def test_a_series_that_meets_too_seldom_has_no_next_meeting(calendar):
    once = Every(date(2020, 1, 6), parse_period("P100Y"))

    assert list(meetings_from(calendar, once, FIVE_WD, date(2026, 1, 1))) == []


@pytest.mark.parametrize("period", ["5 WD", "24 h", "P0D"])
def test_a_series_is_repeated_by_days_or_months_of_the_calendar(period):
    with pytest.raises(InvalidDefinition, match="P14D"):
        Every(date(2026, 1, 1), parse_period(period))


@pytest.mark.parametrize("wrong", [{"nth": 5}, {"weekday": 7}, {"months": ()}, {"months": (13,)}])
def test_a_rule_that_not_every_month_can_keep_is_refused(wrong):
    with pytest.raises(InvalidDefinition, match="første tirsdag"):
        replace(PROGNOSIS, **wrong)

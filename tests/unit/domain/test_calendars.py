"""Days that count, and when local days begin, open and end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.domain.calendars import (
    DayType,
    LeapDay,
    WorkingCalendar,
    add_months,
    age_on,
    date_of_age,
)
from engine.domain.errors import InvalidDefinition

EASTER_BOUND = [
    # year, Skærtorsdag, Langfredag, 2. påskedag, Kristi himmelfart, 2. pinsedag
    (2025, "04-17", "04-18", "04-21", "05-29", "06-09"),
    (2026, "04-02", "04-03", "04-06", "05-14", "05-25"),
    (2027, "03-25", "03-26", "03-29", "05-06", "05-17"),
    (2028, "04-13", "04-14", "04-17", "05-25", "06-05"),
]


@pytest.mark.parametrize("row", EASTER_BOUND, ids=lambda row: str(row[0]))
def test_the_holidays_around_easter_are_no_working_days(calendar, row):
    year, *rest = row
    days = [date.fromisoformat(f"{year}-{day}") for day in rest]

    assert [calendar.why_not(day) for day in days] == [
        "Skærtorsdag",
        "Langfredag",
        "2. påskedag",
        "Kristi himmelfartsdag",
        "2. pinsedag",
    ]


@pytest.mark.parametrize("day", [date(2024, 4, 26), date(2026, 5, 1), date(2027, 4, 23)])
def test_what_was_store_bededag_is_an_ordinary_working_day(calendar, day):
    assert calendar.is_counting(day)


def test_store_bededag_was_a_holiday_until_2023(calendar):
    assert calendar.why_not(date(2023, 5, 5)) == "Store bededag"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nytårsdag"),
        (date(2026, 4, 5), "Påskedag"),
        (date(2026, 5, 24), "Pinsedag"),
        (date(2026, 12, 25), "1. juledag"),
        (date(2026, 12, 26), "2. juledag"),
    ],
)
def test_a_holiday_is_told_by_its_everyday_name(calendar, day, name):
    assert calendar.why_not(day) == name


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 6, 5), "lukkedag: Grundlovsdag"),
        (date(2026, 12, 24), "lukkedag: juleaftensdag"),
        (date(2026, 12, 31), "lukkedag: nytårsaftensdag"),
        (date(2026, 3, 28), "lørdag"),
        (date(2026, 3, 29), "søndag"),
        (date(2026, 5, 1), None),  # 1 May is open
        (date(2026, 5, 15), None),  # so is the Friday after Kristi himmelfart
    ],
)
def test_a_working_day_is_monday_to_friday_but_closing_days(calendar, day, reason):
    assert calendar.why_not(day, DayType.WORKING) == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 24), None),  # a closing day is no public holiday
        (date(2026, 6, 6), None),  # a Saturday
        (date(2026, 6, 7), "søndag"),
        (date(2026, 12, 25), "1. juledag"),
    ],
)
def test_a_weekday_in_the_old_sense_may_be_a_saturday_or_a_closing_day(calendar, day, reason):
    assert calendar.why_not(day, DayType.WEEKDAY_SAT) == reason


def test_every_day_is_a_calendar_day(calendar):
    assert calendar.is_counting(date(2026, 12, 25), DayType.CALENDAR)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 12), "skolefri: efterårsferie"),
        (date(2026, 10, 10), "lørdag"),
        (date(2026, 4, 6), "2. påskedag"),
        (date(2026, 12, 31), None),  # the municipality's closing days are not the school's
    ],
)
def test_a_school_day_follows_the_schools_own_calendar(calendar, day, reason):
    school = replace(calendar, school_holidays={date(2026, 10, 12): "efterårsferie"})

    assert school.why_not(day, DayType.SCHOOL) == reason


def test_a_closing_day_may_be_a_single_date(calendar):
    changed = replace(calendar, closing_days={"2026-12-30": "flytning"})

    assert changed.why_not(date(2026, 12, 30)) == "lukkedag: flytning"
    assert changed.is_counting(date(2027, 12, 30))


@pytest.mark.parametrize("day", ["24-12", "2026-02-30", "juleaften", ""])
def test_a_closing_day_that_is_no_day_is_refused(calendar, day):
    with pytest.raises(InvalidDefinition, match="Lukkedagen"):
        replace(calendar, closing_days={day: "?"})


def test_the_day_of_the_event_is_day_zero(calendar):
    assert calendar.add_days(date(2026, 3, 26), 0) == date(2026, 3, 26)
    assert calendar.add_days(date(2026, 3, 26), 1) == date(2026, 3, 27)


def test_five_working_days_from_an_event_before_easter(calendar):
    assert calendar.add_days(date(2026, 3, 26), 5) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("day_type", "due"),
    [(DayType.WORKING, date(2026, 12, 30)), (DayType.WEEKDAY_SAT, date(2026, 12, 29))],
)
def test_five_days_over_christmas_end_by_their_day_type(calendar, day_type, due):
    assert calendar.add_days(date(2026, 12, 21), 5, day_type) == due


def test_with_christmas_eve_open_five_working_days_end_a_day_earlier(calendar):
    opened = replace(calendar, closing_days={"06-05": "Grundlovsdag", "12-31": "nytårsaftensdag"})

    assert opened.add_days(date(2026, 12, 21), 5) == date(2026, 12, 29)


def test_days_may_be_counted_backwards(calendar):
    assert calendar.add_days(date(2026, 4, 9), -5) == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("day", "back", "forward"),
    [
        (date(2027, 1, 1), date(2026, 12, 30), date(2027, 1, 4)),
        (date(2026, 12, 25), date(2026, 12, 23), date(2026, 12, 28)),
        (date(2026, 12, 30), date(2026, 12, 30), date(2026, 12, 30)),
    ],
)
def test_a_day_rolls_to_the_nearest_working_day_either_way(calendar, day, back, forward):
    assert calendar.roll_back(day) == back
    assert calendar.roll_forward(day) == forward


def test_hours_are_not_counted_in_days(calendar):
    with pytest.raises(ValueError, match="timer"):
        calendar.add_days(date(2026, 3, 26), 5, DayType.HOURS)


def test_no_day_counts_as_an_hour(calendar):
    with pytest.raises(ValueError, match="timer"):
        calendar.is_counting(date(2026, 3, 26), DayType.HOURS)


def test_no_one_counts_a_million_days(calendar):
    with pytest.raises(ValueError, match="længere"):
        calendar.add_days(date(2026, 3, 26), 1_000_000)


def test_counting_past_the_last_year_is_a_clear_error(calendar):
    with pytest.raises(ValueError, match="rækker kalenderen"):
        calendar.add_days(date(9999, 12, 30), 5)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 6, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 6, tzinfo=UTC)),
    ],
)
def test_eight_o_clock_is_eight_o_clock_on_the_nights_of_daylight_saving(calendar, day, opens):
    assert calendar.opens(day) == opens


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_a_local_day_has_as_many_hours_as_the_clock_says(calendar, day, hours):
    following = calendar.midnight(day + timedelta(days=1))

    assert following - calendar.midnight(day) == timedelta(hours=hours)
    assert following - calendar.end_of_day(day) == timedelta(seconds=1)


def test_an_instant_belongs_to_its_local_day(calendar):
    assert calendar.local_date(datetime(2026, 9, 19, 21, 59, 59, tzinfo=UTC)) == date(2026, 9, 19)
    assert calendar.local_date(datetime(2026, 9, 19, 22, 0, 0, tzinfo=UTC)) == date(2026, 9, 20)


def test_an_instant_without_a_time_zone_is_refused(calendar):
    with pytest.raises(ValueError, match="tidszone"):
        calendar.local_date(datetime(2026, 9, 19))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("day", "months", "landed"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_are_clamped_to_the_last_day(day, months, landed):
    assert add_months(day, months) == landed


def test_months_beyond_all_calendars_are_a_clear_error():
    with pytest.raises(ValueError, match="længere"):
        add_months(date(2026, 1, 1), 12 * 9000)


def test_seventeen_and_a_half_is_clamped_in_february():
    assert date_of_age(date(2008, 8, 31), 17, 6) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("leap_day", "birthday"),
    [(LeapDay.BEFORE, date(2026, 2, 28)), (LeapDay.AFTER, date(2026, 3, 1))],
)
def test_the_eighteenth_birthday_of_one_born_on_29_february_is_a_setting(leap_day, birthday):
    assert date_of_age(date(2008, 2, 29), 18, leap_day=leap_day) == birthday


@pytest.mark.parametrize("leap_day", list(LeapDay))
def test_in_a_leap_year_the_birthday_is_29_february(leap_day):
    assert date_of_age(date(2008, 2, 29), 20, leap_day=leap_day) == date(2028, 2, 29)


def test_the_setting_speaks_only_of_those_born_on_29_february():
    assert date_of_age(date(2008, 8, 30), 17, 6, leap_day=LeapDay.AFTER) == date(2026, 2, 28)
    assert date_of_age(date(2008, 2, 28), 18, leap_day=LeapDay.AFTER) == date(2026, 2, 28)


def test_age_turns_on_the_birthday_itself():
    assert age_on(date(2008, 9, 20), date(2026, 9, 19)) == 17
    assert age_on(date(2008, 9, 20), date(2026, 9, 20)) == 18


@pytest.mark.parametrize(("leap_day", "age"), [(LeapDay.BEFORE, 18), (LeapDay.AFTER, 17)])
def test_age_on_28_february_of_one_born_on_29_february_follows_the_setting(leap_day, age):
    assert age_on(date(2008, 2, 29), date(2026, 2, 28), leap_day=leap_day) == age


def test_by_default_a_duty_comes_before_and_a_right_goes_after():
    born = date(2008, 2, 29)

    assert date_of_age(born, 18) == date(2026, 2, 28)
    assert age_on(born, date(2026, 2, 28)) == 17


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="Fødselsdatoen"):
        age_on(date(2008, 9, 20), date(2008, 9, 19))


def test_a_calendar_without_holidays_knows_only_weekends(calendar):
    bare = WorkingCalendar(timezone=calendar.timezone)

    assert bare.is_counting(date(2026, 12, 25))
    assert not bare.is_counting(date(2026, 12, 26))

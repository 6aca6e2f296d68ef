"""The calendar against a second one, written here: slower, day by day, with its own Easter."""

import calendar as months
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import DayType, WorkingCalendar, add_months, age_on, date_of_age

CLOSING = {(6, 5), (12, 24), (12, 31)}
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CALENDAR = WorkingCalendar(
    timezone=COPENHAGEN,
    holidays=danish_holidays,
    closing_days={f"{month:02}-{day:02}": "lukket" for month, day in CLOSING},
    school_holidays={date(2026, 10, day): "efterårsferie" for day in range(12, 17)},
)
COUNTED = [DayType.CALENDAR, DayType.WORKING, DayType.WEEKDAY_SAT, DayType.SCHOOL]

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
births = st.dates(date(1996, 1, 1), date(2020, 12, 31))
day_types = st.sampled_from(COUNTED)


def easter_sunday(year: int) -> date:
    """Gauss and Lichtenberg's reckoning for the Gregorian calendar."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    lunar = year % 19
    seed = (19 * lunar + moon) % 30
    correction = (seed + lunar // 11) // 29
    full_moon = 21 + seed - correction
    first_sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)


def is_holiday(day: date) -> bool:
    from_easter = (day - easter_sunday(day.year)).days
    return (
        (day.month, day.day) in {(1, 1), (12, 25), (12, 26)}
        or from_easter in {-3, -2, 0, 1, 39, 49, 50}
        or (day.year <= 2023 and from_easter == 26)
    )


def counts(day: date, day_type: DayType) -> bool:
    if day_type is DayType.CALENDAR:
        return True
    if is_holiday(day) or day.isoweekday() == 7:
        return False
    if day_type is DayType.WEEKDAY_SAT:
        return True
    if day_type is DayType.SCHOOL:
        return day.isoweekday() <= 5 and day not in CALENDAR.school_holidays
    return day.isoweekday() <= 5 and (day.month, day.day) not in CLOSING


def slow_add_days(start: date, number: int, day_type: DayType) -> date:
    step = timedelta(days=1 if number > 0 else -1)
    passed = [start]
    while len([day for day in passed[1:] if counts(day, day_type)]) < abs(number):
        passed.append(passed[-1] + step)
    return passed[-1]


def slow_add_months(day: date, number: int) -> date:
    year, month = day.year, day.month
    for _ in range(abs(number)):
        month += 1 if number > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year, month)
        year, month = (year - 1, 12) if month == 0 else (year, month)
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


@pytest.mark.parametrize("day_type", COUNTED)
def test_every_day_of_twenty_years_counts_as_in_the_slow_calendar(day_type):
    first = date(2020, 1, 1)
    every_day = (first + timedelta(days=n) for n in range((date(2041, 1, 1) - first).days))

    assert [d for d in every_day if CALENDAR.is_counting(d, day_type) != counts(d, day_type)] == []


@given(start=days, number=st.integers(-60, 60), day_type=day_types)
def test_adding_days_agrees_with_counting_them_one_by_one(start, number, day_type):
    assert CALENDAR.add_days(start, number, day_type) == slow_add_days(start, number, day_type)


@given(start=days, number=st.integers(-300, 300))
def test_adding_months_agrees_with_turning_the_pages(start, number):
    assert add_months(start, number) == slow_add_months(start, number)


@given(start=days, number=st.integers(1, 60), day_type=day_types)
def test_a_day_that_is_counted_to_is_one_that_counts(start, number, day_type):
    assert CALENDAR.is_counting(CALENDAR.add_days(start, number, day_type), day_type)


@given(start=days, number=st.integers(1, 60), day_type=day_types)
def test_counting_there_and_back_from_a_counting_day_comes_home(start, number, day_type):
    home = CALENDAR.add_days(start, 1, day_type)

    there = CALENDAR.add_days(home, number, day_type)

    assert CALENDAR.add_days(there, -number, day_type) == home


@given(day=days)
def test_rolling_never_passes_over_a_working_day(day):
    back, forward = CALENDAR.roll_back(day), CALENDAR.roll_forward(day)
    between = [back + timedelta(days=n) for n in range(1, (forward - back).days)]

    assert back <= day <= forward
    assert CALENDAR.is_counting(back)
    assert CALENDAR.is_counting(forward)
    assert [passed for passed in between if counts(passed, DayType.WORKING)] == []


@given(day=days)
def test_local_hours_read_the_same_on_every_day(day):
    read = [
        instant.astimezone(COPENHAGEN).replace(tzinfo=None)
        for instant in (CALENDAR.midnight(day), CALENDAR.opens(day), CALENDAR.end_of_day(day))
    ]

    assert read == [datetime.combine(day, at) for at in (time(0), time(8), time(23, 59, 59))]


@given(birth=births, day=days)
def test_an_age_is_between_the_birthday_behind_and_the_one_ahead(birth, day):
    if day < birth:
        return
    age = age_on(birth, day)

    slow = (day.year - birth.year) - ((day.month, day.day) < (birth.month, birth.day))

    assert age == slow
    assert date_of_age(birth, age) <= day

"""A hundred thousand deadlines of 2020 to 2040 against a second reckoning: see `almanac`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import DayType, LeapDay, WorkingCalendar, date_of_age
from engine.domain.deadlines import due, due_by_the_hour
from engine.domain.parameters import Period, shift
from tests.unit.domain.almanac import CLOSED, counts, local, settled, turned, walk

CASES = 100_000
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
AUTUMN_BREAKS = frozenset(
    date(year, 10, day) for year in range(2019, 2043) for day in range(12, 19)
)
CALENDAR = WorkingCalendar(
    timezone=ZoneInfo("Europe/Copenhagen"),
    holidays=danish_holidays,
    closing_days={f"{month:02}-{day:02}": "lukket" for month, day in CLOSED},
    school_holidays=dict.fromkeys(AUTUMN_BREAKS, "efterårsferie"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A random deadline: a start, a length in one day type, and who owes it."""

    start: datetime
    months: int
    number: int
    day_type: DayType
    by_us: bool


def draw(random: Random) -> Drawn:
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(
        seconds=random.randrange((LAST - FIRST).days * 24 * 60 * 60)
    )
    day_type = random.choice(list(DayType))
    return Drawn(
        start=start,
        months=0 if day_type is DayType.HOURS or random.random() < 0.7 else random.randint(-24, 24),
        number=random.randint(1, 500) if day_type is DayType.HOURS else random.randint(-40, 40),
        day_type=day_type,
        by_us=random.random() < 0.5,
    )


def by_the_product(case: Drawn) -> tuple[date, date]:
    """Return the legal limit and the day the task is due."""
    if case.day_type is DayType.HOURS:
        given = Period(hours=case.number)
        found = due_by_the_hour(CALENDAR, case.start, given)
    else:
        period = Period(months=abs(case.months), days=abs(case.number), day_type=case.day_type)
        sign = 1 if case.number >= 0 else -1
        landed = shift(CALENDAR, case.start.date(), period, sign)
        found = due(CALENDAR, landed, by_us=case.by_us)
    return found.legal_limit_on, found.due_on


def by_the_almanac(case: Drawn) -> tuple[date, date]:
    if case.day_type is DayType.HOURS:
        day = local(case.start + timedelta(hours=case.number)).date()
        return day, day
    sign = 1 if case.number >= 0 else -1
    begun = turned(case.start.date(), sign * abs(case.months))
    limit = walk(begun, case.number, case.day_type.value, AUTUMN_BREAKS)
    return limit, settled(limit, backwards=case.by_us)


def test_a_hundred_thousand_deadlines_agree_with_the_almanac():
    random = Random(20200101)  # noqa: S311  # no secret, and the same every time

    drawn = [draw(random) for _ in range(CASES)]

    assert {(case.day_type, case.by_us) for case in drawn} == {
        (day_type, by_us) for day_type in DayType for by_us in (True, False)
    }
    assert [case for case in drawn if by_the_product(case) != by_the_almanac(case)] == []


@pytest.mark.parametrize("day_type", [each for each in DayType if each is not DayType.HOURS])
def test_every_day_of_twenty_one_years_counts_as_in_the_almanac(day_type):
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

    assert [
        day
        for day in days
        if CALENDAR.is_counting(day, day_type) != counts(day, day_type.value, AUTUMN_BREAKS)
    ] == []


@pytest.mark.parametrize(("leap_day", "instead"), [(LeapDay.BEFORE, 28), (LeapDay.AFTER, 1)])
def test_every_birthday_of_one_born_on_29_february_follows_the_setting(leap_day, instead):
    born = date(2004, 2, 29)

    for years in range(1, 37):
        birthday = date_of_age(born, years, leap_day=leap_day)

        assert birthday.day == (29 if (born.year + years) % 4 == 0 else instead)

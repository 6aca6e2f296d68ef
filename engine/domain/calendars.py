"""Which days count, and when a local day begins, opens and ends.

Day zero is the day of the event itself; day one is the next day that counts. Local time is used
only to find days; every instant that leaves this module is aware and in UTC.
"""

import calendar
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.domain.errors import InvalidDefinition
from engine.domain.wording import WEEKDAYS

SATURDAY, SUNDAY = 5, 6
OPENS = time(8)
CLOSES = time(23, 59, 59)
UNNAMED = "–"
FURTHEST = 20_000  # days that may be counted in one go: about 80 years of working days


class DayType(StrEnum):
    """What a term is counted in. The day type is data: one rule is printed in two ways."""

    CALENDAR = "CALENDAR"  # every day (kalenderdage)
    WORKING = "WORKING"  # Monday to Friday, but holidays and closing days (arbejdsdage)
    WEEKDAY_SAT = "WEEKDAY_SAT"  # Monday to Saturday, but holidays (hverdage in the old sense)
    SCHOOL = "SCHOOL"  # Monday to Friday, but holidays and the school's own days off (skoledage)
    HOURS = "HOURS"  # elapsed hours, on any day


class LeapDay(StrEnum):
    """When one who is born on 29 February has a birthday in a common year."""

    BEFORE = "02-28"  # for a duty to act
    AFTER = "03-01"  # for the loss of a right


def _no_holidays(_year: int) -> Mapping[date, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days on which one municipality works.

    `holidays` gives the public holidays of a year with their Danish names. `closing_days` are the
    municipality's own, by name: "12-24" comes back every year, "2026-12-30" is that day alone.
    `school_holidays` are the days off of the schools, or of the one `school` whose calendar this
    is ("" for the calendar that the schools have in common, `UNNAMED` where it may not be said
    which school). Raises `InvalidDefinition` for a closing day that is no day.
    """

    timezone: ZoneInfo
    holidays: Callable[[int], Mapping[date, str]] = _no_holidays
    closing_days: Mapping[str, str] = field(default_factory=dict)
    school_holidays: Mapping[date, str] = field(default_factory=dict)
    school: str = ""
    # The days that count, worked out once a year and day type: an expression may ask for thousands.
    _counted: dict[tuple[int, DayType], tuple[date, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for day in self.closing_days:
            _check_closing_day(day)

    def why_not(self, day: date, day_type: DayType = DayType.WORKING) -> str | None:
        """Return in Danish why `day` does not count, or None when it does."""
        match day_type:
            case DayType.CALENDAR:
                return None
            case DayType.WORKING:
                return self._public(day, SATURDAY) or self._closed(day)
            case DayType.WEEKDAY_SAT:
                return self._public(day, SUNDAY)
            case DayType.SCHOOL:
                return self._public(day, SATURDAY) or self._no_school(day)
            case DayType.HOURS:
                raise ValueError("En frist i timer tælles ikke i dage.")

    def is_counting(self, day: date, day_type: DayType = DayType.WORKING) -> bool:
        """Say whether `day` counts."""
        return self.why_not(day, day_type) is None

    def add_days(self, start: date, count: int, day_type: DayType = DayType.WORKING) -> date:
        """Return the day that is `count` counting days after `start` (before it, if negative).

        Zero days is `start` itself, whether it counts or not. Raises `ValueError` for hours, and
        for a day that lies beyond what anyone plans.
        """
        if day_type is DayType.HOURS:
            raise ValueError("En frist i timer tælles ikke i dage.")
        if abs(count) > FURTHEST:
            raise ValueError(f"{count} dage er længere, end der kan regnes.")
        if not count:
            return start
        return (
            self._ahead(start, count, day_type)
            if count > 0
            else self._back(start, -count, day_type)
        )

    def _ahead(self, start: date, left: int, day_type: DayType) -> date:
        year = start.year
        days = self._days(year, day_type)
        place = bisect_right(days, start)
        while place + left > len(days):
            left -= len(days) - place
            year, place = year + 1, 0
            days = self._days(year, day_type)
        return days[place + left - 1]

    def _back(self, start: date, left: int, day_type: DayType) -> date:
        year = start.year
        days = self._days(year, day_type)
        place = bisect_left(days, start)
        while left > place:
            left -= place
            year -= 1
            days = self._days(year, day_type)
            place = len(days)
        return days[place - left]

    def _days(self, year: int, day_type: DayType) -> tuple[date, ...]:
        if not date.min.year <= year <= date.max.year:
            raise ValueError("Så langt rækker kalenderen ikke.")
        if (year, day_type) not in self._counted:
            first = date(year, 1, 1).toordinal()
            whole = (date.fromordinal(first + number) for number in range(_length(year)))
            self._counted[year, day_type] = tuple(
                day for day in whole if self.is_counting(day, day_type)
            )
        return self._counted[year, day_type]

    def roll_back(self, day: date) -> date:
        """Return `day`, or the nearest working day before it."""
        return day if self.is_counting(day) else self.add_days(day, -1)

    def roll_forward(self, day: date) -> date:
        """Return `day`, or the nearest working day after it."""
        return day if self.is_counting(day) else self.add_days(day, 1)

    def midnight(self, day: date) -> datetime:
        """Return when `day` begins, 00:00:00 local: rights change here."""
        return self._at(day, time(0))

    def opens(self, day: date) -> datetime:
        """Return 08:00 local on `day`: dated timers fire here."""
        return self._at(day, OPENS)

    def end_of_day(self, day: date) -> datetime:
        """Return the last second of `day`, 23:59:59 local: deadlines end here."""
        return self._at(day, CLOSES)

    def local_date(self, instant: datetime) -> date:
        """Return the local day that `instant` falls on. Raises `ValueError` for a naive one."""
        if instant.tzinfo is None:
            raise ValueError("Et tidspunkt skal have en tidszone.")
        return instant.astimezone(self.timezone).date()

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.timezone).astimezone(UTC)

    def _public(self, day: date, weekend_from: int) -> str | None:
        if name := self.holidays(day.year).get(day):
            return name
        return WEEKDAYS[day.weekday()] if day.weekday() >= weekend_from else None

    def _closed(self, day: date) -> str | None:
        written = day.isoformat()
        name = self.closing_days.get(written[5:]) or self.closing_days.get(written)
        return f"lukkedag: {name}" if name else None

    def _no_school(self, day: date) -> str | None:
        name = self.school_holidays.get(day)
        return f"skolefri: {name}" if name else None


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (earlier, if negative), at most the month's last day.

    Raises `ValueError` for a year that no calendar has.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{months} måneder er længere, end der kan regnes.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def date_of_age(
    birth_date: date, years: int, months: int = 0, *, leap_day: LeapDay = LeapDay.BEFORE
) -> date:
    """Return the day on which one born on `birth_date` is `years` and `months` old.

    Months are clamped to the month's last day. `leap_day` speaks only of a birthday on 29
    February in a common year; its default is the one for a duty to act.
    """
    day = add_months(birth_date, years * 12 + months)
    born_on_leap_day = (birth_date.month, birth_date.day) == (2, 29)
    if born_on_leap_day and (day.month, day.day) == (2, 28) and leap_day is LeapDay.AFTER:
        return day + timedelta(days=1)
    return day


def age_on(birth_date: date, day: date, *, leap_day: LeapDay = LeapDay.AFTER) -> int:
    """Return the full years of one born on `birth_date` on `day`.

    `leap_day` has the default for a right. Raises `ValueError` for a day before the birth.
    """
    if day < birth_date:
        raise ValueError("Fødselsdatoen ligger efter den dag, alderen skal gælde.")
    years = day.year - birth_date.year
    return years if date_of_age(birth_date, years, leap_day=leap_day) <= day else years - 1


def _length(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _check_closing_day(day: str) -> None:
    every_year = len(day) == len("12-24")
    try:
        date.fromisoformat(f"2024-{day}" if every_year else day)
    except ValueError:
        raise InvalidDefinition(
            f"Lukkedagen »{day}« er ikke en dag (MM-DD eller ÅÅÅÅ-MM-DD)."
        ) from None

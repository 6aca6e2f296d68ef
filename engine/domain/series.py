"""Meeting series: on which days a forum meets, and until when an item can still come on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple

from engine.domain.calendars import DayType, WorkingCalendar, add_months
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Period, shift

FURTHEST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Every:
    """A meeting on `anchor` and every `period` after it. Raises `InvalidDefinition` for a period
    that is not months or calendar days."""

    anchor: date
    period: Period

    def __post_init__(self) -> None:
        whole = self.period.day_type is DayType.CALENDAR and not self.period.hours
        if not whole or not (self.period.months or self.period.days):
            raise InvalidDefinition("En møderække gentages med dage, uger eller måneder, fx P14D.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NthWeekday:
    """A meeting on the `nth` `weekday` (0 is Monday) of each of `months`, from `anchor` on.

    First Tuesday in March and September: nth 1, weekday 1, months (3, 9). Raises
    `InvalidDefinition` for what not every such month has.
    """

    anchor: date
    nth: int
    weekday: int
    months: tuple[int, ...]

    def __post_init__(self) -> None:
        months_known = bool(self.months) and set(self.months) <= set(range(1, 13))
        if not (1 <= self.nth <= 4 and 0 <= self.weekday <= 6 and months_known):
            raise InvalidDefinition("En møderække som »første tirsdag i marts« er skrevet forkert.")


Series = Every | NthWeekday


class Meeting(NamedTuple):
    """When a forum meets, and the instant (UTC) from which an item is too late.

    `drawn_on` is the day the series draws, before it was moved off a day that does not count.
    """

    meets_on: date
    cutoff_at: datetime
    drawn_on: date


def meeting_days(
    calendar: WorkingCalendar, series: Series, *, since: date, until: date
) -> list[date]:
    """Return the days from `since` to `until` on which the forum meets.

    A meeting that lands on no working day moves to the next one; those after it stay.
    """
    return [held for _, held in drawn_days(calendar, series, since=since, until=until)]


def drawn_days(
    calendar: WorkingCalendar, series: Series, *, since: date, until: date
) -> list[tuple[date, date]]:
    """Return the meetings held from `since` to `until`: the day drawn, and the day it is held."""
    moved = ((day, calendar.roll_forward(day)) for day in _drawn(series, until))
    return [(drawn, held) for drawn, held in moved if since <= held <= until]


def cutoff_at(calendar: WorkingCalendar, meets_on: date, before: Period) -> datetime:
    """Return 08:00 local on the day `before` the meeting (UTC), counted from its moved date."""
    return calendar.opens(shift(calendar, meets_on, before, -1))


def meetings_from(
    calendar: WorkingCalendar, series: Series, before: Period, since: date
) -> Iterator[Meeting]:
    """Yield the meetings held on `since` or later, in order, ten years ahead at most."""
    last = add_months(max(since, series.anchor), FURTHEST_YEARS * 12)
    for drawn, day in drawn_days(calendar, series, since=since, until=last):
        yield Meeting(day, cutoff_at(calendar, day, before), drawn)


def _drawn(series: Series, until: date) -> Iterator[date]:
    """Yield the days as the series draws them, before any is moved."""
    for day in _repeated(series) if isinstance(series, Every) else _nth_weekdays(series):
        if day > until:
            return
        yield day


def _repeated(series: Every) -> Iterator[date]:
    for turn in count():
        months, days = turn * series.period.months, turn * series.period.days
        yield add_months(series.anchor, months) + timedelta(days=days)


def _nth_weekdays(series: NthWeekday) -> Iterator[date]:
    for year in count(series.anchor.year):
        for month in sorted(set(series.months)):
            first = date(year, month, 1)
            to_weekday = (series.weekday - first.weekday()) % 7
            day = first + timedelta(days=to_weekday + 7 * (series.nth - 1))
            if day >= series.anchor:
                yield day

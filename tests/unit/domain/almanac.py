"""A second reckoning of Danish days that shares no line with the product.

Easter comes from the old tables of moons, a count walks day by day, summer time is a rule written
out, and a roll steps until it may stand. Slow and plain on purpose.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)
CLOSED = {(6, 5), (12, 24), (12, 31)}


@cache
def easter(year: int) -> date:
    """Walk from 21 March to the first Sunday after the ecclesiastical full moon."""
    golden = year % 19 + 1
    century = year // 100 + 1
    dropped = 3 * century // 4 - 12
    moons = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moons - dropped) % 30
    epact += 1 if epact == 24 or (epact == 25 and golden > 11) else 0
    full = 44 - epact
    full += 30 if full < 21 else 0
    day = date(year, 3, 1) + timedelta(days=full - 1)
    while True:
        day += ONE_DAY
        if day.isoweekday() == 7:
            return day


@cache
def public(day: date) -> bool:
    if (day.month, day.day) in {(1, 1), (12, 25), (12, 26)}:
        return True
    since = (day - easter(day.year)).days
    return since in {-3, -2, 0, 1, 39, 49, 50} or (since == 26 and day.year < 2024)


@cache
def counts(day: date, kind: str, school: frozenset[date] = frozenset()) -> bool:
    sunday, saturday = day.isoweekday() == 7, day.isoweekday() == 6
    if kind == "CALENDAR":
        return True
    if public(day) or sunday:
        return False
    if kind == "WEEKDAY_SAT":
        return True
    if saturday:
        return False
    return day not in school if kind == "SCHOOL" else (day.month, day.day) not in CLOSED


def walk(day: date, number: int, kind: str, school: frozenset[date] = frozenset()) -> date:
    """Take one step at a time and tick off a day that counts."""
    step = ONE_DAY if number > 0 else -ONE_DAY
    ticked = 0
    while ticked != abs(number):
        day += step
        ticked += counts(day, kind, school)
    return day


def turned(day: date, months: int) -> date:
    """Turn the pages of the calendar one by one, then stay within the month."""
    first = day.replace(day=1)
    for _ in range(abs(months)):
        first = (first + 31 * ONE_DAY if months > 0 else first - ONE_DAY).replace(day=1)
    last = (first + 31 * ONE_DAY).replace(day=1) - ONE_DAY
    return min(first + (day.day - 1) * ONE_DAY, last)


def settled(day: date, *, backwards: bool) -> date:
    """Step until the day is one on which the town hall is open."""
    while not counts(day, "WORKING"):
        day += -ONE_DAY if backwards else ONE_DAY
    return day


def summer_time(moment: datetime) -> bool:
    """Say whether Denmark is in summer time at `moment` (UTC)."""
    return _turn(moment.year, 3) <= moment < _turn(moment.year, 10)


def local(moment: datetime) -> datetime:
    """Return what the clock on the wall says at `moment` (UTC)."""
    return moment.replace(tzinfo=None) + timedelta(hours=2 if summer_time(moment) else 1)


@cache
def _turn(year: int, month: int) -> datetime:
    """The last Sunday of the month at one o'clock UTC."""
    day = date(year, month, 31)
    while day.isoweekday() != 7:
        day -= ONE_DAY
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)

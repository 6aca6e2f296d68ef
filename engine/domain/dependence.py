"""What a date hangs on: the days that a calendar was asked about, and the parameters that count."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from engine.domain.calendars import DayType
from engine.domain.feel_functions import DUTIES_KEY
from engine.domain.parameters import parse_period
from engine.domain.reckonings import Moved, Reckoning

UNKNOWN = "*"  # of rows older than this: they hang on everything
_ASKED = re.compile(r"""\bparam\(\s*"([^"]+)"\s*\)""")
_ROLLS = ("back", "forward")
_EVERY_DAY = (DayType.CALENDAR, DayType.HOURS)


@dataclass(frozen=True, slots=True)
class Dependence:
    """A change of a day from `since` to `until`, or of one of `keys`, may change the date.

    Both days are None where no calendar was asked.
    """

    since: date | None
    until: date | None
    keys: frozenset[str]

    @property
    def written(self) -> str:
        """The keys as a row keeps them: »|agreement|screening|«."""
        return f"|{'|'.join(sorted(self.keys))}|" if self.keys else ""

    def widened(self, days: Iterable[date]) -> "Dependence":
        """Return the same with the days of a ladder."""
        known = [each for each in (self.since, self.until) if each is not None]
        every = [*known, *days]
        return Dependence(min(every, default=None), max(every, default=None), self.keys)

    def columns(self) -> dict[str, object]:
        """Return what a row keeps of it."""
        return {
            "counted_from": self.since,
            "counted_to": self.until,
            "counted_by": self.written,
        }


def dependence(*reckonings: Reckoning, rule: str = "", moves: Sequence[Moved] = ()) -> Dependence:
    """Return what the dates of these reckonings hang on.

    `moves` are those that the FEEL of `rule` made on its way, also for what it did not choose.
    """
    asked = [day for steps in reckonings for day in _days_of(steps)]
    asked += [day for move in moves for day in _days(move.by, move.period, move.start, move.landed)]
    keys = {key for steps in reckonings for key in _keys_of(steps)}
    keys |= {key for move in moves for key in _keys(move.by, move.key, move.leap)}
    keys |= set(_ASKED.findall(rule))
    return Dependence(min(asked, default=None), max(asked, default=None), frozenset(keys))


def keys_written(written: str) -> frozenset[str]:
    """Return the keys that a row keeps."""
    return frozenset(written.strip("|").split("|")) - {""}


def hangs_on(written: str, keys: Iterable[str]) -> bool:
    """Say whether a row that keeps `written` may change with any of `keys`."""
    kept = keys_written(written)
    return UNKNOWN in kept or not kept.isdisjoint(keys)


def _days_of(steps: Reckoning) -> Iterator[date]:
    """Yield the days that the calendar was asked about, and the last: it may be rolled."""
    for before, step in pairwise(steps):
        yield from _days(
            step["by"], str(step.get("period", "")), _read(before["to"]), _read(step["to"])
        )
    if steps:
        yield _as_day(_read(steps[-1]["to"]))


def _days(by: str, period: str, start: date, landed: date) -> Iterator[date]:
    if by in _ROLLS or (period and by != "age" and _counts_some(period)):
        yield _as_day(start)
        yield _as_day(landed)


def _counts_some(period: str) -> bool:
    read = parse_period(period)
    return bool(read.days) and read.day_type not in _EVERY_DAY


def _keys_of(steps: Reckoning) -> Iterator[str]:
    for step in steps:
        yield from _keys(step["by"], str(step.get("key", "")), str(step.get("leap", "")))


def _keys(by: str, key: str, leap: str) -> Iterator[str]:
    if key:
        yield key
    if by == "age" and leap:
        yield DUTIES_KEY


def _read(written: object) -> date:
    text = str(written)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _as_day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day

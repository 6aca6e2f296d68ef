"""How a date came about: every step from a known day to the date, kept so that anyone can redo it.

A reckoning is a list of steps in JSON. The first is where it starts, each of the others goes on
from the day that the one before led to:

    {"by": "given", "name": "created", "to": "2026-03-26"}
    {"by": "after", "period": "5 WD", "key": "screening", "source": "…", "to": "2026-04-07",
     "off": [["2026-04-02", "Skærtorsdag"], …]}
    {"by": "back", "to": …, "off": …}

`by` is given, after, before, lasts (elapsed time, from one moment to another), age (`leap` where
one born on 29 February has a birthday), back or forward (to a working day), series (of meetings,
`cadence` from `anchor`) or moved (by a person: `why`). `off` are the days that did not count,
weekends left out: they follow from the day type. `school` is whose calendar told of them, where
school days were counted by a school's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.calendars import SATURDAY, SUNDAY, DayType, WorkingCalendar
from engine.domain.parameters import Period, parse_period, shift

Moment = date | datetime
Kept = Mapping[str, Any]
Reckoning = Sequence[Kept]
Known = Mapping[str, Reckoning]  # by the ISO date each leads to

LASTS = "lasts"  # of elapsed time, from a moment to a moment
BIRTH = "birth_date"  # what every age is counted from

_WEEKEND_FROM = {
    DayType.WORKING: SATURDAY,
    DayType.SCHOOL: SATURDAY,
    DayType.WEEKDAY_SAT: SUNDAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One calendar word at work in an expression: `by` what it went from `start` to `landed`.

    `key` is the parameter that held the period, if one did, and `source` says who set it.
    `calendar` is the one it asked, where that is not the one of everybody.
    """

    by: str
    start: Moment
    landed: Moment
    period: str = ""
    key: str = ""
    source: str = ""
    leap: str = ""
    calendar: WorkingCalendar | None = field(default=None, compare=False, repr=False)


def reckoning_of(
    calendar: WorkingCalendar,
    value: Moment,
    moves: Sequence[Moved],
    named: Callable[[str], str],
    known: Known,
) -> list[Kept]:
    """Return the reckoning that led to `value` by some of the `moves`, the latest first tried.

    Where it sets out from a day that is `known`, it goes on from there; else that day is given,
    and `named` tells by which name ("" for none).
    """
    chain: list[Moved] = []
    at = value
    for move in reversed(moves):
        if move.landed == at:
            chain.append(move)
            at = move.start
    steps = [as_kept(calendar, move) for move in reversed(chain)]
    if (written := at.isoformat()) in known:
        return [*known[written], *steps]
    name = BIRTH if chain and chain[-1].by == "age" else named(written)
    return [{"by": "given", "name": name, "to": written}, *steps]


def as_kept(calendar: WorkingCalendar, move: Moved) -> dict[str, Any]:
    """Return the step in its JSON form, with the days that did not count."""
    calendar = move.calendar or calendar
    kept = {
        "by": move.by,
        "period": move.period,
        "key": move.key,
        "source": move.source,
        "leap": move.leap,
        "to": move.landed.isoformat(),
        "off": _off(calendar, move),
        "school": calendar.school if _in_school_days(move) else "",
    }
    return {name: value for name, value in kept.items() if value}


def rolled(calendar: WorkingCalendar, day: date, due_on: date) -> list[dict[str, Any]]:
    """Return the step of the roll rule from `day` to `due_on`; none when it stays."""
    if day == due_on:
        return []
    move = Moved(by="back" if due_on < day else "forward", start=day, landed=due_on)
    return [as_kept(calendar, move)]


def schools_in(steps: Reckoning) -> list[str]:
    """Return, step by step, by which school's own calendar it was counted; "" for none."""
    return [str(step.get("school", "")) for step in steps]


def _in_school_days(move: Moved) -> bool:
    if not move.period or move.by not in ("after", "before"):
        return False
    period = parse_period(move.period)
    return bool(period.days) and period.day_type is DayType.SCHOOL


def _off(calendar: WorkingCalendar, move: Moved) -> list[list[str]]:
    if isinstance(move.landed, datetime) or isinstance(move.start, datetime):
        return []
    if move.by in ("back", "forward"):
        step = 1 if move.landed > move.start else -1
        return _not_counting(calendar, move.start, move.landed - timedelta(step), DayType.WORKING)
    if move.by not in ("after", "before"):
        return []
    period = parse_period(move.period)
    if not period.days:
        return []
    sign = 1 if move.by == "after" else -1
    begun = shift(calendar, move.start, Period(months=period.months), sign)
    return _not_counting(calendar, begun + timedelta(sign), move.landed, period.day_type)


def _not_counting(
    calendar: WorkingCalendar, first: date, last: date, day_type: DayType
) -> list[list[str]]:
    """Return the days from `first` to `last`, either way, that only the calendar could tell."""
    if day_type not in _WEEKEND_FROM:
        return []
    step = 1 if last >= first else -1
    days = (first + timedelta(step * number) for number in range(abs((last - first).days) + 1))
    return [
        [day.isoformat(), reason]
        for day in days
        if day.weekday() < _WEEKEND_FROM[day_type]
        and (reason := calendar.why_not(day, day_type)) is not None
    ]

"""A date reckoned anew: the same steps from the same day, with the numbers and days of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.calendars import LeapDay, WorkingCalendar, date_of_age
from engine.domain.feel_functions import DUTIES_KEY
from engine.domain.parameters import Parameters, lasted, parse_period, shift, shift_instant
from engine.domain.reckonings import BIRTH, Kept, Moment, Moved, Reckoning, as_kept

_OF_A_MEETING = {"series", "moved"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the steps are taken with: a calendar, parameters, and when the young person is `born`.

    Where `born` is None the birth date stays the one that the steps set out from.
    """

    calendar: WorkingCalendar
    parameters: Parameters
    born: date | None = None


def replayed(steps: Reckoning, now: Circumstances) -> list[Kept]:
    """Return the steps as they lead from the same start today.

    The day of a meeting is the meeting's own and moves with it: steps that come by one are left
    as they are. So is what nobody can work out any more, such as a parameter that holds no period.
    A roll that had nothing to do is not among the steps, and is not made anew.
    """
    if not steps or any(step["by"] in _OF_A_MEETING for step in steps):
        return list(steps)
    try:
        return _again(steps, now)
    except ValueError:
        return list(steps)


def has_moved(steps: Reckoning, again: Reckoning) -> bool:
    """Say whether the two lead to different days."""
    return bool(steps) and steps[-1]["to"] != again[-1]["to"]


def _again(steps: Reckoning, now: Circumstances) -> list[Kept]:
    first = dict(steps[0])
    if first.get("name") == BIRTH and now.born is not None:
        first["to"] = now.born.isoformat()
    found: list[Kept] = [first]
    for step in steps[1:]:
        found += _step(_read(found[-1]["to"]), step, now)
    return found


def _step(start: Moment, step: Mapping[str, Any], now: Circumstances) -> list[Kept]:
    by, key = str(step["by"]), str(step.get("key", ""))
    known = key in now.parameters
    period = str(now.parameters.get(key)) if known else str(step.get("period", ""))
    source = now.parameters.entry(key).source if known else str(step.get("source", ""))
    leap = _leap(start, now) if by == "age" else None
    landed = _landed(by, start, period, leap, now.calendar)
    if by in ("back", "forward") and landed == start:
        return []
    move = Moved(
        by=by,
        start=start,
        landed=landed,
        period=period,
        key=key,
        source=source,
        leap=leap.value if leap and _is_leap_day(start) else "",
    )
    return [as_kept(now.calendar, move)]


def _landed(
    by: str, start: Moment, period: str, leap: LeapDay | None, calendar: WorkingCalendar
) -> Moment:
    match by:
        case "back":
            return calendar.roll_back(start)
        case "forward":
            return calendar.roll_forward(start)
        case "age":
            months = parse_period(period).months
            return date_of_age(start, 0, months, leap_day=leap or LeapDay.BEFORE)
        case "lasts":
            return lasted(datetime.fromisoformat(str(start)), period)
    length, sign = parse_period(period), -1 if by == "before" else 1
    if isinstance(start, datetime) and length.hours:
        return shift_instant(start, length, sign)
    return shift(calendar, start, length, sign)


def _leap(born: date, now: Circumstances) -> LeapDay:
    known = DUTIES_KEY in now.parameters
    return LeapDay(str(now.parameters.get(DUTIES_KEY))) if known else LeapDay.BEFORE


def _is_leap_day(born: date) -> bool:
    return (born.month, born.day) == (2, 29)


def _read(written: object) -> Moment:
    text = str(written)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)

"""The ledger of a deadline's days: it rests, or is extended; the date itself is never edited.

A day on which the deadline rests is a day that is not used: as many as counted while it rested are
put behind it, so that what was left when it began to rest is left when it ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.domain.calendars import DayType, WorkingCalendar
from engine.domain.parameters import Period, parse_period, shift
from engine.domain.reckonings import Kept, Moved, Reckoning, as_kept

RESTED, EXTENDED = "rested", "extended"
OWN = "own"  # the source of a deadline that no law sets
_UNITS = {
    DayType.CALENDAR: "CD",
    DayType.WORKING: "WD",
    DayType.WEEKDAY_SAT: "HD",
    DayType.SCHOOL: "SD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ledger, `by` »rested« or »extended«.

    It rests from the day after `since` to and with `until`; it is extended by `period`. `reason`
    and `source` of law are codes; `who` decided it on the day `since`.
    """

    by: str
    since: date
    until: date | None = None
    period: str = ""
    reason: str = ""
    source: str = ""
    who: str = ""


def with_ledger(
    calendar: WorkingCalendar, steps: Sequence[Kept], lines: Iterable[Line]
) -> list[Kept]:
    """Return the steps of a date with those that the lines add, in their order.

    The days of a rest are counted as the deadline itself is: in the day type of its last period.
    Raises `ValueError` for an extension by hours.
    """
    found, counted_in = list(steps), day_type_of(steps)
    for line in lines:
        found.append(_step(calendar, date.fromisoformat(str(found[-1]["to"])), line, counted_in))
    return found


def day_type_of(steps: Reckoning) -> DayType:
    """Return in which days a deadline is counted: those of its last period, else calendar days."""
    periods = (parse_period(str(step["period"])) for step in reversed(steps) if "period" in step)
    return next((each.day_type for each in periods if each.days), DayType.CALENDAR)


def counting_days(calendar: WorkingCalendar, since: date, until: date, day_type: DayType) -> int:
    """Return how many days count from the day after `since` to and with `until`."""
    days = (since + timedelta(number) for number in range(1, (until - since).days + 1))
    return sum(calendar.is_counting(day, day_type) for day in days)


def _step(calendar: WorkingCalendar, start: date, line: Line, counted_in: DayType) -> Kept:
    period = parse_period(line.period) if line.by == EXTENDED else _rest(calendar, line, counted_in)
    landed = shift(calendar, start, period)
    written = line.period or f"{period.days} {_UNITS[period.day_type]}"
    told: dict[str, Any] = as_kept(
        calendar, Moved(by="after", start=start, landed=landed, period=written)
    )
    told |= {"by": line.by, "reason": line.reason, "source": line.source, "who": line.who}
    if line.by == EXTENDED:
        return {**told, "on": line.since.isoformat()}
    return {
        **told,
        "since": line.since.isoformat(),
        "until": str(line.until),
        **_off(calendar, line, counted_in),
    }


def _rest(calendar: WorkingCalendar, line: Line, counted_in: DayType) -> Period:
    until = line.until or line.since
    days = counting_days(calendar, line.since, until, counted_in)
    return Period(days=days, day_type=counted_in)


def _off(calendar: WorkingCalendar, line: Line, counted_in: DayType) -> dict[str, Any]:
    """Return the days of the rest that would not have counted anyway."""
    until = line.until or line.since
    length = f"{counting_days(calendar, line.since, until, counted_in)} {_UNITS[counted_in]}"
    move = Moved(by="after", start=line.since, landed=until, period=length)
    off = as_kept(calendar, move).get("off")
    return {"rest_off": off} if off else {}

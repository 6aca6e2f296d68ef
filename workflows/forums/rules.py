"""How a forum's cadence is written, and the days that follow from a series of meetings."""

import re
from datetime import date

from engine.domain.calendars import WorkingCalendar, add_months
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Period, parse_period, shift
from engine.domain.series import Every, NthWeekday, Series, meeting_days

CUT_OFF = "agenda.cutoff"  # the parameter: how long before a meeting its agenda closes
_ORDINALS = ("first", "second", "third", "fourth")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_RULE = re.compile(
    rf"(?P<nth>{'|'.join(_ORDINALS)}) (?P<weekday>{'|'.join(_WEEKDAYS)})"
    rf"(?: in (?P<months>(?:{'|'.join(_MONTHS)})(?:(?:, | and )(?:{'|'.join(_MONTHS)}))*))?"
)
_LOOK_BACK_MONTHS = 12


def series_of(cadence: str, anchor: date) -> Series:
    """Return the series that a cadence says, from `anchor` on.

    A cadence is a period (`P14D`) or a rule such as `first Tuesday in March and September` or
    `third Wednesday`, which is every month. Raises `InvalidDefinition`.
    """
    if rule := _RULE.fullmatch(cadence.strip().lower()):
        months = re.split(r", | and ", rule["months"]) if rule["months"] else list(_MONTHS)
        return NthWeekday(
            anchor=anchor,
            nth=_ORDINALS.index(rule["nth"]) + 1,
            weekday=_WEEKDAYS.index(rule["weekday"]),
            months=tuple(sorted(_MONTHS.index(month) + 1 for month in months)),
        )
    try:
        return Every(anchor, parse_period(cadence))
    except ValueError as error:
        raise InvalidDefinition(f"Mødernes takt »{cadence}« kan ikke læses: {error}") from error


def last_meeting_by(calendar: WorkingCalendar, series: Series, day: date) -> date | None:
    """Return the last meeting held on or before `day`, or None within a year before it."""
    since = add_months(day, -_LOOK_BACK_MONTHS)
    days = meeting_days(calendar, series, since=since, until=day)
    return days[-1] if days else None


def checklist_due(
    calendar: WorkingCalendar,
    series: Series | None,
    *,
    today: date,
    opened_late: bool,
    decided_by: date,
    cut_off: Period,
    late: Period,
) -> date:
    """Return when the checklist of a handover is due, so that the conference is held in time.

    It is the working day before the cut-off day of the last team meeting on or before
    `decided_by` (17½); without one, ten working days before `decided_by`. Opened late, or with
    that day passed, it is `late` from today, but no later than `decided_by` while that is ahead.
    """
    last = last_meeting_by(calendar, series, decided_by) if series else None
    if last is not None:
        due = calendar.add_days(shift(calendar, last, cut_off, -1), -1)
    else:
        due = calendar.add_days(decided_by, -10)
    if not opened_late and due > today:
        return due
    soon = shift(calendar, today, late)
    return min(soon, decided_by) if decided_by > today else soon

"""When something is due; how a date came about is kept by `reckonings`.

The roll rule in one sentence: against ourselves backwards, for the citizen forwards.
"""

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.calendars import WorkingCalendar
from engine.domain.parameters import Period, shift_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a task is due. Ladders count from `due_on`, never from the legal limit.

    `due_at` is the last moment that is in time (UTC). `legal_limit_on` is the date before the
    roll: the one the law names.
    """

    due_on: date
    due_at: datetime
    legal_limit_on: date


def due(calendar: WorkingCalendar, day: date, *, by_us: bool = True) -> Deadline:
    """Return the deadline of what must be done by `day`.

    On a day that is not a working day it moves: back when we owe it (`by_us`), on when the
    citizen does.
    """
    due_on = calendar.roll_back(day) if by_us else calendar.roll_forward(day)
    return Deadline(due_on=due_on, due_at=calendar.end_of_day(due_on), legal_limit_on=day)


def due_by_the_hour(calendar: WorkingCalendar, start: datetime, period: Period) -> Deadline:
    """Return the deadline `period` elapsed hours after the instant `start` (UTC).

    It is never rolled: hours run on every day and through a night of 23 or 25 hours. Raises
    `ValueError` for a period that is not in hours alone.
    """
    due_at = shift_instant(start, period)
    due_on = calendar.local_date(due_at)
    return Deadline(due_on=due_on, due_at=due_at, legal_limit_on=due_on)


def told_at(calendar: WorkingCalendar, day: date) -> datetime:
    """Return when people are told of a right that changes on `day`.

    08:00 on the next working day, the same day if it is one. The right itself changes at
    midnight of `day`, on any day.
    """
    return calendar.opens(calendar.roll_forward(day))

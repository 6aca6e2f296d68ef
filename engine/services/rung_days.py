"""How the day of a rung follows from the day its task is due."""

from datetime import date, datetime, timedelta

from engine.domain.calendars import WorkingCalendar
from engine.domain.reckonings import Moved, Reckoning, as_kept

A_DAY = timedelta(days=1)


def rung_day(
    calendar: WorkingCalendar, steps: Reckoning, due_on: date, fires_at: datetime
) -> Reckoning:
    """Return the steps to the day of a rung, on from those to `due_on`, in working days.

    Nothing where the rung does not fire on a working day, as one by the hour may.
    """
    day = calendar.local_date(fires_at)
    if day == due_on:
        return steps
    if not calendar.is_counting(day):
        return ()
    step = A_DAY if day > due_on else -A_DAY
    number, at = 0, due_on
    while at != day:
        at += step
        number += calendar.is_counting(at)
    by = "after" if day > due_on else "before"
    return [
        *steps,
        as_kept(calendar, Moved(by=by, start=due_on, landed=day, period=f"{number} WD")),
    ]

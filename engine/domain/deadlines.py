"""When something is due, and the reason told so that a person can check it.

The roll rule in one sentence: against ourselves backwards, for the citizen forwards.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.domain.calendars import DayType, WorkingCalendar
from engine.domain.parameters import Period, shift, shift_instant
from engine.domain.wording import day_in_danish, listed


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was not counted, or that a deadline could not stay on, and why (in Danish)."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a date was found: `counted` and `skipped` between `start` and `landed_on`, then a roll.

    `start` is day zero, None when the date was given and not counted. `rule` is the period in
    Danish. `rolled_over` are the days that the roll rule passed, in the order of the calendar;
    `due_on` is where it stopped.
    """

    start: date | None
    rule: str
    day_type: DayType
    landed_on: date
    due_on: date
    counted: tuple[date, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    rolled_over: tuple[Skipped, ...] = ()

    def in_danish(self) -> str:
        """Return the whole reckoning in plain sentences, dates written out."""
        return " ".join(
            sentence
            for sentence in (self._counting(), self._skipping(), self._moving())
            if sentence
        )

    def _counting(self) -> str:
        if self.start is None:
            return f"Datoen er {day_in_danish(self.landed_on)}."
        side = "før" if self.landed_on < self.start else "efter"
        landed, start = day_in_danish(self.landed_on), day_in_danish(self.start)
        return f"{self.rule} {side} {start} er {landed}."

    def _skipping(self) -> str:
        return f"Ikke talt med: {_with_reasons(self.skipped)}." if self.skipped else ""

    def _moving(self) -> str:
        if not self.rolled_over:
            return ""
        way = "tilbage" if self.due_on < self.landed_on else "frem"
        return (
            f"Fristen rykkes {way} til {day_in_danish(self.due_on)} "
            f"på grund af {_with_reasons(self.rolled_over)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a task is due. Ladders count from `due_on`, never from the legal limit.

    `due_at` is the last moment that is in time (UTC). `legal_limit_on` is the date before the
    roll: the one the law names.
    """

    due_on: date
    due_at: datetime
    legal_limit_on: date
    explanation: Explanation


def explain_shift(
    calendar: WorkingCalendar, start: date, period: Period, sign: int = 1
) -> Explanation:
    """Return the day one `period` after `start` with every day that was not counted on the way.

    It lies before `start` when `sign` is -1. Nothing is rolled. Raises `ValueError` for a period
    in hours.
    """
    landed_on = shift(calendar, start, period, sign)
    counted_from = shift(calendar, start, replace(period, days=0), sign)
    passed = _days_between(counted_from, landed_on) if period.days else ()
    reasons = [(day, calendar.why_not(day, period.day_type)) for day in passed]
    return Explanation(
        start=start,
        rule=period.in_danish(),
        day_type=period.day_type,
        landed_on=landed_on,
        due_on=landed_on,
        counted=tuple(day for day, reason in reasons if reason is None),
        skipped=tuple(Skipped(day, reason) for day, reason in reasons if reason is not None),
    )


def due(
    calendar: WorkingCalendar,
    day: date,
    *,
    by_us: bool = True,
    explanation: Explanation | None = None,
) -> Deadline:
    """Return the deadline of what must be done by `day`.

    On a day that is not a working day it moves: back when we owe it (`by_us`), on when the
    citizen does. `explanation` is how `day` was found, if it was counted.
    """
    due_on = calendar.roll_back(day) if by_us else calendar.roll_forward(day)
    found = explanation or _given(day)
    return Deadline(
        due_on=due_on,
        due_at=calendar.end_of_day(due_on),
        legal_limit_on=day,
        explanation=replace(found, due_on=due_on, rolled_over=_rolled(calendar, day, due_on)),
    )


def due_after(
    calendar: WorkingCalendar, start: date, period: Period, *, by_us: bool = True
) -> Deadline:
    """Return the deadline one `period` after `start`, rolled and explained.

    Raises `ValueError` for a period in hours: see `due_by_the_hour`.
    """
    explanation = explain_shift(calendar, start, period)
    return due(calendar, explanation.landed_on, by_us=by_us, explanation=explanation)


def due_by_the_hour(calendar: WorkingCalendar, start: datetime, period: Period) -> Deadline:
    """Return the deadline `period` elapsed hours after the instant `start` (UTC).

    It is never rolled: hours run on every day and through a night of 23 or 25 hours. Raises
    `ValueError` for a period that is not in hours alone.
    """
    due_at = shift_instant(start, period)
    due_on = calendar.local_date(due_at)
    return Deadline(
        due_on=due_on,
        due_at=due_at,
        legal_limit_on=due_on,
        explanation=Explanation(
            start=calendar.local_date(start),
            rule=period.in_danish(),
            day_type=DayType.HOURS,
            landed_on=due_on,
            due_on=due_on,
        ),
    )


def told_at(calendar: WorkingCalendar, day: date) -> datetime:
    """Return when people are told of a right that changes on `day`.

    08:00 on the next working day, the same day if it is one. The right itself changes at
    midnight of `day`, on any day.
    """
    return calendar.opens(calendar.roll_forward(day))


def _given(day: date) -> Explanation:
    return Explanation(start=None, rule="", day_type=DayType.CALENDAR, landed_on=day, due_on=day)


def _rolled(calendar: WorkingCalendar, day: date, due_on: date) -> tuple[Skipped, ...]:
    left = sorted(_days_between(due_on, day))
    reasons = ((passed, calendar.why_not(passed)) for passed in left)
    return tuple(Skipped(passed, reason) for passed, reason in reasons if reason is not None)


def _days_between(start: date, end: date) -> tuple[date, ...]:
    """Return every day after `start` up to and with `end`, walking either way."""
    step = 1 if end > start else -1
    return tuple(start + timedelta(days=step * n) for n in range(1, abs((end - start).days) + 1))


def _with_reasons(days: tuple[Skipped, ...]) -> str:
    return listed([_with_reason(skipped) for skipped in days])


def _with_reason(skipped: Skipped) -> str:
    day = day_in_danish(skipped.day)
    return day if day.startswith(skipped.reason) else f"{day} ({skipped.reason})"

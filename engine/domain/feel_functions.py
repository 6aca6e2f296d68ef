"""The calendar words of every expression: what a deadline or a table may say of days and ages.

The functions take and give plain values (date, text, Decimal, aware datetime). A wrong value
raises `ValueError` with a Danish sentence, which the expression reports as its own error.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from engine.domain.calendars import DayType, LeapDay, WorkingCalendar, age_on, date_of_age
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import (
    Parameters,
    Period,
    Value,
    parse_period,
    shift,
    shift_instant,
)

RIGHTS_KEY, DUTIES_KEY = "leap_day.rights", "leap_day.duties"

Day = TypeVar("Day", bound=date)
Choice = Callable[[Any], date | datetime]  # min or max

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def functions(
    calendar: WorkingCalendar, parameters: Parameters, today: date
) -> dict[str, Callable[..., Any]]:
    """Return the functions by the names that expressions call them.

    `after(day, period)` and `before(day, period)` move by a period such as "5 WD" or "P3M"; hours
    move an instant. `working_days(day, n)` counts working days, `n` a number or "5 WD". Nothing
    is rolled but by `roll_back` and `roll_forward`. `age(birth)` and `age_on(birth, day)` are full
    years; `age_date(birth, "17y6m")` is the day that age is reached. `start_of(day)` is local
    midnight and `at_eight(day)` 08:00 local, both UTC. `earlier` and `later` pass over nothing
    (null). `param(key)` is a text, a number, yes/no or a list of them.

    One born on 29 February: the parameters `leap_day.rights` and `leap_day.duties` ("02-28" or
    "03-01") decide for ages and for dates of an age; unset they are 1 March and 28 February.
    """
    words = _Words(calendar, parameters)
    return {
        "today": lambda: today,
        "param": words.param,
        "after": words.after,
        "before": words.before,
        "working_days": words.working_days,
        "age": lambda birth_date: words.age_on(birth_date, today),
        "age_on": words.age_on,
        "age_date": words.age_date,
        "roll_back": lambda day: calendar.roll_back(words.day(day)),
        "roll_forward": lambda day: calendar.roll_forward(words.day(day)),
        "start_of": lambda day: calendar.midnight(words.day(day)),
        "at_eight": lambda day: calendar.opens(words.day(day)),
        "earlier": lambda a, b: words.chosen(min, a, b),
        "later": lambda a, b: words.chosen(max, a, b),
    }


@dataclass(frozen=True, slots=True)
class _Words:
    calendar: WorkingCalendar
    parameters: Parameters

    def param(self, key: object) -> Any:
        try:
            return _plain(self.parameters.get(_text(key, "en parameter")))
        except InvalidDefinition as error:
            raise ValueError(str(error)) from error

    def after(self, start: object, period: object) -> date | datetime:
        return self._moved(start, period, 1)

    def before(self, start: object, period: object) -> date | datetime:
        return self._moved(start, period, -1)

    def working_days(self, start: object, number: object) -> date:
        return self.calendar.add_days(self.day(start), _working_days(number))

    def age_on(self, birth_date: object, day: object) -> Decimal:
        leap_day = self._leap_day(RIGHTS_KEY, LeapDay.AFTER)
        return Decimal(age_on(self.day(birth_date), self.day(day), leap_day=leap_day))

    def age_date(self, birth_date: object, age: object) -> date:
        period = _period(age)
        if period.days or period.hours:
            raise ValueError(f"»{age}« er ikke en alder som 17y6m.")
        leap_day = self._leap_day(DUTIES_KEY, LeapDay.BEFORE)
        return date_of_age(self.day(birth_date), 0, period.months, leap_day=leap_day)

    def chosen(self, choose: Choice, a: object, b: object) -> date | datetime | None:
        values = [value for value in (a, b) if value is not None]
        instants = [instant for value in values if (instant := _instant(value)) is not None]
        if instants and len(instants) == len(values):
            return choose(instants)
        return choose([self.day(value) for value in values]) if values else None

    def day(self, value: object) -> date:
        if (instant := _instant(value)) is not None:
            return self.calendar.local_date(instant)
        if isinstance(value, date):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value):
            return _read(date.fromisoformat, value)
        raise ValueError(f"{_shown(value)} er ikke en dato.")

    def _moved(self, start: object, period: object, sign: int) -> date | datetime:
        length = _period(period)
        if not length.hours:
            return shift(self.calendar, self.day(start), length, sign)
        if (instant := _instant(start)) is None:
            raise ValueError(f"{length.in_danish()} skal regnes fra et tidspunkt.")
        return shift_instant(instant, length, sign)

    def _leap_day(self, key: str, default: LeapDay) -> LeapDay:
        return LeapDay(str(self.parameters.get(key))) if key in self.parameters else default


def _instant(value: object) -> datetime | None:
    """Return an aware datetime, or its ISO text, in UTC; None for what is no instant."""
    if isinstance(value, str) and "T" in value:
        value = _read(datetime.fromisoformat, value)
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None:
        raise ValueError(f"{_shown(value)} mangler en tidszone.")
    return value.astimezone(UTC)


def _read(read: Callable[[str], Day], text: str) -> Day:
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"{_shown(text)} findes ikke i kalenderen.") from None


def _period(value: object) -> Period:
    return parse_period(_text(value, "en periode"))


def _text(value: object, wanted: str) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{_shown(value)} er ikke {wanted}.")


def _working_days(value: object) -> int:
    if isinstance(value, str):
        period = parse_period(value)
        if period.day_type is DayType.WORKING and not period.months:
            return period.days
    elif isinstance(value, int | Decimal) and not isinstance(value, bool) and value % 1 == 0:
        return int(value)
    raise ValueError(f"{_shown(value)} er ikke et antal arbejdsdage.")


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | bool):
        return value
    return Decimal(str(value))


def _shown(value: object) -> str:
    return "Ingen værdi (null)" if value is None else f"»{value}«"

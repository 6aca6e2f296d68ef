"""The calendar words of every expression: what a deadline or a table may say of days and ages.

The functions take and give plain values (date, text, Decimal, aware datetime). A wrong value
raises `ValueError` with a Danish sentence, which the expression reports as its own error.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
from engine.domain.reckonings import Moved

OLDEST = 150  # years

RIGHTS_KEY, DUTIES_KEY = "leap_day.rights", "leap_day.duties"

Day = TypeVar("Day", bound=date)
Choice = Callable[[Any], date | datetime]  # min or max
Notice = Callable[[Moved], None]
Meets = Callable[[str, date], date]  # when a forum meets, as things stood on a day

_A_DAY = ("date", "date and time", "string")
_A_PERIOD, _A_DATE, _A_MOMENT = ("string",), ("date",), ("date and time",)
# What each word takes, and what it gives (nothing: that depends), by the names of FEEL's types.
# A text that stands for a day is an ISO date.
KINDS: Mapping[str, tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]] = {
    "today": ((), _A_DATE),
    "param": ((("string",),), ()),
    "after": ((_A_DAY, _A_PERIOD), _A_DATE + _A_MOMENT),
    "before": ((_A_DAY, _A_PERIOD), _A_DATE + _A_MOMENT),
    "working_days": ((_A_DAY, ("number", "string")), _A_DATE),
    "age": ((_A_DAY,), ("number",)),
    "age_on": ((_A_DAY, _A_DAY), ("number",)),
    "age_date": ((_A_DAY, _A_PERIOD), _A_DATE),
    "birthday": ((_A_DAY, ("number",)), _A_DATE),
    "roll_back": ((_A_DAY,), _A_DATE),
    "roll_forward": ((_A_DAY,), _A_DATE),
    "start_of": ((_A_DAY,), _A_MOMENT),
    "at_eight": ((_A_DAY,), _A_MOMENT),
    "earlier": ((_A_DAY, _A_DAY), _A_DATE + _A_MOMENT),
    "later": ((_A_DAY, _A_DAY), _A_DATE + _A_MOMENT),
    "next_meeting": ((("string",),), _A_DATE),
}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _unnoticed(_move: Moved) -> None:
    """Nobody asks how the dates come about."""


def _no_meetings(forum: str, _day: date) -> date:
    raise ValueError(f"Her er ingen møder at spørge om, heller ikke i »{forum}«.")


def functions(
    calendar: WorkingCalendar,
    parameters: Parameters,
    today: date,
    notice: Notice = _unnoticed,
    meets: Meets = _no_meetings,
) -> dict[str, Callable[..., Any]]:
    """Return the functions by the names that expressions call them; `notice` hears of each move.

    `after(day, period)` and `before(day, period)` move by a period such as "5 WD" or "P3M"; hours
    move an instant. `working_days(day, n)` counts working days, `n` a number or "5 WD". Nothing
    is rolled but by `roll_back` and `roll_forward`. `age(birth)` and `age_on(birth, day)` are full
    years; `age_date(birth, "17y6m")` is the day that age is reached, and `birthday(birth, 18)` that
    of so many whole years. `start_of(day)` is local
    midnight and `at_eight(day)` 08:00 local, both UTC. `earlier` and `later` pass over nothing
    (null). `param(key)` is a text, a number, yes/no or a list of them. `next_meeting(forum)` is
    the day of the first meeting whose agenda is open, as `meets` knows it.

    One born on 29 February: the parameters `leap_day.rights` and `leap_day.duties` ("02-28" or
    "03-01") decide for ages and for dates of an age; unset they are 1 March and 28 February.
    """
    words = _Words(calendar, parameters, notice)
    return {
        "today": lambda: today,
        "param": words.param,
        "after": words.after,
        "before": words.before,
        "working_days": words.working_days,
        "age": lambda birth_date: words.age_on(birth_date, today),
        "age_on": words.age_on,
        "age_date": words.age_date,
        "birthday": words.birthday,
        "roll_back": lambda day: words.rolled("back", calendar.roll_back, day),
        "roll_forward": lambda day: words.rolled("forward", calendar.roll_forward, day),
        "start_of": lambda day: calendar.midnight(words.day(day)),
        "at_eight": lambda day: calendar.opens(words.day(day)),
        "earlier": lambda a, b: words.chosen(min, a, b),
        "later": lambda a, b: words.chosen(max, a, b),
        "next_meeting": lambda forum: meets(_text(forum, "et forum"), today),
    }


@dataclass(frozen=True, slots=True)
class _Words:
    calendar: WorkingCalendar
    parameters: Parameters
    notice: Notice
    # Which parameter gave a value last: so a period knows its key.
    asked: dict[str, str] = field(default_factory=dict)

    def param(self, key: object) -> Any:
        try:
            found = _plain(self.parameters.get(_text(key, "en parameter")))
        except InvalidDefinition as error:
            raise ValueError(str(error)) from error
        self.asked[str(found)] = str(key)
        return found

    def after(self, start: object, period: object) -> date | datetime:
        return self._moved(start, period, 1)

    def before(self, start: object, period: object) -> date | datetime:
        return self._moved(start, period, -1)

    def working_days(self, start: object, number: object) -> date:
        day, count = self.day(start), _working_days(number)
        landed = self.calendar.add_days(day, count)
        by = "after" if count >= 0 else "before"
        self._tell(by, day, landed, f"{abs(count)} WD", key=self.asked.get(str(number), ""))
        return landed

    def rolled(self, by: str, roll: Callable[[date], date], value: object) -> date:
        day = self.day(value)
        landed = roll(day)
        if landed != day:
            self._tell(by, day, landed)
        return landed

    def age_on(self, birth_date: object, day: object) -> Decimal:
        leap_day = self._leap_day(RIGHTS_KEY, LeapDay.AFTER)
        return Decimal(age_on(self.day(birth_date), self.day(day), leap_day=leap_day))

    def age_date(self, birth_date: object, age: object) -> date:
        period = _period(age)
        if period.days or period.hours:
            raise ValueError(f"»{age}« er ikke en alder som 17y6m.")
        leap_day, born = self._leap_day(DUTIES_KEY, LeapDay.BEFORE), self.day(birth_date)
        landed = date_of_age(born, 0, period.months, leap_day=leap_day)
        key = self.asked.get(str(age), "")
        leap = leap_day.value if (born.month, born.day) == (2, 29) else ""
        self._tell("age", born, landed, str(age), key=key, leap=leap)
        return landed

    def birthday(self, birth_date: object, years: object) -> date:
        if not isinstance(years, int | Decimal) or isinstance(years, bool) or years % 1:
            raise ValueError(f"{_shown(years)} er ikke et helt antal år.")
        if not 0 <= years <= OLDEST:
            raise ValueError(f"{_shown(years)} er ikke en alder.")
        return self.age_date(birth_date, f"{int(years)}y")

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
        begun = _instant(start) if length.hours else self.day(start)
        if begun is None:
            raise ValueError(f"{length.in_danish()} skal regnes fra et tidspunkt.")
        landed = (
            shift_instant(begun, length, sign)
            if isinstance(begun, datetime)
            else shift(self.calendar, begun, length, sign)
        )
        by = "after" if sign > 0 else "before"
        self._tell(by, begun, landed, str(period), key=self.asked.get(str(period), ""))
        return landed

    def _tell(
        self,
        by: str,
        start: date,
        landed: date,
        period: str = "",
        *,
        key: str = "",
        leap: str = "",
    ) -> None:
        source = self.parameters.entry(key).source if key else ""
        self.notice(
            Moved(
                by=by,
                start=start,
                landed=landed,
                period=period,
                key=key,
                source=source,
                leap=leap,
                calendar=self.calendar,
            )
        )

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

"""What a setting may become, and the sentence for what it may not."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from engine.domain.calendars import LeapDay, WorkingCalendar
from engine.domain.errors import InvalidAnswers, InvalidDefinition
from engine.domain.parameters import Parameter, Period, Value, is_period, parse_period
from workflows.forums.rules import series_of
from workflows.municipalities.configuration import LONGEST_HOLIDAY, days_of_period

NAME = 60  # characters of a day's name, source or the like
_HOUR = re.compile(r"\d\d:\d\d", re.ASCII)
_LEAP_DAYS = {str(day) for day in LeapDay}
_YES_NO = {"ja": True, "nej": False}


def closing_day_key(calendar: WorkingCalendar, day: date, *, every_year: bool, today: date) -> str:
    """Return the key of a closing day to add.

    Raises `InvalidAnswers` for a day that has gone, does not count anyway, or is closed already.
    """
    key = day.isoformat()[5:] if every_year else day.isoformat()
    if key in calendar.closing_days:
        raise InvalidAnswers({"day": "Dagen er allerede en lukkedag."})
    if every_year:
        return key
    if day < today:
        raise InvalidAnswers({"day": "Vælg en dag, der ikke er gået."})
    if why := calendar.why_not(day):
        raise InvalidAnswers({"day": f"Dagen tæller ikke i forvejen: {why}."})
    return key


def school_holiday_key(periods: Mapping[str, str], since: date, until: date) -> str:
    """Return the key of a holiday to add. Raises `InvalidAnswers` for no period, a very long one,
    and one that overlaps another."""
    if until < since:
        raise InvalidAnswers({"until": "Sidste dag ligger før første dag."})
    if until - since > LONGEST_HOLIDAY:
        raise InvalidAnswers({"until": "En skoleferie er højst 100 dage."})
    for written, name in periods.items():
        first, last = days_of_period(written)
        if first <= until and since <= last:
            raise InvalidAnswers({"since": f"Perioden overlapper »{name}«."})
    return f"{since.isoformat()}/{until.isoformat()}"


def school_code(schools: Mapping[str, Any], name: str) -> str:
    """Return the code of a school to add, by its name. Raises `InvalidAnswers` for one that is
    there already."""
    code = re.sub(r"[^a-z0-9æøå]+", "-", name.casefold()).strip("-") or "skole"
    if code in schools:
        raise InvalidAnswers({"name": "Skolen står på listen i forvejen."})
    return code


def parameter_value(parameter: Parameter, text: str) -> Value:
    """Return what was written as the value of a parameter, of the same kind as its default.

    Raises `InvalidAnswers` with an example of what it could be.
    """
    try:
        return _read(parameter.default, text.strip())
    except ValueError as problem:
        raise InvalidAnswers({"value": str(problem)}) from problem


def check_series(wanted: Mapping[str, Any], cadence: str) -> None:
    """Raise `InvalidAnswers` unless a forum can meet like this; `cadence` is what it is worth."""
    problems = {}
    try:
        series_of(cadence, date.fromisoformat(wanted["anchor"]))
    except (InvalidDefinition, ValueError):
        problems["cadence"] = (
            "Skriv for eksempel P14D (hver 14. dag), P1M (hver måned) "
            "eller »first Tuesday in March and September«."
        )
    if wanted["cut_off"] and not _counts_days(wanted["cut_off"]):
        problems["cut_off"] = "Skriv for eksempel 5 WD (arbejdsdage) eller 7 CD (kalenderdage)."
    hours = {key: _hour(wanted[key]) for key in ("starts", "ends")}
    problems |= {
        key: "Skriv klokkeslættet som 09:00." for key, found in hours.items() if found is None
    }
    begins, ends = hours["starts"], hours["ends"]
    if begins is not None and ends is not None and ends <= begins:
        problems["ends"] = "Mødet slutter, før det begynder."
    if problems:
        raise InvalidAnswers(problems)


def _read(default: Value, text: str) -> Value:
    if isinstance(default, tuple):
        return tuple(_read_one(default[0], part.strip()) for part in text.split(","))
    return _read_one(default, text)


def _read_one(default: str | int | float | bool, text: str) -> str | int | float | bool:
    if isinstance(default, bool):
        if text.lower() not in _YES_NO:
            raise ValueError("Skriv ja eller nej.")
        return _YES_NO[text.lower()]
    if isinstance(default, int | float):
        return _number(text)
    if is_period(default):
        return _period(default, text)
    if default in _LEAP_DAYS and text not in _LEAP_DAYS:
        raise ValueError("Skriv 02-28 eller 03-01.")
    if (_hour(default) is None) != (_hour(text) is None):
        raise ValueError(f"Skriv det som {default}.")
    if not text or len(text) > NAME:
        raise ValueError(f"Skriv en værdi, højst {NAME} tegn.")
    return text


def _number(text: str) -> int | float:
    plain = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        number = float(plain)
    except ValueError:
        raise ValueError("Skriv et tal, for eksempel 4 eller 2,5.") from None
    if not 0 <= number < 10**9:
        raise ValueError("Skriv et tal fra 0 og op.")
    return int(number) if number.is_integer() else number


def _period(default: str, text: str) -> str:
    """Return the text if it is a length of time of the same kind: an age, hours, or days."""
    wanted, found = parse_period(default), parse_period(text)
    if _is_age(wanted) and not _is_age(found):
        raise ValueError(f"Skriv en alder eller måneder, for eksempel {default}.")
    if bool(wanted.hours) != bool(found.hours):
        raise ValueError(f"Skriv en periode af samme slags som {default}.")
    return text


def _is_age(period: Period) -> bool:
    return period.months >= 12 and not period.days and not period.hours


def _counts_days(text: str) -> bool:
    return is_period(text) and not parse_period(text).hours


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if _HOUR.fullmatch(text) else None
    except ValueError:
        return None

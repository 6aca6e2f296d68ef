"""The configuration in force, as the engine keeps it: calendar, parameters and milestones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import UNNAMED, WorkingCalendar
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Parameters, register
from engine.storage.house import Configuration
from workflows.municipalities.layers import (
    CLOSING_DAY,
    SCHOOL,
    SCHOOL_CLOSING,
    SCHOOL_HOLIDAY,
    in_force,
)

TIMEZONE = "Europe/Copenhagen"
LONGEST_HOLIDAY = timedelta(days=100)


def read_configuration(content: Mapping[str, Any], number: int) -> Configuration:
    """Return a stored configuration, ready for use. Raises `InvalidDefinition`."""
    content = in_force(content)
    calendar = _calendar(content)
    return Configuration(
        number=number,
        calendar=calendar,
        parameters=_parameters(content.get("parameters", {})),
        milestones=dict(content.get("milestones", {})),
        schools=dict(_calendars_of_schools(content, calendar)),
    )


def _calendar(content: Mapping[str, Any]) -> WorkingCalendar:
    name = str(content.get("timezone", TIMEZONE))
    try:
        timezone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidDefinition(f"Tidszonen »{name}« findes ikke.") from None
    return WorkingCalendar(
        timezone=timezone,
        holidays=danish_holidays,
        closing_days=dict(content.get(CLOSING_DAY, {})),
        school_holidays=_school_holidays(content.get(SCHOOL_HOLIDAY, {})),
    )


def _calendars_of_schools(
    content: Mapping[str, Any], common: WorkingCalendar
) -> Iterator[tuple[str, WorkingCalendar]]:
    """Yield the calendar of each school that has one of its own, with and without its name."""
    for code, school in content.get(SCHOOL, {}).items():
        shared = common.school_holidays if school["common"] else {}
        holidays = {**shared, **_school_holidays(closings_of(content, code))}
        for called, name in ((code, school["name"]), (unnamed(code), UNNAMED)):
            yield called, replace(common, school_holidays=holidays, school=name)


def closings_of(content: Mapping[str, Any], code: str) -> dict[str, str]:
    """Return the days off of a school in its own calendar, by their periods."""
    closings = content.get(SCHOOL_CLOSING, {})
    return {
        key.removeprefix(f"{code}/"): name
        for key, name in closings.items()
        if key.startswith(f"{code}/")
    }


def unnamed(code: str) -> str:
    """Return what a case calls the calendar of a school that nobody may learn the name of."""
    return f"{code}*"


def _school_holidays(periods: Mapping[str, str]) -> dict[date, str]:
    """Return every day off of the schools by name, of periods such as 2026-10-12/2026-10-16."""
    found: dict[date, str] = {}
    for written, name in sorted(periods.items()):
        since, until = days_of_period(written)
        length = (until - since).days + 1
        found |= {since + timedelta(number): name for number in range(length)}
    return found


def days_of_period(written: str) -> tuple[date, date]:
    """Return the first and the last day of 2026-10-12/2026-10-16. Raises `InvalidDefinition`."""
    since, _, until = written.partition("/")
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        first, last = date.max, date.min
    if not timedelta(0) <= last - first <= LONGEST_HOLIDAY:
        raise InvalidDefinition(
            f"Skoleferien »{written}« er ikke en periode (ÅÅÅÅ-MM-DD/ÅÅÅÅ-MM-DD, højst 100 dage)."
        )
    return first, last


def _parameters(entries: Mapping[str, Mapping[str, Any]]) -> Parameters:
    """Return the register; each value keeps the source of the layer that set it."""
    parameters = register(
        {key: entry.get("default", entry["value"]) for key, entry in entries.items()}
    )
    for key, entry in entries.items():
        parameters = parameters.overridden_by({key: entry["value"]}, entry.get("source", ""))
    return parameters

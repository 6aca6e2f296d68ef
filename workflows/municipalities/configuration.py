"""The configuration in force, as the engine keeps it: calendar, parameters and milestones."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Parameters, register
from engine.storage.work import Configuration

TIMEZONE = "Europe/Copenhagen"


def read_configuration(content: Mapping[str, Any], number: int) -> Configuration:
    """Return a stored configuration, ready for use. Raises `InvalidDefinition`."""
    return Configuration(
        number=number,
        calendar=_calendar(content),
        parameters=_parameters(content.get("parameters", {})),
        milestones=dict(content.get("milestones", {})),
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
        closing_days=dict(content.get("closing_days", {})),
    )


def _parameters(entries: Mapping[str, Mapping[str, Any]]) -> Parameters:
    """Return the register; each value keeps the source of the layer that set it."""
    parameters = register(
        {key: entry.get("default", entry["value"]) for key, entry in entries.items()}
    )
    for key, entry in entries.items():
        parameters = parameters.overridden_by({key: entry["value"]}, entry.get("source", ""))
    return parameters

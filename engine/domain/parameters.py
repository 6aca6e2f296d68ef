"""Periods as people write them, and the register of the numbers a municipality may set."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType

from engine.domain.calendars import DayType, WorkingCalendar, add_months
from engine.domain.errors import InvalidDefinition
from engine.domain.wording import listed

Value = str | int | float | bool | tuple[str | int | float | bool, ...]

_UNITS = {
    "WD": DayType.WORKING,
    "CD": DayType.CALENDAR,
    "SD": DayType.SCHOOL,
    "HD": DayType.WEEKDAY_SAT,
    "h": DayType.HOURS,
} | {day_type.value: day_type for day_type in DayType}
_COUNTED = re.compile(r"(?P<number>\d{1,5}) ?(?P<unit>[A-Za-z_]+)", re.ASCII)
_ISO = re.compile(
    r"P(?=.)((?P<years>\d{1,4})Y)?((?P<months>\d{1,4})M)?((?P<weeks>\d{1,4})W)?"
    r"((?P<days>\d{1,5})D)?(T(?P<hours>\d{1,5})H)?",
    re.ASCII,
)
_AGE = re.compile(r"(?=.)((?P<years>\d{1,3})y)?((?P<months>\d{1,4})m)?", re.ASCII)
_DAYS_IN_DANISH = {
    DayType.CALENDAR: ("kalenderdag", "kalenderdage"),
    DayType.WORKING: ("arbejdsdag", "arbejdsdage"),
    DayType.WEEKDAY_SAT: ("hverdag", "hverdage"),
    DayType.SCHOOL: ("skoledag", "skoledage"),
    DayType.HOURS: ("time", "timer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time: months first, then days of one type; or elapsed hours alone."""

    months: int = 0
    days: int = 0
    day_type: DayType = DayType.CALENDAR
    hours: int = 0

    def in_danish(self) -> str:
        """Return the period as »17 år og 6 måneder« or »5 arbejdsdage«."""
        years, months = divmod(self.months, 12)
        parts = (
            (years, "år", "år"),
            (months, "måned", "måneder"),
            (self.days, *_DAYS_IN_DANISH[self.day_type]),
            (self.hours, *_DAYS_IN_DANISH[DayType.HOURS]),
        )
        words = [
            f"{number} {one if number == 1 else many}" for number, one, many in parts if number
        ]
        return listed(words) or f"0 {_DAYS_IN_DANISH[self.day_type][1]}"


def parse_period(text: str) -> Period:
    """Read `5 WD`, `30 CD`, `10 SD`, `6 HD`, `24 h`, `P3M`, `P21D`, `P4W`, `17y3m` or `17y`.

    WD counts working days, CD calendar days, SD school days and HD weekdays with Saturday; the
    full names of the day types do as well. Raises `ValueError` for anything else.
    """
    written = text.strip()
    if (match := _COUNTED.fullmatch(written)) and match["unit"] in _UNITS:
        return _counted(int(match["number"]), _UNITS[match["unit"]])
    if match := _ISO.fullmatch(written) or _AGE.fullmatch(written):
        return _spelled(match.groupdict())
    raise ValueError(f"»{text}« er ikke en periode som 5 WD, 30 CD, 24 h, P3M eller 17y6m.")


def shift(calendar: WorkingCalendar, day: date, period: Period, sign: int = 1) -> date:
    """Return the day one `period` after `day`, or before it when `sign` is -1.

    Nothing is rolled. Raises `ValueError` for a period in hours: hours start from an instant.
    """
    if period.hours:
        raise ValueError(f"{period.in_danish()} skal regnes fra et tidspunkt, ikke fra en dag.")
    moved = add_months(day, sign * period.months)
    return calendar.add_days(moved, sign * period.days, period.day_type)


def shift_instant(instant: datetime, period: Period, sign: int = 1) -> datetime:
    """Return the instant `period` elapsed hours after `instant`, or before it when `sign` is -1.

    `instant` is aware and in UTC, so that a night of 23 or 25 hours changes nothing. Raises
    `ValueError` for a period that is not in hours alone.
    """
    if period.months or period.days:
        raise ValueError(f"{period.in_danish()} er ikke en frist i timer.")
    return instant + sign * timedelta(hours=period.hours)


def is_length(text: object) -> bool:
    """Say whether `text` is a length of elapsed time: ISO days or hours, no months."""
    return isinstance(text, str) and text.startswith("P") and _is_elapsed(text)


def lasted(instant: datetime, text: str) -> datetime:
    """Return the instant that the elapsed time `text` (»P14D«, »PT24H«) leads to, a day 24 hours.

    Raises `ValueError` for what `is_length` does not take.
    """
    if not is_length(text):
        raise ValueError(f"»{text}« er ikke en varighed som P14D eller PT24H.")
    period = parse_period(text)
    return instant + timedelta(days=period.days, hours=period.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number or rule that a municipality may set.

    `source` says where `value` comes from: the basis of the default, or the pack that set it.
    """

    key: str
    value: Value
    source: str
    default: Value

    @property
    def is_overridden(self) -> bool:
        """Say whether the value is another than the shipped one."""
        return self.value != self.default


@dataclass(frozen=True, slots=True)
class Parameters:
    """The register: what each key is worth here, and why."""

    entries: Mapping[str, Parameter] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: Iterable[Parameter]) -> "Parameters":
        """Return the register of these parameters."""
        return cls(MappingProxyType({each.key: each for each in parameters}))

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def entry(self, key: str) -> Parameter:
        """Return the parameter itself. Raises `InvalidDefinition` for a key nobody knows."""
        if key not in self.entries:
            near = get_close_matches(key, self.entries, n=1)
            hint = f" Mente du »{near[0]}«?" if near else ""
            raise InvalidDefinition(f"Der er ingen parameter »{key}«.{hint}")
        return self.entries[key]

    def get(self, key: str) -> Value:
        """Return what `key` is worth. Raises `InvalidDefinition` for a key nobody knows."""
        return self.entry(key).value

    def period(self, key: str) -> Period:
        """Return the value of `key` as a period. Raises `InvalidDefinition` if it is none."""
        value = self.get(key)
        try:
            return parse_period(str(value))
        except ValueError as error:
            raise InvalidDefinition(f"Parameteren »{key}«: {error}") from error

    def overridden_by(self, values: Mapping[str, object], source: str) -> "Parameters":
        """Return a register in which `values` stand, each with `source`; this one is unchanged.

        Raises `InvalidDefinition` for an unknown key, and for a value of another kind than the
        default (a number where a period belongs).
        """
        changed = {key: _override(self.entry(key), value, source) for key, value in values.items()}
        return Parameters(MappingProxyType({**self.entries, **changed}))


def register(defaults: Mapping[str, object], source: str = "standard") -> Parameters:
    """Return the register of the shipped `defaults`, all with one `source`."""
    return Parameters.of(
        Parameter(key=key, value=_frozen(key, value), source=source, default=_frozen(key, value))
        for key, value in defaults.items()
    )


def is_period(text: object) -> bool:
    """Say whether `text` can be read as a period."""
    try:
        return isinstance(text, str) and bool(parse_period(text))
    except ValueError:
        return False


def _is_elapsed(text: str) -> bool:
    return is_period(text) and not parse_period(text).months


def _counted(number: int, day_type: DayType) -> Period:
    if day_type is DayType.HOURS:
        return Period(hours=number)
    return Period(days=number, day_type=day_type)


def _spelled(parts: Mapping[str, str | None]) -> Period:
    years, months, weeks, days, hours = (
        int(parts.get(unit) or 0) for unit in ("years", "months", "weeks", "days", "hours")
    )
    if hours and (years or months or weeks or days):
        raise ValueError("En periode er enten timer eller dage, ikke begge dele.")
    return Period(months=years * 12 + months, days=weeks * 7 + days, hours=hours)


def _override(parameter: Parameter, value: object, source: str) -> Parameter:
    new = _frozen(parameter.key, value)
    if _kind(new) != _kind(parameter.default):
        raise InvalidDefinition(
            f"Parameteren »{parameter.key}« kan ikke være »{value}«; "
            f"standarden er »{parameter.default}«."
        )
    return replace(parameter, value=new, source=source)


def _kind(value: Value) -> str:
    if isinstance(value, tuple):
        return "list"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "number"
    return "period" if is_period(value) else "text"


def _frozen(key: str, value: object) -> Value:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple) and all(
        isinstance(item, str | int | float) for item in value
    ):
        return tuple(value)
    raise InvalidDefinition(
        f"Parameteren »{key}« skal være tekst, tal, ja/nej eller en liste af dem."
    )

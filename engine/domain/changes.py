"""What is otherwise in the municipality's settings, as far as a date may hang on it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from engine.domain.calendars import WorkingCalendar
from engine.domain.dependence import UNKNOWN, Dependence
from engine.domain.parameters import Parameters, Value

Calendars = tuple[WorkingCalendar, Mapping[str, WorkingCalendar]]  # the common, and the schools'

CLOSED, OPENED, NO_SCHOOL, SCHOOL = "closed", "opened", "no_school", "school"
PARAMETER, BIRTH_DATE, MILESTONE = "parameter", "birth_date", "milestone"
_YEARS_BACK, _YEARS_AHEAD = 1, 30  # as far as an age clock reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is otherwise.

    `what` is closed or opened (a closing day came or went), no_school or school (a day off of the
    school came or went), parameter, milestone (one of the age clock came, went or is another), or
    birth_date. `of` is the day as it is written (»2026-12-30«,
    »12-24« for every year), the key of the parameter, or the milestone; `name` what the day is
    called. `school` is the calendar that it stands in, "" for the one of all schools.
    """

    what: str
    of: str = ""
    name: str = ""
    before: str = ""
    after: str = ""
    school: str = ""

    def as_kept(self) -> dict[str, Any]:
        """Return the change in its JSON form."""
        return {name: value for name, value in asdict(self).items() if value}

    def days(self, today: date) -> Iterator[date]:
        """Yield the days it is about, one a year for a day of every year."""
        if self.what in (PARAMETER, BIRTH_DATE, MILESTONE):
            return
        if len(self.of) == len("2026-12-30"):
            yield date.fromisoformat(self.of)
            return
        for year in range(today.year - _YEARS_BACK, today.year + _YEARS_AHEAD):
            if self.of != "02-29" or year % 4 == 0:
                yield date.fromisoformat(f"{year}-{self.of}")


def changes(
    before: tuple[WorkingCalendar, Parameters], after: tuple[WorkingCalendar, Parameters]
) -> list[Change]:
    """Return what is otherwise after than before; nothing that no date can hang on."""
    (old, had), (new, has) = before, after
    return [
        *_days_that_differ(old.closing_days, new.closing_days, CLOSED, OPENED),
        *_school_days_that_differ(old, new),
        *_parameters_that_differ(had, has),
    ]


def schools_that_differ(old: Calendars, new: Calendars) -> list[Change]:
    """Return which days came or went in the calendars that schools have of their own.

    A school that came or went had, or has, the calendar that is common to all.
    """
    return [
        replace(each, school=name)
        for name in sorted(old[1].keys() | new[1].keys())
        for each in _school_days_that_differ(old[1].get(name, old[0]), new[1].get(name, new[0]))
    ]


def milestones_that_differ(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> list[Change]:
    """Return which milestones came, went or are others now; every case has a clock of them."""
    names = sorted(old.keys() | new.keys())
    return [Change(what=MILESTONE, of=name) for name in names if old.get(name) != new.get(name)]


def joined(found: Iterable[Change]) -> list[Change]:
    """Return changes that came one after the other, one of each day and parameter.

    The last tells what it is now, the first what it was.
    """
    by_subject: dict[tuple[str | bool, str, str], Change] = {}
    for each in found:
        subject = each.what in (PARAMETER, MILESTONE) and each.what, each.of, each.school
        first = by_subject.get(subject, each)
        by_subject[subject] = replace(each, before=first.before)
    return list(by_subject.values())


def concerning(found: Iterable[Change], *hung_on: Dependence, today: date) -> list[Change]:
    """Return those of the changes that a date hung on before or after."""
    return [
        each for each in found if any(_concerns(each, dependence, today) for dependence in hung_on)
    ]


def _concerns(change: Change, hung_on: Dependence, today: date) -> bool:
    if change.what == BIRTH_DATE:
        return True
    if change.what == MILESTONE:
        return False
    if change.what == PARAMETER:
        return change.of in hung_on.keys or UNKNOWN in hung_on.keys
    if hung_on.since is None or hung_on.until is None:
        return False
    return any(hung_on.since <= day <= hung_on.until for day in change.days(today))


def _school_days_that_differ(old: WorkingCalendar, new: WorkingCalendar) -> Iterator[Change]:
    before = {str(day): name for day, name in old.school_holidays.items()}
    after = {str(day): name for day, name in new.school_holidays.items()}
    yield from _days_that_differ(before, after, NO_SCHOOL, SCHOOL)


def _days_that_differ(
    old: Mapping[str, str], new: Mapping[str, str], came: str, went: str
) -> Iterator[Change]:
    for day in sorted(new.keys() - old.keys()):
        yield Change(what=came, of=day, name=new[day])
    for day in sorted(old.keys() - new.keys()):
        yield Change(what=went, of=day, name=old[day])


def _parameters_that_differ(old: Parameters, new: Parameters) -> Iterator[Change]:
    for key in sorted(old.entries.keys() | new.entries.keys()):
        had, has = _value(old, key), _value(new, key)
        if had != has:
            yield Change(what=PARAMETER, of=key, before=_written(had), after=_written(has))


def _value(parameters: Parameters, key: str) -> Value | None:
    return parameters.get(key) if key in parameters else None


def _written(value: Value | None) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)

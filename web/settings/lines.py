"""A setting in a line of the page, and where it is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine.storage.work import Work
from web.settings import words
from web.settings.asking import REMOVE
from workflows.municipalities.configuration import days_of_period
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SCHOOL,
    SCHOOL_CLOSING,
    SCHOOL_HOLIDAY,
    SERIES,
)

SLUGS = {
    CLOSING_DAY: "lukkedage",
    SCHOOL_HOLIDAY: "skoleferier",
    SCHOOL: "skoler",
    SCHOOL_CLOSING: "skolefridage",
    PARAMETER: "tal",
    SERIES: "moeder",
}
_NEW_YEAR_OF_SCHOOLS = 8  # August


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A setting in a line; `note` where something else is worth knowing."""

    what: str
    when: str = ""
    note: str = ""
    edit: str = ""
    remove: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolYear:
    """The holidays of one school year."""

    name: str
    holidays: Sequence[Line]


def school_years(
    work: Work, periods: Mapping[str, str], kind: str, of: str = ""
) -> Sequence[SchoolYear]:
    """Return the days off of a calendar by school year, those of former years left out.

    `of` stands before each period in the key of its setting.
    """
    found: dict[int, list[Line]] = {}
    for key, name in sorted(periods.items()):
        since, until = days_of_period(key)
        if until < work.today.replace(month=1, day=1):
            continue
        begun = since.year if since.month >= _NEW_YEAR_OF_SCHOOLS else since.year - 1
        line = Line(
            what=name,
            when=words.period_key_words(key, work.today),
            remove=address(kind, REMOVE, f"{of}{key}"),
        )
        found.setdefault(begun, []).append(line)
    return [SchoolYear(name=f"{year}/{year + 1}", holidays=found[year]) for year in sorted(found)]


def address(kind: str, act: str, key: str = "") -> str:
    """Return where a setting is changed so."""
    named: dict[str, Any] = {"key": key} if key else {}
    return url_for("settings.ask", kind=SLUGS[kind], act=act, **named)

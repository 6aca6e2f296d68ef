"""The page of absences, and what is typed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.absence.words import away_in_words
from web.i18n import N_, _, format_day
from web.inbox.forms import Shown, Typed, drawn, raw_of
from web.inbox.presenters import COVER, Act
from web.sentences import translated
from workflows.municipalities.absences import (
    Away,
    absences_of,
    covered_by,
    led_by,
    possible_deputies,
    register_absence,
)
from workflows.municipalities.records import EmployeeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """One absence in a line, and how it ends before its time."""

    name: str
    words: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One for whom the reader stands in today."""

    name: str
    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePage:
    """Who is away among those whom the reader may say it of, and the form."""

    absences: Sequence[Absent]
    covered: Sequence[Covered]
    fields: Sequence[Shown]


def absence_page(
    work: Work, typed: Typed | None, problems: Mapping[str, str] | None
) -> AbsencePage:
    """Return the page, with what was typed; at first it is the reader who is away from today."""
    people = _people(work)
    return AbsencePage(
        absences=[_absent(work, each) for each in absences_of(work, [one.id for one in people])],
        covered=[_covered(work, each) for each in covered_by(work, work.actor.id)],
        fields=drawn(_form(work, people), typed or _at_first(work), problems),
    )


def register(work: Work, typed: Typed) -> str:
    """Register what was typed and say what follows. Raises `InvalidAnswers`, translated."""
    answers = validate(_form(work, _people(work)), raw_of(typed), _)
    try:
        row = register_absence(
            work,
            UUID(answers["employee"]),
            date.fromisoformat(answers["since"]),
            date.fromisoformat(answers["until"]),
            UUID(answers["deputy"]),
        )
    except InvalidAnswers as invalid:
        raise InvalidAnswers(
            {key: translated(said) for key, said in invalid.problems.items()}
        ) from None
    deputy = work.session.get_one(EmployeeRow, row.deputy_id).name
    return _("%(name)s ser opgaverne i sin indbakke og får kopi af det, der haster.", name=deputy)


def _people(work: Work) -> list[EmployeeRow]:
    """Return of whom the reader may say that they are away: themselves first."""
    return [work.session.get_one(EmployeeRow, work.actor.id), *led_by(work)]


def _form(work: Work, people: Sequence[EmployeeRow]) -> Form:
    deputies = possible_deputies(work, [each.id for each in people])
    return parse(
        {
            "id": "absence",
            "components": [
                _choice("employee", N_("Hvem er fraværende?"), people),
                _day("since", N_("Første dag")),
                _day("until", N_("Sidste dag")),
                _choice("deputy", N_("Hvem er stedfortræder?"), deputies),
            ],
        }
    )


def _choice(key: str, label: str, people: Sequence[EmployeeRow]) -> Mapping[str, Any]:
    values = [{"value": str(each.id), "label": each.name} for each in people]
    needed = {"required": True}
    return {"type": "select", "key": key, "label": label, "values": values, "validate": needed}


def _day(key: str, label: str) -> Mapping[str, Any]:
    return {"type": "date", "key": key, "label": label, "validate": {"required": True}}


def _at_first(work: Work) -> Typed:
    today = work.today
    parts = {"day": today.day, "month": today.month, "year": today.year}
    since = {f"since-{part}": str(number) for part, number in parts.items()}
    return MultiDict({"employee": str(work.actor.id), **since})


def _absent(work: Work, away: Away) -> Absent:
    begun = away.since <= work.today
    since = format_day(away.since, work.today)
    words = away_in_words(work, away)
    return Absent(
        name=away.name,
        words=words if begun else _("Fra %(day)s: %(words)s", day=since, words=words),
        act=Act(
            _("Er tilbage i dag") if begun else _("Bliver ikke til noget"),
            action=url_for("absence.end", absence_id=away.absence_id),
        ),
    )


def _covered(work: Work, away: Away) -> Covered:
    return Covered(
        name=away.name,
        words=away_in_words(work, away),
        href=url_for("inbox.index", vis=COVER, hvem=away.employee_id),
    )

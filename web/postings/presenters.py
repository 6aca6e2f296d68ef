"""The page of what is lent, and what is typed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.i18n import N_, _, format_day
from web.inbox.forms import Shown, Typed, drawn, raw_of
from web.inbox.presenters import Act
from web.sentences import translated
from web.words import role_name
from workflows.municipalities.postings import (
    Lent,
    NewPosting,
    led_units,
    lend,
    lendable_roles,
    lent_by,
)
from workflows.municipalities.records import EmployeeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One posting in a line; what is over has no button."""

    name: str
    words: str
    why: str
    act: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsPage:
    """What is lent now or will be, what was, and the form."""

    standing: Sequence[Posting]
    over: Sequence[Posting]
    fields: Sequence[Shown]


def postings_page(
    work: Work, typed: Typed | None, problems: Mapping[str, str] | None
) -> PostingsPage:
    """Return the page of the units that the reader leads, with what was typed."""
    found = lent_by(work, [unit.id for unit in led_units(work)])
    return PostingsPage(
        standing=[_posting(work, each) for each in found if each.ends_at > work.now],
        over=[_posting(work, each) for each in found if each.ends_at <= work.now],
        fields=drawn(_form(work), typed or _at_first(work), problems),
    )


def lend_as_typed(work: Work, typed: Typed) -> str:
    """Lend what was typed and say what follows. Raises `InvalidAnswers`, translated."""
    answers = validate(_form(work), raw_of(typed), _)
    unit, _sign, role = answers["role"].partition(":")
    try:
        row = lend(
            work,
            NewPosting(
                employee_id=UUID(answers["employee"]),
                role=role,
                unit_id=UUID(unit),
                since=date.fromisoformat(answers["since"]),
                until=date.fromisoformat(answers["until"]),
                reason=answers["reason"],
            ),
        )
    except InvalidAnswers as invalid:
        raise InvalidAnswers(
            {key: translated(said) for key, said in invalid.problems.items()}
        ) from None
    name = work.session.get_one(EmployeeRow, row.employee_id).name
    return _("%(name)s kan nu handle som %(role)s i enheden.", name=name, role=role_name(role))


def lent_in_words(work: Work, lent: Lent) -> str:
    """Return what is lent, where, from and to which day."""
    first, last = (_day(work, moment) for moment in (lent.begins_at, _just_before(lent.ends_at)))
    values = {"role": role_name(lent.role), "unit": lent.unit, "first": first, "last": last}
    if lent.ended_early:
        return _("%(role)s i %(unit)s, fra %(first)s, taget tilbage %(last)s", **values)
    return _("%(role)s i %(unit)s, fra %(first)s til og med %(last)s", **values)


def _posting(work: Work, lent: Lent) -> Posting:
    over = lent.ends_at <= work.now
    return Posting(
        name=lent.employee,
        words=lent_in_words(work, lent),
        why=_("%(why)s Givet af %(name)s.", why=_ended(lent.reason), name=lent.given_by),
        act=None
        if over
        else Act(_("Tag tilbage"), action=url_for("postings.end", posting_id=lent.posting_id)),
    )


def _form(work: Work) -> Form:
    units = led_units(work)
    roles = lendable_roles(work, [unit.id for unit in units])
    return parse(
        {
            "id": "posting",
            "components": [
                _choice("employee", N_("Hvem låner?"), _colleagues(work)),
                _choice(
                    "role",
                    N_("Hvilken beføjelse?"),
                    [
                        (f"{unit.id}:{role}", f"{role_name(role)}, {unit.name}")
                        for unit in units
                        for role in roles.get(unit.id, ())
                    ],
                ),
                _day_field("since", N_("Første dag")),
                _day_field("until", N_("Sidste dag")),
                {
                    "type": "textfield",
                    "key": "reason",
                    "label": N_("Hvorfor?"),
                    "description": N_("Skriv ikke navnet på en ung."),
                    "validate": {"required": True, "maxLength": 300},
                },
            ],
        }
    )


def _colleagues(work: Work) -> list[tuple[str, str]]:
    query = select(EmployeeRow.id, EmployeeRow.name).where(
        EmployeeRow.active, EmployeeRow.id != work.actor.id
    )
    return [
        (str(who), name) for who, name in work.session.execute(query.order_by(EmployeeRow.name))
    ]


def _choice(key: str, label: str, options: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    values = [{"value": value, "label": shown} for value, shown in options]
    needed = {"required": True}
    return {"type": "select", "key": key, "label": label, "values": values, "validate": needed}


def _day_field(key: str, label: str) -> Mapping[str, Any]:
    return {"type": "date", "key": key, "label": label, "validate": {"required": True}}


def _at_first(work: Work) -> Typed:
    today = work.today
    parts = {"day": today.day, "month": today.month, "year": today.year}
    return MultiDict({f"since-{part}": str(number) for part, number in parts.items()})


def _day(work: Work, moment: datetime) -> str:
    return format_day(work.calendar.local_date(moment), work.today)


def _just_before(moment: datetime) -> datetime:
    return moment - timedelta(seconds=1)


def _ended(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."

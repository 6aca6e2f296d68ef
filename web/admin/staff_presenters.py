"""What the pages of the employees show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotFound
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Shown
from web.inbox.presenters import Act
from web.words import role_name
from workflows.municipalities.engaging import Post, give_post, posts_of
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow
from workflows.municipalities.roles import POSTS

Cell = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post in words, with how it is taken away; the provider's own has no button."""

    words: str
    act: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeePage:
    """One employee; oneself has no acts."""

    name: str
    facts: Sequence[Mapping[str, str]]
    posts: Sequence[Held]
    acts: Sequence[Act]
    give: str
    fields: Sequence[Shown]


def staff_table(work: Work) -> list[list[Cell]]:
    """Return everybody, by name, with their roles and whether the account is open."""
    roles: dict[UUID, set[str]] = {}
    for who, role in work.session.execute(select(PostRow.employee_id, PostRow.role)):
        roles.setdefault(who, set()).add(role)
    people = work.session.scalars(select(EmployeeRow).order_by(EmployeeRow.name))
    return [_line(each, roles.get(each.id, set())) for each in people]


def employee_page(
    work: Work, employee_id: UUID, typed: Mapping[str, str], problems: Mapping[str, str]
) -> EmployeePage:
    """Return the page of one employee. Raises `NotFound`."""
    who = work.session.get(EmployeeRow, employee_id)
    if who is None:
        raise NotFound("Medarbejderen findes ikke.")
    myself = who.id == work.actor.id
    return EmployeePage(
        name=who.name,
        facts=[
            {"label": _("Brugernavn"), "value": who.username},
            {"label": _("Mail"), "value": who.email},
            {"label": _("Telefon"), "value": who.phone or _("ingen")},
            {"label": _("Konto"), "value": _("åben") if who.active else _("lukket")},
        ],
        posts=[_held(who.id, each, myself) for each in posts_of(work, who.id)],
        acts=() if myself else _acts(who),
        give=url_for("admin.give_post", employee_id=who.id),
        fields=() if myself else _post_fields(work, typed, problems),
    )


def post_as_typed(work: Work, employee_id: UUID, typed: Mapping[str, str]) -> None:
    """Give the post that was chosen. Raises `InvalidAnswers` as `give_post` does."""
    try:
        unit_id = UUID(typed.get("unit", ""))
    except ValueError:
        raise InvalidAnswers({"unit": "Vælg en enhed på listen."}) from None
    give_post(work, employee_id, typed.get("role", ""), unit_id)


def new_employee_fields(typed: Mapping[str, str], problems: Mapping[str, str]) -> list[Shown]:
    """Return the fields for somebody new."""
    boxes = (
        ("name", N_("Navn"), True),
        ("username", N_("Brugernavn"), True),
        ("email", N_("Mail"), True),
        ("phone", N_("Telefon"), False),
    )
    return [
        _box(key, label, typed, problems) | {"type": "textfield", "required": required}
        for key, label, required in boxes
    ]


def _post_fields(
    work: Work, typed: Mapping[str, str], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    roles = sorted((role_name(role), role) for role in POSTS)
    units = work.session.execute(select(UnitRow.id, UnitRow.name).order_by(UnitRow.name))
    choices = (
        ("role", N_("Rolle"), [(role, name) for name, role in roles]),
        ("unit", N_("Enhed"), [(str(unit), name) for unit, name in units]),
    )
    return [
        _box(key, label, typed, problems)
        | {
            "type": "select",
            "required": True,
            "options": [{"value": value, "label": name} for value, name in options],
        }
        for key, label, options in choices
    ]


def _box(
    key: str, label: str, typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "key": key,
        "label": _(label),
        "value": typed.get(key, ""),
        "error": problems.get(key, ""),
    }


def _line(who: EmployeeRow, roles: set[str]) -> list[Cell]:
    href = url_for("admin.employee", employee_id=who.id)
    names = ", ".join(sorted(role_name(role) for role in roles))
    return [
        {"text": who.name, "href": href},
        who.username,
        names or _("ingen"),
        _("åben") if who.active else _("lukket"),
    ]


def _held(employee_id: UUID, post: Post, myself: bool) -> Held:
    words = _("%(role)s i %(unit)s", role=role_name(post.role), unit=post.unit)
    if post.from_group:
        return Held(words=_("%(post)s, fra kommunens grupper", post=words), act=None)
    address = url_for("admin.take_post", employee_id=employee_id, post_id=post.post_id)
    return Held(words=words, act=None if myself else Act(_("Fjern"), action=address))


def _acts(who: EmployeeRow) -> list[Act]:
    if not who.active:
        return [Act(_("Åbn kontoen"), action=url_for("admin.take_back", employee_id=who.id))]
    return [
        Act(_("Lav en kode"), action=url_for("admin.make_code", employee_id=who.id)),
        Act(_("Luk kontoen"), action=url_for("admin.let_go", employee_id=who.id)),
    ]

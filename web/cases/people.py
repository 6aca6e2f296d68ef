"""The people around a young person, and how to reach them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.absence.words import away_in_words
from web.cases import reading
from web.errors import Line
from web.i18n import N_, _
from web.words import role_name
from workflows.access.sight import Sight
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import efforts_of
from workflows.municipalities.absences import away_today
from workflows.people.cpr import masked
from workflows.people.records import GuardianRow, YoungPersonRow

_EFFORTS = {
    "drug_treatment": N_("rusmiddelbehandling"),
    "violence": N_("hjælp efter vold"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person around the young person, and how to reach them."""

    name: str
    role: str
    phone: str
    email: str
    note: str = ""


def reach(person: YoungPersonRow, sight: Sight) -> list[Line]:
    """Return how the young person is reached; what is not known, or not to be, is left out.

    Where an address is protected, only who reads in that compartment learns of it.
    """
    inside = "protected_address" in sight.compartments
    lines = [
        Line(_("Født"), f"{person.birth_date:%d.%m.%Y}", record="birth"),
        Line(_("CPR-nummer"), masked(person.cpr) if person.cpr and sight.cpr else ""),
        Line(_("Telefon"), person.phone),
        Line(_("E-mail"), person.email),
        Line(_("Skole"), person.school if may_read_school(person, sight) else ""),
        Line(_("Breve"), _("På papir: fritaget for Digital Post") * person.digital_post_exempt),
        Line(
            _("Adresse"),
            _("Beskyttet: må ikke nævnes for nogen") * (inside and person.protected_address),
        ),
    ]
    return [line for line in lines if line.value]


def may_read_school(person: YoungPersonRow, sight: Sight) -> bool:
    """Say whether the reader may know the school: it would give a protected address away."""
    return not person.protected_address or "protected_address" in sight.compartments


def efforts(work: Work, person: YoungPersonRow, sight: Sight) -> list[Line]:
    """Return that something runs in a closed compartment, where a consent of its own lets it be
    known; nothing more of it.
    """
    known = sorted(sight.knows_of & _EFFORTS.keys() - sight.compartments)
    found = [_(_EFFORTS[each]) for each in known if efforts_of(work, person.id, each)]
    return [Line(_("Lukket rum"), _("Der er en indsats: %(what)s", what=what)) for what in found]


def guardian(row: GuardianRow, today: date) -> Contact:
    """Return one who has, or had, custody."""
    ended = row.until is not None and row.until <= today
    return Contact(
        name=row.name,
        role=row.relation or _("forælder"),
        phone=row.phone,
        email=row.email,
        note=_("har ikke længere del i forældremyndigheden") if ended else "",
    )


def professionals(work: Work, case: YouthCaseRow, tasks: Sequence[TaskRow]) -> list[Contact]:
    """Return who works with the young person: the offices of the case, and who has a task."""
    offices: dict[UUID, list[str]] = {}
    for employee_id, office in (
        (case.primary_id, _("holder tråden")),
        (case.coordinator_id, _("tovholder")),
        (case.plan_owner_id, _("ansvarlig for planen")),
    ):
        if employee_id is not None:
            offices.setdefault(employee_id, []).append(office)
    for task in tasks:
        if task.assignee_id is not None and task.assignee_id not in offices:
            offices[task.assignee_id] = [role_name(task.role)]
    people = reading.employees(work, offices)
    away = away_today(work, offices)
    return [
        Contact(
            name=people[key].name,
            role=", ".join(roles),
            phone=people[key].phone,
            email=people[key].email,
            note=away_in_words(work, away[key]) if key in away else "",
        )
        for key, roles in offices.items()
        if key in people
    ]

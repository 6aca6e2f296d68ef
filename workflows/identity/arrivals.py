"""Somebody comes from the provider: who that is here, and what their groups give them today."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from engine.domain.errors import InvalidDefinition, NotAllowed
from engine.storage.work import Work
from workflows.identity.records import ProviderIdentityRow
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow

Roles = Collection[tuple[str, str]]  # a role, and the code of its unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the provider says of one who has signed in there. `subject` is its name of them."""

    issuer: str
    subject: str
    username: str
    name: str
    email: str


def arrive(work: Work, arrival: Arrival, roles: Roles) -> UUID:
    """Return the employee who has arrived, with the posts that `roles` give them, and no others.

    Somebody new is known by their mail address if an employee without another identity has it,
    else engaged. Posts that the house itself gave stay. Raises `NotAllowed` for one without any
    role or who has left, `InvalidDefinition` where a unit is not one of this municipality.
    """
    employee = _known(work, arrival) or _by_mail(work, arrival)
    if employee is not None and not employee.active:
        raise NotAllowed("Din konto i Tovholder er lukket. Tal med din leder.")
    if not roles and (employee is None or not _has_other_posts(work, employee.id)):
        raise NotAllowed(
            "Du er logget ind hos kommunen, men ingen af dine grupper giver en rolle i Tovholder. "
            "Bed driften om at give dig en."
        )
    employee = employee or _engaged(work, arrival)
    _give(work, employee.id, _in_units(work, roles))
    return employee.id


def _known(work: Work, arrival: Arrival) -> EmployeeRow | None:
    row = work.session.get(ProviderIdentityRow, (arrival.issuer, arrival.subject))
    return work.session.get_one(EmployeeRow, row.employee_id) if row else None


def _by_mail(work: Work, arrival: Arrival) -> EmployeeRow | None:
    """Return the one employee of that address who has not come from a provider before."""
    taken = select(ProviderIdentityRow.employee_id)
    query = select(EmployeeRow).where(
        func.lower(EmployeeRow.email) == arrival.email.lower(), EmployeeRow.id.not_in(taken)
    )
    found = work.session.scalars(query).all() if arrival.email else []
    if len(found) != 1:
        return None
    _remember(work, arrival, found[0].id)
    return found[0]


def _engaged(work: Work, arrival: Arrival) -> EmployeeRow:
    query = select(EmployeeRow.id).where(EmployeeRow.username == arrival.username)
    if work.session.scalars(query).first() is not None:
        raise NotAllowed("Dit brugernavn hos kommunen har en anden her. Bed driften om hjælp.")
    row = EmployeeRow(username=arrival.username, name=arrival.name, email=arrival.email)
    work.session.add(row)
    work.flush()
    _remember(work, arrival, row.id)
    return row


def _remember(work: Work, arrival: Arrival, employee_id: UUID) -> None:
    row = ProviderIdentityRow(
        issuer=arrival.issuer, subject=arrival.subject, employee_id=employee_id
    )
    work.session.add(row)


def _has_other_posts(work: Work, employee_id: UUID) -> bool:
    query = select(PostRow.id).where(
        PostRow.employee_id == employee_id, PostRow.from_group.is_(False)
    )
    return work.session.scalars(query).first() is not None


def _in_units(work: Work, roles: Roles) -> set[tuple[str, UUID]]:
    units = {row.code: row.id for row in work.session.scalars(select(UnitRow))}
    for _, code in roles:
        if code not in units:
            raise InvalidDefinition(f"Enheden »{code}« i filen med grupper findes ikke.")
    return {(role, units[code]) for role, code in roles}


def _give(work: Work, employee_id: UUID, wanted: set[tuple[str, UUID]]) -> None:
    """Make the posts of the groups exactly those wanted that the house has not given already."""
    rows = work.session.scalars(select(PostRow).where(PostRow.employee_id == employee_id)).all()
    have = {(row.role, row.unit_id) for row in rows}
    gone = [row.id for row in rows if row.from_group and (row.role, row.unit_id) not in wanted]
    if gone:
        work.session.execute(delete(PostRow).where(PostRow.id.in_(gone)))
    for role, unit_id in sorted(wanted - have, key=str):
        work.session.add(
            PostRow(employee_id=employee_id, role=role, unit_id=unit_id, from_group=True)
        )

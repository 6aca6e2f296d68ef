"""Holding who may read the case against what a line says of them."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.storage.work import Work
from workflows.access.guardians import guardian_may_read
from workflows.access.sight import what_may
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.people.parties import young_person_of
from workflows.people.records import GuardianRow
from workflows.scenarios.format import Line


def unlike_sights(work: Work, case_id: UUID, line: Line) -> Iterator[str]:
    """Return one sentence for each who sees the case and should not, or the reverse."""
    for name in line.may_see:
        if not _sees(work, case_id, name):
            yield f"adgang: ventet, at {name} ser sagen; den er lukket"
    for name in line.may_not_see:
        if _sees(work, case_id, name):
            yield f"adgang: ventet, at {name} ikke ser sagen; den er åben"


def _sees(work: Work, case_id: UUID, name: str) -> bool:
    employee = work.session.scalar(select(EmployeeRow.id).where(EmployeeRow.username == name))
    if employee is not None:
        return what_may(work, actor_of(work, employee), case_id) is not None
    person = young_person_of(work, case_id)
    query = select(GuardianRow).where(GuardianRow.young_person_id == person.id)
    guardian = next((row for row in work.session.scalars(query) if row.relation == name), None)
    if guardian is None:
        raise InvalidDefinition(f"Ingen medarbejder eller forælder hedder »{name}«.")
    return guardian_may_read(work, case_id, guardian.id)

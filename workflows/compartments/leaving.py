"""Who leaves the house lets go of what they hold in a compartment, and nobody outside learns of it.

Operations close an account without knowing whether there is anything inside: so it is never refused
for what is there, and never because of it.
"""

from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import Conflict
from engine.storage.work import Work
from workflows.cases.passing_on import take_thread
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import open_youth_case
from workflows.compartments.services import entering, holder_in
from workflows.municipalities.records import EmployeeRow, UnitRow

LEAVES = "leaves"


def leave_compartments(work: Work, employee_id: UUID) -> None:
    """Let colleagues inside hold what the employee holds there, each told by mail.

    Raises `Conflict` when nobody else could, whether there is anything to hold or not.
    """
    closed = select(UnitRow).where(UnitRow.compartment.is_not(None)).order_by(UnitRow.code)
    for unit in work.session.scalars(closed).all():
        heir = holder_in(work, unit, but=employee_id)
        if heir is None and holder_in(work, unit) == employee_id:
            name = work.session.get_one(EmployeeRow, employee_id).name
            raise Conflict(
                f"{name} er den sidste, der kan holde en tråd i {unit.name}. "
                "Giv en anden en rolle der først."
            )
        if heir is not None:
            _pass_on(work, unit, employee_id)


def _pass_on(work: Work, unit: UnitRow, former: UUID) -> None:
    held = select(YouthCaseRow.case_id).where(
        YouthCaseRow.unit_id == unit.id,
        YouthCaseRow.compartment == unit.compartment,
        YouthCaseRow.primary_id == former,
        YouthCaseRow.closed_at.is_(None),
    )
    assert unit.compartment is not None  # noqa: S101  # chosen so
    with entering(work, unit.compartment):
        for case_id in work.session.scalars(held.order_by(YouthCaseRow.case_id)).all():
            heir = holder_in(work, unit, but=former)
            assert heir is not None  # noqa: S101  # there was one
            take_thread(work, open_youth_case(work, case_id), heir, LEAVES)

"""Who holds the thread of a case, and how it passes from hand to hand without a gap."""

from uuid import UUID

from sqlalchemy import func, select

from engine.domain.errors import NotAllowed, NotFound, Over, SomethingFirst
from engine.services.journal import record
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.directory import compartments_of
from workflows.municipalities.records import EmployeeRow

PRIMARY = "primary_responsible"


def youth_case(work: Work, case_id: UUID) -> YouthCaseRow:
    """Return the youth case, its engine case locked for this act. Raises `NotFound`."""
    work.lock_case(case_id)
    case = work.session.get(YouthCaseRow, case_id)
    if case is None:
        raise NotFound("Sagen findes ikke.")
    return case


def open_youth_case(work: Work, case_id: UUID) -> YouthCaseRow:
    """Return the youth case, which is open. Raises `NotFound` and `Conflict`."""
    case = youth_case(work, case_id)
    if case.closed_at is not None:
        raise Over("Sagen er lukket.")
    return case


def open_case_of(work: Work, young_person_id: UUID) -> YouthCaseRow | None:
    """Return the open case of a young person, or None."""
    query = select(YouthCaseRow).where(
        YouthCaseRow.young_person_id == young_person_id, YouthCaseRow.closed_at.is_(None)
    )
    return work.session.scalars(query).first()


def hand_over_thread(work: Work, case: YouthCaseRow, employee_id: UUID, why: str) -> None:
    """Make the employee primary responsible from this instant; the open tasks follow.

    The history has neither gap nor overlap: the database writes it. Does nothing when the
    employee already holds the thread. Raises `NotFound` for one who is not active,
    `NotAllowed` for one outside the compartment of the case and `Conflict` for a closed case.
    `why` is a code for the journal.
    """
    if case.closed_at is not None:
        raise Over("Sagen er lukket.")
    if case.primary_id == employee_id:
        return
    check_active(work, employee_id)
    check_enters(work, case, employee_id)
    locked = work.lock_case(case.case_id)
    work.flush()  # the database compares with the last act of the case
    former, case.primary_id = case.primary_id, employee_id
    case.primary_since = locked.touched_at
    move_tasks(work, case.case_id, PRIMARY, employee_id)
    record(work, case.case_id, "thread_passed_on", to=str(employee_id), former=str(former), why=why)
    work.flush()


def move_tasks(work: Work, case_id: UUID, role: str, employee_id: UUID) -> None:
    """Give the open tasks of a personal role to who has it now."""
    tasks = work.session.scalars(
        select(TaskRow).where(
            TaskRow.case_id == case_id, TaskRow.role == role, TaskRow.closed_at.is_(None)
        )
    )
    for task in tasks:
        if task.assignee_id != employee_id:
            task.assignee_id, task.claimed_at = employee_id, work.now
            record(work, case_id, "task_moved", task=str(task.id), to=str(employee_id))


def check_active(work: Work, employee_id: UUID) -> EmployeeRow:
    """Return the employee. Raises `NotFound` unless there is such a one at work."""
    employee = work.session.get(EmployeeRow, employee_id)
    if employee is None or not employee.active:
        raise NotFound("Medarbejderen findes ikke eller er ikke længere ansat.")
    return employee


def check_enters(work: Work, case: YouthCaseRow, employee_id: UUID) -> None:
    """Raise `NotAllowed` unless the employee enters the compartment of the case, if it has one."""
    if case.compartment and case.compartment not in compartments_of(work, employee_id):
        raise NotAllowed("Kun rummets egne medarbejdere kan få sagen.")


def deactivate_employee(work: Work, employee_id: UUID) -> None:
    """End an employee's access. Who may do so is for the page that asks.

    Raises `Conflict` while the employee has an office in an open case, so that no young person
    is left alone: hand the threads over first. Raises `NotFound`.
    """
    work.reads_for("staff", f"employee:{employee_id}")
    employee = check_active(work, employee_id)
    has_office = (
        (YouthCaseRow.primary_id == employee_id)
        | (YouthCaseRow.coordinator_id == employee_id)
        | (YouthCaseRow.plan_owner_id == employee_id)
    )
    query = select(func.count()).select_from(YouthCaseRow)
    held = work.session.scalar(query.where(YouthCaseRow.closed_at.is_(None), has_office))
    if held:
        raise SomethingFirst(
            f"{employee.name} har stadig ansvar i {held} åbne sager. Giv dem videre først."
        )
    employee.active = False
    work.flush()

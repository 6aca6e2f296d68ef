"""How a case ends, and how it begins again where it left off."""

from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import Already
from engine.services.arming import cancel_task
from engine.services.instances import cancel_process
from engine.services.journal import record
from engine.services.settling import settle
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.cases.milestones import CANCELLED_BY_CLOSING, cancel_milestones, plan_milestones
from workflows.cases.records import YouthCaseRow
from workflows.cases.rules import CLOSED, REOPENED
from workflows.cases.thread import check_active, open_case_of, open_youth_case, youth_case

_RUNNING = select(InstanceRow).where(
    InstanceRow.case_id == bindparam("case_id"), InstanceRow.closed_at.is_(None)
)
_LONE_TASKS = select(TaskRow).where(
    TaskRow.case_id == bindparam("case_id"),
    TaskRow.instance_id.is_(None),
    TaskRow.closed_at.is_(None),
)


def close_case(
    work: Work, case_id: UUID, outcome: str, *, but: InstanceRow | None = None
) -> YouthCaseRow:
    """Close the case with `outcome` (a code): every other process and task of it stops.

    `but` is the process that closes it and runs on to its end. Whoever is responsible is so
    until this instant. Raises `Conflict` when it is closed already.
    """
    case = open_youth_case(work, case_id)
    _stop_processes(work, case_id, but)
    _stop_lone_tasks(work, case_id)
    cancel_milestones(work, case_id)
    locked = work.lock_case(case_id)
    work.flush()  # the database compares with the last act of the case
    case.closed_at, case.state, case.outcome = locked.touched_at, CLOSED, outcome
    record(work, case_id, "case_closed", outcome=outcome)
    work.flush()
    return case


def reopen_case(work: Work, case_id: UUID, employee_id: UUID | None = None) -> YouthCaseRow:
    """Open a closed case again, responsible from now on: `employee_id`, else who was last.

    What comes by date is planned anew; no new case and no retelling. Raises `Conflict` when the
    case is open, or the young person has another open one, and `NotFound` when the one who
    should hold the thread has left.
    """
    case = youth_case(work, case_id)
    if case.closed_at is None:
        raise Already("Sagen er allerede åben.")
    if open_case_of(work, case.young_person_id):
        raise Already("Den unge har allerede en anden åben sag.")
    primary = check_active(work, employee_id or case.primary_id)
    locked = work.lock_case(case_id)
    work.flush()
    case.primary_id, case.primary_since = primary.id, locked.touched_at
    case.closed_at, case.outcome, case.state = None, None, REOPENED
    record(work, case_id, "case_reopened", primary=str(primary.id))
    work.flush()
    plan_milestones(work, case_id, again=True)
    settle(work)
    return case


def _stop_processes(work: Work, case_id: UUID, but: InstanceRow | None) -> None:
    spared = _callers(work, but)
    work.flush()
    for instance in work.session.scalars(_RUNNING, {"case_id": case_id}):
        if instance.id not in spared:
            cancel_process(work, instance, CANCELLED_BY_CLOSING)


def _callers(work: Work, instance: InstanceRow | None) -> set[UUID]:
    found: set[UUID] = set()
    while instance is not None:
        found.add(instance.id)
        caller = instance.caller_id
        instance = work.session.get(InstanceRow, caller) if caller else None
    return found


def _stop_lone_tasks(work: Work, case_id: UUID) -> None:
    work.flush()
    for task in work.session.scalars(_LONE_TASKS, {"case_id": case_id}):
        cancel_task(work, task)

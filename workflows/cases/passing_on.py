"""A leader passes the thread of a case on to a colleague, and says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed
from engine.services.journal import record
from engine.storage.models import JournalRow
from engine.storage.work import Work
from workflows.access.matrix import matrix
from workflows.cases.coordination import own_plan
from workflows.cases.mails import mail_staff
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import hand_over_thread, move_tasks, open_youth_case
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, PostRow, UnitRow

CHIEF = "chief_consultant"
# Why a thread may be passed on. Codes: nothing that anybody wrote goes into the journal.
REASONS = ("young_person_asks", "knows_them_better", "workload", "away", "leaves", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One who could hold the thread, and how many open cases they hold today."""

    id: UUID
    name: str
    holds: int


def pass_thread_on(
    work: Work, case_id: UUID, employee_id: UUID | None, reason: str, *, held_by: UUID | None
) -> YouthCaseRow:
    """Let a colleague of the unit or team hold the thread from now on; return the case.

    What the former holder was beside it, coordinator or owner of the plan, goes along, and so
    do their tasks. Both get a mail. `reason` is one of `REASONS`. Raises `NotFound`,
    `NotAllowed` unless `may_pass_on`, `Conflict` when the case is closed or `held_by` no longer
    holds the thread, and `InvalidAnswers` for `employee` and `reason`.
    """
    work.reads_for("thread", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    check_may_pass_on(work, case)
    if case.primary_id != held_by:
        holder = work.session.get_one(EmployeeRow, case.primary_id)
        raise Conflict(f"{holder.name} har fået tråden, siden du hentede siden.")
    take_thread(work, case, _checked(work, case, employee_id, reason), reason)
    return case


def take_thread(work: Work, case: YouthCaseRow, employee_id: UUID, reason: str) -> None:
    """Let the employee hold the thread, with what the former holder was beside it; tell both.

    Who may do so is for the caller. Raises as `hand_over_thread`.
    """
    former = case.primary_id
    hand_over_thread(work, case, employee_id, reason)
    _give_offices(work, case, former, employee_id)
    _tell(work, case, former, employee_id)


def may_pass_on(work: Work, case: YouthCaseRow) -> bool:
    """Say whether the actor leads the unit of the case; the chief consultant where nobody does."""
    unit = work.session.get(UnitRow, case.unit_id)
    if work.actor.id is None or unit is None:
        return False
    return unit.leader_id == work.actor.id or (unit.leader_id is None and CHIEF in work.actor.roles)


def check_may_pass_on(work: Work, case: YouthCaseRow) -> None:
    """Raise `NotAllowed` unless the actor may pass on the thread of the case."""
    if not may_pass_on(work, case):
        raise NotAllowed("Kun lederen af sagens enhed kan give tråden videre. Tal med din leder.")


def colleagues(work: Work, case: YouthCaseRow) -> Sequence[Colleague]:
    """Return the active ones of the unit and the team of the case but its holder, by name."""
    holds = (
        select(func.count())
        .select_from(YouthCaseRow)
        .where(YouthCaseRow.primary_id == EmployeeRow.id, YouthCaseRow.closed_at.is_(None))
        .correlate(EmployeeRow)
        .scalar_subquery()
    )
    query = (
        select(EmployeeRow.id, EmployeeRow.name, holds)
        .where(EmployeeRow.active, EmployeeRow.id != case.primary_id, _works_there(case))
        .order_by(EmployeeRow.name, EmployeeRow.id)
    )
    return [
        Colleague(id=id_, name=name, holds=number)
        for id_, name, number in work.session.execute(query)
    ]


def why_held(work: Work, case: YouthCaseRow) -> str:
    """Return the code of why the thread came to who holds it; "" for who has had it at first."""
    query = select(JournalRow.data).where(
        JournalRow.case_id == case.case_id, JournalRow.act == "thread_passed_on"
    )
    data = work.session.scalars(query.order_by(JournalRow.seq.desc()).limit(1)).first()
    return str(data["why"]) if data and data.get("to") == str(case.primary_id) else ""


def _works_there(case: YouthCaseRow) -> ColumnElement[bool]:
    of_unit = select(PostRow.employee_id).where(
        PostRow.unit_id == case.unit_id, PostRow.role.not_in(sorted(matrix().nothing))
    )
    of_team = select(ForumMemberRow.employee_id).where(ForumMemberRow.forum_id == case.forum_id)
    return or_(EmployeeRow.id.in_(of_unit), EmployeeRow.id.in_(of_team))


def _checked(work: Work, case: YouthCaseRow, employee_id: UUID | None, reason: str) -> UUID:
    problems = {}
    if employee_id not in {each.id for each in colleagues(work, case)}:
        problems["employee"] = "Vælg en kollega i enheden eller teamet."
    if reason not in REASONS:
        problems["reason"] = "Vælg, hvorfor tråden gives videre."
    if problems or employee_id is None:
        raise InvalidAnswers(problems)
    return employee_id


def _give_offices(work: Work, case: YouthCaseRow, former: UUID, employee_id: UUID) -> None:
    """Whoever holds the thread as coordinator or owner of the plan passes that on with it."""
    if case.coordinator_id == former:
        case.coordinator_id = employee_id
        move_tasks(work, case.case_id, "coordinator", employee_id)
        record(work, case.case_id, "coordinator_appointed", employee=str(employee_id))
    if case.plan_owner_id == former:
        own_plan(work, case, employee_id)
    work.flush()


def _tell(work: Work, case: YouthCaseRow, former: UUID, employee_id: UUID) -> None:
    said = {
        "leader_name": work.actor.name,
        "former_name": work.session.get_one(EmployeeRow, former).name,
        "new_name": work.session.get_one(EmployeeRow, employee_id).name,
    }
    turn = work.lock_case(case.case_id).journal_length
    for name, person in (("thread_received", employee_id), ("thread_passed_on", former)):
        key = f"{name}:{case.case_id}:{turn}"
        mail_staff(work, case.case_id, name, [person], key=key, words=said)

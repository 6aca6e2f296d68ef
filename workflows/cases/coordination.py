"""Offices in a case: which team it is in, who coordinates, who owns the plan."""

from uuid import UUID

from engine.domain.errors import CaseworkError
from engine.services.journal import record
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.cases.rules import plan_owner_role
from workflows.cases.services import team_forum
from workflows.cases.thread import hand_over_thread, move_tasks
from workflows.municipalities.staff import NobodyHas, person_for

KEEP = "coordinator"  # the table's word for the one who already coordinates


def place_in(work: Work, case: YouthCaseRow, team: int | None) -> None:
    """Put the case in a team, whose unit leads from now on; None leaves it to the intake.

    Raises `CaseworkError` when the municipality has no such team.
    """
    if team is None:
        record(work, case.case_id, "team_left_open")
        return
    forum = team_forum(work, team)
    if forum is None:
        raise CaseworkError(f"Kommunen har intet team {team}.")
    case.team, case.forum_id = team, forum.id
    case.unit_id = forum.unit_id or case.unit_id
    record(work, case.case_id, "team_placed", team=team)
    work.flush()


def candidate(work: Work, case: YouthCaseRow, role: str) -> UUID:
    """Return who would coordinate in `role`, and remember it on the case.

    Who coordinates already is kept when the role says so. Raises `NobodyHas` when nobody in the
    municipality has the role.
    """
    if role == KEEP and case.coordinator_id is not None:
        found: UUID | None = case.coordinator_id
    else:
        found = person_for(work, case, _real(case, role), but=(case.coordinator_id,))
    if found is None:
        raise NobodyHas(role)
    case.candidate_id = found
    work.flush()
    return found


def appoint(work: Work, case: YouthCaseRow, role: str, plan_owner: str | None = None) -> None:
    """Make somebody of `role` the coordinator; the thread passes on only when they accept.

    The one who was offered is the one appointed. The plan keeps the owner it has; else it goes
    to the role that owns plans here, which is the coordinator if that is the same role.
    """
    coordinator = candidate(work, case, role)
    case.coordinator_id, case.candidate_id = coordinator, None
    case.state = "active_multi"
    move_tasks(work, case.case_id, "coordinator", coordinator)
    record(work, case.case_id, "coordinator_appointed", employee=str(coordinator), role=role)
    owner = plan_owner or plan_owner_role(case.team, case.employment_case)
    if role == owner:
        own_plan(work, case, coordinator)
    elif case.plan_owner_id is None:
        give_plan(work, case, owner)
    work.flush()


def decline(work: Work, case: YouthCaseRow) -> None:
    """Note that the young person wants no coordinator: never a sanction, the help goes on.

    Somebody owns the plan, and holds the thread from now on.
    """
    case.coordinator_id = case.candidate_id = None
    case.state = "active_multi"
    record(work, case.case_id, "coordinator_declined")
    if case.plan_owner_id is None:
        give_plan(work, case, plan_owner_role(case.team, case.employment_case))
    if case.plan_owner_id is not None:
        hand_over_thread(work, case, case.plan_owner_id, "coordinator_declined")
    work.flush()


def give_plan(work: Work, case: YouthCaseRow, role: str) -> None:
    """Let somebody of `role` own the plan; the primary responsible when nobody has the role."""
    own_plan(work, case, person_for(work, case, role) or case.primary_id)


def own_plan(work: Work, case: YouthCaseRow, employee_id: UUID) -> None:
    """Make the employee owner of the plan; the open tasks of the owner follow."""
    if case.plan_owner_id != employee_id:
        case.plan_owner_id = employee_id
        move_tasks(work, case.case_id, "plan_owner", employee_id)
        record(work, case.case_id, "plan_owner_named", employee=str(employee_id))


def _real(case: YouthCaseRow, role: str) -> str:
    return plan_owner_role(case.team, case.employment_case) if role == KEEP else role

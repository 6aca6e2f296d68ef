"""Who is meant by a role in a case.

A plain completion may spend two statements here, so an address is one joined look.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from engine.domain.errors import NotFound
from engine.ports import Actor, Address
from engine.storage.work import Work
from workflows.access.matrix import matrix
from workflows.cases.records import YouthCaseRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import (
    EmployeeRow,
    ForumMemberRow,
    ForumRow,
    PostingRow,
    PostRow,
    RoleUnitRow,
    UnitRow,
)

LEADER_FORUM = "leader_forum"
IN_HANDOVER = {"handover_receiver", "handover_sender"}
# A task of one of these roles belongs to one person of the case from its first moment.
PERSONAL = {
    "primary_responsible",
    "coordinator",
    "plan_owner",
    "unit_leader",
    "team_convenor",
    "chief_consultant",
} | IN_HANDOVER

_OF_ROLE = select(RoleUnitRow.unit_id).where(RoleUnitRow.role == bindparam("role"))
_FORUM = select(ForumRow.id).where(ForumRow.type == LEADER_FORUM).order_by(ForumRow.code).limit(1)
_CHIEF = (
    select(PostRow.employee_id)
    .join(EmployeeRow, EmployeeRow.id == PostRow.employee_id)
    .where(PostRow.role == "chief_consultant", EmployeeRow.active)
    .order_by(EmployeeRow.name)
    .limit(1)
)
# Asked for every task that opens, so it is made once.
_LOOK = (
    select(
        YouthCaseRow,
        UnitRow.leader_id,
        ForumRow.convenor_id,
        ForumRow.disciplines,
        _OF_ROLE.scalar_subquery(),
        _FORUM.scalar_subquery(),
        _CHIEF.scalar_subquery(),
    )
    .join(UnitRow, UnitRow.id == YouthCaseRow.unit_id)
    .outerjoin(ForumRow, ForumRow.id == YouthCaseRow.forum_id)
    .where(YouthCaseRow.case_id == bindparam("case_id"))
)

_OWN_POSTS = (
    select(PostRow.role, PostRow.unit_id, UnitRow.compartment)
    .join(UnitRow, UnitRow.id == PostRow.unit_id)
    .where(PostRow.employee_id == bindparam("employee_id"))
)
_LENT_POSTS = (
    select(PostingRow.role, PostingRow.unit_id, UnitRow.compartment)
    .join(UnitRow, UnitRow.id == PostingRow.unit_id)
    .where(
        PostingRow.employee_id == bindparam("employee_id"),
        PostingRow.begins_at <= bindparam("now"),
        PostingRow.ends_at > bindparam("now"),
    )
)
_CHAIRS = (
    select(ForumMemberRow.role, ForumMemberRow.forum_id, ForumRow.type)
    .join(ForumRow, ForumRow.id == ForumMemberRow.forum_id)
    .where(ForumMemberRow.employee_id == bindparam("employee_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A case with what stands around it, from one look."""

    case: YouthCaseRow
    leader_id: UUID | None
    convenor_id: UUID | None
    chairs: Collection[str]
    role_unit_id: UUID | None
    leader_forum_id: UUID | None
    chief_id: UUID | None


def address(work: Work, case_id: UUID, role: str) -> Address:
    """Return whom a task of `role` is for: one person, or a unit or forum of which one takes it.

    Where a case has no such person yet, the primary responsible stands in; for a convenor the
    leader of the unit. Raises `NotFound` for a case without a young person.
    """
    around = surroundings(work, case_id, role)
    if role in PERSONAL:
        person = person_in(work, around, role)
        return Address(role=role, unit=None if person else around.case.unit_id, assignee=person)
    if role == LEADER_FORUM:
        unit = None if around.leader_forum_id else around.case.unit_id
        return Address(role=role, forum=around.leader_forum_id, unit=unit)
    if role in around.chairs and around.case.forum_id is not None:
        return Address(role=role, forum=around.case.forum_id)
    return Address(role=role, unit=around.role_unit_id or around.case.unit_id)


def surroundings(work: Work, case_id: UUID, role: str = "") -> Surroundings:
    """Return the case with unit, forum and what `role` asks for. Raises `NotFound`."""
    found = work.session.execute(_LOOK, {"role": role, "case_id": case_id}).one_or_none()
    if found is None:
        raise NotFound("Sagen findes ikke.")
    case, leader, convenor, chairs, role_unit, leader_forum, chief = found
    return Surroundings(
        case=case,
        leader_id=leader,
        convenor_id=convenor,
        chairs=chairs or (),
        role_unit_id=role_unit,
        leader_forum_id=leader_forum,
        chief_id=chief,
    )


def actor_of(work: Work, employee_id: UUID) -> Actor:
    """Return an active employee as one who acts: with roles, units and forums.

    Every member of the leader forum has the role `leader_forum`. Raises `NotFound`.
    """
    employee = work.session.get(EmployeeRow, employee_id)
    if employee is None or not employee.active:
        raise NotFound("Brugeren findes ikke eller er ikke længere ansat.")
    posts = _posts_of(work, employee_id)
    chairs = work.session.execute(_CHAIRS, {"employee_id": employee_id}).all()
    return acting(
        employee.id,
        employee.name,
        units={(role, unit) for role, unit, _ in posts},
        closed=[(role, compartment) for role, _, compartment in posts],
        forums={(role, forum) for role, forum, _ in chairs}
        | {(kind, forum) for _, forum, kind in chairs if kind == LEADER_FORUM},
    )


def compartments_of(work: Work, employee_id: UUID) -> frozenset[str]:
    """Return the closed compartments that the employee enters by the posts of this moment."""
    posts = _posts_of(work, employee_id)
    return matrix().entered_from((role, compartment) for role, _, compartment in posts)


def _posts_of(work: Work, employee_id: UUID) -> Sequence[Row[str, UUID, str | None]]:
    """Return the roles held in units, lent ones too, each with the unit and its compartment."""
    asked = {"employee_id": employee_id, "now": work.now}
    return [*work.session.execute(_OWN_POSTS, asked), *work.session.execute(_LENT_POSTS, asked)]


def actor_called(work: Work, username: str) -> Actor:
    """Return the employee of that name as one who acts. Raises `NotFound`."""
    found = work.session.scalar(select(EmployeeRow.id).where(EmployeeRow.username == username))
    if found is None:
        raise NotFound(f"Ingen medarbejder hedder »{username}«.")
    return actor_of(work, found)


def acting(
    employee_id: UUID,
    name: str,
    *,
    units: Collection[tuple[str, UUID]],
    forums: Collection[tuple[str, UUID]],
    closed: Iterable[tuple[str, str | None]] = (),
) -> Actor:
    """Return an employee as one who acts, from the roles held in units and in forums.

    `closed` are the roles held in units with the compartment of each unit, if it has one.
    """
    return Actor(
        id=employee_id,
        name=name,
        roles=frozenset(role for role, _ in (*units, *forums)),
        units=frozenset(unit for _, unit in units),
        forums=frozenset(forum for _, forum in forums),
        posts=frozenset((*units, *forums)),
        compartments=matrix().entered_from(closed),
    )


def person_in(work: Work, around: Surroundings, role: str) -> UUID | None:
    """Return the one person whom a personal role means here, or None when the chair is empty."""
    case = around.case
    match role:
        case "coordinator":
            return case.coordinator_id or case.primary_id
        case "plan_owner":
            return case.plan_owner_id or case.primary_id
        case "unit_leader":
            return around.leader_id or around.chief_id
        case "team_convenor":
            return around.convenor_id or around.leader_id
        case "chief_consultant":
            return around.chief_id
        case "handover_receiver" | "handover_sender":
            return _in_handover(work, case, role) or case.primary_id
        case _:
            return case.primary_id


def _in_handover(work: Work, case: YouthCaseRow, role: str) -> UUID | None:
    column = HandoverRow.receiver_id if role == "handover_receiver" else HandoverRow.sender_id
    query = select(column).where(HandoverRow.case_id == case.case_id)
    return work.session.scalar(query.order_by(HandoverRow.opened_at.desc()).limit(1))

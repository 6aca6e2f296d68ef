"""Need to know: who may open which case, and the log of every look.

For now a person sees a case when they have an office in it, have or may take an open task of
it, stand in for one who is away and has an office or a task there, sit in the forum it is
released to, or lead its unit. Those who look after the product see no case at all.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from engine.domain.errors import NotFound
from engine.ports import Actor
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.records import ReadLogRow
from workflows.cases.records import YouthCaseRow
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import AbsenceRow, ForumRow, UnitRow

SEES_EVERY_CASE = "chief_consultant"
_ON_AGENDA = ("released", "decided")
_OFFICES = (YouthCaseRow.primary_id, YouthCaseRow.coordinator_id, YouthCaseRow.plan_owner_id)


def cases_visible_to(work: Work, actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a row of `youth_cases` may be shown to the actor.

    Roles that look after the product (system administrators, process designers) add nothing.
    """
    if actor.id is None:
        return false()
    if SEES_EVERY_CASE in actor.roles:
        return YouthCaseRow.case_id.is_not(None)
    return or_(
        *(office == actor.id for office in _OFFICES),
        _stands_in(work, actor.id),
        _leads_unit(actor.id),
        _has_task(work, actor),
        _receives(actor.id),
        _meets_about(actor),
    )


def read_case(work: Work, case_id: UUID, purpose: str, path: str = "") -> YouthCaseRow:
    """Return the case for the actor to read, and write down that they did, and what for.

    Raises `NotFound` when there is no such case or the actor may not know of it; the two look
    the same from outside.
    """
    query = select(YouthCaseRow).where(
        YouthCaseRow.case_id == case_id, cases_visible_to(work, work.actor)
    )
    case = work.session.scalars(query).first()
    if case is None:
        raise NotFound("Sagen findes ikke, eller du har ikke adgang til den.")
    log_read(work, [case_id], purpose, path)
    return case


def log_read(work: Work, case_ids: Collection[UUID], purpose: str, path: str = "") -> None:
    """Write one row: the actor saw something of these cases. Nothing for no cases."""
    if case_ids:
        work.session.add(
            ReadLogRow(
                at=work.now,
                actor_id=work.actor.id,
                case_ids=[str(each) for each in case_ids],
                purpose=purpose,
                path=path[:300],
            )
        )


def _stands_in(work: Work, me: UUID) -> ColumnElement[bool]:
    """I am the deputy of one who has an office in the case and is away today."""
    return exists().where(
        AbsenceRow.deputy_id == me,
        AbsenceRow.since <= work.today,
        AbsenceRow.until >= work.today,
        or_(*(AbsenceRow.employee_id == office for office in _OFFICES)),
    )


def _leads_unit(me: UUID) -> ColumnElement[bool]:
    return exists().where(UnitRow.id == YouthCaseRow.unit_id, UnitRow.leader_id == me)


def _has_task(work: Work, actor: Actor) -> ColumnElement[bool]:
    """An open task of the case is mine, is one I cover for, or is free for my role where I work."""
    covered = select(AbsenceRow.employee_id).where(
        AbsenceRow.deputy_id == actor.id,
        AbsenceRow.since <= work.today,
        AbsenceRow.until >= work.today,
    )
    free = and_(
        TaskRow.assignee_id.is_(None),
        TaskRow.role.in_(actor.roles),
        or_(TaskRow.unit_id.in_(actor.units), TaskRow.forum_id.in_(actor.forums)),
    )
    return exists().where(
        TaskRow.case_id == YouthCaseRow.case_id,
        TaskRow.closed_at.is_(None),
        or_(TaskRow.assignee_id == actor.id, TaskRow.assignee_id.in_(covered), free),
    )


def _receives(me: UUID) -> ColumnElement[bool]:
    """I have been asked to receive the young person at 18, or handed them over."""
    return exists().where(
        HandoverRow.case_id == YouthCaseRow.case_id,
        or_(HandoverRow.receiver_id == me, HandoverRow.sender_id == me),
        HandoverRow.status != "closed",
    )


def _meets_about(actor: Actor) -> ColumnElement[bool]:
    """The case is released to a forum where I sit or preside; the leaders see no case."""
    return exists().where(
        AgendaItemRow.case_id == YouthCaseRow.case_id,
        AgendaItemRow.status.in_(_ON_AGENDA),
        MeetingRow.id == AgendaItemRow.meeting_id,
        ForumRow.id == MeetingRow.forum_id,
        ForumRow.type != LEADER_FORUM,
        or_(ForumRow.id.in_(actor.forums), ForumRow.convenor_id == actor.id),
    )

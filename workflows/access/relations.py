"""How somebody may stand to a case, as conditions on a row of `youth_cases`.

Each is said once: a list asks whether any of them holds, a page which of them do.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select

from engine.domain.parameters import shift
from engine.ports import Actor
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.grants import in_force
from workflows.access.matrix import matrix
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow, LegalBasisUseRow
from workflows.consent.vocabulary import OPENING
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import AbsenceRow, ForumRow, UnitRow

AGENDA_AFTER = "access.agenda_after"  # how long after the meeting its members may still read
OFFICES = (YouthCaseRow.primary_id, YouthCaseRow.coordinator_id, YouthCaseRow.plan_owner_id)
OVER = "closed"
CHIEF = "chief_consultant"
LEADERS = (LEADER_FORUM, "steering_group")  # types of forums that read no case
_ON_AGENDA = ("released", "with_leader", "decided")
_IN_FORCE, _STOPPED = "active", ("asked", "partly", "refused", "suspended", "withdrawn", "expired")


def holds_office(me: UUID) -> ColumnElement[bool]:
    """I have an office in the case."""
    return or_(*(office == me for office in OFFICES))


def absences(work: Work, me: UUID) -> Select[date]:
    """Select until when those are away who have an office in the case, with me as deputy."""
    return (
        select(AbsenceRow.until)
        .where(
            AbsenceRow.deputy_id == me,
            AbsenceRow.since <= work.today,
            AbsenceRow.until >= work.today,
            or_(*(AbsenceRow.employee_id == office for office in OFFICES)),
        )
        .correlate(YouthCaseRow)
    )


def led(actor: Actor) -> Select[UUID]:
    """Select the unit of the case, if I lead it; the chief consultant leads where nobody does."""
    nobody = UnitRow.leader_id.is_(None) if CHIEF in actor.roles else false()
    mine = UnitRow.id == YouthCaseRow.unit_id, or_(UnitRow.leader_id == actor.id, nobody)
    return select(UnitRow.id).where(*mine).correlate(YouthCaseRow)


def tasks(work: Work, actor: Actor) -> Select[UUID]:
    """Select the open tasks of the case: mine, of one I cover for, or free for my role here."""
    covered = select(AbsenceRow.employee_id).where(
        AbsenceRow.deputy_id == actor.id,
        AbsenceRow.since <= work.today,
        AbsenceRow.until >= work.today,
    )
    free = and_(
        TaskRow.assignee_id.is_(None),
        or_(
            *(
                and_(TaskRow.role == role, or_(TaskRow.unit_id == at, TaskRow.forum_id == at))
                for role, at in sorted(actor.posts)
            ),
            false(),
        ),
    )
    return (
        select(TaskRow.id)
        .where(
            TaskRow.case_id == YouthCaseRow.case_id,
            TaskRow.closed_at.is_(None),
            TaskRow.role.not_in(sorted(matrix().nothing)),
            or_(TaskRow.assignee_id == actor.id, TaskRow.assignee_id.in_(covered), free),
        )
        .correlate(YouthCaseRow)
    )


def handovers(me: UUID) -> Select[UUID]:
    """Select the handovers in which I receive the young person, or have handed them over."""
    return (
        select(HandoverRow.id)
        .where(
            HandoverRow.case_id == YouthCaseRow.case_id,
            or_(HandoverRow.receiver_id == me, HandoverRow.sender_id == me),
            HandoverRow.status != OVER,
        )
        .correlate(YouthCaseRow)
    )


def items(work: Work, actor: Actor) -> Select[UUID]:
    """Select the agenda items by which I may read the case today.

    Released to a forum where I sit or preside, and not longer ago than `AGENDA_AFTER` allows;
    the leaders read no case.
    """
    since = shift(work.calendar, work.today, work.parameters.period(AGENDA_AFTER), -1)
    return (
        select(AgendaItemRow.id)
        .join(MeetingRow, MeetingRow.id == AgendaItemRow.meeting_id)
        .join(ForumRow, ForumRow.id == MeetingRow.forum_id)
        .where(
            AgendaItemRow.case_id == YouthCaseRow.case_id,
            AgendaItemRow.status.in_(_ON_AGENDA),
            AgendaItemRow.released_at.is_not(None),
            MeetingRow.held_on >= since,
            ForumRow.type.not_in(LEADERS),
            or_(ForumRow.id.in_(sorted(actor.forums)), ForumRow.convenor_id == actor.id),
        )
        .correlate(YouthCaseRow)
    )


def grants(work: Work, actor: Actor) -> ColumnElement[bool]:
    """A grant is open to me now, by name or by where I work."""
    mine = or_(
        AccessGrantRow.employee_id == actor.id,
        AccessGrantRow.unit_id.in_(sorted(actor.units)),
    )
    return and_(in_force(work.now), mine)


def is_granted(work: Work, actor: Actor) -> ColumnElement[bool]:
    """A grant of the case is open to me now; never to those whose roles read nothing."""
    if actor.roles <= matrix().nothing:
        return false()
    here = AccessGrantRow.case_id == YouthCaseRow.case_id, grants(work, actor)
    return select(AccessGrantRow.id).where(*here).correlate(YouthCaseRow).exists()


def is_consented(work: Work) -> ColumnElement[bool]:
    """A consent of the case is in force today, or a listed basis has been used instead.

    One that names a compartment opens nothing else.
    """
    given = _consents(*_given(work), ConsentRow.compartment.is_(None))
    basis = LegalBasisUseRow.case_id == YouthCaseRow.case_id, LegalBasisUseRow.until > work.today
    used = select(LegalBasisUseRow.id).where(*basis).correlate(YouthCaseRow).exists()
    return or_(given, used)


def named_compartments(work: Work) -> ScalarSelect[str]:
    """Return the compartments that a consent in force names, with commas between, or null."""
    named = func.aggregate_strings(ConsentRow.compartment, ",")
    here = ConsentRow.case_id == YouthCaseRow.case_id, ConsentRow.compartment.is_not(None)
    return select(named).where(*here, *_given(work)).correlate(YouthCaseRow).scalar_subquery()


def is_stopped() -> ColumnElement[bool]:
    """A consent was asked for, and is not given, or does not hold any more."""
    return _consents(ConsentRow.status.in_(_STOPPED))


def any_of(work: Work, actor: Actor) -> Sequence[ColumnElement[bool]]:
    """Return every condition under which the actor stands to a case at all."""
    me = actor.id
    assert me is not None  # noqa: S101  # the system stands to no case
    return (
        holds_office(me),
        absences(work, me).exists(),
        led(actor).exists(),
        tasks(work, actor).exists(),
        handovers(me).exists(),
        items(work, actor).exists(),
        is_granted(work, actor),
    )


def roles_of(found: Select[UUID]) -> ScalarSelect[str]:
    """Return the roles of these tasks, one after the other with commas between, or null."""
    return found.with_only_columns(func.aggregate_strings(TaskRow.role, ",")).scalar_subquery()


def _given(work: Work) -> Sequence[ColumnElement[bool]]:
    lasts = or_(ConsentRow.expires_on.is_(None), ConsentRow.expires_on > work.today)
    return ConsentRow.status == _IN_FORCE, ConsentRow.kind.in_(sorted(OPENING)), lasts


def _consents(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    here = ConsentRow.case_id == YouthCaseRow.case_id, *which
    return select(ConsentRow.id).where(*here).correlate(YouthCaseRow).exists()

"""How somebody may stand to a case, as conditions on a row of `youth_cases`.

Each is said once: a list asks whether any of them holds, a page which of them do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    tuple_,
)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and when: as values, or as the names of parameters (see `by_name`).

    `since` is the day of the oldest meeting whose agenda is still open to its members. The last two
    make another statement, and are never names.
    """

    me: Any
    now: Any
    today: Any
    since: Any
    posts: Any
    units: Any
    forums: Any
    is_chief: bool
    may_be_granted: bool

    @property
    def values(self) -> Mapping[str, Any]:
        """What a statement that was made `by_name` is run with."""
        return {name: getattr(self, name) for name in (*_ONE, *_MANY)}


_ONE, _MANY = ("me", "now", "today", "since"), ("posts", "units", "forums")


def asking(work: Work, actor: Actor) -> Asking:
    """Return the actor at the moment of this act. The system stands to no case."""
    return Asking(
        me=actor.id,
        now=work.now,
        today=work.today,
        since=shift(work.calendar, work.today, work.parameters.period(AGENDA_AFTER), -1),
        posts=sorted(actor.posts),
        units=sorted(actor.units),
        forums=sorted(actor.forums),
        is_chief=CHIEF in actor.roles,
        may_be_granted=not actor.roles <= matrix().nothing,
    )


def by_name(*, is_chief: bool, may_be_granted: bool) -> Asking:
    """Return anybody at any moment, for a statement that is made once and run with `values`."""
    return Asking(
        **{name: bindparam(name) for name in _ONE},
        **{name: bindparam(name, expanding=True) for name in _MANY},
        is_chief=is_chief,
        may_be_granted=may_be_granted,
    )


def holds_office(who: Asking) -> ColumnElement[bool]:
    """I have an office in the case."""
    return or_(*(office == who.me for office in OFFICES))


def absences(who: Asking) -> Select[date]:
    """Select until when those are away who have an office in the case, with me as deputy."""
    return (
        select(AbsenceRow.until)
        .where(
            AbsenceRow.deputy_id == who.me,
            AbsenceRow.since <= who.today,
            AbsenceRow.until >= who.today,
            or_(*(AbsenceRow.employee_id == office for office in OFFICES)),
        )
        .correlate(YouthCaseRow)
    )


def led(who: Asking) -> Select[UUID]:
    """Select the unit of the case, if I lead it; the chief consultant leads where nobody does."""
    nobody = UnitRow.leader_id.is_(None) if who.is_chief else false()
    mine = UnitRow.id == YouthCaseRow.unit_id, or_(UnitRow.leader_id == who.me, nobody)
    return select(UnitRow.id).where(*mine).correlate(YouthCaseRow)


def tasks(who: Asking) -> Select[UUID]:
    """Select the open tasks of the case: mine, of one I cover for, or free for my role here."""
    covered = select(AbsenceRow.employee_id).where(
        AbsenceRow.deputy_id == who.me,
        AbsenceRow.since <= who.today,
        AbsenceRow.until >= who.today,
    )
    free = and_(
        TaskRow.assignee_id.is_(None),
        or_(
            tuple_(TaskRow.role, TaskRow.unit_id).in_(who.posts),
            tuple_(TaskRow.role, TaskRow.forum_id).in_(who.posts),
        ),
    )
    return (
        select(TaskRow.id)
        .where(
            TaskRow.case_id == YouthCaseRow.case_id,
            TaskRow.closed_at.is_(None),
            TaskRow.role.not_in(sorted(matrix().nothing)),
            or_(TaskRow.assignee_id == who.me, TaskRow.assignee_id.in_(covered), free),
        )
        .correlate(YouthCaseRow)
    )


def handovers(who: Asking) -> Select[UUID]:
    """Select the handovers in which I receive the young person, or have handed them over."""
    return (
        select(HandoverRow.id)
        .where(
            HandoverRow.case_id == YouthCaseRow.case_id,
            or_(HandoverRow.receiver_id == who.me, HandoverRow.sender_id == who.me),
            HandoverRow.status != OVER,
        )
        .correlate(YouthCaseRow)
    )


def items(who: Asking) -> Select[UUID]:
    """Select the agenda items by which I may read the case today.

    Released to a forum where I sit or preside, and not longer ago than `AGENDA_AFTER` allows;
    the leaders read no case.
    """
    return (
        select(AgendaItemRow.id)
        .join(MeetingRow, MeetingRow.id == AgendaItemRow.meeting_id)
        .join(ForumRow, ForumRow.id == MeetingRow.forum_id)
        .where(
            AgendaItemRow.case_id == YouthCaseRow.case_id,
            AgendaItemRow.status.in_(_ON_AGENDA),
            AgendaItemRow.released_at.is_not(None),
            MeetingRow.held_on >= who.since,
            ForumRow.type.not_in(LEADERS),
            or_(ForumRow.id.in_(who.forums), ForumRow.convenor_id == who.me),
        )
        .correlate(YouthCaseRow)
    )


def grants(who: Asking) -> ColumnElement[bool]:
    """A grant is open to me now, by name or by where I work."""
    mine = or_(
        AccessGrantRow.employee_id == who.me,
        AccessGrantRow.unit_id.in_(who.units),
    )
    return and_(in_force(who.now), mine)


def is_granted(who: Asking) -> ColumnElement[bool]:
    """A grant of the case is open to me now; never to those whose roles read nothing."""
    if not who.may_be_granted:
        return false()
    here = AccessGrantRow.case_id == YouthCaseRow.case_id, grants(who)
    return select(AccessGrantRow.id).where(*here).correlate(YouthCaseRow).exists()


def is_consented(who: Asking) -> ColumnElement[bool]:
    """A consent of the case is in force today, or a listed basis has been used instead.

    One that names a compartment opens nothing else.
    """
    given = _consents(*_given(who), ConsentRow.compartment.is_(None))
    basis = LegalBasisUseRow.case_id == YouthCaseRow.case_id, LegalBasisUseRow.until > who.today
    used = select(LegalBasisUseRow.id).where(*basis).correlate(YouthCaseRow).exists()
    return or_(given, used)


def named_compartments(who: Asking) -> ScalarSelect[str]:
    """Return the compartments that a consent in force names, with commas between, or null."""
    named = func.aggregate_strings(ConsentRow.compartment, ",")
    here = ConsentRow.case_id == YouthCaseRow.case_id, ConsentRow.compartment.is_not(None)
    return select(named).where(*here, *_given(who)).correlate(YouthCaseRow).scalar_subquery()


def is_stopped() -> ColumnElement[bool]:
    """A consent was asked for, and is not given, or does not hold any more."""
    return _consents(ConsentRow.status.in_(_STOPPED))


def any_of(work: Work, actor: Actor) -> Sequence[ColumnElement[bool]]:
    """Return every condition under which the actor stands to a case at all."""
    who = asking(work, actor)
    return (
        holds_office(who),
        absences(who).exists(),
        led(who).exists(),
        tasks(who).exists(),
        handovers(who).exists(),
        items(who).exists(),
        is_granted(who),
    )


def roles_of(found: Select[UUID]) -> ScalarSelect[str]:
    """Return the roles of these tasks, one after the other with commas between, or null."""
    return found.with_only_columns(func.aggregate_strings(TaskRow.role, ",")).scalar_subquery()


def _given(who: Asking) -> Sequence[ColumnElement[bool]]:
    lasts = or_(ConsentRow.expires_on.is_(None), ConsentRow.expires_on > who.today)
    return ConsentRow.status == _IN_FORCE, ConsentRow.kind.in_(sorted(OPENING)), lasts


def _consents(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    here = ConsentRow.case_id == YouthCaseRow.case_id, *which
    return select(ConsentRow.id).where(*here).correlate(YouthCaseRow).exists()

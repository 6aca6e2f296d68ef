"""Who came to a meeting, with which mandate, and whether an item can be decided by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import InvalidAnswers, NotFound, Over, SomethingFirst
from engine.services.outbox import queue_mail
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from workflows.forums.agenda import items_of, meeting_to_lead
from workflows.forums.records import AgendaItemRow, AttendanceRow, MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.letters import About, compose, day_in_words
from workflows.municipalities.recipients import with_deputies
from workflows.municipalities.records import (
    EmployeeRow,
    ForumMemberRow,
    ForumRow,
    PostRow,
    UnitRow,
)

PRESENT, SUBSTITUTE, ABSENT = "present", "substitute", "absent"
CAME = (PRESENT, SUBSTITUTE)
_OPEN = ("planned", "agenda_closed", "held")
_TOLD = select(AttendanceRow).where(AttendanceRow.meeting_id == bindparam("meeting_id"))
_MEMBERS = select(ForumMemberRow.employee_id, ForumMemberRow.role).where(
    ForumMemberRow.forum_id == bindparam("forum_id")
)
_NAMES = select(EmployeeRow.id, EmployeeRow.name).where(
    EmployeeRow.id.in_(bindparam("people", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """A member's chair at a meeting; `attendance` is None until somebody has said who came."""

    employee_id: UUID
    name: str
    role: str
    attendance: AttendanceRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Whether an item can be decided. `missing` are the disciplines that nobody may decide for;
    `too_few` is how many more the forum's rule asks for."""

    missing: Sequence[str] = ()
    too_few: int = 0

    @property
    def is_met(self) -> bool:
        """Say whether the item can be decided."""
        return not self.missing and not self.too_few


def chairs(work: Work, meeting: MeetingRow) -> list[Chair]:
    """Return the chairs of the forum, by discipline and name, with who came.

    One who has left the forum stays where the attendance of this meeting names them.
    """
    work.flush()
    told = _told(work, meeting.id)
    members = work.session.execute(_MEMBERS, {"forum_id": meeting.forum_id})
    seats = {(employee, role) for employee, role in members} | set(told)
    names = _names(work, [employee for employee, _ in seats])
    found = [
        Chair(
            employee_id=employee,
            name=names[employee],
            role=role,
            attendance=told.get((employee, role)),
        )
        for employee, role in seats
    ]
    return sorted(found, key=lambda chair: (chair.role, chair.name))


def record_attendance(
    work: Work,
    meeting_id: UUID,
    employee_id: UUID,
    role: str,
    status: str,
    *,
    has_mandate: bool = True,
    substitute_id: UUID | None = None,
    note: str = "",
) -> AttendanceRow:
    """Note who sat in a chair: `status` is present, substitute or absent. The last word counts.

    When a discipline has nobody at all, its leader is told once; when an item needs it, the
    convenor is told with them. Raises `NotFound`, `NotAllowed` for others than the convenor,
    `Conflict` when the minutes are approved, and `InvalidAnswers` for a substitute without a
    name.
    """
    meeting = meeting_to_lead(work, meeting_id)
    _check(work, meeting, employee_id, role, status, substitute_id)
    row = work.session.get(AttendanceRow, (meeting_id, employee_id, role))
    if row is None:
        row = AttendanceRow(
            meeting_id=meeting_id,
            employee_id=employee_id,
            role=role,
            status=status,
            recorded_at=work.now,
        )
        work.session.add(row)
    row.status, row.has_mandate, row.note = status, has_mandate and status in CAME, note[:300]
    row.substitute_id = substitute_id if status == SUBSTITUTE else None
    row.recorded_at = work.now
    work.flush()
    if status == ABSENT:
        _tell_of_empty_chair(work, meeting, employee_id, role)
    return row


def quorum(work: Work, meeting: MeetingRow, item: AgendaItemRow) -> Quorum:
    """Return whether those who came, with a mandate, can decide the item.

    A forum with a number needs so many disciplines for every item; another needs each discipline
    that the item needs. Source: domain, team assessment, and `conference.min_disciplines`.
    """
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    there = _with_mandate(work, meeting)
    if forum.quorum is not None:
        return Quorum(too_few=max(0, forum.quorum - len(there)))
    return Quorum(missing=tuple(role for role in item.disciplines if role not in there))


def check_quorum(work: Work, item: AgendaItemRow) -> None:
    """Raise `Conflict` unless those who came may decide the item."""
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    if not quorum(work, meeting, item).is_met:
        raise SomethingFirst(
            "Der mangler nogen, der kan beslutte punktet. Skriv fremmødet ind, eller udsæt punktet."
        )


def _with_mandate(work: Work, meeting: MeetingRow) -> set[str]:
    told = _told(work, meeting.id).items()
    return {role for (_, role), row in told if row.status in CAME and row.has_mandate}


def _check(
    work: Work,
    meeting: MeetingRow,
    employee_id: UUID,
    role: str,
    status: str,
    substitute_id: UUID | None,
) -> None:
    if meeting.state not in _OPEN:
        raise Over("Referatet er godkendt, eller mødet er aflyst. Fremmødet ligger fast.")
    if work.session.get(ForumMemberRow, (meeting.forum_id, employee_id, role)) is None:
        raise NotFound("Medarbejderen har ikke den plads i forummet.")
    if status not in (*CAME, ABSENT):
        raise InvalidAnswers({"status": "Vælg, om personen var der."})
    if status == SUBSTITUTE and (
        substitute_id is None or work.session.get(EmployeeRow, substitute_id) is None
    ):
        raise InvalidAnswers({"substitute": "Vælg, hvem der kom i stedet."})


def _told(work: Work, meeting_id: UUID) -> dict[tuple[UUID, str], AttendanceRow]:
    work.flush()
    rows = work.session.scalars(_TOLD, {"meeting_id": meeting_id})
    return {(row.employee_id, row.role): row for row in rows}


def _names(work: Work, people: Sequence[UUID]) -> dict[UUID, str]:
    return dict(work.session.execute(_NAMES, {"people": list(people)}).all())


def _tell_of_empty_chair(work: Work, meeting: MeetingRow, employee_id: UUID, role: str) -> None:
    """Tell the leader of the discipline, once, unless a colleague of it came."""
    here = [chair for chair in chairs(work, meeting) if chair.role == role]
    if any(chair.attendance is None or chair.attendance.status in CAME for chair in here):
        return
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    items = items_of(work, meeting.id)
    needed = any(role in item.disciplines for item in items if item.status in ON_AGENDA)
    people = [_leader_of(work, employee_id, role), *([forum.convenor_id] if needed else [])]
    by_key = {
        f"empty_chair:{meeting.id}:{role}:{recipient.employee}": recipient
        for recipient in with_deputies(work, people)
    }
    told = set(work.session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(by_key))))
    for key, recipient in by_key.items():
        if key in told:
            continue
        words = {
            "recipient_name": recipient.name,
            "forum": forum.name,
            "meets_on": day_in_words(meeting.held_on),
            "needed": "Et punkt på mødet har brug for jer og kan blive udsat."
            if needed
            else "Ingen punkter på mødet er udsat af den grund.",
        }
        about = About(case_id=meeting.id, to=recipient)  # the text names no case
        subject, body = compose(work, "empty_chair", about, words)
        queue_mail(
            work,
            key=key,
            kind="empty_chair",
            to=recipient,
            subject=subject,
            body=body,
            case_id=None,
        )
    work.flush()


def _leader_of(work: Work, employee_id: UUID, role: str) -> UUID | None:
    query = (
        select(UnitRow.leader_id)
        .join(PostRow, PostRow.unit_id == UnitRow.id)
        .where(PostRow.employee_id == employee_id)
        .order_by(PostRow.role != role, UnitRow.code)
    )
    return work.session.scalar(query.limit(1))

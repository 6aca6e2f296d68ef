"""The working day before a meeting: is somebody with a mandate coming for each item?"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.outbox import queue_mail
from engine.storage.models import OutboxRow
from engine.storage.work import Casework, Work
from workflows.forums.agenda import items_of
from workflows.forums.attendance import CAME, Chair, chairs
from workflows.forums.records import MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.letters import About, compose, day_in_words
from workflows.municipalities.absences import absences_of
from workflows.municipalities.recipients import with_deputies
from workflows.municipalities.records import ForumRow, RoleUnitRow, UnitRow

TEXT = "attendance_missing"
_TO_COME = ("planned", "agenda_closed")


def check_attendance(casework: Casework) -> int:
    """Look at the meetings whose `check_at` has come; return how many that were.

    Where nobody with a mandate is expected for a discipline that an item needs, the convenor and
    the leader of the discipline are told, once a meeting and day. A meeting is an act; after a
    restart the next look finishes what is left. Source: domain, team assessment ("-1 WD:
    attendance check").
    """
    with casework.work(SYSTEM) as work:
        due = _due(work)
    for meeting_id in due:
        casework.act(SYSTEM, lambda work, one=meeting_id: _check(work, one))  # type: ignore[misc]
    return len(due)


def missing_disciplines(work: Work, meeting: MeetingRow) -> Mapping[str, int]:
    """Return the disciplines that nobody with a mandate is expected for, and how many items need
    each. A forum that asks for a number of disciplines misses whatever would make it up."""
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    items = [item for item in items_of(work, meeting.id) if item.status in ON_AGENDA]
    expected = _expected(work, meeting)
    if forum.quorum is not None:
        wanted = forum.disciplines if items and len(expected) < forum.quorum else []
        return {role: len(items) for role in wanted if role not in expected}
    needed = [role for item in items for role in item.disciplines if role not in expected]
    return {role: needed.count(role) for role in dict.fromkeys(needed)}


def _due(work: Work) -> Sequence[UUID]:
    query = select(MeetingRow.id).where(
        MeetingRow.check_at <= work.now,
        MeetingRow.checked_at.is_(None),
        MeetingRow.held_on >= work.today,
        MeetingRow.state.in_(_TO_COME),
    )
    return work.session.scalars(query.order_by(MeetingRow.check_at, MeetingRow.id)).all()


def _check(work: Work, meeting_id: UUID) -> None:
    meeting = work.session.get_one(MeetingRow, meeting_id)
    if meeting.checked_at is not None:
        return  # another worker was first
    meeting.checked_at = work.now
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    for role, items in missing_disciplines(work, meeting).items():
        _tell(work, forum, meeting, role, items)


def _expected(work: Work, meeting: MeetingRow) -> set[str]:
    """Return the disciplines of which somebody comes who may decide, as far as anybody knows."""
    seated = chairs(work, meeting)
    away = {
        each.employee_id
        for each in absences_of(work, [chair.employee_id for chair in seated])
        if each.since <= meeting.held_on <= each.until
    }
    return {chair.role for chair in seated if _comes(chair, away)}


def _comes(chair: Chair, away: set[UUID]) -> bool:
    if chair.attendance is None:
        return chair.employee_id not in away
    return chair.attendance.status in CAME and chair.attendance.has_mandate


def _tell(work: Work, forum: ForumRow, meeting: MeetingRow, role: str, items: int) -> None:
    unit = work.session.scalars(
        select(UnitRow)
        .join(RoleUnitRow, RoleUnitRow.unit_id == UnitRow.id)
        .where(RoleUnitRow.role == role)
    ).first()
    people = [forum.convenor_id, unit.leader_id if unit else None]
    by_key = {
        f"{TEXT}:{meeting.id}:{meeting.held_on}:{role}:{to.employee}": to
        for to in with_deputies(work, people)
    }
    told = set(work.session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(by_key))))
    for key, to in by_key.items():
        if key in told:
            continue
        words = {
            "recipient_name": to.name,
            "forum": forum.name,
            "meets_on": day_in_words(meeting.held_on),
            "discipline": unit.name if unit else role.replace("_", " "),
            "items": "1 punkt" if items == 1 else f"{items} punkter",
        }
        subject, body = compose(work, TEXT, About(case_id=meeting.id, to=to), words)
        queue_mail(work, key=key, kind=TEXT, to=to, subject=subject, body=body, case_id=None)

"""The calendars of an employee and of a forum: meetings and own deadlines, and nobody's name."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from engine.domain.errors import NotFound
from engine.domain.icalendar import Event, all_day, calendar_text
from engine.ports import Actor
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.access.services import seen_of
from workflows.calendars.records import CalendarFeedRow
from workflows.cases.records import YouthCaseRow
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumRow

PERSONAL = "Tovholder"
TOKEN_BYTES = 32
BEHIND, AHEAD = timedelta(days=92), timedelta(days=366)
OFF_AGENDA = ("withdrawn", "moved")
MOST_DEADLINES = 500


@dataclass(frozen=True, slots=True)
class Given:
    """A calendar as text, the digest of it, and since when it has been so (UTC).

    `cases` are those to which an address in it leads.
    """

    text: str
    digest: str
    since: datetime
    cases: Sequence[YouthCaseRow] = ()


def renew_address(work: Work) -> str:
    """Return a new secret token for the actor's calendars; the one before is worth nothing.

    It is told this once: only its digest is kept.
    """
    if work.actor.id is None:
        raise NotFound("Brugeren findes ikke eller er ikke længere ansat.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = work.session.get(CalendarFeedRow, work.actor.id)
    if row is None:
        row = CalendarFeedRow(employee_id=work.actor.id, token=_digest(token), made_at=work.now)
        work.session.add(row)
    row.token, row.made_at = _digest(token), work.now
    work.flush()
    return token


def has_address(work: Work) -> bool:
    """Say whether the actor's calendars have an address."""
    return (
        work.actor.id is not None and work.session.get(CalendarFeedRow, work.actor.id) is not None
    )


def owner_of(work: Work, token: str) -> Actor:
    """Return whose calendars have this token. Raises `NotFound`, also for one who has left."""
    query = (
        select(CalendarFeedRow.employee_id)
        .join(EmployeeRow, EmployeeRow.id == CalendarFeedRow.employee_id)
        .where(CalendarFeedRow.token == _digest(token), EmployeeRow.active)
    )
    employee_id = work.session.scalar(query)
    if employee_id is None:
        raise NotFound("Kalenderen findes ikke. Adressen kan være fornyet.")
    return actor_of(work, employee_id)


def forums_of(work: Work) -> Sequence[ForumRow]:
    """Return the forums that the actor sits in or convenes, by name."""
    mine = or_(ForumRow.id.in_(work.actor.forums), ForumRow.convenor_id == work.actor.id)
    return work.session.scalars(select(ForumRow).where(mine).order_by(ForumRow.name)).all()


def personal_calendar(work: Work, link: str) -> Given:
    """Return the actor's meetings and open deadlines. `link` is where the pages begin."""
    meetings = _meetings(work, forums_of(work), link)
    tasks = _dated_tasks(work)
    events = [*meetings, *(_deadline(task, link) for task in tasks)]
    given = _give(work, "", calendar_text(events, name=PERSONAL))
    return replace(given, cases=seen_of(work, {task.case_id for task in tasks}))


def team_calendar(work: Work, code: str, link: str) -> Given:
    """Return the meetings of one of the actor's forums. Raises `NotFound` for another."""
    forum = next((each for each in forums_of(work) if each.code == code), None)
    if forum is None:
        raise NotFound("Kalenderen findes ikke, eller du er ikke med i forummet.")
    return _give(work, code, calendar_text(_meetings(work, [forum], link), name=forum.name))


def _give(work: Work, name: str, text: str) -> Given:
    """Note what is given out when it is another than before."""
    row = work.session.get_one(CalendarFeedRow, work.actor.id)
    digest = _digest(text)
    known = row.given.get(name, ["", ""])
    if known[0] != digest:
        known = [digest, work.now.isoformat()]
        row.given = {**row.given, name: known}
    return Given(text, digest, datetime.fromisoformat(known[1]))


def meeting_uid(meeting: MeetingRow) -> str:
    """Return what a meeting is known by in every calendar, however often it moves."""
    return f"meeting-{meeting.id}@tovholder"


def as_event(forum: ForumRow, meeting: MeetingRow, cases: int | None, link: str) -> Event:
    """Return a meeting as an event; it says how many cases, never whose."""
    number = "" if not cases else f", {cases} sag" if cases == 1 else f", {cases} sager"
    return Event(
        uid=meeting_uid(meeting),
        summary=f"{forum.name}: møde{number}",
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        changed_at=meeting.changed_at,
        sequence=meeting.sequence,
        cancelled=meeting.state == "cancelled",
        place=meeting.place,
        link=f"{link}/moeder/{meeting.id}",
    )


def _meetings(work: Work, forums: Sequence[ForumRow], link: str) -> list[Event]:
    by_id = {forum.id: forum for forum in forums}
    on_it = (
        select(func.count())
        .select_from(AgendaItemRow)
        .where(AgendaItemRow.meeting_id == MeetingRow.id, AgendaItemRow.status.not_in(OFF_AGENDA))
        .correlate(MeetingRow)
        .scalar_subquery()
    )
    query = select(MeetingRow, on_it).where(
        MeetingRow.forum_id.in_(list(by_id)),
        MeetingRow.held_on >= work.today - BEHIND,
        MeetingRow.held_on <= work.today + AHEAD,
    )
    rows = work.session.execute(query.order_by(MeetingRow.starts_at, MeetingRow.id))
    return [as_event(by_id[row.forum_id], row, cases, link) for row, cases in rows]


def _dated_tasks(work: Work) -> Sequence[TaskRow]:
    query = (
        select(TaskRow)
        .where(
            TaskRow.assignee_id == work.actor.id,
            TaskRow.closed_at.is_(None),
            TaskRow.due_at.is_not(None),
            TaskRow.due_on.is_not(None),
        )
        .order_by(TaskRow.due_at, TaskRow.id)
        .limit(MOST_DEADLINES)
    )
    return work.session.scalars(query).all()


def _deadline(task: TaskRow, link: str) -> Event:
    assert task.due_on is not None  # noqa: S101  # asked for
    starts, ends = all_day(task.due_on)
    return Event(
        uid=f"task-{task.id}@tovholder",
        summary=f"Frist: {_title(task)}",
        starts=starts,
        ends=ends,
        changed_at=task.created_at,
        link=f"{link}/opgaver/{task.id}",
    )


def _title(task: TaskRow) -> str:
    """Return the title as it is drawn; not one that somebody wrote, nor one of a compartment."""
    drawn = task.instance_id is not None and task.compartment is None
    return task.title if drawn else "en opgave i Tovholder"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

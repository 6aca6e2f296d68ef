"""Invitations to meetings by mail: asked, told of each change under the same UID, called off."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select

from engine.domain.icalendar import Attendee, calendar_text
from engine.domain.parameters import shift
from engine.ports import SYSTEM, Recipient
from engine.services.outbox import queue_mail
from engine.storage.work import Casework, Work
from workflows.calendars.feeds import as_event
from workflows.calendars.records import InvitationRow
from workflows.forums.meetings import plan_meetings
from workflows.forums.records import MeetingRow
from workflows.house import YouthHouse
from workflows.letters import day_in_words
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, ForumRow, UnitRow
from workflows.texts import fill, read_text

KIND = "invitation"
PARAMETER = "meeting.invite"
_TO_COME = ("planned", "agenda_closed", "cancelled")

Known = Mapping[UUID, InvitationRow]


def invite(casework: Casework, planned: set[date]) -> int:
    """Tell members what they do not know yet of the meetings to come; return how many messages.

    The meetings of the period are written first, once a day: `planned` are the days it is done.
    What has been told stands in rows, so that nobody is told twice, whoever looks.
    """
    day, told = casework.act(SYSTEM, lambda work: _invite(work, planned))
    planned.add(day)
    return told


def _invite(work: Work, planned: Collection[date]) -> tuple[date, int]:
    until = shift(work.calendar, work.today, work.parameters.period(PARAMETER))
    if work.today not in planned:
        for forum in work.session.scalars(select(ForumRow).order_by(ForumRow.code)).all():
            plan_meetings(work, forum, until)
    work.flush()
    told = 0
    for forum, meeting in _to_come(work, until):
        told += sum(_tell(work, forum, meeting))
    return work.today, told


def _to_come(work: Work, until: date) -> Sequence[tuple[ForumRow, MeetingRow]]:
    """Return the meetings to come: those near, and those that somebody has been told of."""
    known = exists().where(InvitationRow.meeting_id == MeetingRow.id)
    query = (
        select(ForumRow, MeetingRow)
        .join(MeetingRow, MeetingRow.forum_id == ForumRow.id)
        .where(
            MeetingRow.held_on >= work.today,
            MeetingRow.state.in_(_TO_COME),
            or_(MeetingRow.held_on <= until, known),
        )
        .order_by(MeetingRow.starts_at, MeetingRow.id)
    )
    return [(forum, meeting) for forum, meeting in work.session.execute(query)]


def _tell(work: Work, forum: ForumRow, meeting: MeetingRow) -> Iterator[bool]:
    organizer = _organizer(work, forum)
    if organizer is None:
        return  # an invitation needs somebody who invites
    members = {} if meeting.state == "cancelled" else _members(work, forum)
    known = _known(work, meeting)
    for person in members.values():
        row = known.get(person.id)
        if row is None or row.called_off or row.sequence < meeting.sequence:
            _send(work, forum, meeting, person, organizer, members.values(), row)
            yield True
    gone = [each for each, row in known.items() if each not in members and not row.called_off]
    for employee_id in gone:
        person = work.session.get_one(EmployeeRow, employee_id)
        _send(work, forum, meeting, person, organizer, None, known[employee_id])
        yield True


def _send(
    work: Work,
    forum: ForumRow,
    meeting: MeetingRow,
    person: EmployeeRow,
    organizer: Attendee,
    coming: Collection[EmployeeRow] | None,
    row: InvitationRow | None,
) -> None:
    """Queue one message, and keep what it told. Nobody is `coming` where it is called off."""
    if row is None:
        row = InvitationRow(meeting_id=meeting.id, employee_id=person.id, sequence=0)
        work.session.add(row)
    row.sequence, row.number, row.called_off = meeting.sequence, row.number + 1, coming is None
    house = work.house if isinstance(work.house, YouthHouse) else YouthHouse()
    event = replace(
        as_event(forum, meeting, None, house.base_url),
        organizer=organizer,
        attendees=tuple(_attendee(each) for each in coming or (person,)),
        cancelled=coming is None,
    )
    text = read_text(house.texts, "meeting_invitation" if coming else "meeting_called_off")
    words = _words(work, forum, meeting, person, event.link)
    queue_mail(
        work,
        key=f"{KIND}:{meeting.id}:{person.id}:{row.number}",
        kind=KIND,
        to=Recipient(name=person.name, email=person.email, employee=person.id),
        subject=fill(text.subject, words),
        body=fill(text.body, words),
        case_id=None,
        calendar=calendar_text([event], method="REQUEST" if coming else "CANCEL"),
    )


def _words(
    work: Work, forum: ForumRow, meeting: MeetingRow, person: EmployeeRow, link: str
) -> Mapping[str, str]:
    zone = work.calendar.timezone
    return {
        "recipient_name": person.name,
        "forum": forum.name,
        "meets_on": day_in_words(meeting.held_on),
        "starts": f"{meeting.starts_at.astimezone(zone):%H.%M}",
        "ends": f"{meeting.ends_at.astimezone(zone):%H.%M}",
        "place": meeting.place or "aftales",
        "link": link,
    }


def _known(work: Work, meeting: MeetingRow) -> Known:
    query = select(InvitationRow).where(InvitationRow.meeting_id == meeting.id)
    return {row.employee_id: row for row in work.session.scalars(query)}


def _members(work: Work, forum: ForumRow) -> Mapping[UUID, EmployeeRow]:
    """Return who sits there or convenes, and works here, by name."""
    sits = select(ForumMemberRow.employee_id).where(ForumMemberRow.forum_id == forum.id)
    query = (
        select(EmployeeRow)
        .where(EmployeeRow.active, EmployeeRow.email != "")
        .where(or_(EmployeeRow.id.in_(sits), EmployeeRow.id == forum.convenor_id))
        .order_by(EmployeeRow.name, EmployeeRow.id)
    )
    return {row.id: row for row in work.session.scalars(query)}


def _organizer(work: Work, forum: ForumRow) -> Attendee | None:
    """Return who invites: the convenor, else the unit's leader, else its mailbox."""
    unit = work.session.get(UnitRow, forum.unit_id) if forum.unit_id else None
    for employee_id in (forum.convenor_id, unit.leader_id if unit else None):
        person = work.session.get(EmployeeRow, employee_id) if employee_id else None
        if person is not None and person.email:
            return _attendee(person)
    return Attendee(name=unit.name, email=unit.mailbox) if unit and unit.mailbox else None


def _attendee(person: EmployeeRow) -> Attendee:
    return Attendee(name=person.name, email=person.email)

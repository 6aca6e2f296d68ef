"""Invitations by mail, read by an independent client: the same UID, a number that rises."""

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import delete, select

from engine.adapters.mail import FolderNotifier, as_email
from engine.ports import SYSTEM, Mail
from engine.services.outbox import send_due
from engine.storage.models import OutboxRow
from workflows.calendars.invitations import KIND, invite
from workflows.forums.holding import cancel_meeting, move_meeting
from workflows.forums.records import MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, ForumRow


@pytest.fixture
def asked(town) -> int:
    """How many invitations the first look has queued."""
    return invite(town, set())


@pytest.fixture
def meeting(town, asked) -> MeetingRow:
    """The first meeting of team 1 that is invited to."""
    with town.work(SYSTEM) as work:
        query = select(MeetingRow).join(ForumRow, ForumRow.id == MeetingRow.forum_id)
        query = query.where(ForumRow.code == "team1").order_by(MeetingRow.held_on)
        return work.session.scalars(query).first()


@pytest.fixture
def convenor(town, meeting):
    """Who leads the meeting."""
    with town.work(SYSTEM) as work:
        return actor_of(work, work.session.get_one(ForumRow, meeting.forum_id).convenor_id)


def letters(town, meeting: MeetingRow) -> list[OutboxRow]:
    with town.work(SYSTEM) as work:
        query = select(OutboxRow).where(
            OutboxRow.kind == KIND, OutboxRow.key.startswith(f"{KIND}:{meeting.id}:")
        )
        return list(work.session.scalars(query.order_by(OutboxRow.key)))


def event_in(row: OutboxRow):
    calendar = Calendar.from_ical(row.calendar)
    assert [part.errors for part in calendar.walk() if part.errors] == []
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def last_to(rows: list[OutboxRow], employee_id: UUID | None) -> OutboxRow:
    mine = [row for row in rows if row.recipient_id == employee_id]
    return max(mine, key=lambda row: int(row.key.rsplit(":", 1)[-1]))


def test_everybody_who_sits_there_is_asked_once(town, meeting, asked) -> None:
    rows = letters(town, meeting)

    with town.work(SYSTEM) as work:
        sits = set(
            work.session.scalars(
                select(ForumMemberRow.employee_id).where(
                    ForumMemberRow.forum_id == meeting.forum_id
                )
            )
        )
    assert {row.recipient_id for row in rows} >= sits
    assert len({row.recipient_id for row in rows}) == len(rows)
    assert invite(town, set()) == 0


def test_it_asks_for_the_meeting_and_says_who_invites(town, meeting, convenor) -> None:
    method, event = event_in(letters(town, meeting)[0])

    assert method == "REQUEST"
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["UID"] == f"meeting-{meeting.id}@tovholder"
    assert event["ORGANIZER"].params["CN"] == convenor.name
    assert event["STATUS"] == "CONFIRMED"


def test_a_moved_meeting_keeps_its_uid_and_raises_its_number(town, meeting, convenor) -> None:
    before = letters(town, meeting)
    with town.work(SYSTEM) as work:
        later = work.calendar.add_days(meeting.held_on, 1)
    move_meeting(town, convenor, meeting.id, later)

    assert invite(town, set()) == len(before)

    _method, old = event_in(before[0])
    method, new = event_in(last_to(letters(town, meeting), before[0].recipient_id))
    assert (method, str(new["UID"])) == ("REQUEST", str(old["UID"]))
    assert new["SEQUENCE"] == old["SEQUENCE"] + 1
    assert new["DTSTART"].dt.date() == later


def test_a_cancelled_meeting_is_called_off_for_everybody_who_was_asked(
    town, meeting, convenor
) -> None:
    number = len(letters(town, meeting))
    cancel_meeting(town, convenor, meeting.id)

    assert invite(town, set()) == number

    rows = letters(town, meeting)
    method, event = event_in(last_to(rows, rows[0].recipient_id))
    assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert invite(town, set()) == 0


def test_one_who_no_longer_sits_there_is_told_and_may_come_back(town, meeting, staff) -> None:
    gone = delete(ForumMemberRow).where(
        ForumMemberRow.forum_id == meeting.forum_id,
        ForumMemberRow.employee_id == staff["health_nurse"],
    )
    town.act(SYSTEM, lambda work: work.session.execute(gone))
    invite(town, set())
    assert event_in(last_to(letters(town, meeting), staff["health_nurse"]))[0] == "CANCEL"

    def back(work) -> None:
        work.session.add(
            ForumMemberRow(
                forum_id=meeting.forum_id, employee_id=staff["health_nurse"], role="health_nurse"
            )
        )

    town.act(SYSTEM, back)
    invite(town, set())
    assert event_in(last_to(letters(town, meeting), staff["health_nurse"]))[0] == "REQUEST"


def test_meetings_far_away_are_not_asked_for_yet(town, asked) -> None:
    with town.work(SYSTEM) as work:
        days = [
            event_in(row)[1]["DTSTART"].dt.date()
            for row in work.session.scalars(select(OutboxRow).where(OutboxRow.kind == KIND))
        ]

    assert asked == len(days) > 0
    assert max(days) <= date(2026, 3, 2) + timedelta(days=28)


def test_the_message_holds_the_calendar_beside_its_words(town, meeting, tmp_path, clock) -> None:
    folder = tmp_path / "mail"
    send_due(town, FolderNotifier(folder, "tovholder@kommune.example"))

    row = letters(town, meeting)[0]
    name = row.key.replace(":", "_")
    message = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=default)

    words = message.get_body(("plain",)).get_content()
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    assert message.get_content_type() == "multipart/alternative"
    assert "Du er indkaldt til møde i Ungeteam 1." in words
    assert part.get_param("method") == "REQUEST"
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert event["UID"] == f"meeting-{meeting.id}@tovholder"


def test_a_message_without_a_calendar_is_words_alone() -> None:
    mail = Mail(key="a", to="a@b.example", subject="Hej", body="Kære")

    assert as_email(mail, "c@d.example").get_content_type() == "text/plain"


def test_nobody_young_is_named_in_what_travels(town, meeting, case) -> None:
    invite(town, set())
    with town.work(SYSTEM) as work:
        rows = work.session.scalars(select(OutboxRow).where(OutboxRow.kind == KIND)).all()
        names = [row.name for row in work.session.scalars(select(EmployeeRow))]

    assert names
    assert not [row for row in rows if "Malte" in row.calendar + row.subject + row.body]

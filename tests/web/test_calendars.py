"""The calendar feed, read by an independent client: meetings that move, deadlines, no names."""

import re
from datetime import date
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select

from engine.domain.icalendar import ZONE
from engine.ports import SYSTEM
from engine.storage.models import TaskRow
from tests.web.conftest import Visitor
from workflows.calendars.records import CalendarFeedRow
from workflows.cases.thread import deactivate_employee
from workflows.forums.holding import cancel_meeting, move_meeting
from workflows.forums.meetings import next_meeting, place
from workflows.forums.records import MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import ForumRow

MEMBER = "uu_counsellor"


@pytest.fixture
def meeting(town, case) -> UUID:
    """The next meeting of team 1, with Sofie's case on its agenda."""

    def make(work) -> UUID:
        forum = work.session.scalars(select(ForumRow).where(ForumRow.code == "team1")).one()
        row = next_meeting(work, forum, work.now)
        place(work, row, UUID(case.rsplit("/", 1)[-1]), "referral")
        return row.id

    return town.act(SYSTEM, make)


@pytest.fixture
def addresses(signed_in):
    """What makes an employee's addresses anew, the employee's own first."""

    def make(username: str = MEMBER) -> list[str]:
        page = signed_in(username)
        page.get("/kalender")
        shown = page.post("/kalender").html
        return re.findall(r'href="http://localhost(/kalender/[^"]+)"', shown)

    return make


@pytest.fixture
def program(visitor) -> Visitor:
    """A calendar program: nobody who has signed in."""
    return visitor()


def read(program: Visitor, address: str, **headers: str):
    page = program.get(address, headers=headers)
    assert (page.status, page.response.mimetype) == (200, "text/calendar")
    calendar = Calendar.from_ical(page.html)
    assert [part.errors for part in calendar.walk() if part.errors] == []
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_a_member_reads_the_meetings_of_the_forum_without_signing_in(
    program, addresses, meeting, town
) -> None:
    event = read(program, addresses()[0])[f"meeting-{meeting}@tovholder"]

    with town.work(SYSTEM) as work:
        row = work.session.get_one(MeetingRow, meeting)
    assert event["DTSTART"].dt == row.starts_at
    assert event["DTSTART"].params["TZID"] == ZONE
    assert str(event["SUMMARY"]) == "Ungeteam 1: møde, 1 sag"


def test_a_moved_meeting_moves_and_is_the_same_meeting(program, addresses, meeting, town) -> None:
    address = addresses()[0]
    before = read(program, address)[f"meeting-{meeting}@tovholder"]

    with town.work(SYSTEM) as work:
        row = work.session.get_one(MeetingRow, meeting)
        convenor = actor_of(work, work.session.get_one(ForumRow, row.forum_id).convenor_id)
        later = work.calendar.add_days(row.held_on, 1)
    move_meeting(town, convenor, meeting, later)

    after = read(program, address)[f"meeting-{meeting}@tovholder"]
    assert before["DTSTART"].dt.date() < after["DTSTART"].dt.date() == later
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_a_cancelled_meeting_is_marked_and_not_forgotten(program, addresses, meeting, town) -> None:
    address = addresses()[0]
    with town.work(SYSTEM) as work:
        row = work.session.get_one(MeetingRow, meeting)
        convenor = actor_of(work, work.session.get_one(ForumRow, row.forum_id).convenor_id)

    cancel_meeting(town, convenor, meeting)

    assert read(program, address)[f"meeting-{meeting}@tovholder"]["STATUS"] == "CANCELLED"


def test_own_deadlines_are_days_and_nobody_is_named(program, addresses, screening, town) -> None:
    with town.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, UUID(screening.rsplit("/", 1)[-1]))

    events = read(program, addresses("intake")[0])

    event = events[f"task-{task.id}@tovholder"]
    assert event["DTSTART"].dt == task.due_on
    assert isinstance(event["DTSTART"].dt, date)
    assert str(event["SUMMARY"]) == f"Frist: {task.title}"
    assert "Sofie" not in "".join(each.to_ical().decode() for each in events.values())


def test_a_title_that_somebody_wrote_is_not_shown(program, addresses, screening, town) -> None:
    def written(work) -> None:
        task = work.session.get_one(TaskRow, UUID(screening.rsplit("/", 1)[-1]))
        task.title, task.instance_id = "Ring til Sofies mor", None

    town.act(SYSTEM, written)

    events = read(program, addresses("intake")[0]).values()
    assert "Frist: en opgave i Tovholder" in [str(each["SUMMARY"]) for each in events]
    assert not [each for each in events if "Sofie" in str(each["SUMMARY"])]


def test_the_calendar_of_a_team_is_for_its_members(program, addresses, meeting) -> None:
    team = next(each for each in addresses() if each.endswith("/team1.ics"))
    stranger = addresses("health_nurse")[0].removesuffix(".ics")

    assert list(read(program, team)) == [f"meeting-{meeting}@tovholder"]
    assert program.get(f"{stranger}/team3.ics").status == 404


def test_what_has_not_changed_is_not_sent_again(program, addresses, meeting) -> None:
    address = addresses()[0]
    first = program.get(address).response

    same = program.get(address, headers={"If-None-Match": first.headers["ETag"]})
    since = program.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert [same.status, since.status] == [304, 304]
    assert same.response.data == b""


def test_a_renewed_address_ends_the_one_before(program, addresses) -> None:
    old, new = addresses()[0], addresses()[0]

    assert program.get(old).status == 404
    assert program.get(new).status == 200


def test_only_a_digest_of_the_token_is_kept(addresses, town) -> None:
    token = addresses()[0].rsplit("/", 1)[-1].removesuffix(".ics")

    with town.work(SYSTEM) as work:
        kept = work.session.scalars(select(CalendarFeedRow)).one()
    assert len(token) >= 43
    assert token not in (kept.token, str(kept.given))


def test_one_who_has_left_has_no_calendar(program, addresses, town, staff) -> None:
    address = addresses("mentor")[0]

    town.act(SYSTEM, lambda work: deactivate_employee(work, staff["mentor"]))

    assert program.get(address).status == 404


def test_an_address_that_nobody_has_is_not_found(program) -> None:
    assert program.get("/kalender/gættet.ics").status == 404


def test_the_way_to_it_stands_at_the_foot_of_every_page(intake) -> None:
    assert intake.get("/sager").href("Møder og frister i din kalender") == "/kalender"

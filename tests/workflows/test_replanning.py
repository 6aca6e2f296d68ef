"""Meetings in the calendar follow closing days and series, and what people chose stands."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM, Actor
from engine.storage.models import OutboxRow
from engine.storage.work import Casework
from tests.workflows.table import Table, laid
from tests.workflows.test_settings import change
from tests.workflows.test_settings import series as changed_series
from tests.workflows.test_whole_cases import local
from workflows.calendars.invitations import KIND, invite
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.holding import cancel_meeting, move_meeting
from workflows.forums.meetings import plan_meetings
from workflows.forums.records import MeetingRow
from workflows.forums.replanning import replan
from workflows.municipalities.layers import CLOSING_DAY, Change
from workflows.municipalities.settings import forum_called


@pytest.fixture
def table(town: Casework, set_up: Callable[..., Table]) -> Table:
    """Malte is on the agenda of 30 April; the other meetings are 21 May, 11 June and 2 July."""
    found = set_up(laid)
    town.act(SYSTEM, lambda work: plan_meetings(work, forum_called(work, "team1"), JULY))
    return found


JULY = date(2026, 7, 10)


@pytest.fixture
def owner(acting_as: Callable[[str], Actor]) -> Actor:
    """The process owner."""
    return acting_as("process_designer")


def close(table: Table, owner: Actor, day: str) -> int:
    """Make the day a closing day, and let the worker go round; return what it moved."""
    change(table.town, owner, Change(kind=CLOSING_DAY, key=day, before=None, after="Lukket"))
    return replan(table.town, set())


def meet(table: Table, owner: Actor, **more: str) -> int:
    change(table.town, owner, changed_series(table.town, **more))
    return replan(table.town, set())


def days(table: Table, state: str = "planned") -> list[date]:
    with table.town.work(SYSTEM) as work:
        forum = forum_called(work, "team1")
        query = select(MeetingRow).where(MeetingRow.forum_id == forum.id, MeetingRow.state == state)
        return [row.held_on for row in work.session.scalars(query.order_by(MeetingRow.held_on))]


def first(table: Table) -> MeetingRow:
    """The meeting that Malte is on."""
    with table.town.work(SYSTEM) as work:
        return work.session.get_one(MeetingRow, table.item.meeting_id)


def test_a_meeting_moves_off_a_day_that_has_become_a_closing_day(table, owner):
    before = first(table)

    assert close(table, owner, "2026-04-30") == 1

    after = first(table)
    assert (after.id, after.held_on, after.moved_from) == (
        before.id,
        date(2026, 5, 1),
        date(2026, 4, 30),
    )
    assert after.cut_off_on == date(2026, 4, 23)
    assert days(table)[1:] == [date(2026, 5, 21), date(2026, 6, 11), date(2026, 7, 2)]


def test_its_case_follows_and_who_holds_the_thread_is_told_once(table, owner):
    close(table, owner, "2026-04-30")
    replan(table.town, set())

    told = [row for row in table.life.outbox() if row.kind == "meeting_moved"]
    assert [row.subject for row in told] == ["Et møde er flyttet"]
    assert "Nu: 1. maj 2026" in told[0].body
    table.life.until(local("2026-05-01"))
    assert ("decide", "2026-05-01") in table.life.due()


def test_everybody_invited_is_told_under_the_same_uid(table, owner):
    table.life.until(local("2026-04-15"))
    invite(table.town, set())
    close(table, owner, "2026-04-30")

    invite(table.town, set())

    with table.town.work(SYSTEM) as work:
        query = select(OutboxRow).where(
            OutboxRow.kind == KIND, OutboxRow.key.contains(str(first(table).id))
        )
        rows = list(work.session.scalars(query))
    uid = f"UID:meeting-{first(table).id}@tovholder"
    assert all(uid in row.calendar for row in rows)
    assert sum("SEQUENCE:1" in row.calendar for row in rows) * 2 == len(rows)


def test_the_new_day_explains_itself_with_the_closing_day(table, owner):
    close(table, owner, "2026-04-30")

    with table.town.work(SYSTEM) as work:
        steps = why_held(work, forum_called(work, "team1"), first(table))
    assert steps[-1] == {
        "by": "forward",
        "to": "2026-05-01",
        "off": [["2026-04-30", "lukkedag: Lukket"]],
    }


def test_a_meeting_that_nothing_concerns_is_left_alone(table, owner):
    assert close(table, owner, "2026-05-13") == 1  # the cut-off of 21 May falls a day earlier

    assert first(table).sequence == 0
    assert days(table) == [
        date(2026, 4, 30),
        date(2026, 5, 21),
        date(2026, 6, 11),
        date(2026, 7, 2),
    ]


def test_a_day_chosen_by_hand_stands_and_only_its_cut_off_is_counted_again(table, owner):
    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))
    assert first(table).cut_off_on == date(2026, 4, 28)

    close(table, owner, "2026-04-30")

    assert first(table).held_on == date(2026, 5, 5)
    assert first(table).cut_off_on == date(2026, 4, 27)


def test_a_day_chosen_by_hand_moves_when_it_is_closed(table, owner):
    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))

    close(table, owner, "2026-05-05")

    assert first(table).held_on == date(2026, 5, 6)
    with table.town.work(SYSTEM) as work:
        steps = why_held(work, forum_called(work, "team1"), first(table))
    assert [step["by"] for step in steps] == ["given", "series", "moved", "forward"]


def test_after_its_cut_off_a_meeting_stays_where_people_have_prepared_it(table, owner):
    table.life.until(first(table).cut_off_at)

    meet(table, owner, anchor="2026-04-08")

    assert days(table)[0] == date(2026, 4, 30)
    assert days(table)[1:] == [date(2026, 5, 20), date(2026, 6, 10), date(2026, 7, 1)]


def test_meetings_move_to_the_nearest_day_of_a_new_series(table, owner):
    assert meet(table, owner, anchor="2026-04-08") == 4

    assert days(table) == [
        date(2026, 4, 29),
        date(2026, 5, 20),
        date(2026, 6, 10),
        date(2026, 7, 1),
    ]


def test_a_meeting_without_a_day_in_the_new_series_is_cancelled_and_its_items_go_on(table, owner):
    meet(table, owner, cadence="P42D", anchor="2026-05-11")

    assert days(table) == [date(2026, 5, 11), date(2026, 6, 22)]
    assert len(days(table, "cancelled")) == 2
    assert table.item.status == "waiting"
    assert first(table).held_on == date(2026, 5, 11)


def test_a_cancelled_meeting_stays_cancelled(table, owner):
    cancel_meeting(table.town, table.convenor, first(table).id)

    close(table, owner, "2026-04-30")

    assert days(table, "cancelled") == [date(2026, 4, 30)]


def test_new_hours_and_a_new_place_are_told_and_move_no_item(table, owner):
    item = table.item

    assert meet(table, owner, starts="12:00", ends="14:00", place="Biblioteket") == 4

    meeting = first(table)
    assert (meeting.place, meeting.sequence, meeting.moved_from) == ("Biblioteket", 1, None)
    assert table.item.placed_at == item.placed_at
    assert not [row for row in table.life.outbox() if row.kind == "meeting_moved"]


def test_another_cut_off_moves_the_closing_of_the_agenda_and_explains_itself(table, owner):
    meet(table, owner, cut_off="3 WD")

    meeting = first(table)
    assert (meeting.held_on, meeting.cut_off_on) == (date(2026, 4, 30), date(2026, 4, 27))
    with table.town.work(SYSTEM) as work:
        step = why_cut_off(work, forum_called(work, "team1"), meeting)[-1]
    assert (step["by"], step["period"], step["to"]) == ("before", "3 WD", "2026-04-27")


def test_what_a_dead_worker_left_half_is_finished_by_the_next(table, owner):
    change(
        table.town,
        owner,
        Change(kind=CLOSING_DAY, key="2026-04-30", before=None, after="Lukket"),
    )
    with table.town.work(SYSTEM) as work:
        done = {(work.configuration.number, work.today)}
    replan(table.town, set())
    _forget_that_items_followed(table)

    replan(table.town, done)

    assert first(table).carried == first(table).sequence
    assert len([row for row in table.life.outbox() if row.kind == "meeting_moved"]) == 1


def test_the_day_it_was_planned_for_explains_itself_by_the_series_of_then(table, owner):
    table.life.until(first(table).cut_off_at)
    meet(table, owner, anchor="2026-04-08")

    with table.town.work(SYSTEM) as work:
        steps = why_held(work, forum_called(work, "team1"), first(table))

    assert [step["to"] for step in steps] == ["2026-04-09", "2026-04-30"]


def test_two_meetings_never_come_to_stand_on_one_day(table, owner):
    move_meeting(table.town, table.convenor, first(table).id, date(2026, 5, 20))

    close(table, owner, "2026-05-21")
    close(table, owner, "2026-05-20")

    found = days(table)
    assert len(set(found)) == len(found) == 4
    assert found[0] + timedelta(days=0) == date(2026, 5, 22)


def _forget_that_items_followed(table: Table) -> None:
    def forget(work):
        work.session.get_one(MeetingRow, first(table).id).carried = 0

    table.town.act(SYSTEM, forget)

"""Meetings: series, agenda, attendance, decisions, minutes, and what becomes of each item."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed
from engine.ports import SYSTEM, Actor, Purpose
from engine.services.tasks import claim_task, complete_task
from engine.storage.models import IncidentRow, InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import MALTE, Life
from tests.workflows.table import CONVENOR, Table, laid
from tests.workflows.test_whole_cases import local, series
from workflows.access.services import cases_visible_to
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.forums import states
from workflows.forums.agenda import Waiting, agenda, close_agenda, in_order
from workflows.forums.attendance import chairs
from workflows.forums.deciding import Decision, decide_item
from workflows.forums.handlers import record_decision
from workflows.forums.holding import approve_minutes, cancel_meeting, hold_meeting, move_meeting
from workflows.forums.meetings import next_meeting, place, plan_meetings
from workflows.forums.passing_on import put_off
from workflows.forums.records import AgendaItemRow, AgreementRow, AttendanceRow, MeetingRow
from workflows.municipalities.absences import register_absence
from workflows.municipalities.packs import set_series
from workflows.municipalities.records import ForumRow


@pytest.fixture
def table(set_up: Callable[..., Table]) -> Table:
    """Malte is on the agenda of 30 April, ready since 13 April."""
    return set_up(laid)


def forum(work: Work, code: str = "team1") -> ForumRow:
    return work.session.scalars(select(ForumRow).where(ForumRow.code == code)).one()


def withdrawn(life: Life) -> None:
    consents = [row for row in life.all(ConsentRow) if row.status == "active"]
    life.casework.act(SYSTEM, lambda work: withdraw_consent(work, consents[0].id, "oral"))


# -- The series -----------------------------------------------------------------------------


def planned(town: Casework, until: date, code: str = "team1") -> list[MeetingRow]:
    return list(town.act(SYSTEM, lambda work: plan_meetings(work, forum(work, code), until)))


def test_a_meeting_on_a_day_off_moves_and_the_series_stays(town: Casework) -> None:
    series(town, "team1", date(2026, 3, 12))  # every third Thursday: 2 April is Skærtorsdag

    days = [row.held_on for row in planned(town, date(2026, 5, 1))]

    assert days == [date(2026, 3, 12), date(2026, 4, 7), date(2026, 4, 23)]


def test_a_meeting_begins_and_ends_when_its_forum_does(town: Casework) -> None:
    series(town, "team1", date(2026, 3, 19))
    first, second = planned(town, date(2026, 4, 10))

    assert (first.starts_at, first.ends_at) == (
        datetime(2026, 3, 19, 8, tzinfo=UTC),
        datetime(2026, 3, 19, 10, tzinfo=UTC),
    )
    assert second.starts_at == datetime(2026, 4, 9, 7, tzinfo=UTC)  # summer time


def test_meetings_planned_twice_are_the_same(town: Casework) -> None:
    series(town, "team1", date(2026, 3, 19))

    once = [row.id for row in planned(town, date(2026, 6, 1))]

    assert [row.id for row in planned(town, date(2026, 6, 1))] == once


def test_a_rule_gives_the_days_of_the_prognosis_meetings(town: Casework) -> None:
    def by_rule(work: Work) -> None:
        rule = "first Tuesday in March and September"
        set_series(work, "team1", anchor=date(2026, 1, 1), cadence=rule)

    town.act(SYSTEM, by_rule)

    days = [row.held_on for row in planned(town, date(2027, 3, 31))]
    assert days == [date(2026, 3, 3), date(2026, 9, 1), date(2027, 3, 2)]


def test_an_item_that_misses_the_cut_off_goes_to_the_next_meeting(
    town: Casework, clock: MovableClock
) -> None:
    series(town, "team1", date(2026, 4, 9))

    def ready(moment: datetime) -> date:
        clock.move_to(moment)
        return town.act(SYSTEM, lambda work: next_meeting(work, forum(work), moment).held_on)

    assert ready(local("2026-04-23", "07:59")) == date(2026, 4, 30)
    assert ready(local("2026-04-23", "08:00")) == date(2026, 5, 21)


def test_nothing_comes_on_a_cancelled_meeting(table: Table) -> None:
    cancel_meeting(table.town, table.convenor, table.meeting.id)

    def next_one(work: Work) -> date:
        return next_meeting(work, forum(work), work.now).held_on

    assert table.town.act(SYSTEM, next_one) == date(2026, 5, 21)


# -- The wait -------------------------------------------------------------------------------


def waits_told(life: Life) -> list[str]:
    return [row.recipient for row in life.outbox() if row.kind == "meeting_wait"]


def test_a_wait_of_three_weeks_is_told_to_nobody(table: Table) -> None:
    assert waits_told(table.life) == []


def test_a_wait_that_grows_too_long_is_told_to_the_convenor_at_once_and_once(table: Table) -> None:
    cancel_meeting(table.town, table.convenor, table.meeting.id)
    cancel_meeting(table.town, table.convenor, table.meeting.id)

    assert waits_told(table.life) == ["uu_counsellor@kommune.example"]


# -- The agenda -----------------------------------------------------------------------------


def waiting(
    reason: str, ready: int = 1, *, acute: bool = False, limit: date | None = None
) -> Waiting:
    """An item ready on a day of March 2026."""
    item = AgendaItemRow(
        meeting_id=UUID(int=1),
        case_id=UUID(int=2),
        reason=reason,
        position=1,
        ready_at=datetime(2026, 3, ready, tzinfo=UTC),
        placed_at=datetime(2026, 3, ready, tzinfo=UTC),
    )
    return Waiting(item=item, acute=acute, limit_on=limit)


def ordered(*items: Waiting, again: date | None = date(2026, 4, 9)) -> list[str]:
    return [item.reason for item in in_order(items, again)]


def test_who_has_waited_longest_comes_first() -> None:
    assert ordered(waiting("new", 9), waiting("old", 2)) == ["old", "new"]


def test_what_is_acute_comes_before_every_wait() -> None:
    assert ordered(waiting("old", 2), waiting("acute", 9, acute=True)) == ["acute", "old"]


def test_a_limit_before_the_next_meeting_comes_before_every_wait() -> None:
    pressing = waiting("limit", 9, limit=date(2026, 4, 8))

    assert ordered(waiting("old", 2), pressing) == ["limit", "old"]


def test_a_limit_that_the_next_meeting_still_meets_waits_its_turn() -> None:
    later = waiting("limit", 9, limit=date(2026, 4, 9))

    assert ordered(waiting("old", 2), later) == ["old", "limit"]


def test_of_equal_waits_the_earlier_limit_comes_first() -> None:
    far, near = (
        waiting(day, limit=date.fromisoformat(day)) for day in ("2026-09-01", "2026-06-01")
    )

    assert ordered(far, waiting("none"), near) == ["2026-06-01", "2026-09-01", "none"]


def test_a_forum_on_demand_takes_every_limit_first() -> None:
    items = (waiting("old", 2), waiting("limit", 9, limit=date(2027, 1, 1)))

    assert ordered(*items, again=None) == ["limit", "old"]


def test_the_day_of_seventeen_and_a_half_is_a_limit_of_the_agenda(
    table: Table, refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> None:
    older = replace(MALTE, first_name="Ida", birth_date=date(2008, 11, 10))  # 17½ on 10 May
    ida = living(refer(older).case_id)

    def both(work: Work) -> list[UUID]:
        meeting = work.session.get_one(MeetingRow, table.meeting.id)
        place(work, meeting, ida.case_id, "referral")
        return [item.case_id for item in agenda(work, meeting)]

    assert table.town.act(SYSTEM, both) == [ida.case_id, table.life.case_id]


def test_the_agenda_cannot_be_closed_before_its_cut_off(table: Table) -> None:
    with pytest.raises(Conflict):
        table.lead(close_agenda, table.meeting.id)


def test_the_convenor_closes_the_agenda_from_the_cut_off_on(table: Table) -> None:
    table.life.until(table.meeting.cut_off_at)

    table.lead(close_agenda, table.meeting.id)

    assert table.meeting.state == "agenda_closed"


def test_nobody_but_the_convenor_leads(table: Table, acting_as: Callable[[str], Actor]) -> None:
    table.life.until(table.meeting.cut_off_at)

    with pytest.raises(NotAllowed):
        table.town.act(
            acting_as("ppr_psychologist"), lambda work: close_agenda(work, table.meeting.id)
        )


def test_the_deputy_of_a_convenor_who_is_away_leads(
    table: Table, acting_as: Callable[[str], Actor]
) -> None:
    table.life.until(table.meeting.cut_off_at)
    until = table.meeting.held_on
    me, deputy = table.staff[CONVENOR], table.staff["uu_counsellor2"]
    table.lead(lambda work: register_absence(work, me, work.today, until, deputy))

    table.town.act(acting_as("uu_counsellor2"), lambda work: close_agenda(work, table.meeting.id))

    assert table.meeting.state == "agenda_closed"


# -- Material -------------------------------------------------------------------------------


def may_see(table: Table, acting_as: Callable[[str], Actor], username: str) -> bool:
    actor = acting_as(username)
    with table.town.work(actor, purpose=Purpose(code="test")) as work:
        query = select(YouthCaseRow.case_id).where(
            YouthCaseRow.case_id == table.life.case_id, cases_visible_to(work, actor)
        )
        return work.session.scalar(query) is not None


def test_members_may_read_from_the_cut_off_and_not_before(
    table: Table, acting_as: Callable[[str], Actor]
) -> None:
    assert not may_see(table, acting_as, "health_nurse")

    table.life.until(table.meeting.cut_off_at)

    assert may_see(table, acting_as, "health_nurse")


def test_without_consent_at_the_cut_off_nobody_reads(
    table: Table, acting_as: Callable[[str], Actor]
) -> None:
    withdrawn(table.life)

    table.life.until(table.meeting.cut_off_at)

    assert not may_see(table, acting_as, "health_nurse")


# -- Attendance and quorum ------------------------------------------------------------------


def test_every_member_has_a_chair_and_nobody_has_come_until_it_is_said(table: Table) -> None:
    with table.town.work(SYSTEM) as work:
        found = chairs(work, table.meeting)

    assert [chair.attendance for chair in found] == [None] * 8


def test_attendance_tells_who_came_and_with_which_mandate(table: Table) -> None:
    table.seat("ppr_psychologist", has_mandate=False)
    table.seat("health_nurse", "substitute", substitute_id=table.staff["health_nurse2"])

    with table.town.work(SYSTEM) as work:
        rows = work.session.scalars(select(AttendanceRow).order_by(AttendanceRow.role)).all()

    told = [(row.role, row.status, row.has_mandate, row.substitute_id) for row in rows]
    assert told == [
        ("health_nurse", "substitute", True, table.staff["health_nurse2"]),
        ("ppr_psychologist", "present", False, None),
    ]


def test_a_substitute_has_a_name(table: Table) -> None:
    with pytest.raises(InvalidAnswers):
        table.seat("health_nurse", "substitute")


def empty_chairs(town: Casework) -> list[str]:
    with town.work(SYSTEM) as work:
        query = select(OutboxRow.recipient).where(OutboxRow.kind == "empty_chair")
        return sorted(work.session.scalars(query))


def test_a_discipline_that_nobody_came_for_is_told_to_its_leader(table: Table) -> None:
    for chair in ("health_nurse", "health_nurse2"):
        table.seat(chair, "absent")

    assert empty_chairs(table.town) == ["leader_sundhedspleje@kommune.example"]


def test_a_colleague_who_came_fills_the_chair(table: Table) -> None:
    table.seat("health_nurse2")
    table.seat("health_nurse", "absent")

    assert empty_chairs(table.town) == []


def test_where_an_item_needs_the_discipline_the_convenor_is_told_too(table: Table) -> None:
    for chair in ("ppr_psychologist", "ppr_psychologist2"):
        table.seat(chair, "absent")

    assert empty_chairs(table.town) == [
        "leader_ppr@kommune.example",
        "uu_counsellor@kommune.example",
    ]


def test_an_item_is_not_decided_without_the_disciplines_it_needs(table: Table) -> None:
    table.opened()
    table.seat("uu_counsellor")

    with pytest.raises(Conflict):
        table.decide(result="multi")
    assert table.item.status == "released"


def test_who_has_no_mandate_cannot_decide(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    table.seat("ppr_psychologist", has_mandate=False)

    with pytest.raises(Conflict):
        table.decide(result="multi")


def test_nor_can_its_task_be_completed_anywhere_else(table: Table) -> None:
    table.opened()
    (task,) = table.life.open_tasks("decide")
    written = table.decision(result="multi").answers
    table.lead(claim_task, task.id)

    with pytest.raises(Conflict, match="Skriv fremmødet ind"):
        table.lead(complete_task, task.id, written)
    assert table.life.open_tasks("decide")


def test_a_forum_with_a_number_needs_so_many_disciplines(table: Table) -> None:
    table.opened()
    table.seat("health_nurse")
    table.town.act(SYSTEM, lambda work: setattr(forum(work), "quorum", 2))
    with pytest.raises(Conflict):
        table.decide(result="multi")

    table.seat("youth_adviser")
    table.decide(result="multi")

    assert table.item.status == "decided"


# -- Decisions ------------------------------------------------------------------------------


def test_a_meeting_cannot_be_held_before_its_day(table: Table) -> None:
    table.life.until(table.meeting.cut_off_at)

    with pytest.raises(Conflict):
        table.lead(hold_meeting, table.meeting.id)


def test_a_decision_completes_the_task_of_its_case(table: Table) -> None:
    table.opened()
    table.everybody_comes()

    table.decide(result="multi")

    assert table.item.status == "decided"
    assert table.item.result == "multi"
    assert table.life.open_tasks("decide") == []
    assert table.life.open_tasks("decision_letter")


def test_nothing_is_decided_before_the_meeting_is_opened(table: Table) -> None:
    table.life.until(local("2026-04-30"))
    table.everybody_comes()

    with pytest.raises(Conflict):
        table.decide(result="multi")


def test_the_form_of_the_decision_is_checked_as_ever(table: Table) -> None:
    table.opened()
    table.everybody_comes()

    with pytest.raises(InvalidAnswers):
        table.lead(decide_item, table.item.id, Decision(answers={}))
    assert table.life.open_tasks("decide")


def test_an_item_that_was_withdrawn_can_never_be_decided(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    written = table.decision(result="multi")
    withdrawn(table.life)

    with pytest.raises(Conflict, match="taget af dagsordenen"):
        table.lead(decide_item, table.item.id, written)
    assert table.item.status == "withdrawn"


def test_a_process_that_records_a_decision_leaves_a_withdrawn_item_as_it_is(table: Table) -> None:
    withdrawn(table.life)

    def recorded(work: Work) -> None:
        instance = work.session.scalars(select(InstanceRow)).first()
        assert instance is not None
        item = table.item
        inputs = {
            "meeting_id": str(item.meeting_id),
            "result": "multi",
            "reason": item.reason,
            "meets_on": "2026-04-30",
        }
        record_decision(work, instance, inputs)

    table.town.act(SYSTEM, recorded)

    assert (table.item.status, table.item.decided_at) == ("withdrawn", None)


@pytest.mark.parametrize("status", ["withdrawn", "moved", "decided"])
def test_what_has_left_the_agenda_never_comes_back(status: str) -> None:
    item = waiting("referral").item
    item.status = status

    assert not any(states.may_become(item, each) for each in ("waiting", "released", "decided"))


# -- Put off, moved, cancelled --------------------------------------------------------------


def test_an_item_that_lacks_somebody_goes_to_the_next_meeting_as_ready_as_it_was(
    table: Table,
) -> None:
    table.opened()
    first = table.item

    table.lead(put_off, first.id)

    assert (table.item.moved_count, table.item.ready_at) == (1, first.ready_at)
    assert table.meeting.held_on == date(2026, 5, 21)
    assert table.life.open_tasks("decide") == []


def test_a_put_off_item_is_released_prepared_and_decided_at_the_next_meeting(table: Table) -> None:
    table.opened()
    table.lead(put_off, table.item.id)
    table.life.until(table.meeting.cut_off_at)
    assert table.life.open_tasks("prepare")

    table.opened()
    table.everybody_comes()
    table.decide(result="multi")

    assert table.item.status == "decided"
    assert ("decision_letter", "2026-05-27") in table.life.due()  # from 21 May, over Whit Monday


def test_an_item_is_put_off_once_and_then_the_leader_gets_a_task(table: Table) -> None:
    table.opened()
    table.lead(put_off, table.item.id)
    table.opened()

    table.lead(put_off, table.item.id)

    assert table.item.status == "with_leader"
    (task,) = table.life.open_tasks("missing_mandate")
    assert task.assignee_id == table.staff["leader_ungecenter"]
    assert task.ladder == "A"


def test_a_moved_meeting_keeps_its_id_and_raises_its_number(table: Table) -> None:
    before = table.meeting

    move_meeting(table.town, table.convenor, before.id, date(2026, 5, 5), "Rådhuset")

    after = table.meeting
    assert (after.id, after.sequence) == (before.id, before.sequence + 1)
    assert (after.held_on, after.moved_from) == (date(2026, 5, 5), date(2026, 4, 30))
    assert (after.starts_at, after.place) == (datetime(2026, 5, 5, 7, tzinfo=UTC), "Rådhuset")


def test_a_moved_meeting_takes_its_items_and_its_cut_off_along(table: Table) -> None:
    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))

    assert table.meeting.cut_off_on == date(2026, 4, 28)  # 1 May is a working day
    table.life.until(table.meeting.cut_off_at - timedelta(seconds=1))
    assert table.life.open_tasks("prepare") == []
    table.life.until(local("2026-05-05"))
    assert ("decide", "2026-05-05") in table.life.due()


def test_the_series_goes_on_as_if_a_meeting_had_not_been_moved(table: Table) -> None:
    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))

    days = [row.held_on for row in planned(table.town, date(2026, 6, 30))]

    assert days == [date(2026, 5, 5), date(2026, 5, 21), date(2026, 6, 11)]


def test_a_meeting_cannot_be_moved_to_a_day_off_and_is_told_why(table: Table) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 14))

    assert "himmelfart" in refused.value.problems["day"]


def test_a_cancelled_meeting_sends_its_items_to_the_next_one(table: Table) -> None:
    cancelled = table.meeting

    told = cancel_meeting(table.town, table.convenor, cancelled.id)

    assert [each.problem for each in told] == [""]
    assert table.meeting.held_on == date(2026, 5, 21)
    with table.town.work(SYSTEM) as work:
        row = work.session.get_one(MeetingRow, cancelled.id)
        assert (row.state, row.sequence) == ("cancelled", 1)


# -- Minutes --------------------------------------------------------------------------------


def test_an_agreement_has_goal_owner_and_date_and_is_a_task_of_its_owner(table: Table) -> None:
    table.opened()
    table.everybody_comes()

    table.decide(table.agreement(due_on=date(2026, 5, 8)), result="multi")

    (row,) = table.life.all(AgreementRow)
    (task,) = table.life.open_tasks("agreement")
    assert (row.goal, row.agreement) == ("Malte kommer i skole.", "Ring til skolen.")
    assert (row.owner_id, row.due_on, row.task_id) == (
        table.staff["ppr_psychologist"],
        date(2026, 5, 8),
        task.id,
    )
    assert (task.title, task.assignee_id, task.due_on, task.ladder) == (
        "Ring til skolen.",
        table.staff["ppr_psychologist"],
        date(2026, 5, 8),
        "A",
    )


def test_an_agreement_without_a_date_is_due_in_fifteen_working_days(table: Table) -> None:
    table.opened()
    table.everybody_comes()

    table.decide(table.agreement(), result="multi")

    (row,) = table.life.all(AgreementRow)
    assert row.due_on == date(2026, 5, 22)  # 14 May is Kristi himmelfart


def test_the_letter_can_quote_what_was_agreed(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    table.decide(table.agreement(due_on=date(2026, 5, 8)), result="multi")

    table.life.do("decision_letter", subject="Brev", text="Vi vil gerne hjælpe dig.")

    letters = [row.body for row in table.life.outbox() if row.kind == "decision_letter"]
    assert all("Ring til skolen. –" in body and "senest 8. maj 2026" in body for body in letters)
    assert letters


def test_the_owner_of_an_agreement_is_reminded_of_it(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    table.decide(table.agreement(due_on=date(2026, 5, 8)), result="multi")

    table.life.until(local("2026-05-06"))

    assert ("reminder", "ppr_psychologist@kommune.example") in table.life.mails()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("goal_1", {"goal": " "}),
        ("agreement_1", {"agreement": ""}),
        ("owner_1", {"owner_id": UUID(int=0)}),
        ("due_on_1", {"due_on": date(2026, 4, 29)}),
    ],
)
def test_an_agreement_that_lacks_something_is_refused(
    table: Table, field: str, given: Mapping[str, Any]
) -> None:
    table.opened()
    table.everybody_comes()

    with pytest.raises(InvalidAnswers) as refused:
        table.decide(table.agreement(**given), result="multi")
    assert list(refused.value.problems) == [field]
    assert table.item.status == "released"


def test_minutes_are_approved_when_every_item_is_settled(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    with pytest.raises(Conflict):
        table.lead(approve_minutes, table.meeting.id)
    table.decide(result="multi")

    table.lead(approve_minutes, table.meeting.id)

    assert table.meeting.state == "minutes_approved"


def test_approved_minutes_cannot_be_changed(table: Table) -> None:
    table.opened()
    table.everybody_comes()
    table.decide(result="multi")
    table.lead(approve_minutes, table.meeting.id)

    with pytest.raises(Conflict):
        table.seat("health_nurse", "absent")
    with pytest.raises(Conflict):
        move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))


# -- The leaders ----------------------------------------------------------------------------


def before_leaders(life: Life) -> list[tuple[str, str]]:
    items = [item for item in life.all(AgendaItemRow) if item.task_id is not None]
    return [(item.reason, item.status) for item in items]


def test_an_overdue_task_leaves_the_leaders_agenda_when_it_is_done(
    case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    life = living(case.case_id)
    life.until(local("2026-03-25"))
    assert before_leaders(life) == [("overdue:screening", "waiting")]

    life.do("screening", effort="team", disciplines=["uu_counsellor"])

    assert before_leaders(life) == [("overdue:screening", "withdrawn")]


def test_the_leaders_deal_with_an_overdue_task_and_agree_on_something(
    case: YouthCaseRow,
    living: Callable[[UUID], Life],
    acting_as: Callable[[str], Actor],
    town: Casework,
    staff: Mapping[str, UUID],
) -> None:
    life = living(case.case_id)
    life.until(local("2026-03-25"))
    leaders = Table(town, life, acting_as("chief_consultant"), staff)
    leaders.opened()

    decision = Decision(agreements=[leaders.agreement("leader_ungecenter")])
    leaders.lead(decide_item, leaders.item.id, decision)

    assert before_leaders(life) == [("overdue:screening", "decided")]
    assert life.open_tasks("agreement")
    assert life.open_tasks("screening")  # it is still to be done


def test_nothing_goes_wrong_on_the_way(table: Table) -> None:
    table.opened()
    table.lead(put_off, table.item.id)
    table.opened()
    table.everybody_comes()
    table.decide(table.agreement(), result="multi")

    with table.town.work(SYSTEM) as work:
        assert work.session.scalars(select(IncidentRow)).all() == []
        assert work.session.scalars(select(TaskRow).where(TaskRow.status == "stopped")).all() == []

"""The plan in versions, follow-ups within bounds, and a handover that nobody accepts."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotFound
from engine.domain.parameters import parse_period
from engine.ports import SYSTEM, Json, Variables
from engine.storage.house import Handler
from engine.storage.models import AnswersRow, InstanceRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import Life
from workflows.cases.facts import facts_of
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.handover import handlers as handover
from workflows.handover.records import HandoverRow
from workflows.plans import handlers as plans
from workflows.plans.records import FollowUpRow, GoalRow, PlanRow, PlanVersionRow
from workflows.plans.rules import is_within, lines_of, listed


@pytest.fixture
def call(town: Casework, case: YouthCaseRow) -> Callable[..., Variables]:
    """What calls a handler in Malte's case, as a diagram would."""

    def run(function: Handler, **inputs: Json) -> Variables:
        def act(work: Work) -> Variables:
            query = select(InstanceRow).where(InstanceRow.case_id == case.case_id)
            return function(work, work.session.scalars(query).one(), inputs)

        return town.act(SYSTEM, act)

    return run


Call = Callable[..., Variables]


@pytest.fixture
def life(case: YouthCaseRow, living: Callable[[UUID], Life]) -> Life:
    """Malte's life."""
    return living(case.case_id)


def write(life: Life, form: str, **answers: Json) -> None:
    """Let somebody write in a form."""

    def act(work: Work) -> None:
        work.session.add(
            AnswersRow(case_id=life.case_id, form=form, at=work.now, data=dict(answers))
        )

    life.casework.act(SYSTEM, act)


def versions(life: Life) -> list[tuple[int, str]]:
    """The versions of the plan: number and status."""
    with life.casework.work(SYSTEM) as work:
        rows = work.session.scalars(select(PlanVersionRow).order_by(PlanVersionRow.number))
        return [(row.number, row.status) for row in rows]


def test_a_draft_keeps_the_goal_and_its_sub_goals(life: Life, call: Call) -> None:
    write(life, "plan", goal="En læreplads", sub_goals="- Stå op\n\n- Komme af sted")
    call(plans.save_plan_draft, overarching="education_plan", sector_plans="ungeplan,other")

    with life.casework.work(SYSTEM) as work:
        goals = work.session.scalars(select(GoalRow).order_by(GoalRow.position)).all()
    assert [goal.wording for goal in goals] == ["En læreplads", "Stå op", "Komme af sted"]
    assert [goal.parent_id for goal in goals] == [None, goals[0].id, goals[0].id]


def test_those_who_own_a_part_are_named_by_the_form(life: Life, call: Call) -> None:
    write(life, "plan", goal="Job", sector_owners=["job_adviser"])

    given = call(plans.save_plan_draft, overarching="min_plan")
    assert given["sector_owners"] == ["job_adviser"]


def test_a_revision_takes_the_place_of_the_version_before(life: Life, call: Call) -> None:
    first = call(plans.save_plan_draft, overarching="education_plan")
    again = call(plans.save_plan_draft, overarching="education_plan")
    active = call(plans.activate_plan, plan_id=first["plan_id"])

    assert first["plan_id"] == again["plan_id"]
    assert versions(life) == [(1, "superseded"), (2, "active")]
    assert active == {"active_on": "2026-03-02"}


def test_the_plan_of_another_case_is_not_found(life: Life, call: Call) -> None:
    call(plans.save_plan_draft, overarching="education_plan")

    with pytest.raises(NotFound):
        call(plans.activate_plan, plan_id=str(life.case_id))


def test_a_case_has_a_plan_from_its_first_draft(life: Life, call: Call) -> None:
    with life.casework.work(SYSTEM) as work:
        assert not facts_of(work, life.case_id)["has_plan"]
    call(plans.save_plan_draft, overarching="education_plan")

    with life.casework.work(SYSTEM) as work:
        assert facts_of(work, life.case_id)["has_plan"]


def test_a_plan_that_this_act_begins_is_there_for_a_process_it_starts(
    life: Life, call: Call
) -> None:
    with life.casework.work(SYSTEM) as work:
        work.session.add(PlanRow(case_id=life.case_id, overarching="education_plan"))

        assert facts_of(work, life.case_id)["has_plan"]


def test_at_another_age_the_plan_is_of_another_type(life: Life, call: Call) -> None:
    call(plans.save_plan_draft, overarching="education_plan")
    life.casework.act(
        SYSTEM, lambda work: plans.reevaluate(work, life.case_id, "min_plan", ["education_plan"])
    )

    (plan,) = life.all(PlanRow)
    assert (plan.overarching, plan.sector_plans) == ("min_plan", ["education_plan"])


def test_a_follow_up_keeps_what_it_meant_and_when_the_next_is(life: Life, call: Call) -> None:
    write(life, "follow_up", held_on="2026-03-01", meaning=4, meetings_count=2, adjust="adjust")
    call(plans.record_follow_up, due="2026-03-03", interval="P3M")

    (row,) = life.all(FollowUpRow)
    assert (row.due_on, row.held_on) == (date(2026, 3, 3), date(2026, 3, 1))
    assert (row.meaning, row.meetings, row.adjustment, row.interval) == (4, 2, "adjust", "P3M")


@pytest.mark.parametrize("interval", ["P1M", "P6M", "P60D"])
def test_a_follow_up_may_be_planned_within_the_bounds(
    life: Life, call: Call, interval: str
) -> None:
    call(plans.record_follow_up, due="2026-03-03", interval=interval)

    assert len(life.all(FollowUpRow)) == 1


@pytest.mark.parametrize("interval", ["P7M", "P14D", "P1Y", "soon", "5 h"])
def test_a_follow_up_outside_the_bounds_is_refused_at_its_field(
    life: Life, call: Call, interval: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        call(plans.record_follow_up, due="2026-03-03", interval=interval)

    assert set(refused.value.problems) == {"interval"}
    assert "1 måned og 6 måneder" in refused.value.problems["interval"]


@pytest.mark.parametrize(
    ("period", "fits"),
    [("P1M", True), ("P28D", True), ("P27D", False), ("P6M", True), ("P187D", False)],
)
def test_days_are_weighed_against_months(period: str, fits: bool) -> None:
    assert is_within(parse_period(period), parse_period("P1M"), parse_period("P6M")) is fits


def test_lines_lose_their_bullets() -> None:
    assert lines_of("- et\n• to\n\n  tre ") == ["et", "to", "tre"]


@pytest.mark.parametrize(
    ("given", "parts"), [("a, b", ["a", "b"]), (["a"], ["a"]), ("", []), (None, [])]
)
def test_names_come_as_a_text_or_a_list(given: str | list[str] | None, parts: list[str]) -> None:
    assert listed(given) == parts


def the_handover(life: Life) -> HandoverRow:
    """The newest handover of the case."""
    return max(life.all(HandoverRow), key=lambda row: row.opened_at)


def test_an_offer_leaves_the_sender_responsible(
    life: Life, call: Call, staff: dict[str, UUID]
) -> None:
    call(handover.open_handover)
    call(handover.offer_handover, receiver_role="job_adviser", keep_coordinator="no")

    assert the_handover(life).status == "offered"
    assert life.case.primary_id == staff["intake"]
    assert len(life.all(AssignmentRow)) == 1


def test_the_one_who_is_asked_is_told(life: Life, call: Call) -> None:
    call(handover.open_handover)
    call(handover.offer_handover, receiver_role="job_adviser")

    told = [row for row in life.outbox() if row.kind == "handover_offered"]
    assert [row.recipient for row in told] == ["job_adviser@kommune.example"]
    assert "13. juni 2029" in told[0].body


def test_accepting_gives_the_thread_to_the_receiver_who_coordinates_from_now_on(
    life: Life, call: Call
) -> None:
    call(handover.open_handover)
    call(handover.offer_handover, receiver_role="job_adviser", keep_coordinator="no")
    given = call(handover.complete_handover)

    case, row = life.case, the_handover(life)
    assert given == {"outcome": "accepted_new_coordinator"}
    assert case.primary_id == case.coordinator_id == row.receiver_id
    assert row.overlap_until == date(2026, 3, 30)


def test_a_rejection_keeps_its_reason_out_of_the_journal(life: Life, call: Call) -> None:
    call(handover.open_handover)
    call(handover.offer_handover, receiver_role="job_adviser")
    call(handover.reject_handover, reason="Ingen ledig plads")

    row = the_handover(life)
    assert (row.status, row.rejection) == ("rejected", "Ingen ledig plads")
    assert row.rejected_by_id == row.receiver_id


def test_the_forum_of_the_leaders_settles_who_receives(life: Life, call: Call) -> None:
    call(handover.open_handover)
    call(handover.offer_handover, receiver_role="job_adviser")
    call(handover.reject_handover, reason="Nej")
    call(handover.settle_handover, receiver_role="uu_counsellor")
    call(handover.complete_handover)

    assert the_handover(life).receiver_role == "uu_counsellor"
    assert life.case.primary_id == the_handover(life).receiver_id


def test_a_new_handover_closes_the_one_before(life: Life, call: Call) -> None:
    call(handover.open_handover)
    call(handover.open_handover)

    assert sorted(row.status for row in life.all(HandoverRow)) == ["closed", "open"]


def test_without_an_open_handover_there_is_nothing_to_accept(call: Call) -> None:
    with pytest.raises(NotFound):
        call(handover.complete_handover)

"""Three lives from the domain's examples, through the shipped diagrams."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.work import Casework, Work
from tests.workflows.conftest import PARENTS, Life
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.consent.records import ConsentRow
from workflows.forums.records import AgendaItemRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.packs import set_series
from workflows.people.services import NewYoungPerson
from workflows.plans.records import PlanRow

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def local(day: str, clock: str = "10:00") -> datetime:
    """The local moment."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=COPENHAGEN).astimezone(UTC)


def series(town: Casework, forum: str, anchor: date) -> None:
    """Let a forum meet from `anchor` on."""

    def move(work: Work) -> None:
        set_series(work, forum, anchor=anchor)

    town.act(SYSTEM, move)


@pytest.fixture
def malte(
    town: Casework,
    clock: MovableClock,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
) -> Life:
    """Malte, 14, referred on Thursday 26 March 2026; his parents agree on 27 March and 13 April."""
    series(town, "team1", date(2026, 3, 19))
    clock.move_to(local("2026-03-26"))
    life = living(refer().case_id)
    life.until(local("2026-03-26", "15:00"))
    life.do("screening", effort="team", disciplines=["uu_counsellor", "ppr_psychologist"])
    life.until(local("2026-03-27"))
    mother, father = sorted(task.outside_party or "" for task in life.open_tasks("record_answer"))
    life.do("record_answer", party=mother, answer="yes", channel="mitid")
    life.until(local("2026-04-13"))
    life.do("record_answer", party=father, answer="yes", channel="mitid")
    return life


def test_a_consent_of_both_parents_is_ready_for_the_next_open_agenda(malte: Life) -> None:
    (meeting,) = malte.all_meetings()

    assert (meeting.held_on, meeting.cut_off_on) == (date(2026, 4, 30), date(2026, 4, 23))
    assert malte.due() == {("contribution", "2026-04-21")}
    assert malte.case.state == "on_agenda"


def test_one_parent_alone_carries_nothing(
    town: Casework,
    clock: MovableClock,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
) -> None:
    clock.move_to(local("2026-03-26"))
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])
    life.do("record_answer", party=life.open_tasks("record_answer")[0].outside_party or "")

    assert [row.status for row in life.all(ConsentRow)] == ["partly"]


def test_the_reminder_of_a_consent_goes_to_the_parent_and_the_collector_alone(
    malte: Life,
) -> None:
    reminders = [address for kind, address in malte.mails() if kind == "reminder"]

    assert len(reminders) == 2
    assert "intake@kommune.example" in reminders
    assert sum("borger.example" in address for address in reminders) == 1


def decided(malte: Life) -> None:
    """The meeting of 30 April decides on several efforts."""
    malte.until(local("2026-04-30", "14:00"))
    malte.do("decide", result="multi", follow_up_on="2026-07-30")
    malte.do("decision_letter", subject="Brev", text="Vi vil gerne hjælpe dig.")


def test_letter_and_offer_count_from_the_day_of_the_meeting(malte: Life) -> None:
    malte.until(local("2026-04-30", "14:00"))
    malte.do("decide", result="multi")

    assert malte.due() >= {("decision_letter", "2026-05-05"), ("record_offer_answer", "2026-05-15")}
    assert malte.case.state == "offered"


def test_the_letter_to_one_under_fifteen_goes_to_both_parents(malte: Life) -> None:
    decided(malte)

    letters = {address for kind, address in malte.mails() if kind == "decision_letter"}
    assert letters == {"far@borger.example", "mor@borger.example"}


def test_the_coordinator_takes_the_thread_when_accepting(
    malte: Life, staff: dict[str, UUID]
) -> None:
    decided(malte)
    malte.until(local("2026-05-08"))
    malte.do("record_offer_answer", answer="accept")
    before = malte.case.primary_id
    malte.do("accept_assignment", accepts="yes")

    case = malte.case
    assert before == staff["intake"]
    assert case.primary_id == case.coordinator_id == case.plan_owner_id
    assert case.primary_id in {staff["uu_counsellor"], staff["uu_counsellor2"]}
    assert case.state == "active_multi"
    assert len(malte.all(AssignmentRow)) == 2


def test_at_fifteen_the_young_persons_own_yes_takes_the_place_of_the_parents(malte: Life) -> None:
    decided(malte)
    malte.do("record_offer_answer", answer="accept")
    malte.until(local("2026-06-22"))
    assert ("record_answer", "2026-06-26") in malte.due()
    malte.do("record_answer", party="young_person", answer="yes", channel="mitid")

    found = {row.purpose: row.status for row in malte.all(ConsentRow)}
    assert found == {"team_assessment": "superseded", "own_15": "active"}
    assert not malte.incidents()


def test_unanswered_at_fifteen_the_sharing_stops_at_midnight_and_the_coordinator_is_told(
    malte: Life,
) -> None:
    decided(malte)
    malte.until(local("2026-06-26", "23:59"))
    assert {row.status for row in malte.all(ConsentRow)} == {"active", "asked"}
    malte.until(local("2026-06-27", "00:00"))

    assert {row.status for row in malte.all(ConsentRow)} == {"suspended", "asked"}
    (told,) = [row for row in malte.outbox() if row.kind == "sharing_suspended_staff"]
    assert told.send_after == local("2026-06-29", "08:00")
    assert not malte.incidents()


@pytest.fixture
def karla(
    town: Casework,
    clock: MovableClock,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
) -> Life:
    """Karla, 19, with a case at the job centre; team 3 decides on 25 August 2026."""
    series(town, "team3", date(2026, 8, 11))
    clock.move_to(local("2026-08-03"))
    person = NewYoungPerson(
        first_name="Karla",
        last_name="Opdigtet",
        birth_date=date(2007, 2, 11),
        email="karla@borger.example",
    )
    life = living(refer(person, schooling="none", employment_case="true").case_id)
    life.until(local("2026-08-06", "14:00"))
    life.do("screening", effort="team", disciplines=["job_adviser", "uu_counsellor"])
    life.do("record_answer", answer="yes", channel="mitid")
    life.until(local("2026-08-25"))
    life.do("decide", result="multi")
    return life


def test_a_no_to_a_coordinator_leaves_a_plan_owner_who_holds_the_thread(
    karla: Life, staff: dict[str, UUID]
) -> None:
    karla.until(local("2026-09-02"))
    karla.do("record_offer_answer", answer="decline")

    case = karla.case
    assert case.coordinator_id is None
    assert case.primary_id == case.plan_owner_id
    assert case.plan_owner_id in {staff["job_adviser"], staff["job_adviser2"]}
    assert karla.due() >= {
        ("draft_plan", "2026-09-30"),
        ("offer_again", "2026-12-02"),
        ("hold_follow_up", "2026-11-25"),
    }
    assert not karla.incidents()


def test_a_wished_mentor_is_approved_and_the_job_adviser_keeps_the_plan(
    karla: Life, staff: dict[str, UUID]
) -> None:
    karla.until(local("2026-09-02"))
    karla.do("record_offer_answer", answer="decline")
    karla.do("draft_plan", sub_goals="- Stå op\n- Komme af sted")
    owner = karla.case.plan_owner_id
    karla.until(local("2026-12-02"))
    karla.do("offer_again", still_no_need="no")
    karla.until(local("2026-12-04"))
    karla.do("record_offer_answer", answer="wish", wished_role="mentor")
    karla.until(local("2026-12-15", "14:00"))
    karla.do("decide", result="multi", relation_approved="yes")

    case = karla.case
    assert case.coordinator_id in {staff["mentor"], staff["mentor2"]}
    assert case.plan_owner_id == owner
    assert not karla.incidents()


def test_the_plan_of_an_adult_with_a_job_case_is_min_plan(karla: Life) -> None:
    karla.until(local("2026-09-02"))
    karla.do("record_offer_answer", answer="decline")
    karla.do("draft_plan", sub_goals="- Stå op\n- Komme af sted", sector_owners=[])
    karla.do("approve_plan", approval="approve")

    (plan,) = karla.all(PlanRow)
    assert (plan.overarching, plan.status) == ("min_plan", "active")


@pytest.fixture
def jakob(
    town: Casework,
    clock: MovableClock,
    staff: dict[str, UUID],
    living: Callable[[UUID], Life],
) -> Life:
    """Jakob, born 20 September 2008, whose case was taken over on 1 September 2025."""
    series(town, "team2", date(2026, 1, 1))
    clock.move_to(datetime(2026, 3, 2, 9, tzinfo=UTC))
    person = NewYoungPerson(
        first_name="Jakob",
        last_name="Opdigtet",
        birth_date=date(2008, 9, 20),
        email="jakob@borger.example",
    )
    existing = ExistingCase(
        state="active_multi",
        team=2,
        primary_id=staff["uu_counsellor"],
        coordinator_id=staff["uu_counsellor"],
        plan_owner_id=staff["uu_counsellor"],
        social_case=True,
        employment_case=True,
        opened_at=datetime(2025, 9, 1, 8, tzinfo=UTC),
    )
    case = town.act(SYSTEM, lambda work: open_existing_case(work, person, PARENTS, existing))
    return living(case.case_id)


def handed_over_until_named(jakob: Life) -> None:
    """Conference, decision and a named receiver."""
    jakob.do("prepare_handover")
    jakob.until(local("2026-03-12"))
    jakob.do("hold_conference")
    jakob.until(local("2026-03-18"))
    jakob.do("decide_support")
    jakob.until(local("2026-06-24", "11:00"))
    jakob.do("name_receiver", receiver_role="job_adviser", keep_coordinator="yes")


def test_the_conference_is_the_last_meeting_before_seventeen_and_a_half(jakob: Life) -> None:
    jakob.do("prepare_handover")

    (meeting,) = jakob.all_meetings()
    assert meeting.held_on == date(2026, 3, 12)
    assert ("decide_support", "2026-03-20") in jakob.due()


def test_a_conference_that_was_held_is_off_the_agenda(jakob: Life) -> None:
    jakob.do("prepare_handover")
    jakob.until(local("2026-03-12"))
    jakob.do("hold_conference")

    (item,) = jakob.all(AgendaItemRow)
    assert (item.reason, item.status, item.result) == ("handover", "decided", "held")
    assert jakob.case.state == "handover"


def test_the_sender_holds_the_thread_until_the_receiver_accepts(
    jakob: Life, staff: dict[str, UUID]
) -> None:
    handed_over_until_named(jakob)
    jakob.do("joint_meeting")
    jakob.until(local("2026-09-21"))

    assert jakob.case.primary_id == staff["uu_counsellor"]
    assert jakob.case.team == 3
    assert jakob.open_tasks("accept_handover")[0].assignee_id in {
        staff["job_adviser"],
        staff["job_adviser2"],
    }
    assert not jakob.incidents()


def test_at_eighteen_the_coordinator_is_kept_and_the_job_adviser_owns_the_plan(
    jakob: Life, staff: dict[str, UUID]
) -> None:
    handed_over_until_named(jakob)
    jakob.until(local("2026-08-20"))
    jakob.do("joint_meeting")
    jakob.until(local("2026-08-27"))
    jakob.do("accept_handover", answer="accept")
    assert (jakob.case.team, jakob.case.plan_owner_id) == (2, staff["uu_counsellor"])
    jakob.until(local("2026-09-19", "23:59"))
    assert jakob.case.team == 2
    jakob.until(local("2026-09-20", "00:00"))

    case = jakob.case
    assert (case.team, case.coordinator_id, case.primary_id) == (
        3,
        staff["uu_counsellor"],
        staff["uu_counsellor"],
    )
    assert case.plan_owner_id in {staff["job_adviser"], staff["job_adviser2"]}
    assert [row.outcome for row in jakob.all(HandoverRow)] == ["accepted_same_coordinator"]
    assert not jakob.incidents()


def test_after_care_is_asked_by_the_former_contact_on_three_days(
    jakob: Life, staff: dict[str, UUID]
) -> None:
    handed_over_until_named(jakob)
    jakob.do("accept_handover", answer="accept")
    jakob.until(local("2026-09-20", "00:00"))

    checks = jakob.open_tasks("aftercare_check")
    assert [str(task.due_on) for task in checks] == ["2026-10-20", "2026-12-18", "2027-03-19"]
    assert {task.assignee_id for task in checks} == {staff["uu_counsellor"]}


def test_a_receiver_who_says_no_is_not_asked_again(jakob: Life) -> None:
    handed_over_until_named(jakob)
    first = jakob.open_tasks("accept_handover")[0].assignee_id
    jakob.until(local("2026-08-25"))
    jakob.do("accept_handover", answer="reject", reason="Ingen plads")
    assert ("leaders_decide", "2026-09-01") in jakob.due()
    jakob.do("leaders_decide", receiver_role="job_adviser")

    assert jakob.open_tasks("accept_again")[0].assignee_id != first
    assert not jakob.incidents()


def test_an_item_whose_consent_has_lapsed_is_held_back(malte: Life) -> None:
    malte.casework.act(SYSTEM, lambda work: _expire(work, malte.case_id))
    malte.until(local("2026-04-23", "08:00"))

    assert [row.status for row in malte.all(AgendaItemRow)] == ["held_back"]
    assert [kind for kind, _ in malte.mails() if kind == "not_released"] == ["not_released"]
    assert malte.open_tasks("clarify_consent")


def _expire(work: Work, case_id: UUID) -> None:
    for consent in work.session.scalars(select(ConsentRow).where(ConsentRow.case_id == case_id)):
        consent.expires_on = date(2026, 4, 20)

"""How a case begins, ends and begins again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.errors import CaseworkError, Conflict, InvalidAnswers, NotFound
from engine.ports import SYSTEM, Actor
from engine.services.journal import record
from engine.storage.models import AnswersRow, InstanceRow, JournalRow, TimerRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import MALTE, PARENTS, Life
from workflows.cases.closing import close_case, reopen_case
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.cases.rules import check_state, writes_to_guardians
from workflows.cases.services import ExistingCase, open_existing_case, start_referral
from workflows.cases.thread import deactivate_employee, hand_over_thread, open_youth_case
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import GuardianRow, YoungPersonRow
from workflows.people.services import NewYoungPerson

SEVENTEEN = NewYoungPerson(
    first_name="Liv", last_name="Opdigtet", birth_date=date(2008, 9, 20), email="liv@x.example"
)


def test_the_intake_worker_who_receives_a_referral_is_responsible_from_its_first_instant(
    case: YouthCaseRow, living: Callable[[UUID], Life], staff: dict[str, UUID]
) -> None:
    (first,) = living(case.case_id).all(AssignmentRow)

    assert (first.employee_id, first.since) == (staff["intake"], case.opened_at)


def test_while_nobody_has_received_it_the_leader_of_the_intake_is_responsible(
    refer: Callable[..., YouthCaseRow], staff: dict[str, UUID]
) -> None:
    assert refer(by="mentor").primary_id == staff["leader_ungecenter"]


def test_a_referral_puts_the_young_person_and_both_parents_on_record(
    town: Casework, case: YouthCaseRow
) -> None:
    with town.work(SYSTEM) as work:
        person = work.session.get_one(YoungPersonRow, case.young_person_id)
        guardians = set(work.session.scalars(select(GuardianRow.name)))

    assert (person.name, person.schooling) == ("Malte Opdigtet", "grade_8")
    assert guardians == {guardian.name for guardian in PARENTS}


def test_the_referrer_gets_a_receipt_that_says_nothing_of_the_case(
    case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    (receipt,) = living(case.case_id).outbox()

    assert (receipt.kind, receipt.recipient) == ("receipt", "lone@skole.example")
    assert "4. marts 2026" in receipt.body
    assert "Malte" not in receipt.subject + receipt.body


def test_a_referral_with_gaps_is_sent_back_and_opens_nothing(
    town: Casework, acting_as: Callable[[str], Actor]
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        town.act(acting_as("intake"), lambda work: start_referral(work, MALTE, (), {}))

    assert "schooling" in refused.value.problems
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(YouthCaseRow)).all() == []


def test_a_second_referral_joins_the_case_and_tells_who_holds_the_thread(
    case: YouthCaseRow,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
) -> None:
    again = refer(by="mentor", reason_referrer="Er gået hjem igen.")

    life = living(case.case_id)
    assert again.case_id == case.case_id
    assert len(life.all(AnswersRow)) == 2
    assert ("new_information", "intake@kommune.example") in life.mails()
    assert [row.process for row in life.all(InstanceRow)] == ["referral"]


def test_a_third_referral_tells_again(
    case: YouthCaseRow, refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> None:
    refer()
    refer()

    kinds = [kind for kind, _ in living(case.case_id).mails()]
    assert kinds.count("new_information") == 2


def test_the_milestones_ahead_are_planned_when_the_case_opens(
    case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    starts = {
        timer.start_key: timer.due_at.date()
        for timer in living(case.case_id).all(TimerRow)
        if timer.kind == "start"
    }

    assert starts == {
        "own_consent:1": date(2026, 5, 29),
        "handover_prestart:1": date(2028, 9, 14),
        "adult_consent:1": date(2029, 5, 15),
    }


def test_a_handover_whose_day_has_passed_begins_at_once(
    refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> None:
    life = living(refer(SEVENTEEN, schooling="vocational").case_id)

    assert {"referral", "handover"} == {row.process for row in life.all(InstanceRow)}
    assert ("prepare_handover", "2026-03-09") in life.due()
    assert ("decide_support", "2026-03-20") in life.due()


def existing(staff: dict[str, UUID]) -> ExistingCase:
    """A case of team 3 that has run elsewhere."""
    return ExistingCase(
        state="active_multi",
        team=3,
        primary_id=staff["job_adviser"],
        plan_owner_id=staff["job_adviser"],
        opened_at=datetime(2025, 1, 1, 9, tzinfo=UTC),
    )


def test_a_case_taken_over_has_its_history_from_now_on(
    town: Casework,
    clock: MovableClock,
    staff: dict[str, UUID],
    living: Callable[[UUID], Life],
) -> None:
    case = town.act(SYSTEM, lambda work: open_existing_case(work, MALTE, (), existing(staff)))

    (first,) = living(case.case_id).all(AssignmentRow)
    assert (first.employee_id, first.since) == (staff["job_adviser"], clock.now())
    assert case.opened_at == datetime(2025, 1, 1, 9, tzinfo=UTC)


def test_nobody_has_two_open_cases(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    with pytest.raises(Conflict):
        town.act(SYSTEM, lambda work: open_existing_case(work, MALTE, (), existing(staff)))


def test_closing_stops_everything_and_ends_the_responsibility_that_instant(
    town: Casework, clock: MovableClock, case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    clock.forward(timedelta(hours=1))
    town.act(SYSTEM, lambda work: close_case(work, case.case_id, "own_wish"))

    life = living(case.case_id)
    assert (life.case.state, life.case.outcome) == ("closed", "own_wish")
    assert [row.until for row in life.all(AssignmentRow)] == [clock.now()]
    assert life.open_tasks() == []
    assert all(timer.done_at for timer in life.all(TimerRow))
    assert all(row.closed_at for row in life.all(InstanceRow))


def test_the_referral_that_closes_a_case_runs_to_its_own_end(
    case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    life = living(case.case_id)
    life.do("screening", effort="guidance")

    (referral,) = life.all(InstanceRow)
    assert (life.case.outcome, referral.outcome) == ("guidance_only", "guidance_only")


def test_a_closed_case_is_not_closed_again(town: Casework, case: YouthCaseRow) -> None:
    town.act(SYSTEM, lambda work: close_case(work, case.case_id, "own_wish"))

    with pytest.raises(Conflict):
        town.act(SYSTEM, lambda work: close_case(work, case.case_id, "own_wish"))


def test_reopening_goes_on_in_the_same_case_with_the_same_person(
    town: Casework, clock: MovableClock, case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    town.act(SYSTEM, lambda work: close_case(work, case.case_id, "education"))
    clock.forward(timedelta(days=30))
    town.act(SYSTEM, lambda work: reopen_case(work, case.case_id))

    life = living(case.case_id)
    history = [(row.employee_id, row.until) for row in life.all(AssignmentRow)]
    assert history == [(case.primary_id, case.opened_at), (case.primary_id, None)]
    assert (life.case.state, life.case.outcome) == ("reopened", None)
    waiting = [timer for timer in life.all(TimerRow) if timer.done_at is None]
    ahead = [timer.start_key for timer in waiting if timer.kind == "start"]
    assert sorted(ahead) == ["adult_consent:1:2", "handover_prestart:1:2", "own_consent:1:2"]


def test_a_handover_that_closing_cut_short_begins_again(
    town: Casework, refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> None:
    life = living(refer(SEVENTEEN, schooling="vocational").case_id)
    town.act(SYSTEM, lambda work: close_case(work, life.case_id, "education"))
    town.act(SYSTEM, lambda work: reopen_case(work, life.case_id))

    assert ("prepare_handover", "2026-03-09") in life.due()


def test_an_open_case_is_not_reopened(town: Casework, case: YouthCaseRow) -> None:
    with pytest.raises(Conflict):
        town.act(SYSTEM, lambda work: reopen_case(work, case.case_id))


def test_the_open_tasks_follow_the_thread(
    town: Casework,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
    staff: dict[str, UUID],
) -> None:
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])

    def pass_on(work: Work) -> None:
        case = open_youth_case(work, life.case_id)
        hand_over_thread(work, case, staff["mentor"], "test")

    town.act(SYSTEM, pass_on)
    assert {task.assignee_id for task in life.open_tasks()} == {staff["mentor"]}


@pytest.mark.parametrize("office", ["primary_id", "coordinator_id", "plan_owner_id"])
def test_one_with_an_office_in_an_open_case_cannot_leave(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID], office: str
) -> None:
    def name(work: Work) -> UUID:
        row = open_youth_case(work, case.case_id)
        if office != "primary_id":
            setattr(row, office, staff["mentor"])
            work.flush()
        return getattr(row, office)  # type: ignore[no-any-return]  # one of three

    holder = town.act(SYSTEM, name)
    with pytest.raises(Conflict, match="åbne sager"):
        town.act(SYSTEM, lambda work: deactivate_employee(work, holder))


def test_one_without_an_office_may_leave(town: Casework, staff: dict[str, UUID]) -> None:
    town.act(SYSTEM, lambda work: deactivate_employee(work, staff["mentor"]))

    with town.work(SYSTEM) as work:
        assert work.session.get_one(EmployeeRow, staff["mentor"]).active is False


def test_the_thread_goes_to_nobody_who_has_left(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    town.act(SYSTEM, lambda work: deactivate_employee(work, staff["mentor"]))

    def pass_on(work: Work) -> None:
        hand_over_thread(work, open_youth_case(work, case.case_id), staff["mentor"], "test")

    with pytest.raises(NotFound):
        town.act(SYSTEM, pass_on)


def test_a_journal_row_of_every_act_names_ids_and_codes_only(
    case: YouthCaseRow, living: Callable[[UUID], Life], town: Casework
) -> None:
    town.act(SYSTEM, lambda work: record(work, case.case_id, "looked_at"))

    told = str([row.data for row in living(case.case_id).all(JournalRow)])
    assert "Malte" not in told
    assert "fravær" not in told


def test_a_state_nobody_knows_is_refused() -> None:
    with pytest.raises(CaseworkError):
        check_state("received", "lost")


def test_a_case_is_closed_by_closing_alone() -> None:
    with pytest.raises(CaseworkError):
        check_state("received", "closed")


@pytest.mark.parametrize(
    ("day", "to_guardians"),
    [(date(2026, 6, 13), True), (date(2026, 6, 14), False), (date(2026, 12, 1), False)],
)
def test_letters_go_to_the_young_person_from_the_fifteenth_birthday(
    day: date, to_guardians: bool
) -> None:
    assert writes_to_guardians(MALTE.birth_date, day) is to_guardians

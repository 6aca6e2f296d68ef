"""The thread passes from hand to hand: by a leader, to a colleague, for a reason."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import JournalRow, OutboxRow, TaskRow
from tests.web.conftest import Visitor, act_as
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.cases.thread import open_youth_case
from workflows.municipalities.records import UnitRow


@pytest.fixture
def leader(signed_in, case) -> Visitor:
    """The leader of the unit that has Sofie's case."""
    return signed_in("leader_ungecenter")


@pytest.fixture
def pass_on(leader, case, staff):
    """What the leader sends: the thread to a colleague, for a reason, from who held it."""

    def send(to: str = "intake2", reason: str = "workload", held_by: str = "intake"):
        leader.get(f"{case}/giv-videre")
        chosen = {"employee": str(staff.get(to, "")), "held_by": str(staff[held_by])}
        return leader.post(f"{case}/giv-videre", {**chosen, "reason": reason})

    return send


def id_of(case: str) -> UUID:
    return UUID(case.rsplit("/", 1)[-1])


def test_the_leader_is_led_from_the_case_to_the_choice(leader, case, names):
    page = leader.get(leader.get(case).href("Giv tråden videre"))

    assert page.heading == "Giv tråden videre"
    assert f"{names['intake']} holder tråden nu." in page.text
    assert f"{names['intake2']} · holder 0 tråde" in page.text


def test_who_holds_the_thread_is_not_offered_it(leader, case, names):
    assert f"{names['intake']} · holder" not in leader.get(f"{case}/giv-videre").text


def test_those_who_look_after_the_product_are_not_offered_it(leader, case, staff):
    offered = leader.get(f"{case}/giv-videre").html

    assert str(staff["system_admin"]) not in offered


def test_the_page_of_the_young_person_says_who_holds_the_thread_now_and_why(
    leader, case, pass_on, names
):
    sent = pass_on(reason="young_person_asks")

    assert (sent.status, sent.address) == (303, case)
    page = leader.get(case)
    assert f"{names['intake2']} holder nu tråden efter {names['intake']}." in page.text
    assert f"{names['intake2']} holder tråden siden i dag" in page.text
    assert "Hvorfor: den unge har bedt om det." in page.text


def test_the_history_has_no_gap(town, case, pass_on, staff):
    pass_on()

    with town.work(SYSTEM) as work:
        query = select(AssignmentRow).where(AssignmentRow.case_id == id_of(case))
        first, second = work.session.scalars(query.order_by(AssignmentRow.number)).all()
    assert (first.employee_id, second.employee_id) == (staff["intake"], staff["intake2"])
    assert (first.until, second.until) == (second.since, None)


def test_both_colleagues_get_a_mail_that_names_no_young_person(town, case, pass_on, staff):
    pass_on()

    with town.work(SYSTEM) as work:
        kinds = ("thread_received", "thread_passed_on")
        query = select(OutboxRow).where(OutboxRow.kind.in_(kinds)).order_by(OutboxRow.kind)
        former, new = work.session.scalars(query).all()
    assert (former.recipient_id, new.recipient_id) == (staff["intake"], staff["intake2"])
    assert "Sofie" not in former.body + former.subject + new.body + new.subject


def test_the_offices_of_the_former_holder_go_along(town, case, pass_on, staff):
    def coordinate(work):
        row = open_youth_case(work, id_of(case))
        row.coordinator_id = row.plan_owner_id = staff["intake"]

    act_as(town, "intake", coordinate)

    pass_on()

    with town.work(SYSTEM) as work:
        row = work.session.get_one(YouthCaseRow, id_of(case))
        assert {row.primary_id, row.coordinator_id, row.plan_owner_id} == {staff["intake2"]}


def test_the_journal_keeps_the_code_of_the_reason_and_no_words(town, case, pass_on, staff):
    pass_on(reason="leaves")

    with town.work(SYSTEM) as work:
        query = select(JournalRow.data).where(JournalRow.act == "thread_passed_on")
        data = work.session.scalars(query).one()
    assert data == {"to": str(staff["intake2"]), "former": str(staff["intake"]), "why": "leaves"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": ""}, "Vælg, hvorfor tråden gives videre."),
        ({"to": ""}, "Vælg en kollega i enheden eller teamet."),
        ({"to": "job_adviser"}, "Vælg en kollega i enheden eller teamet."),
    ],
)
def test_a_choice_with_a_gap_is_asked_for_again(case, pass_on, wrong, sentence):
    page = pass_on(**wrong)

    assert (page.status, sentence in page.text) == (422, True)


def test_what_was_chosen_is_still_chosen_after_a_mistake(case, pass_on, staff):
    assert f'value="{staff["intake2"]}" selected' in pass_on(reason="").html


def test_a_page_from_before_another_passed_it_on_changes_nothing(case, pass_on, names):
    pass_on(to="intake2")

    late = pass_on(to="intake", held_by="intake")

    assert late.status == 409
    assert f"{names['intake2']} har fået tråden, siden du hentede siden." in late.text


@pytest.mark.parametrize("how", ["get", "post"])
def test_a_colleague_is_told_to_talk_to_the_leader(intake, case, how):
    page = getattr(intake, how)(f"{case}/giv-videre")

    assert page.status == 403
    assert "Kun lederen af sagens enhed kan give tråden videre." in page.text
    assert "Giv tråden videre" not in intake.get(case).text


def test_the_chief_consultant_may_only_where_a_unit_has_no_leader(signed_in, case, town):
    chief = signed_in("chief_consultant")
    assert chief.get(f"{case}/giv-videre").status == 404
    with town.work(SYSTEM) as work:
        unit_id = work.session.get_one(YouthCaseRow, id_of(case)).unit_id
        work.session.get_one(UnitRow, unit_id).leader_id = None

    assert chief.get(f"{case}/giv-videre").status == 200


def test_one_who_may_not_know_of_the_case_learns_nothing(signed_in, case):
    assert signed_in("job_adviser").get(f"{case}/giv-videre").status == 404


def test_a_closed_case_has_no_thread_to_pass_on(town, case, leader):
    from workflows.cases.closing import close_case

    act_as(town, "intake", lambda work: close_case(work, id_of(case), "guidance_only"))

    assert "Giv tråden videre" not in leader.get(case).text
    page = leader.get(f"{case}/giv-videre")
    assert (page.status, page.heading) == (409, "Det kan ikke ændres længere")


def test_the_tasks_that_follow_the_thread_move_with_it(town, case, pass_on, staff):
    def give_task(work):
        task = work.session.scalars(select(TaskRow).where(TaskRow.case_id == id_of(case))).one()
        task.role, task.assignee_id = "primary_responsible", staff["intake"]

    act_as(town, "intake", give_task)

    pass_on()

    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(TaskRow.assignee_id)).one() == staff["intake2"]

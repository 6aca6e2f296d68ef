"""A closed compartment: its rows leave the database only for those who enter it."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from engine.domain.errors import CaseworkError, NotAllowed
from engine.ports import SYSTEM, Actor, Purpose
from engine.services.incidents import note_incident
from engine.services.instances import start_process
from engine.services.retries import WHEN_ASKED
from engine.storage.compartments import InCompartment, NotEntered
from engine.storage.models import CaseRow, IncidentRow, JournalRow, OutboxRow, TaskRow, TimerRow
from engine.storage.work import Work
from tests.web.conftest import SOFIE
from workflows.access.records import BrokenGlassRow
from workflows.access.services import read_case
from workflows.access.sight import what_may
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import hand_over_thread
from workflows.compartments.services import efforts_of, pass_in
from workflows.consent.records import ConsentRow
from workflows.municipalities.directory import actor_of
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson, find_young_person

DRUGS = "drug_treatment"
TEST = Purpose(code="test")
INSIDE = ("drug_adviser", "drug_adviser2", "physician_drug", "leader_rusmiddelcenter")
OUTSIDE = ("intake", "leader_ungecenter", "job_adviser", "chief_consultant", "system_admin")
SHE = NewYoungPerson(
    first_name=SOFIE["first_name"], last_name=SOFIE["last_name"], birth_date=date(2011, 6, 14)
)
WISH = {"asked_on": "2026-03-02", "passed_on": "yes", "own_words": "Jeg vil gerne stoppe."}


@pytest.fixture
def actor(town, staff) -> Callable[[str], Actor]:
    """What gives a colleague as one who acts."""

    def of(username: str) -> Actor:
        with town.work(SYSTEM) as work:
            return actor_of(work, staff[username])

    return of


@pytest.fixture
def treatment(town, case, actor) -> UUID:
    """Sofie has an ordinary case, and her wish for treatment has been passed on."""
    return town.act(actor("intake"), lambda work: pass_in(work, DRUGS, SHE, WISH), TEST)


def closed_rows(town, who: Actor) -> Iterator[object]:
    with town.work(who, purpose=TEST) as work:
        for table in InCompartment.__subclasses__():
            rows = work.session.scalars(select(table).where(table.compartment.is_not(None)))
            yield from rows.unique()


@pytest.mark.parametrize("username", OUTSIDE)
def test_nobody_outside_is_given_a_row_of_it(town, treatment, actor, username):
    assert list(closed_rows(town, actor(username))) == []


@pytest.mark.parametrize("username", INSIDE)
def test_who_enters_is_given_its_rows(town, treatment, actor, username):
    assert {type(row).__tablename__ for row in closed_rows(town, actor(username))} >= {
        "cases", "instances", "tasks", "timers", "answers", "journal", "youth_cases", "young_people"
    }  # fmt: skip


def test_everything_written_of_its_case_carries_it(town, treatment):
    with town.work(SYSTEM) as work:
        for table in InCompartment.__subclasses__():
            if hasattr(table, "case_id"):
                rows = work.session.scalars(select(table).where(table.case_id == treatment))
                assert {row.compartment for row in rows.unique()} <= {DRUGS}


QUERIES = {
    "by id": lambda case_id: select(CaseRow.id).where(CaseRow.id == case_id),
    "a count": lambda case_id: select(func.count()).where(TaskRow.case_id == case_id),
    "an alias": lambda case_id: select((task := aliased(TaskRow)).id).where(
        task.case_id == case_id
    ),
    "in a subquery": lambda case_id: select(CaseRow.id.in_(select(YouthCaseRow.case_id))).where(
        CaseRow.id == case_id
    ),
    "by a union": lambda case_id: select(
        select(JournalRow.seq)
        .where(JournalRow.case_id == case_id)
        .union_all(select(JournalRow.seq).where(JournalRow.case_id == case_id))
        .subquery()
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_wording_finds_them_from_outside(town, treatment, actor, query):
    with town.work(actor("intake"), purpose=TEST) as work:
        assert {*work.session.scalars(query(treatment))} <= {0}
    with town.work(actor("drug_adviser"), purpose=TEST) as work:
        assert {*work.session.scalars(query(treatment))} - {0}


@pytest.mark.parametrize(
    "past",
    [
        select(TaskRow.__table__.c.id),
        text("SELECT id FROM tasks"),
        text("SELECT 1 FROM employees JOIN tasks AS t ON 1 = 1 WHERE t.id IS NOT NULL"),
        text("SELECT id FROM tasks WHERE compartment IS NULL OR id IN (SELECT id FROM tasks)"),
    ],
)
def test_a_query_past_the_condition_is_refused(town, treatment, actor, past):
    with pytest.raises(NotEntered), town.work(actor("intake"), purpose=TEST) as work:
        work.session.execute(past)


def test_her_ordinary_case_is_not_touched(town, case, actor):
    def state(work: Work) -> list[object]:
        row = work.session.get_one(CaseRow, UUID(case.rpartition("/")[2]))
        mails = work.session.scalar(select(func.count()).where(OutboxRow.compartment.is_(None)))
        return [row.version, row.touched_at, row.journal_length, row.journal_head, mails]

    before = town.act(SYSTEM, state)
    town.act(actor("intake"), lambda work: pass_in(work, DRUGS, SHE, WISH), TEST)

    assert town.act(SYSTEM, state) == before


def test_the_case_opens_to_those_inside_who_have_a_part_in_it(town, treatment, actor):
    with town.work(SYSTEM) as work:
        holder = work.session.get_one(YouthCaseRow, treatment).primary_id

    def sight(username: str):
        with town.work(actor(username), purpose=TEST) as work:
            return what_may(work, work.actor, treatment)

    mine = sight("drug_adviser")
    assert mine is not None
    assert mine.case.primary_id == holder
    assert mine.compartments == {DRUGS}
    assert mine.classes == {"K0", "K1", "K2", "K3"}
    leader = sight("leader_rusmiddelcenter")
    assert leader is not None
    assert DRUGS in leader.compartments
    assert [name for name in OUTSIDE if sight(name)] == []


def test_a_second_wish_joins_the_first(town, treatment, actor):
    again = town.act(actor("job_adviser"), lambda work: pass_in(work, DRUGS, SHE, WISH), TEST)

    assert again == treatment


def test_an_ordinary_case_for_the_same_number_finds_only_what_lies_outside(town, actor):
    alone = NewYoungPerson(
        first_name="Aksel", last_name="Opdigtet", birth_date=date(2006, 1, 1), cpr="0101060000"
    )
    town.act(actor("intake"), lambda work: pass_in(work, DRUGS, alone, WISH), TEST)

    with town.work(actor("drug_adviser"), purpose=TEST) as work:
        assert find_young_person(work, alone) is None
    with town.work(actor("intake"), purpose=TEST) as work:
        assert work.session.scalars(select(YoungPersonRow)).all() == []


def test_a_look_inside_is_a_row_of_its_own(town, treatment, case, actor):
    def look(work: Work) -> None:
        read_case(work, treatment, "case")

    town.act(actor("drug_adviser"), look)

    assert "read_log" in {type(r).__tablename__ for r in closed_rows(town, actor("drug_adviser"))}
    assert list(closed_rows(town, actor("intake"))) == []


@pytest.fixture
def stopped(town, treatment) -> UUID:
    """Something went wrong in the treatment, and its timer waits to be tried again."""

    def stop(work: Work) -> UUID:
        timers = select(TimerRow).where(TimerRow.case_id == treatment, TimerRow.done_at.is_(None))
        timer = work.session.scalars(timers).first()
        timer.attempts, timer.due_at = 20, WHEN_ASKED
        work.lock_case(treatment)
        cause = "Samtalen gik i stå."
        note_incident(
            work, case_id=treatment, element="medical_talk", cause=cause, timer_id=timer.id
        )
        work.flush()
        return work.session.scalars(select(IncidentRow.id)).one()

    return town.act(SYSTEM, stop)


def test_what_goes_wrong_inside_its_leader_sees_and_tries_again(town, stopped, signed_in):
    leader = signed_in("leader_rusmiddelcenter")
    page = leader.get(leader.get("/indbakke").href("Drift"))

    assert "Samtalen gik i stå." in page.text
    assert "Hos: leder" in page.text
    assert leader.post(f"/drift/haendelser/{stopped}/proev-igen").status == 303
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(TimerRow.due_at)).all().count(work.now) == 1


def test_operations_see_and_try_nothing_of_it(stopped, signed_in):
    operator = signed_in("system_admin")

    assert "Intet er gået i stå." in operator.get("/drift/").text
    for act in ("proev-igen", "taget-haand-om"):
        assert operator.post(f"/drift/haendelser/{stopped}/{act}").status == 404


def test_its_leader_sees_and_tries_nothing_outside_and_no_other_page(town, case, signed_in):
    def stop(work: Work) -> UUID:
        row = IncidentRow(
            case_id=UUID(case.rpartition("/")[2]), element="e", cause="Ude.", at=work.now
        )
        work.session.add(row)
        work.flush()
        return row.id

    outside, leader = town.act(SYSTEM, stop), signed_in("leader_rusmiddelcenter")

    assert "Ude." not in leader.get("/drift/").text
    assert leader.post(f"/drift/haendelser/{outside}/taget-haand-om").status == 404
    assert leader.get("/drift/udbakke").status == 403
    assert signed_in("drug_adviser").get("/drift/").status == 403


def test_the_thread_stays_with_those_who_enter(town, treatment, staff):
    def outside(work: Work) -> None:
        hand_over_thread(
            work, work.session.get_one(YouthCaseRow, treatment), staff["job_adviser"], "workload"
        )

    with pytest.raises(NotAllowed):
        town.act(SYSTEM, outside)


def test_an_open_process_does_not_run_in_it(town, treatment):
    with pytest.raises(CaseworkError, match="hører ikke til det rum"):
        town.act(SYSTEM, lambda work: start_process(work, treatment, "follow_up", {}))


def test_its_process_does_not_run_in_an_open_case(town, case):
    case_id = UUID(case.rpartition("/")[2])

    with pytest.raises(CaseworkError, match="hører ikke til det rum"):
        town.act(SYSTEM, lambda work: start_process(work, case_id, DRUGS, {}))


def test_what_cannot_carry_a_compartment_is_not_written_of_its_case(town, treatment, staff):
    def write(work: Work) -> None:
        row = BrokenGlassRow(
            id=treatment,
            case_id=treatment,
            employee_id=staff["intake"],
            at=work.now,
            until=work.now,
        )
        work.session.add(row)

    with pytest.raises(CaseworkError, match="broken_glass"):
        town.act(SYSTEM, write)


def consented(work: Work, case_id: UUID, compartment: str | None) -> None:
    row = ConsentRow(
        case_id=case_id,
        purpose="drug_compartment",
        kind="disclose",
        giver="young_person",
        status="active",
        asked_at=work.now,
        compartment=compartment,
    )
    work.session.add(row)


@pytest.mark.parametrize(("names", "known"), [(DRUGS, True), (None, False)])
def test_only_a_consent_that_names_it_lets_it_be_known_and_no_more(
    town, treatment, case, actor, names, known
):
    case_id = UUID(case.rpartition("/")[2])
    town.act(SYSTEM, lambda work: consented(work, case_id, names))

    with town.work(actor("intake"), purpose=TEST) as work:
        sight = what_may(work, work.actor, case_id)
        assert sight is not None
        assert (DRUGS in sight.knows_of) is known
        assert sight.compartments & {DRUGS} == set()
        person = sight.case.young_person_id
        assert efforts_of(work, person, DRUGS) is True
        assert what_may(work, work.actor, treatment) is None


def test_a_row_that_has_expired_is_read_anew_within_its_compartment(town, case, actor) -> None:
    with town.work(actor("intake"), purpose=TEST) as work:
        row = work.session.scalars(select(YouthCaseRow)).one()
        case_id = row.case_id
        for _ in range(3):  # by the ORM at first, then by what knows the statement
            work.session.expire(row)

            assert work.session.get(YouthCaseRow, case_id) is row
            assert row.case_id == case_id

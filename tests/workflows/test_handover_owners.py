"""No open case passes 17½ without an owner of the handover: an alarm by date and by night."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select, text

from engine.domain.errors import NotAllowed
from engine.ports import SYSTEM
from engine.services.deployments import configure
from engine.services.incidents import open_incidents
from engine.services.instances import cancel_process
from engine.services.timers import cancel_start
from engine.storage.models import InstanceRow
from tests.conftest import BPMN
from tests.workflows.conftest import Life
from workflows.cases.birth_date import change_birth_date
from workflows.compartments.services import pass_in
from workflows.handover.owners import (
    ELEMENT,
    PROCESS,
    find_owner,
    prove_owners,
    prove_tonight,
    without_owner,
)
from workflows.handover.records import HandoverRow
from workflows.municipalities.packs import read_pack
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson

# 17 years and 4 months on Monday 2 March 2026: the handover has begun; 17½ is Thu 23 April
SOON = NewYoungPerson(first_name="Noor", last_name="Prøve", birth_date=date(2008, 10, 23))
LATE = NewYoungPerson(first_name="Ask", last_name="Prøve", birth_date=date(2008, 6, 1))
CHILD = NewYoungPerson(first_name="Vera", last_name="Prøve", birth_date=date(2011, 6, 14))


@pytest.fixture
def life(refer, living: Callable[[UUID], Life]) -> Life:
    """Noor's life: her handover runs, and the intake is its sender."""
    return living(refer(SOON, schooling="vocational").case_id)


@pytest.fixture
def lost(town, life: Life) -> Life:
    """Noor's life after her handover was stopped by somebody's hand."""

    def stop(work):
        query = select(InstanceRow).where(
            InstanceRow.case_id == life.case_id, InstanceRow.process == PROCESS
        )
        work.lock_case(life.case_id)
        cancel_process(work, work.session.scalars(query).one(), "by hand")

    town.act(SYSTEM, stop)
    return life


def alarms(town) -> list[UUID | None]:
    with town.work(SYSTEM) as work:
        return [each.case_id for each in open_incidents(work) if each.element == ELEMENT]


def test_a_handover_that_runs_has_an_owner_on_its_day(town, life: Life) -> None:
    life.until(datetime(2026, 4, 24, tzinfo=UTC))

    assert alarms(town) == []
    assert prove_owners(town) == 0


def test_at_17_and_a_half_without_one_it_is_an_incident_and_a_task_of_the_leader(
    town, lost: Life, staff
) -> None:
    lost.until(datetime(2026, 4, 23, 7, tzinfo=UTC))

    assert alarms(town) == [lost.case_id]
    (task,) = lost.open_tasks(ELEMENT)
    assert (task.assignee_id, task.ladder, str(task.due_on)) == (
        staff["leader_ungecenter"],
        "B",
        "2026-04-24",
    )


def test_by_night_the_alarm_is_raised_once(town, clock, lost: Life) -> None:
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))

    assert [prove_owners(town), prove_owners(town)] == [1, 1]
    assert alarms(town) == [lost.case_id]
    assert len(lost.open_tasks(ELEMENT)) == 1


def test_a_treatment_in_its_compartment_is_handed_over_to_nobody(town) -> None:
    wish = {"asked_on": "2026-03-02", "passed_on": "yes", "own_words": "Jeg vil gerne stoppe."}
    town.act(SYSTEM, lambda work: pass_in(work, "drug_treatment", LATE, wish))

    assert prove_owners(town) == 0
    assert alarms(town) == []


def test_the_proof_is_made_once_a_night(town, clock, lost: Life) -> None:
    proven: set[date] = set()
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))

    assert [prove_tonight(town, proven), prove_tonight(town, proven)] == [1, 0]
    clock.move_to(datetime(2026, 4, 24, 3, tzinfo=UTC))
    assert prove_tonight(town, proven) == 1


def test_one_who_has_left_owns_nothing(town, clock, life: Life, staff) -> None:
    def leaves(work):
        row = work.session.scalars(
            select(HandoverRow).where(HandoverRow.case_id == life.case_id)
        ).one()
        row.sender_id = staff["mentor"]
        work.flush()
        work.session.execute(text("UPDATE employees SET active = false WHERE username = 'mentor'"))

    town.act(SYSTEM, leaves)
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))

    assert prove_owners(town) == 1


def test_a_case_opened_after_17_and_a_half_has_an_owner_from_its_first_look(
    town, refer, living: Callable[[UUID], Life], clock
) -> None:
    life = living(refer(LATE, schooling="vocational").case_id)

    life.until(clock.now())

    assert alarms(town) == []
    assert [row.sender_id for row in life.all(HandoverRow)] == [life.case.primary_id]


def test_the_leader_hears_once_of_a_handover_that_begins_after_17_and_a_half(
    refer, living: Callable[[UUID], Life], clock
) -> None:
    life = living(refer(LATE, schooling="vocational").case_id)

    life.until(clock.now() + timedelta(days=2))

    told = [to for kind, to in life.mails() if kind in ("handover_late", "late_arrival", "E2")]
    assert told == ["leader_ungecenter@kommune.example"]


def test_nobody_hears_of_a_handover_that_begins_in_time(life: Life, clock) -> None:
    life.until(clock.now() + timedelta(days=2))

    assert "handover_late" not in {kind for kind, _ in life.mails()}


def test_a_case_opened_after_17_and_a_half_whose_handover_does_not_begin_is_found(
    town, refer, living: Callable[[UUID], Life], clock
) -> None:
    content = {**read_pack(BPMN, "sonderborg").content}
    content["milestones"] = {
        "handover_owner": content["milestones"]["handover_owner"]
    }  # a pack in which no handover begins by itself
    town.act(SYSTEM, lambda work: configure(work, content))

    life = living(refer(LATE, schooling="vocational").case_id)
    life.until(clock.now())

    assert alarms(town) == [life.case_id]


def test_a_birth_date_corrected_past_17_and_a_half_is_looked_after_at_once(
    town, refer, living: Callable[[UUID], Life], clock, acting_as
) -> None:
    life = living(refer(CHILD).case_id)

    def correct(work):
        cancel_start(work, life.case_id, "handover_prestart:1")
        change_birth_date(work, life.case_id, LATE.birth_date, "register", was=CHILD.birth_date)

    town.act(acting_as("intake"), correct)
    life.until(clock.now())

    assert {row.process for row in life.all(InstanceRow)} >= {"handover"}
    assert alarms(town) == []


def test_the_leader_lets_the_one_who_holds_the_thread_have_it_and_the_alarm_is_over(
    town, clock, lost: Life, acting_as
) -> None:
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))
    prove_owners(town)

    town.act(acting_as("leader_ungecenter"), lambda work: find_owner(work, lost.case_id))

    assert alarms(town) == []
    assert prove_owners(town) == 0


def test_a_colleague_may_not_begin_the_handover(town, lost: Life, acting_as) -> None:
    with pytest.raises(NotAllowed):
        town.act(acting_as("job_adviser"), lambda work: find_owner(work, lost.case_id))


def test_the_proof_asks_for_those_of_the_age_and_for_nobody_else(town, clock, lost: Life) -> None:
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))
    asked: list[tuple[str, object]] = []

    def listen(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    with town.work(SYSTEM) as work:
        event.listen(town.database.engine, "before_cursor_execute", listen)
        found = without_owner(work)
        event.remove(town.database.engine, "before_cursor_execute", listen)
        (query,) = [one for one in asked if "young_people" in one[0]]
        plan = planned(work, *query) if town.database.is_sqlite else []

    assert [case for _, case in found] == [lost.case_id]
    assert [line for line in plan if line.startswith("SCAN")] == []


def planned(work, statement: str, parameters) -> list[str]:
    explained = f"EXPLAIN QUERY PLAN {statement}"
    return [row[3] for row in work.session.connection().exec_driver_sql(explained, parameters)]


def test_the_handover_of_another_case_is_no_owner(town, clock, lost: Life, refer) -> None:
    refer(LATE, schooling="vocational")
    clock.move_to(datetime(2026, 4, 23, 3, tzinfo=UTC))

    with town.work(SYSTEM) as work:
        assert [case for _, case in without_owner(work)] == [lost.case_id]


def test_many_who_have_no_owner_are_found_page_by_page(town, clock, refer) -> None:
    for number in range(5):
        person = NewYoungPerson(
            first_name=f"Nummer{number}", last_name="Prøve", birth_date=LATE.birth_date
        )
        refer(person, schooling="vocational")
    with town.work(SYSTEM) as work:
        work.session.execute(text("UPDATE handovers SET status = 'closed'"))
        assert len(work.session.scalars(select(YoungPersonRow)).all()) == 5

    assert prove_owners(town, limit=2) == 5

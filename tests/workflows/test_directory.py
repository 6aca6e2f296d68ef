"""Who is meant by a role, who is told, and who takes a case on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Actor, Address
from engine.storage.models import JournalRow, TaskRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import MALTE, Life
from workflows.cases.coordination import place_in
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import open_youth_case
from workflows.municipalities.directory import actor_of, address
from workflows.municipalities.recipients import recipients
from workflows.municipalities.records import AbsenceRow, EmployeeRow, ForumRow, UnitRow
from workflows.municipalities.staff import person_for


def in_team(town: Casework, case: YouthCaseRow, team: int) -> ForumRow:
    """Put the case in a team and return its forum."""

    def place(work: Work) -> ForumRow:
        place_in(work, open_youth_case(work, case.case_id), team)
        query = select(ForumRow).where(ForumRow.team == team)
        return work.session.scalars(query).one()

    return town.act(SYSTEM, place)


def whose(town: Casework, case: YouthCaseRow, role: str) -> Address:
    """Whom a task of the role is for."""
    with town.work(SYSTEM) as work:
        return address(work, case.case_id, role)


@contextmanager
def statements(town: Casework) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            said.append(statement)

    event.listen(town.database.engine, "before_cursor_execute", listen)
    yield said
    event.remove(town.database.engine, "before_cursor_execute", listen)


@pytest.mark.parametrize(
    "role", ["primary_responsible", "coordinator", "plan_owner", "handover_sender"]
)
def test_before_anybody_else_the_primary_responsible_stands_in(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID], role: str
) -> None:
    assert whose(town, case, role) == Address(role=role, assignee=staff["intake"])


def test_a_screening_waits_in_the_intake_for_somebody_to_take_it(
    town: Casework, case: YouthCaseRow
) -> None:
    found = whose(town, case, "intake")

    assert (found.assignee, found.forum) == (None, None)
    assert found.unit == case.unit_id


def test_a_discipline_with_a_chair_in_the_team_finds_the_team(
    town: Casework, case: YouthCaseRow
) -> None:
    forum = in_team(town, case, 1)

    assert whose(town, case, "health_nurse") == Address(role="health_nurse", forum=forum.id)


def test_a_discipline_without_a_chair_in_the_team_finds_its_unit(
    town: Casework, case: YouthCaseRow
) -> None:
    in_team(town, case, 3)
    with town.work(SYSTEM) as work:
        unit = work.session.scalars(select(UnitRow).where(UnitRow.code == "ungdomsskole")).one()

    assert whose(town, case, "mentor") == Address(role="mentor", unit=unit.id)


def test_before_there_is_a_team_the_leader_stands_in_for_the_convenor(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    assert whose(town, case, "team_convenor").assignee == staff["leader_ungecenter"]


def test_in_a_team_the_convenor_is_the_teams(town: Casework, case: YouthCaseRow) -> None:
    forum = in_team(town, case, 1)

    assert whose(town, case, "team_convenor").assignee == forum.convenor_id


def test_what_the_leaders_must_decide_goes_to_their_forum(
    town: Casework, case: YouthCaseRow
) -> None:
    found = whose(town, case, "leader_forum")

    assert found.forum is not None
    assert found.assignee is None


@pytest.mark.parametrize("role", ["primary_responsible", "intake", "job_adviser", "unit_leader"])
def test_an_address_costs_one_statement(town: Casework, case: YouthCaseRow, role: str) -> None:
    with town.work(SYSTEM) as work, statements(town) as said:
        address(work, case.case_id, role)

    assert len(said) == 1


def test_an_address_in_a_handover_costs_two_statements(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work, statements(town) as said:
        address(work, case.case_id, "handover_receiver")

    assert len(said) == 2


def test_a_leader_acts_for_the_forum_of_the_leaders(acting_as: Callable[[str], Actor]) -> None:
    assert "leader_forum" in acting_as("leader_uu").roles


def test_one_who_has_left_acts_no_more(town: Casework, staff: dict[str, UUID]) -> None:
    def leave(work: Work) -> None:
        work.session.get_one(EmployeeRow, staff["mentor"]).active = False

    town.act(SYSTEM, leave)

    with town.work(SYSTEM) as work, pytest.raises(NotFound):
        actor_of(work, staff["mentor"])


def task_of(town: Casework, case: YouthCaseRow) -> TaskRow:
    """The screening of the case."""
    with town.work(SYSTEM) as work:
        query = select(TaskRow).where(TaskRow.case_id == case.case_id)
        return work.session.scalars(query).one()


def told(town: Casework, task: TaskRow, who: str) -> list[str]:
    """The addresses told when a rung of the task says `who`."""
    with town.work(SYSTEM) as work:
        return [each.email.split("@")[0] for each in recipients(work, task, who)]


def test_a_task_that_nobody_took_reminds_everybody_of_the_role(
    town: Casework, case: YouthCaseRow
) -> None:
    assert set(told(town, task_of(town, case), "assignee")) == {"intake", "intake2"}


def test_an_overdue_task_that_nobody_took_is_the_intake_leaders(
    town: Casework, case: YouthCaseRow
) -> None:
    task = task_of(town, case)
    task.due_on = date(2026, 2, 27)

    assert told(town, task, "team_convenor") == ["leader_ungecenter"]
    assert told(town, task, "assignee") == ["leader_ungecenter"]


def test_the_deputy_of_one_who_is_away_gets_a_copy(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    task = task_of(town, case)
    task.assignee_id = staff["intake"]
    _away(town, staff["intake"], staff["mentor"])

    assert told(town, task, "assignee") == ["intake", "mentor"]


def test_an_outsider_is_reminded_once_with_the_collector(
    town: Casework, case: YouthCaseRow
) -> None:
    task = task_of(town, case)
    task.outside_party = "young_person"
    task.assignee_id = case.primary_id

    assert told(town, task, "assignee") == ["malte", "intake"]
    assert told(town, task, "team_convenor") == ["intake"]


def test_an_outsider_without_an_address_is_noted_to_be_told_on_paper(
    town: Casework, refer: Callable[..., YouthCaseRow]
) -> None:
    case = refer(replace(MALTE, email=""))
    task = task_of(town, case)
    task.outside_party = "young_person"

    def tell(work: Work) -> list[str]:
        work.lock_case(case.case_id)
        return [each.email for each in recipients(work, task, "assignee")]

    assert len(town.act(SYSTEM, tell)) == 1
    with town.work(SYSTEM) as work:
        journal = work.session.scalars(select(JournalRow.act)).all()
    assert "letter_on_paper" in journal


def test_a_deputy_gets_a_copy_and_the_one_who_is_away_the_message_itself(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    _away(town, staff["leader_ungecenter"], staff["mentor"])

    assert told(town, task_of(town, case), "unit_leader") == ["leader_ungecenter", "mentor"]


def test_for_one_who_has_left_the_leader_is_told(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    task = task_of(town, case)
    task.assignee_id = staff["intake2"]
    _leave(town, staff["intake2"])

    assert told(town, task, "assignee") == ["leader_ungecenter"]


def test_where_the_leader_has_left_too_the_chief_consultant_is_told(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    task = task_of(town, case)
    task.assignee_id = staff["intake2"]
    _leave(town, staff["intake2"], staff["leader_ungecenter"])

    assert told(town, task, "assignee") == ["chief_consultant"]
    assert told(town, task, "unit_leader") == ["chief_consultant"]


def test_a_role_that_nobody_has_falls_to_the_leader(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    task = task_of(town, case)
    task.role = "a role of nobody"

    assert told(town, task, "assignee") == ["leader_ungecenter"]


def test_where_all_leaders_have_left_a_rung_that_reaches_nobody_is_an_incident(
    town: Casework,
    case: YouthCaseRow,
    staff: dict[str, UUID],
    living: Callable[[UUID], Life],
) -> None:
    _leave(town, *(each for each in staff.values() if each != case.primary_id))
    life = living(case.case_id)
    life.until(datetime(2026, 3, 10, 7, tzinfo=UTC))

    assert "E1" not in {kind for kind, _ in life.mails()}
    assert any("Ingen får besked" in cause for cause in life.incidents())


def _leave(town: Casework, *employees: UUID) -> None:
    def leave(work: Work) -> None:
        for each in employees:
            work.session.get_one(EmployeeRow, each).active = False

    town.act(SYSTEM, leave)


def test_what_is_late_with_an_outsider_goes_to_the_collector_alone(
    town: Casework, case: YouthCaseRow
) -> None:
    task = task_of(town, case)
    task.outside_party, task.due_on = "young_person", date(2026, 2, 27)
    task.assignee_id = case.primary_id

    assert told(town, task, "assignee") == ["intake"]
    assert told(town, task, "unit_leader") == ["intake"]


def test_the_one_with_the_fewest_cases_takes_the_next(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    in_team(town, case, 1)

    def choose_twice(work: Work) -> tuple[UUID | None, UUID | None]:
        row = open_youth_case(work, case.case_id)
        first = person_for(work, row, "uu_counsellor")
        row.coordinator_id = first
        work.flush()
        return first, person_for(work, row, "uu_counsellor")

    first, second = town.act(SYSTEM, choose_twice)
    assert {first, second} == {staff["uu_counsellor"], staff["uu_counsellor2"]}


def test_one_who_is_away_is_not_chosen(
    town: Casework, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    _away(town, staff["uu_counsellor"], None)

    with town.work(SYSTEM) as work:
        found = person_for(work, work.session.get_one(YouthCaseRow, case.case_id), "uu_counsellor")
    assert found == staff["uu_counsellor2"]


def _away(town: Casework, employee: UUID, deputy: UUID | None) -> None:
    def register(work: Work) -> None:
        work.session.add(
            AbsenceRow(
                employee_id=employee,
                since=work.today,
                until=work.today + timedelta(days=7),
                deputy_id=deputy,
                registered_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
            )
        )

    town.act(SYSTEM, register)

"""Who may open a case, and the trace that every look leaves."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Actor, Purpose
from engine.storage.work import Casework, Work
from tests.workflows.conftest import Life
from workflows.access.records import ReadLogRow
from workflows.access.services import cases_visible_to, read_case
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import AbsenceRow

Acting = Callable[[str], Actor]


@pytest.fixture
def sees(town: Casework, acting_as: Acting) -> Callable[[str, UUID], bool]:
    """What says whether somebody sees a case."""

    def look(username: str, case_id: UUID) -> bool:
        actor = acting_as(username)
        with town.work(actor, purpose=Purpose(code="test")) as work:
            query = select(YouthCaseRow.case_id).where(cases_visible_to(work, actor))
            return case_id in set(work.session.scalars(query))

    return look


Sees = Callable[[str, UUID], bool]


@pytest.mark.parametrize("username", ["intake", "intake2", "leader_ungecenter"])
def test_a_new_case_is_seen_by(sees: Sees, case: YouthCaseRow, username: str) -> None:
    assert sees(username, case.case_id)


@pytest.mark.parametrize(
    "username",
    [
        "mentor",
        "uu_counsellor",
        "job_adviser",
        "leader_uu",
        "chief_consultant",
        "system_admin",
        "process_designer",
    ],
)
def test_a_new_case_is_hidden_from(sees: Sees, case: YouthCaseRow, username: str) -> None:
    assert not sees(username, case.case_id)


def test_the_system_itself_shows_nothing(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work:
        query = select(YouthCaseRow).where(cases_visible_to(work, SYSTEM))
        assert work.session.scalars(query).all() == []


def test_a_deputy_sees_the_case_while_standing_in(
    town: Casework, sees: Sees, case: YouthCaseRow, staff: dict[str, UUID]
) -> None:
    def leave(work: Work) -> None:
        work.session.add(
            AbsenceRow(
                employee_id=staff["intake"],
                since=work.today,
                until=work.today + timedelta(days=1),
                deputy_id=staff["mentor"],
                registered_at=work.now,
            )
        )

    town.act(SYSTEM, leave)
    assert sees("mentor", case.case_id)


def test_one_who_may_take_a_task_sees_the_case_until_it_is_done(
    sees: Sees, case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    assert sees("intake2", case.case_id)
    living(case.case_id).do("screening", effort="single")

    assert not sees("intake2", case.case_id)


def test_the_members_of_the_team_see_the_case_once_it_is_released(
    sees: Sees,
    case: YouthCaseRow,
    living: Callable[[UUID], Life],
) -> None:
    life = living(case.case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])
    life.do("record_answer", answer="yes")
    life.do("record_answer", answer="yes")
    assert not sees("health_nurse", case.case_id)
    (meeting,) = life.all_meetings()
    life.until(meeting.cut_off_at)

    assert sees("health_nurse", case.case_id)
    assert not sees("job_adviser", case.case_id)


def test_a_look_is_written_down_with_its_purpose(
    town: Casework, case: YouthCaseRow, acting_as: Acting, staff: dict[str, UUID]
) -> None:
    town.act(
        acting_as("intake"), lambda work: read_case(work, case.case_id, "case_page", "/cases/1")
    )

    with town.work(SYSTEM) as work:
        (row,) = work.session.scalars(select(ReadLogRow))
    assert (row.actor_id, row.case_ids, row.purpose, row.path) == (
        staff["intake"],
        [str(case.case_id)],
        "case_page",
        "/cases/1",
    )


def test_a_case_one_may_not_know_of_looks_like_one_that_does_not_exist(
    town: Casework, case: YouthCaseRow, acting_as: Acting
) -> None:
    said: list[str] = []
    for case_id in (case.case_id, uuid4()):
        with pytest.raises(NotFound) as hidden:
            town.act(acting_as("mentor"), lambda work, it=case_id: read_case(work, it, "case_page"))
        said.append(str(hidden.value))

    assert said[0] == said[1]

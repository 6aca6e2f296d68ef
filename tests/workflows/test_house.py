"""What the engine gets when it asks the house for words and facts."""

from collections.abc import Callable
from uuid import UUID

import pytest

from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Recipient
from engine.storage.work import Casework
from tests.workflows.conftest import Life
from workflows.cases.records import YouthCaseRow
from workflows.house import YouthHouse

HOUSE = YouthHouse(base_url="https://unge.example")
ANNE = Recipient(name="Anne", email="anne@kommune.example")


@pytest.mark.parametrize("name", ["reminder", "prewarning", "E1", "E2", "E3", "reminder_outside"])
def test_every_rung_has_its_text(
    town: Casework, case: YouthCaseRow, living: Callable[[UUID], Life], name: str
) -> None:
    (task,) = living(case.case_id).open_tasks()
    with town.work(SYSTEM) as work:
        subject, body = HOUSE.text(work, name, task, case.case_id, ANNE)

    assert body.startswith("Hej Anne")
    assert "{{" not in subject + body
    assert "Malte" not in subject


def test_a_message_about_a_task_leads_to_the_task(
    town: Casework, case: YouthCaseRow, living: Callable[[UUID], Life]
) -> None:
    (task,) = living(case.case_id).open_tasks()
    with town.work(SYSTEM) as work:
        _, body = HOUSE.text(work, "reminder", task, case.case_id, ANNE)

    assert f"https://unge.example/opgaver/{task.id}" in body
    assert "9. marts 2026" in body


def test_a_message_nobody_has_written_is_not_found(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work, pytest.raises(NotFound):
        HOUSE.text(work, "hurra", None, case.case_id)


def test_every_process_knows_the_facts_of_the_case(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work:
        facts = HOUSE.facts(work, case.case_id)

    assert facts == {
        "birth_date": "2011-06-14",
        "schooling": "grade_8",
        "employment_case": False,
        "social_case": False,
        "team": None,
        "has_plan": False,
        "has_coordinator": False,
    }


def test_the_engines_own_case_without_a_young_person_has_no_facts(town: Casework) -> None:
    with town.work(SYSTEM) as work, pytest.raises(NotFound):
        HOUSE.facts(work, UUID(int=0))

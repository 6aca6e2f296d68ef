"""A process owner's day: one deadline is changed in the editor, checked and put into force."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.ports import SYSTEM
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from tests.browser.trees import differences
from tests.conftest import BPMN
from tests.town import REFERRAL
from workflows.cases.services import start_referral
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.people.services import NewGuardian, NewYoungPerson

pytestmark = pytest.mark.browser

OLD, NEW = 'after(created, param("screening"))', 'after(created, "7 WD")'


def refer(casework: Casework, first_name: str) -> Any:
    """Start a referral as the intake does; return the id of its case."""
    person = NewYoungPerson(
        first_name=first_name, last_name="Opdigtet", birth_date=date(2011, 6, 14)
    )
    guardian = NewGuardian(name="Mor Opdigtet", relation="mor", email="mor@borger.example")

    def who(work: Work) -> Any:
        query = select(EmployeeRow.id).where(EmployeeRow.username == "intake")
        return actor_of(work, work.session.scalars(query).one())

    actor = casework.act(SYSTEM, who)
    case = casework.act(actor, lambda work: start_referral(work, person, [guardian], REFERRAL))
    return case.case_id


def screening_of(casework: Casework, case_id: Any) -> tuple[date | None, list[tuple[Any, Any]]]:
    """Return when the screening of the case is due, and its rungs as (name, day)."""

    def read(work: Work) -> tuple[date | None, list[tuple[Any, Any]]]:
        query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.element == "screening")
        task = work.session.scalars(query).one()
        rows = work.session.execute(
            text("SELECT rung, due_at FROM timers WHERE task_id = :task ORDER BY due_at"),
            {"task": task.id.hex},
        )
        return task.due_on, [(rung, str(due)[:10]) for rung, due in rows]

    return casework.act(SYSTEM, read)


def timer_rows(casework: Casework, case_id: Any) -> list[tuple[Any, ...]]:
    """Return the timers of the case as they lie in the database, column by column."""
    with casework.database.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT * FROM timers WHERE case_id = :case ORDER BY id"), {"case": case_id.hex}
        )
        return [tuple(row) for row in rows]


def find_in_drawing(page: Any, name: str) -> None:
    """Select the element of that name, by keyboard."""
    page.locator("#canvas .djs-container svg").first.focus()
    page.keyboard.press("Control+f")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.locator("#panel").get_by_label("Navn").wait_for()


def choose_by_keyboard(page: Any, label: str, word: str) -> None:
    """Choose in a box as one does without a mouse: by typing what stands there."""
    page.locator("#panel").get_by_label(label, exact=True).focus()
    page.keyboard.type(word)
    page.keyboard.press("Tab")


def test_a_deadline_changed_in_the_editor_holds_for_new_cases_only(house, page, sign_in):
    old_case = refer(house.casework, "Malte")
    rows_before = timer_rows(house.casework, old_case)
    sign_in("process_designer")

    page.goto("/processer/referral/tegning")
    page.locator("#editor[data-ready]").wait_for()
    find_in_drawing(page, "Screen henvisningen")
    choose_by_keyboard(page, "Fristen er", "et antal")
    number = page.locator("#panel").get_by_label("Antal")
    number.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Gem kladde").press("Enter")
    page.get_by_text("Kladden er gemt.").wait_for()
    page.get_by_role("button", name="Kontrollér").press("Enter")
    page.get_by_text("Ingen fejl, 1 advarsel.").wait_for()
    page.get_by_role("button", name="Læg i drift").press("Enter")
    page.get_by_role("dialog").get_by_label("Hvad er nyt?").focus()
    page.keyboard.type("To dage mere til at læse henvisningen")
    page.keyboard.press("Enter")
    page.get_by_text("Udgave 2 er i drift.").wait_for()
    new_case = refer(house.casework, "Sofie")

    assert screening_of(house.casework, old_case)[0] == date(2026, 3, 9)
    due_on, rungs = screening_of(house.casework, new_case)
    assert (due_on, rungs[0]) == (date(2026, 3, 11), ("reminder", "2026-03-09"))
    assert timer_rows(house.casework, old_case) == rows_before != []
    page.goto("/processer/referral/tegning")
    page.locator("#editor[data-ready]").wait_for()
    only_before, only_after = differences(shipped("referral"), written_by(page))
    assert [dict(said[1]) for said in only_before] == [{"name": "deadline", "value": OLD}]
    assert [dict(said[1]) for said in only_after] == [{"name": "deadline", "value": NEW}]
    assert [said[0] for said in only_before] == [said[0] for said in only_after]


def shipped(process: str) -> str:
    return (BPMN / "processes" / process / f"{process}.bpmn").read_text("utf-8")


def written_by(page: Any) -> str:
    """Return the diagram as the editor writes it."""
    with page.expect_download() as file:
        page.get_by_role("button", name="Hent som fil").press("Enter")
    return Path(file.value.path()).read_text("utf-8")

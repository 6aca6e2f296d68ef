"""What bench, soak and crash harness stand on: the shipped town with a yardstick process in it.

The house is the real one on a database of its own. `yardstick.bpmn` runs in it and, bare, in
SpiffWorkflow; after eight tasks "plan" waits, and its next node is a user task.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.ports import SYSTEM, Actor
from engine.services.deployments import deploy_process
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.services.tasks import claim_task, complete_task
from engine.settings import Settings
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from tests.bench.yardstick import ANSWERS, FIRST_EIGHT, HERE, MEASURED
from tests.conftest import KEYS
from tests.town import install_shipped
from web.auth.passwords import hash_password
from workflows.cases.rules import OPENED
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.demonstration.staff import engage_staff
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.people.services import NewYoungPerson

BPMN = HERE.parents[1] / "bpmn"
PASSWORD = "only for measuring"
COUNSELLOR = "uu_counsellor"
NINE_O_CLOCK = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """The house, and the counsellor who does all the tasks in it."""

    casework: Casework
    counsellor: Actor


def found_town(casework: Casework) -> Town:
    """Put pack, processes, staff and yardstick into an empty, migrated database."""

    def act(work: Work) -> None:
        engage_staff(work, install_shipped(work), password_hash=hash_password(PASSWORD))

    casework.act(SYSTEM, act)
    return add_yardstick(casework)


def add_yardstick(casework: Casework) -> Town:
    """Put the yardstick into force in a municipality that has its staff."""

    def act(work: Work) -> Actor:
        deploy_process(work, "yardstick", yardstick_files())
        query = select(EmployeeRow.id).where(EmployeeRow.username == COUNSELLOR)
        return actor_of(work, work.session.scalars(query).one())

    return Town(casework, casework.act(SYSTEM, act))


def yardstick_files() -> dict[str, str]:
    """Return the yardstick as it is deployed: diagram, form and the ladders it counts by."""
    return {
        "yardstick.bpmn": (HERE / "yardstick.bpmn").read_text("utf-8"),
        "forms/ten_fields.json": (HERE / "ten_fields.json").read_text("utf-8"),
        **{path.name: path.read_text("utf-8") for path in (BPMN / "decisions").glob("*.dmn")},
    }


def open_case(town: Town, number: int, process: str = "yardstick") -> UUID:
    """Open a case of a fictional young person with `process` begun in it."""
    person = NewYoungPerson(
        first_name=f"Opdigtet {number}", last_name="Nielsen", birth_date=date(2010, 5, 1)
    )

    def act(work: Work) -> UUID:
        existing = ExistingCase(state=OPENED, primary_id=_id(town.counsellor))
        case_id = open_existing_case(work, person, (), existing).case_id
        start_process(work, case_id, process, {})
        settle(work)
        return case_id

    return town.casework.act(town.counsellor, act)


def advance(town: Town, case_id: UUID, elements: tuple[str, ...] = FIRST_EIGHT) -> None:
    """Claim and complete these tasks of the case, in this order."""
    for element in elements:
        task_id = waiting(town, case_id, element)
        claim(town, task_id)
        complete(town, task_id)


def ready_task(town: Town, number: int) -> UUID:
    """Return the claimed task "plan" of a new case in which eight tasks are done."""
    return ready_in(town, open_case(town, number))


def ready_in(town: Town, case_id: UUID) -> UUID:
    """Do the first eight tasks of the case; return "plan", claimed."""
    advance(town, case_id)
    task_id = waiting(town, case_id, MEASURED)
    claim(town, task_id)
    return task_id


def claim(town: Town, task_id: UUID) -> None:
    """Make the task the counsellor's."""
    town.casework.act(town.counsellor, lambda work: claim_task(work, task_id))


def complete(town: Town, task_id: UUID) -> None:
    """Complete the task with the ten answers."""
    town.casework.act(town.counsellor, lambda work: complete_task(work, task_id, ANSWERS))


def waiting(town: Town, case_id: UUID, element: str) -> UUID:
    """Return the open task of this element in the case."""
    with town.casework.work(SYSTEM) as work:
        query = select(TaskRow.id).where(TaskRow.case_id == case_id, TaskRow.element == element)
        return work.session.scalars(query.where(TaskRow.closed_at.is_(None))).one()


def home_settings(database_url: str, home: Path) -> Settings:
    """Return the settings of an installation with nothing from the environment."""
    return Settings.from_env(
        {}, database_url=database_url, home=str(home), secret="only for measuring", keys=KEYS
    )


def sign_in(app: Flask, password: str = PASSWORD, username: str = COUNSELLOR) -> FlaskClient:
    """Return a browser in which the counsellor, or whoever is named, has signed in."""
    client = app.test_client()
    token = token_in(client.get("/log-ind").text)
    answer = client.post(
        "/log-ind", data={"username": username, "password": password, "csrf_token": token}
    )
    assert answer.status_code == 303, answer.text
    return client


def token_in(page: str) -> str:
    """Return the CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def posted_answers(token: str) -> dict[str, str]:
    """Return the ten fields as a browser posts them."""
    year, month, day = ANSWERS["met_on"].split("-")
    parts = {"met_on-day": day, "met_on-month": month, "met_on-year": year}
    rest = {key: value for key, value in ANSWERS.items() if key != "met_on"}
    return {**rest, **parts, "csrf_token": token}


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id

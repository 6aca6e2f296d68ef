"""A town to test in: the shipped pack and processes, fictional staff, and a case or two."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM, Actor
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import start_referral
from workflows.demonstration.staff import engage_staff
from workflows.municipalities.directory import actor_of
from workflows.municipalities.packs import install_pack, read_pack
from workflows.municipalities.records import EmployeeRow
from workflows.packages import deploy_all
from workflows.people.services import NewGuardian, NewYoungPerson

REFERRAL = {
    "schooling": "grade_8",
    "urgency": "normal",
    "referrer_name": "Lone Lærer",
    "referrer_email": "lone@skole.example",
    "referrer_role": "teacher",
    "referrer_external": "no",
    "channel": "form",
    "reason_referrer": "Meget fravær.",
    "young_person_informed": "yes",
    "guardians_informed": "yes",
}
MALTE = NewYoungPerson(
    first_name="Malte",
    last_name="Opdigtet",
    birth_date=date(2011, 6, 14),
    email="malte@borger.example",
)
PARENTS = (
    NewGuardian(name="Far Opdigtet", relation="far", email="far@borger.example"),
    NewGuardian(name="Mor Opdigtet", relation="mor", email="mor@borger.example"),
)


@pytest.fixture
def town(casework: Casework) -> Casework:
    """A municipality with its pack, its processes and somebody in every role."""

    def found(work: Work) -> None:
        pack = read_pack(BPMN, "sonderborg")
        install_pack(work, pack)
        deploy_all(work, BPMN / "processes", BPMN / "decisions")
        engage_staff(work, dict(pack.roles), per_role=2)

    casework.act(SYSTEM, found)
    return casework


@pytest.fixture
def staff(town: Casework) -> Mapping[str, UUID]:
    """The staff by username."""
    with town.work(SYSTEM) as work:
        return {row.username: row.id for row in work.session.scalars(select(EmployeeRow))}


@pytest.fixture
def acting_as(town: Casework, staff: Mapping[str, UUID]) -> Callable[[str], Actor]:
    """What gives an employee as one who acts."""

    def actor(username: str) -> Actor:
        with town.work(SYSTEM) as work:
            return actor_of(work, staff[username])

    return actor


@pytest.fixture
def refer(town: Casework, acting_as: Callable[[str], Actor]) -> Callable[..., YouthCaseRow]:
    """What refers a young person (Malte, 14, unless said otherwise) as the intake does."""

    def start(
        person: NewYoungPerson = MALTE, by: str = "intake", **answers: object
    ) -> YouthCaseRow:
        return town.act(
            acting_as(by),
            lambda work: start_referral(work, person, PARENTS, {**REFERRAL, **answers}),
        )

    return start


@pytest.fixture
def case(refer: Callable[..., YouthCaseRow]) -> YouthCaseRow:
    """Malte's case, just referred."""
    return refer()

"""A browser without a screen: the pages of a town with staff, and people who sign in to it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from tests.town import founded, staff_of
from web.app import create_app
from web.auth.passwords import hash_password
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow

PASSWORD = "opdigtet"
SOFIE = {
    "first_name": "Sofie",
    "last_name": "Opdigtet",
    "birth_date-day": "14",
    "birth_date-month": "6",
    "birth_date-year": "2011",
    "guardian1_name": "Mor Opdigtet",
    "guardian1_relation": "mor",
    "guardian1_phone": "5500 0001",
    "young_person_informed": "yes",
    "guardians_informed": "yes",
    "schooling": "grade_8",
    "reason_referrer": "Meget fravær.",
    "urgency": "normal",
    "referrer_name": "Lone Lærer",
    "referrer_role": "lærer",
    "referrer_external": "no",
    "channel": "form",
}
SCREENING = {
    "more_than_one_field": "yes",
    "language_only": "no",
    "disciplines": ["uu_counsellor", "youth_adviser"],
    "effort": "team",
    "screening_note": "Samtale med skolen.",
}


@dataclass(slots=True)
class Page:
    """A page as a person meets it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """What stands there, without marks, spaces made single."""
        bare = re.sub(r"<(script|style|head).*?</\1>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(bare).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return unescape(found.group(1)) if found else ""

    @property
    def address(self) -> str:
        """Where a redirect leads."""
        return self.response.headers["Location"]

    def href(self, words: str) -> str:
        """Return the address behind the first link that says `words`."""
        for link in re.finditer(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            if words in unescape(link.group(2)):
                return unescape(link.group(1))
        raise AssertionError(f"no link says {words!r}")

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        assert found, f"no hidden field {name!r}"
        return unescape(found.group(1))


@dataclass(slots=True)
class Visitor:
    """One person at one browser; sends along the hidden token of the page last seen."""

    client: FlaskClient
    token: str = field(default="")

    def get(self, path: str, **more: Any) -> Page:
        page = Page(self.client.get(path, **more))
        return self._seen(page)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> Page:
        sent = {"csrf_token": self.token, **(data or {})}
        return self._seen(Page(self.client.post(path, data=sent, **more)))

    def sign_in(self, username: str, **more: str) -> Page:
        self.get("/log-ind")
        return self.post("/log-ind", {"username": username, "password": PASSWORD, **more})

    def _seen(self, page: Page) -> Page:
        if found := re.search(r'name="csrf_token" value="([^"]+)"', page.html):
            self.token = unescape(found.group(1))
        return page


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everybody: making one takes a while on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def migrated(
    migrated: str, password_hash: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A municipality with its pack, its processes and two in every role; each test copies it."""
    with founded(migrated, tmp_path_factory.mktemp("town"), password_hash) as town:
        yield town


@pytest.fixture
def town(casework: Casework) -> Casework:
    """The municipality, in a database of the test's own."""
    return casework


@pytest.fixture
def app(town: Casework, settings: Settings) -> Flask:
    """The pages of the town."""
    return create_app(town, settings)


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """What gives a fresh browser."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def signed_in(visitor: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    """What gives a browser in which somebody has signed in."""

    def sign_in(username: str) -> Visitor:
        found = visitor()
        assert found.sign_in(username).status == 303
        found.get("/indbakke")
        return found

    return sign_in


@pytest.fixture
def staff(town: Casework) -> Mapping[str, UUID]:
    """The staff by username."""
    return staff_of(town)


@pytest.fixture
def names(town: Casework) -> Mapping[str, str]:
    """What the staff are called, by username."""
    with town.work(SYSTEM) as work:
        return {row.username: row.name for row in work.session.scalars(select(EmployeeRow))}


@pytest.fixture
def intake(signed_in: Callable[[str], Visitor]) -> Visitor:
    """One of the intake, signed in."""
    return signed_in("intake")


@pytest.fixture
def case(intake: Visitor) -> str:
    """The address of Sofie's case, just referred; she is 14."""
    page = intake.post("/sager/ny", SOFIE)
    assert page.status == 303, page.text
    return page.address


@pytest.fixture
def task_of(town: Casework) -> Callable[[str], str]:
    """What gives the address of the only open task of an element."""

    def find(element: str) -> str:
        with town.work(SYSTEM) as work:
            query = select(TaskRow.id).where(
                TaskRow.element == element, TaskRow.closed_at.is_(None)
            )
            return f"/opgaver/{work.session.scalars(query).one()}"

    return find


@pytest.fixture
def screening(case: str, intake: Visitor, task_of: Callable[[str], str]) -> str:
    """The address of the screening of Sofie's referral, taken by the intake."""
    task = task_of("screening")
    assert intake.post(f"{task}/tag").status == 303
    return task


def act_as(town: Casework, username: str, use_case: Callable[[Work], Any]) -> Any:
    """Do something as an employee, without a browser."""

    def act(work: Work) -> Any:
        employee = work.session.scalars(
            select(EmployeeRow).where(EmployeeRow.username == username)
        ).one()
        work.actor = actor_of(work, employee.id)
        return use_case(work)

    return town.act(SYSTEM, act)

"""What a plain completion asks of the database: few statements, one commit, however much there is.

Signed in, claimed task, ten fields, the next node a user task with a ladder of its own. An
executemany is one statement; BEGIN and COMMIT are none.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from engine.services.timers import fire_due
from engine.storage.work import Casework
from tests.bench.crowds import add_open_tasks, add_timers
from tests.bench.measures import answered
from tests.bench.shipped import FOLLOW_UP, Browsers, begin_follow_up, ready, request_of
from tests.bench.statements import Counted, counting
from tests.bench.town import (
    Town,
    add_yardstick,
    open_case,
    posted_answers,
    ready_in,
    ready_task,
    sign_in,
    token_in,
)
from tests.bench.years import add_past_follow_ups
from tests.conftest import reading
from tests.web.conftest import PASSWORD

AT_MOST = 12
COMPLETION = [
    # who asks, and in which roles
    "SELECT employees + sign_ins + posts + forum_members + forums + postings + units",
    "SELECT configurations + tasks + cases + instances + timers",  # the task and all around it
    "SELECT role_units + forums + posts + employees + youth_cases + units",  # whom it is for
    "INSERT answers",
    "UPDATE cases",
    "UPDATE instances",
    "INSERT journal (many)",
    "UPDATE tasks",
    "INSERT tasks",
    "UPDATE timers",
    "INSERT timers (many)",
]
LANDING_PAGE = 13  # one of them asks what the young person says of what was written


class Browser:
    """One in which the counsellor has signed in."""

    def __init__(self, casework: Casework, app: Flask) -> None:
        self.engine = casework.database.engine
        self.client = sign_in(app, PASSWORD)

    def complete(self, task_id: UUID) -> Counted:
        """Complete the task and return what that asked; the page before is not counted."""
        address = f"/opgaver/{task_id}"
        answers = posted_answers(token_in(self.client.get(address).text))
        with counting(self.engine) as counted:
            answer = self.client.post(address, data=answers)
        assert answer.status_code == 303, answer.text
        self.landing = answer.location
        return counted

    def land(self) -> Counted:
        """Follow to the page one lands on."""
        with counting(self.engine) as counted:
            assert self.client.get(self.landing).status_code == 200
        return counted


@pytest.fixture
def measured(town: Casework) -> Town:
    """The municipality with the yardstick process in it."""
    return add_yardstick(town)


@pytest.fixture
def browser(measured: Town, app: Flask) -> Browser:
    """A browser in that municipality."""
    return Browser(measured.casework, app)


def on_the_lock(statements: list[str], town: Town) -> list[str]:
    """PostgreSQL locks the case by a statement of its own; SQLite by the version."""
    if town.casework.database.is_sqlite:
        return statements
    return [statements[0], "SELECT cases + tasks", *statements[1:]]


def test_a_plain_completion_asks_this_and_no_more(measured, browser):
    counted = browser.complete(ready_task(measured, 1))

    assert sorted(counted.statements) == sorted(on_the_lock(COMPLETION, measured))
    assert len(counted.statements) <= AT_MOST


def test_a_plain_completion_commits_once(measured, browser):
    assert browser.complete(ready_task(measured, 1)).commits == 1


def test_it_asks_the_same_among_a_hundred_thousand_open_tasks(measured, browser):
    add_open_tasks(measured, 10)
    few = browser.complete(ready_task(measured, 1)).statements

    add_open_tasks(measured, 100_000)

    assert browser.complete(ready_task(measured, 2)).statements == few


@pytest.mark.parametrize("earlier", [49, 499])
def test_it_asks_the_same_in_a_case_of_many_follow_ups(measured, browser, earlier):
    first, old = ready_task(measured, 1), open_case(measured, 2)
    later = ready_in(measured, old)
    add_past_follow_ups(measured, old, earlier)

    assert browser.complete(first).statements == browser.complete(later).statements


def test_the_500th_follow_up_asks_what_the_first_does_and_is_given_as_few_rows(measured, app):
    browsers, engine = Browsers(app, PASSWORD), measured.casework.database.engine
    new, old = begin_follow_up(measured, 1), begin_follow_up(measured, 2)
    add_past_follow_ups(measured, old, 499)
    asked = []
    for case_id in (new, old):
        (task_id,) = ready(measured, [case_id], FOLLOW_UP.measured)
        request = request_of(measured, browsers, task_id, FOLLOW_UP.answers)
        with counting(engine) as counted:
            answered(app, request)
        asked.append(counted)

    assert asked[1].statements == asked[0].statements
    assert rows_given(measured, asked[1]) == rows_given(measured, asked[0])


def rows_given(town: Town, counted: Counted) -> list[int]:
    """How many rows each query gives when it is asked again, after all of it."""
    queries = [
        (statement, parameters)
        for statement, parameters in zip(counted.full, counted.parameters, strict=True)
        if statement.startswith("SELECT")
    ]
    with reading(town.casework.database).connect() as connection:
        return [len(connection.exec_driver_sql(*query).all()) for query in queries]


def test_the_page_one_lands_on_has_its_own_number(measured, browser):
    browser.complete(ready_task(measured, 1))
    landed = browser.land()

    assert len(landed.statements) == LANDING_PAGE
    written = [each for each in landed.statements if not each.startswith("SELECT")]
    assert written == ["INSERT read_log"]  # every look at a person's data is kept


def test_the_idle_look_at_many_timers_is_one_query_answered_from_its_index(measured, clock):
    add_timers(measured, 20_000, clock.now() + timedelta(hours=1))
    with counting(measured.casework.database.engine) as counted:
        assert fire_due(measured.casework) == 0

    assert counted.statements == ["SELECT timers"]
    assert "ix_timers_due" in plan_of(measured, counted)


def plan_of(town: Town, counted: Counted) -> str:
    """How the database answers the only statement, in its own words."""
    (statement,), (parameters,) = counted.full, counted.parameters
    explain = "EXPLAIN QUERY PLAN" if town.casework.database.is_sqlite else "EXPLAIN"
    with town.casework.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE timers")
        lines = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return "\n".join(str(line) for line in lines)

"""What is due is acted on at once while `tovholder serve` runs: a real process, a real clock."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.timers import schedule_start
from engine.settings import Settings
from engine.storage.models import InstanceRow
from engine.storage.work import Casework
from tests.bench.server import serving
from tests.bench.town import Town, add_yardstick, open_case
from web.wiring import build, look, notifier

AT_MOST = timedelta(seconds=2)


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    """The municipality on the machine's clock."""
    casework = build(settings)
    yield add_yardstick(casework)
    casework.database.dispose()


def test_a_due_timer_is_acted_on_within_two_seconds(town, settings):
    casework = town.casework
    with serving(settings.home, database_url=settings.database_url):
        lateness = [_lateness(casework, town, number) for number in range(3)]

    assert max(lateness) <= AT_MOST


def test_pages_that_are_served_without_a_worker_leave_the_deadlines_to_one(town, settings):
    casework = town.casework
    case_id = open_case(town, 1)
    _start_later(casework, case_id, casework.clock.now() + timedelta(milliseconds=100))

    with serving(settings.home, "--no-worker", database_url=settings.database_url):
        time.sleep(AT_MOST.total_seconds())
        assert _number(casework, case_id) == 1

    look(casework, notifier(settings))
    assert _number(casework, case_id) == 2


def _lateness(casework: Casework, town: Town, number: int) -> timedelta:
    """Return how long after its moment a timer has done its work, seen from another process."""
    case_id = open_case(town, number)
    due = casework.clock.now() + timedelta(milliseconds=700)
    _start_later(casework, case_id, due)
    return _when(casework, case_id, 2) - due


def _start_later(casework: Casework, case_id: UUID, due: datetime) -> None:
    casework.act(
        SYSTEM,
        lambda work: schedule_start(
            work, case_id, key="later", process="yardstick", inputs={}, at=due
        ),
    )


def _when(casework: Casework, case_id: UUID, number: int) -> datetime:
    """Return when another process has begun process `number` of the case."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        if _number(casework, case_id) == number:
            return casework.clock.now()
        time.sleep(0.02)
    pytest.fail("the timer was never acted on")


def _number(casework: Casework, case_id: UUID) -> int:
    """Return how many processes of the case have begun."""
    begun = select(InstanceRow.id).where(InstanceRow.case_id == case_id)
    with casework.work(SYSTEM) as work:
        return len(work.session.scalars(begun).all())

"""Two workers over one database: real processes, and every timer is carried out once."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.ports import SYSTEM
from engine.services.timers import schedule_start
from engine.storage.models import IncidentRow, InstanceRow, JournalRow, TimerRow
from tests.bench.server import command, environment
from tests.bench.town import add_yardstick, open_case
from web.wiring import build

CASES, STARTS = 12, 6
READY = timedelta(seconds=6)  # what two processes may take to begin


@pytest.fixture
def town(settings):
    """The municipality on the machine's clock."""
    casework = build(settings)
    yield add_yardstick(casework)
    casework.database.dispose()


@contextmanager
def two_workers(settings) -> Iterator[list[str]]:
    """Run two workers meanwhile; what each has told stands in the list afterwards."""
    told: list[str] = []
    running = [
        subprocess.Popen(  # noqa: S603  # our own command
            command("worker"),
            env=environment(settings.home, settings.database_url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        yield told
    finally:
        for each in running:
            each.terminate()
        told += [each.communicate(timeout=60)[1] for each in running]


def schedule(town, cases):
    """Let six processes start in each case, all at one moment."""
    at = town.casework.clock.now() + READY

    def act(work):
        for case_id in cases:
            for number in range(STARTS):
                schedule_start(
                    work, case_id, key=f"k{number}", process="yardstick", inputs={}, at=at
                )

    town.casework.act(SYSTEM, act)


def await_all(town):
    left = select(func.count()).where(TimerRow.kind == "start", TimerRow.start_key.like("k%"))
    give_up = time.monotonic() + 90
    while time.monotonic() < give_up:
        with town.casework.work(SYSTEM) as work:
            if not work.session.scalar(left.where(TimerRow.done_at.is_(None))):
                return
        time.sleep(0.1)
    pytest.fail("some timers were never carried out")


def test_two_workers_carry_out_every_timer_once(town, settings):
    cases = [open_case(town, number) for number in range(CASES)]
    schedule(town, cases)

    with two_workers(settings) as told:
        await_all(town)

    with town.casework.work(SYSTEM) as work:
        begun = Counter(work.session.scalars(select(InstanceRow.case_id)))
        journal = select(JournalRow).where(JournalRow.act == "start_fired")
        fired = Counter((row.case_id, row.data["key"]) for row in work.session.scalars(journal))
        assert work.session.scalars(select(IncidentRow)).all() == []
    assert begun == dict.fromkeys(cases, 1 + STARTS)
    assert len(fired) == CASES * STARTS
    assert set(fired.values()) == {1}
    carried_out = [sum(map(int, re.findall(r"(\d+) timers carried out", each))) for each in told]
    assert sum(carried_out) == CASES * STARTS
    if not town.casework.database.is_sqlite:
        assert min(carried_out) > 0, "they did not share"

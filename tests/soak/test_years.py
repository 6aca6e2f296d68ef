"""Simulated years: the sample that runs every time, and that what is checked can fail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.journal import record
from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Casework, Work
from tests.soak.campaigns import Terms
from tests.soak.invariants import Invariants
from tests.soak.years import in_processes, live
from tests.workflows.conftest import *  # noqa: F403  # the town and its cases
from workflows.cases.records import YouthCaseRow

pytestmark = pytest.mark.wide

CASES, DAYS = 50, 730
LONGEST = 1800  # seconds, on the slowest machine


def test_everything_holds_on_every_day_of_two_years_of_a_small_municipality(
    record_property: Callable[[str, object], None],
) -> None:
    lived = live(CASES, DAYS, seed=1, seconds=LONGEST)

    record_property("acts", lived.acts)
    print(f"{lived.days} of {DAYS} days, {lived.acts} acts, {lived.waits} waits")
    assert lived.broken == []
    assert lived.days == DAYS
    assert lived.waits > 0


def test_the_parts_of_a_municipality_live_in_processes_of_their_own() -> None:
    shown: list[float] = []
    terms = Terms(
        seconds=LONGEST,
        part=1,
        seed=1,
        servers=(None,),
        show=lambda share, _words: shown.append(share),
    )

    lived = in_processes(terms, 60, 2)

    assert [each.days for each in lived] == [60, 60]
    assert shown


def broken(town: Casework) -> list[str]:
    with town.work(SYSTEM) as work:
        return Invariants().broken(work)


def test_nothing_is_found_where_nothing_is_wrong(town: Casework, case: YouthCaseRow) -> None:
    assert broken(town) == []


def test_a_task_without_its_clock_is_found(town: Casework, case: YouthCaseRow) -> None:
    town.act(SYSTEM, lambda work: work.session.execute(delete(TimerRow)))

    assert any("has no clock" in sentence for sentence in broken(town))


def test_a_timer_that_was_left_behind_is_found(
    town: Casework, case: YouthCaseRow, clock: MovableClock
) -> None:
    clock.forward(timedelta(days=30))

    assert any("left behind" in sentence for sentence in broken(town))


def test_a_rung_that_fires_twice_is_found(town: Casework, case: YouthCaseRow) -> None:
    def fire_twice(work: Work) -> None:
        task = str(work.session.scalars(select(TaskRow.id)).first())
        for _ in range(2):
            record(work, case.case_id, "rung_fired", task=task, rung="e1")

    town.act(SYSTEM, fire_twice)

    assert any("has fired twice" in sentence for sentence in broken(town))

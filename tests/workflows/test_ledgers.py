"""What the parts of a rehearsal know of each other's cases, and when."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import Array
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.work import Casework, Work
from tests.conftest import MONDAY
from workflows.cases.records import YouthCaseRow
from workflows.house import YouthHouse
from workflows.municipalities.records import EmployeeRow
from workflows.municipalities.staff import person_for
from workflows.rehearsal.ledgers import DONE, PEOPLE, TIMERS, Ledger, Other, log_of

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def positions() -> Any:
    return Array("d", 2)


@pytest.fixture
def two(town: Casework, tmp_path: Path, positions: Any) -> tuple[Ledger, Ledger]:
    """Two parts, which have the same cases here."""

    def part(number: int) -> Ledger:
        other = Other(1 - number, log_of(tmp_path, 1 - number))
        return Ledger(
            casework=town,
            number=number,
            log=log_of(tmp_path, number),
            positions=positions,
            others=[other],
        )

    return part(0), part(1)


def test_a_part_learns_what_people_hold_in_another(
    case: YouthCaseRow, two: tuple[Ledger, Ledger]
) -> None:
    for each in two:
        each.come_to(MONDAY, TIMERS)
        each.come_to(MONDAY, PEOPLE)

    assert two[0].held_elsewhere() == {case.primary_id: 1}


def test_a_part_tells_that_a_case_has_changed_hands(
    town: Casework, case: YouthCaseRow, staff: Mapping[str, UUID], two: tuple[Ledger, Ledger]
) -> None:
    def pass_on(work: Work) -> None:
        work.session.get_one(YouthCaseRow, case.case_id).primary_id = staff["mentor"]

    first, second = two
    with first.kept():
        first.come_to(MONDAY, PEOPLE)
        town.act(SYSTEM, pass_on)
        first.come_to(LATER, PEOPLE)
    second.come_to(LATER, TIMERS)

    held = second.held_elsewhere()
    assert (held[case.primary_id], held[staff["mentor"]]) == (0, 1)


def test_a_part_waits_until_the_other_has_come_as_far(
    case: YouthCaseRow, two: tuple[Ledger, Ledger], positions: Any
) -> None:
    first, second = two
    first.come_to(MONDAY, PEOPLE)
    second.come_to(MONDAY, PEOPLE)

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(second.held_elsewhere)  # the first goes first at one moment
        with pytest.raises(TimeoutError):
            asked.result(timeout=0.2)
        positions[0] = DONE
        assert asked.result(timeout=60)


def written(tmp_path: Path, *lines: Any) -> Other:
    log = log_of(tmp_path, 0)
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return Other(0, log)


def test_what_comes_later_does_not_count_yet(tmp_path: Path) -> None:
    other = written(tmp_path, [1.0, {"a": 2}], [2.0, {"a": -1, "b": 1}], [3.0, {"a": 5}])

    assert other.held_at(2.0, inclusive=False) == {"a": 2}
    assert other.held_at(2.0, inclusive=True) == {"a": 1, "b": 1}


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    other = written(tmp_path, [1.0, {"a": 2}])
    with other.log.open("a") as file:
        file.write('[1.5, {"a"')
    assert other.held_at(2.0, inclusive=True) == {"a": 2}

    with other.log.open("a") as file:
        file.write(": 1}]\n")

    assert other.held_at(2.0, inclusive=True) == {"a": 3}


def test_who_holds_many_cases_elsewhere_is_not_asked_to_take_one_on(
    town: Casework, case: YouthCaseRow
) -> None:
    role = "youth_adviser"
    with town.work(SYSTEM) as work:
        first = person_for(work, case, role)
        assert first is not None

    assert isinstance(town.house, YouthHouse)
    with town.work(SYSTEM) as work:
        work.house = replace(town.house, elsewhere=lambda: {first: 100})
        second = person_for(work, case, role)
        names = work.session.scalars(select(EmployeeRow.id)).all()

    assert second in names
    assert second != first

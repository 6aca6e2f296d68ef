"""A copy to play in: all of the chosen cases, what belongs to no case, and nothing else.

On SQLite the rows are taken by the database, on PostgreSQL one by one; the same is true of both.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, select

from engine.ports import Actor, Purpose
from engine.storage.compartments import closed_tables
from engine.storage.copying import copy_cases
from engine.storage.database import Database
from engine.storage.guard import PURPOSE
from engine.storage.sealing import carried
from engine.storage.work import Casework
from tests.workflows.conftest import MALTE
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import pass_in
from workflows.people.services import NewYoungPerson
from workflows.records import METADATA

TEST = Purpose(code="test")
WISH = {"asked_on": "2026-03-02", "passed_on": "yes", "own_words": "Jeg vil gerne stoppe."}
LEFT_OUT = "read_log"
Row = Mapping[str, Any]


@pytest.fixture
def treated(town: Casework, acting_as: Callable[[str], Actor]) -> UUID:
    """A case of Malte's in the compartment of the treatment for drugs."""
    who = NewYoungPerson(
        first_name=MALTE.first_name, last_name=MALTE.last_name, birth_date=MALTE.birth_date
    )
    intake = acting_as("intake")
    return town.act(intake, lambda work: pass_in(work, "drug_treatment", who, WISH), TEST)


@pytest.fixture
def copied(town: Casework, tmp_path: Path) -> Iterator[Callable[[set[UUID]], Database]]:
    """What copies these cases into a file."""
    target = Database(f"sqlite:///{tmp_path / 'copy.sqlite'}")

    def copy(cases: set[UUID]) -> Database:
        copy_cases(town.database, target, METADATA, cases, [LEFT_OUT])
        return target

    yield copy
    target.dispose()


def rows(database: Database) -> dict[str, list[Row]]:
    """Return all rows of all tables, what is sealed as it stands there."""
    with database.engine.connect().execution_options(**{PURPOSE: TEST}) as reading:
        return {
            table.name: [dict(row) for row in reading.execute(select(*carried(table))).mappings()]
            for table in METADATA.sorted_tables
        }


def belongs(table: Table, row: Row, cases: set[UUID]) -> bool:
    """A unit says by its `compartment` who works there; it is no row that lies in it."""
    case_id = row["id"] if table.name == "cases" else row.get("case_id")
    outside = table.name not in closed_tables() or row["compartment"] is None
    return (case_id is None or case_id in cases) and outside


def told(found: dict[str, list[Row]]) -> dict[str, list[str]]:
    return {name: sorted(repr(dict(row)) for row in those) for name, those in found.items()}


def test_a_copy_has_the_rows_of_its_cases_and_those_of_none(
    town: Casework,
    refer: Callable[..., YouthCaseRow],
    treated: UUID,
    copied: Callable[[set[UUID]], Database],
) -> None:
    chosen = {refer().case_id, treated}
    refer(NewYoungPerson(first_name="Nr. 2", last_name="Opdigtet", birth_date=MALTE.birth_date))
    source = rows(town.database)
    due = {
        table.name: [
            row
            for row in source[table.name]
            if table.name != LEFT_OUT and belongs(table, row, chosen)
        ]
        for table in METADATA.sorted_tables
    }

    copy = rows(copied(chosen))

    assert told(copy) == told(due)
    assert len(source["cases"]) == 3
    assert len(copy["cases"]) == 1


def test_a_copy_guards_what_the_house_guards(
    town: Casework, case: YouthCaseRow, copied: Callable[[set[UUID]], Database]
) -> None:
    with copied({case.case_id}).engine.connect() as reading:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        there = set(reading.exec_driver_sql(triggers).scalars())

    assert {"guard_case", "keep_cases"} <= there

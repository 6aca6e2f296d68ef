"""Sealed by construction: a text about a person is encrypted, or it is said why it is not."""

import pytest
from sqlalchemy import JSON, LargeBinary, String

from engine.storage.sealing import Sealed
from workflows.access.persons import ABOUT_PERSONS
from workflows.erasing.clear import IN_THE_CLEAR, columns_of, tables_of_persons
from workflows.erasing.house_texts import TEXTS
from workflows.records import METADATA

TABLES = tables_of_persons(METADATA)


def in_the_clear(tables: list[str]) -> set[str]:
    """Return the columns of these tables that hold texts and are not sealed."""
    return {
        f"{name}.{column.name}"
        for name in tables
        for column in METADATA.tables[name].c
        if isinstance(column.type, String | JSON | LargeBinary)
        and not isinstance(column.type, Sealed)
    }


def test_a_text_of_a_person_is_sealed_or_named_with_its_reason():
    assert sorted(in_the_clear(TABLES)) == sorted(columns_of(IN_THE_CLEAR))


def test_every_guarded_table_is_among_them():
    assert set(TABLES) >= ABOUT_PERSONS


@pytest.mark.parametrize("name", ["guardians", "goals", "outbox", "read_log", "incidents"])
def test_what_hangs_on_a_case_or_a_person_is_found_by_its_keys(name):
    assert name in TABLES


def test_what_is_looked_through_by_name_is_a_text_that_belongs_to_nobody():
    for name, column in TEXTS.items():
        assert name not in TABLES
        assert not isinstance(METADATA.tables[name].c[column].type, Sealed)

"""The revisions make exactly the tables that the rows describe, and can be run again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from engine.storage.migrating import VERSION_TABLE, upgrade
from workflows.records import METADATA, REVISIONS


def test_the_migrated_database_is_what_the_rows_describe(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_migrating_an_up_to_date_database_changes_nothing(database):
    before = inspect(database.engine).get_table_names()
    upgrade(database, METADATA, [REVISIONS])

    assert inspect(database.engine).get_table_names() == before

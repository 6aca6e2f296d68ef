"""A copy of open cases in a SQLite file of its own, in which anything may be tried.

The source is only read, at one moment of it, whatever database it is.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table, event, insert, or_, select

from engine.ports import Purpose
from engine.storage.compartments import closed_tables
from engine.storage.database import Database
from engine.storage.guard import PURPOSE
from engine.storage.models import InstanceRow, TaskRow, TimerRow
from engine.storage.sealing import carried
from engine.storage.types import Id

CASES = "cases"
_AT_ONCE = 1000
_READ_ONLY = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
_REHEARSAL = Purpose(code="rehearsal")
_KEPT = sa.table("kept", sa.column("id", Id()), schema="temp")
# What is asked at every moment that is played; nothing else needs it.
_INDEX = "CREATE INDEX ix_copy_tasks_created_at ON tasks (created_at)"


def open_cases(database: Database) -> set[UUID]:
    """Return the cases that something still waits in: a process, a task or a timer.

    Those in a compartment stay there: nothing is played with them.
    """
    waiting = (
        select(row.case_id).where(over.is_(None), row.compartment.is_(None))
        for row, over in (
            (InstanceRow, InstanceRow.closed_at),
            (TaskRow, TaskRow.closed_at),
            (TimerRow, TimerRow.done_at),
        )
    )
    with database.engine.connect() as connection:
        return {case_id for query in waiting for case_id in connection.scalars(query)}


def copy_cases(
    source: Database,
    target: Database,
    metadata: MetaData,
    cases: Collection[UUID],
    without: Collection[str] = (),
) -> None:
    """Fill the empty SQLite `target` with these cases and all that belongs to none.

    The tables named in `without` stay empty. Triggers act again once everything is there.
    """
    write_fast(target)
    metadata.create_all(target.engine)
    tables = [table for table in metadata.sorted_tables if table.name not in without]
    with target.engine.connect() as writing:
        writing.exec_driver_sql("PRAGMA foreign_keys = OFF")
        copy = _within_sqlite if source.is_sqlite else _row_by_row
        copy(source, writing, tables, frozenset(cases))
    target.dispose()  # the foreign keys are looked after by every new connection


def write_fast(database: Database) -> None:
    """Let SQLite not wait for the disk: what is lost to a power cut is made again."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", _do_not_wait)


def only_read(database: Database) -> None:
    """Let the database itself refuse every write on the connections that are made from now on."""
    statement = "PRAGMA query_only = ON" if database.is_sqlite else _READ_ONLY

    def refuse_writes(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if not database.is_sqlite:
            connection.commit()

    event.listen(database.engine, "connect", refuse_writes)


def _do_not_wait(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _within_sqlite(
    source: Database, writing: Connection, tables: Sequence[Table], cases: frozenset[UUID]
) -> None:
    """Let SQLite take the rows from the other file: to hand them over took six times as long.

    All is read in the transaction that writes, so it is of one moment.
    """
    writing.exec_driver_sql("ATTACH DATABASE ? AS source", (source.engine.url.database,))
    writing.exec_driver_sql("CREATE TEMP TABLE kept (id CHAR(32) PRIMARY KEY)")
    with _filling(writing):
        writing.execute(insert(_KEPT), [{"id": case_id} for case_id in cases])
        for table in tables:
            columns: list[sa.ColumnClause[Any]] = [sa.column(each.name) for each in table.c]
            there = sa.table(table.name, *columns, schema="source")
            rows = select(there)
            if key := _case_key(table):
                rows = rows.where(or_(there.c[key].is_(None), there.c[key].in_(select(_KEPT.c.id))))
            if table.name in closed_tables():
                rows = rows.where(there.c.compartment.is_(None))
            writing.execute(insert(table).from_select(columns, rows))


def _row_by_row(
    source: Database, writing: Connection, tables: Sequence[Table], cases: frozenset[UUID]
) -> None:
    with _one_moment(source) as reading, _filling(writing):
        for table in tables:
            rows = _belonging(reading, table, cases)
            while batch := list(islice(rows, _AT_ONCE)):
                writing.execute(insert(table), batch)


@contextmanager
def _filling(writing: Connection) -> Iterator[None]:
    """Fill the copy in one transaction, with no trigger in the way."""
    writing.exec_driver_sql("BEGIN")
    triggers = _take_triggers(writing)
    yield
    for statement in (*triggers, _INDEX):
        writing.exec_driver_sql(statement)
    writing.commit()


def _case_key(table: Table) -> str | None:
    """Return the column that says which case a row belongs to."""
    key = "id" if table.name == CASES else "case_id"
    return key if key in table.c else None


def _one_moment(source: Database) -> Connection:
    """Return a connection on which every question is answered from one moment."""
    connection = source.engine.connect().execution_options(**{PURPOSE: _REHEARSAL})
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _take_triggers(connection: Connection) -> list[str]:
    """Take the triggers away, and return what makes them again."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in found]


def _belonging(
    reading: Connection, table: Table, cases: frozenset[UUID]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of these cases, and those that belong to no case at all, still sealed.

    What lies in a compartment stays there.
    """
    key = _case_key(table)
    query = select(*carried(table))
    if table.name in closed_tables():
        query = query.where(table.c.compartment.is_(None))
    for row in reading.execute(query).mappings():
        if key is None or row[key] is None or row[key] in cases:
            yield dict(row)

"""Taking texts and keys away so that the database holds them nowhere, its free pages included."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, update
from sqlalchemy.exc import OperationalError

from engine.domain.errors import DatabaseBusy
from engine.storage.database import Database
from engine.storage.models import DataKeyRow
from engine.storage.sealing import Ciphertext, sealed_columns
from engine.storage.work import Work

_BUSY = (
    "Alt er slettet, men databasen er optaget, så filen er ikke skrevet om endnu. "
    "Kør »tovholder erase again« om lidt."
)


def scrub(
    work: Work, table: Table, where: ColumnElement[bool], plain: Mapping[str, Any] | None = None
) -> None:
    """Empty every sealed column of these rows, and write `plain` over others of them."""
    values = {
        name: None if table.c[name].nullable else Ciphertext() for name in sealed_columns(table)
    }
    if values := {**values, **(plain or {})}:
        change = update(table).where(where).values(values)
        work.session.execute(change, execution_options={"synchronize_session": False})


def drop_keys(work: Work, keys: Iterable[UUID]) -> None:
    """Delete the keys, here and in memory: whatever they sealed, nobody reads again."""
    gone: Collection[UUID] = set(keys)
    work.session.execute(delete(DataKeyRow).where(DataKeyRow.id.in_(gone)))
    for key_id in gone:
        work.casework.database.keyring.forget(key_id)


def overwrite_free_pages(database: Database) -> None:
    """Make SQLite write its file anew, without what was deleted; nothing on PostgreSQL.

    PostgreSQL gives the space of dead rows up to its own vacuum; what is left there is
    ciphertext whose key is gone. Raises `DatabaseBusy` when somebody else keeps the file.
    """
    if not database.is_sqlite:
        return
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.exec_driver_sql("VACUUM")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    except OperationalError as problem:
        raise DatabaseBusy(_BUSY) from problem
    if busy:
        raise DatabaseBusy(_BUSY)

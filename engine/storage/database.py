"""The database: SQLite for one municipality on one machine, PostgreSQL beyond."""

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Executable, bindparam, create_engine, event, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.errors import DatabaseBusy, StaleCase
from engine.domain.packing import canonical
from engine.storage.compartments import close_compartments
from engine.storage.compiling import StatementCache
from engine.storage.guard import GuardedSession, guard
from engine.storage.key_rows import DataKeyRow
from engine.storage.keys import Keyring, Wrapped, no_keys

# What the database itself refuses. It ends the transaction, so only who began it can answer.
DATABASE_ERRORS = (SQLAlchemyError,)
_BUSY_SECONDS = 10
_GATE = "write gate"  # of the info of a session
KEYS = (
    select(DataKeyRow.id, DataKeyRow.master, DataKeyRow.wrapped)
    .where(DataKeyRow.id >= bindparam("id"))
    .order_by(DataKeyRow.id)
    .limit(500)
)
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # an escalation must survive power loss
    "PRAGMA cache_size = -8000",
)


class Database:
    """Opens sessions. On SQLite the write part of a transaction is short and alone.

    Reads and engine work see one moment of the database (a deferred transaction); the first
    write ends it, takes the lock of this process and begins immediately, under the version check
    of the case (measured: p99 of a completion among many writers falls about tenfold against a
    lock held from the start).
    """

    def __init__(
        self,
        url: str,
        engine: Engine | None = None,
        keyring: Keyring | None = None,
        about_persons: Collection[str] = (),
    ) -> None:
        """Open the database at `url`; the tables `about_persons` are read for a purpose only."""
        self.url = url
        self.engine = engine or engine_of(url)
        self.use_keys(keyring or no_keys())
        guard(self.engine, about_persons)
        close_compartments(self.engine)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = threading.Lock()

    @contextmanager
    def session(self, *, alone: bool = False) -> Iterator[Session]:
        """Yield a session that commits on leaving and rolls back on any error.

        `alone` makes SQLite let nobody else write from the first read on, so that nothing can
        move meanwhile. Raises `StaleCase` when a row had moved on since it was read, and
        `DatabaseBusy` when others wrote for too long.
        """
        session = GuardedSession(self.engine, autoflush=False, expire_on_commit=False)
        gate = _WriteGate(session, self._writing) if self.is_sqlite else None
        try:
            if gate and alone:
                gate.enter()
            yield session
            session.commit()
        except StaleDataError as stale:
            raise StaleCase("Sagen er ændret af en anden imens. Prøv igen.") from stale
        except OperationalError as problem:
            if getattr(problem.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
            raise DatabaseBusy("Databasen er optaget. Prøv igen om lidt.") from problem
        finally:
            session.close()
            if gate:
                gate.leave()

    def use_keys(self, keyring: Keyring) -> None:
        """Open and seal with these keys."""
        keyring.look_up = self._keys_from
        self.keyring = keyring
        setattr(self.engine.dialect, "keyring", keyring)  # noqa: B010  # see storage.sealing

    def _keys_from(self, key_id: UUID) -> list[Wrapped]:
        """Return the key and its neighbours, so that a page of many cases asks once."""
        with self.engine.connect() as connection:
            found = connection.execute(KEYS, {"id": key_id}).all()
        return [Wrapped(*row) for row in found]

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _WriteGate:
    """Lets one session at a time of this process write to SQLite.

    Reads before the first write are of one moment. A write never upgrades them: SQLite would
    refuse it when anything at all had been written since, in whatever case.
    """

    def __init__(self, session: Session, lock: threading.Lock) -> None:
        self._session, self._lock, self._inside = session, lock, False
        session.info[_GATE] = self

    def enter(self) -> None:
        """Wait for this session's turn to write."""
        if not self._inside:
            connection = self._session.connection()
            connection.exec_driver_sql("COMMIT")
            self._lock.acquire()
            self._inside = True
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def leave(self) -> None:
        """Let the next one in."""
        if self._inside:
            self._inside = False
            self._lock.release()


# Told of the class once: to tell every session costs more than what most of them read.
@event.listens_for(GuardedSession, "after_begin")
def _after_begin(session: Session, _transaction: Any, connection: Connection) -> None:
    if _GATE in session.info:
        connection.exec_driver_sql("BEGIN")


@event.listens_for(GuardedSession, "before_flush")
def _before_flush(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        about_to_write(session)


@GuardedSession.before_each
def _before_execute(session: Session, statement: Executable) -> Executable:
    if not statement.is_select:
        about_to_write(session)
    return statement


def about_to_write(session: Session) -> None:
    """Wait for the session's turn to write; needed before a statement on its bare connection."""
    gate = session.info.get(_GATE)
    if gate:
        gate.enter()


def engine_of(url: str, **given: Any) -> Engine:
    """Return the engine at `url`, prepared for us; `given` goes to `create_engine`."""
    # a key is looked up on a connection of its own, in the middle of another's result
    pool = given or {"max_overflow": -1}
    engine = create_engine(url, json_serializer=canonical, hide_parameters=True, **pool)
    engine.update_execution_options(compiled_cache=StatementCache())
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _WriteGate
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    for pragma in _PRAGMAS:
        connection.execute(pragma)

"""The database: SQLite for one municipality on one machine, PostgreSQL beyond."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.errors import DatabaseBusy, StaleCase

# What the database itself refuses. It ends the transaction, so only who began it can answer.
DATABASE_ERRORS = (SQLAlchemyError,)
_BUSY_SECONDS = 10
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

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = threading.Lock()

    @contextmanager
    def session(self, *, alone: bool = False) -> Iterator[Session]:
        """Yield a session that commits on leaving and rolls back on any error.

        `alone` makes SQLite let nobody else write from the first read on, so that nothing can
        move meanwhile. Raises `StaleCase` when a row had moved on since it was read, and
        `DatabaseBusy` when others wrote for too long.
        """
        session = Session(self.engine, autoflush=False, expire_on_commit=False)
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
        event.listen(session, "after_begin", self._after_begin)
        event.listen(session, "before_flush", self._before_flush)
        event.listen(session, "do_orm_execute", self._before_execute)

    def _after_begin(self, _session: Session, _transaction: Any, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        if session.new or session.dirty or session.deleted:
            self.enter()

    def _before_execute(self, state: ORMExecuteState) -> None:
        if not state.is_select:
            self.enter()

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


def _engine(url: str) -> Engine:
    engine = create_engine(url, json_serializer=_dumps)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _WriteGate
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    for pragma in _PRAGMAS:
        connection.execute(pragma)

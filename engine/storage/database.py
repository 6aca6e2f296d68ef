"""The database: SQLite for one municipality on one machine, PostgreSQL beyond."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.errors import StaleCase

_BUSY_SECONDS = 10
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # an escalation must survive power loss
    "PRAGMA cache_size = -8000",
)


class Database:
    """Opens sessions. On SQLite the write part of a transaction is short and alone.

    Reads and engine work run without a transaction; the first write takes the lock of this
    process and begins immediately, under the version check of the case (measured: p99 of a
    completion among many writers falls about tenfold against a lock held from the start).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = threading.Lock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session that commits on leaving and rolls back on any error.

        Raises `Conflict` when a row had moved on since it was read, or the database was busy
        for too long.
        """
        session = Session(self.engine, autoflush=False, expire_on_commit=False)
        gate = _WriteGate(session, self._writing) if self.is_sqlite else None
        try:
            yield session
            session.commit()
        except StaleDataError as stale:
            raise StaleCase("Sagen er ændret af en anden imens. Prøv igen.") from stale
        finally:
            session.close()
            if gate:
                gate.leave()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _WriteGate:
    """Lets one session at a time of this process write to SQLite."""

    def __init__(self, session: Session, lock: threading.Lock) -> None:
        self._session, self._lock, self._inside = session, lock, False
        event.listen(session, "before_flush", self._before_flush)
        event.listen(session, "do_orm_execute", self._before_execute)

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        if session.new or session.dirty or session.deleted:
            self._enter()

    def _before_execute(self, state: ORMExecuteState) -> None:
        if not state.is_select:
            self._enter()

    def _enter(self) -> None:
        if not self._inside:
            self._lock.acquire()
            self._inside = True
            self._session.connection().exec_driver_sql("BEGIN IMMEDIATE")

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


def lock_rows(connection: Connection) -> bool:
    """Tell whether this database locks rows (PostgreSQL) rather than the whole file."""
    return connection.dialect.name == "postgresql"

"""A SQLite of which one thread has the sole use: one connection and one session for all acts.

For copies that are played ahead and thrown away. Nobody else writes there, so nothing is waited
for and nobody is let in between; an act that fails is rolled back as anywhere.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from weakref import ref

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import StaticPool

from engine.domain.errors import StaleCase
from engine.storage.base import Base
from engine.storage.database import KEYS, Database, engine_of
from engine.storage.guard import GuardedSession
from engine.storage.keys import Wrapped
from engine.storage.standing import stands_no_more

_COMES_TO_KNOW = ("loaded_as_persistent", "pending_to_persistent", "detached_to_persistent")
_HURRY = (
    "synchronous = OFF",
    "journal_mode = MEMORY",
    "locking_mode = EXCLUSIVE",
    "cache_size = -64000",
)


class OneTransaction(sqlite3.Connection):
    """A connection whose acts are parts of one transaction, which ends when it is closed.

    Nobody reads the file while a copy is played, so no act is written to it by itself.
    """

    in_act = False

    def begin_act(self) -> None:
        """Let what follows stand or fall together."""
        self.execute("SAVEPOINT act")
        self.in_act = True

    def commit(self) -> None:
        """Let the act stand."""
        self._end_act("RELEASE act")

    def rollback(self) -> None:
        """Take back the act, and nothing of those before it."""
        self._end_act("ROLLBACK TO act", "RELEASE act")

    def close(self) -> None:
        """Write to the file what stands."""
        if self.in_transaction:
            self.rollback()
            self.execute("COMMIT")
        super().close()

    def _end_act(self, *statements: str) -> None:
        if self.in_act:
            self.in_act = False
            for statement in statements:
                self.execute(statement)


class SoleDatabase(Database):
    """Opens the same session again and again; from one act to the next it knows only `kept`.

    Rows of `kept` stay in memory from when they are first read, so only objects may write to
    their tables: no trigger and no statement of many rows. Whatever else an act has looked at is
    read anew by the next one, as in any house. One act at a time.
    """

    def __init__(self, url: str, kept: Collection[type[Base]]) -> None:
        given = {"poolclass": StaticPool, "connect_args": {"factory": OneTransaction}}
        super().__init__(url, engine_of(url, **given))
        event.listen(self.engine, "connect", self._connected)
        self._kept = tuple(kept)
        self._pinned: list[object] = []
        self._met: list[ref[object]] = []
        self._session: Session | None = None
        self._driver: Any = None
        self._committed = 0  # rows changed on the connection by then, see `_keep`

    @contextmanager
    def session(self, *, alone: bool = False) -> Iterator[Session]:
        """Yield the session, which commits on leaving and rolls back on any error.

        Nobody else writes, whether `alone` or not. Raises `StaleCase` as `Database.session`.
        """
        session = self._session or self._opened()
        self._forget(session)
        try:
            yield session
            self._keep(session)
        except BaseException as problem:
            session.rollback()
            if isinstance(problem, StaleDataError):
                raise StaleCase("Sagen er ændret af en anden imens. Prøv igen.") from problem
            raise

    def _keep(self, session: Session) -> None:
        """Commit where rows were changed; what only reads goes on in the same transaction."""
        session.flush()
        if self._driver is not None and self._driver.total_changes != self._committed:
            session.commit()
            self._committed = self._driver.total_changes

    def _keys_from(self, key_id: UUID) -> list[Wrapped]:
        """Look keys up on the one connection there is."""
        if self._session is None:
            return super()._keys_from(key_id)
        return [Wrapped(*row) for row in self._session.connection().execute(KEYS, {"id": key_id})]

    def dispose(self) -> None:
        """Close the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None
        super().dispose()

    def _opened(self) -> Session:
        """Open the session when it is first needed, so that listeners may come before."""
        session = GuardedSession(self.engine, autoflush=False, expire_on_commit=False)
        event.listen(session, "after_begin", _begin)
        event.listen(session, "after_rollback", stands_no_more)
        event.listen(session, "after_rollback", self._unpin)
        for comes_to_know in _COMES_TO_KNOW:
            event.listen(session, comes_to_know, self._meet)
        self._session = session
        return session

    def _connected(self, connection: Any, _record: Any) -> None:
        self._driver = connection
        for pragma in _HURRY:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")

    def _meet(self, _session: Session, row: object) -> None:
        if isinstance(row, self._kept):
            self._pinned.append(row)
        else:
            self._met.append(ref(row))

    def _unpin(self, session: Session) -> None:
        """Let go of what is kept as well: a rollback leaves rows behind that know nothing."""
        for row in self._pinned:
            if row in session:
                session.expunge(row)
        self._pinned.clear()

    def _forget(self, session: Session) -> None:
        """Let go of what somebody still holds; the rest has gone by itself."""
        for each in self._met:
            row = each()
            if row is not None and row in session:
                session.expunge(row)
        self._met.clear()


def _begin(_session: Session, _transaction: Any, connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.begin_act()  # past SQLAlchemy: no result is made of it, and nobody is waited for

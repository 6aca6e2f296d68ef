"""A database in which nothing is kept: every transaction is a savepoint of one that never commits.

The whole application works on it as on its own, on one connection and in one thread.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import StaticPool

from engine.storage.database import Database, engine_of

# What a session of SQLite says itself; here the transaction has begun long ago.
_OWN_WORDS = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT"}


class Undone:
    """What is put in the place of a database's engine until `end`, and takes everything back."""

    def __init__(self, database: Database) -> None:
        """Begin the one transaction of `database`."""
        self._names: list[str] = []
        self._made = 0
        database.engine.dispose()
        self.engine = engine_of(database.url, poolclass=StaticPool, pool_reset_on_return=None)
        with self.engine.connect() as connection:
            self._raw = connection.connection.dbapi_connection
        self._say("BEGIN")
        self._take_over(self.engine)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Take back everything that is written inside."""
        self._begin(self._raw)
        try:
            yield
        finally:
            self._rollback(self._raw)

    def end(self) -> None:
        """Take everything back and close the connection."""
        assert self._names == [], "a transaction was left open"
        self._say("ROLLBACK")
        self.engine.dispose()

    def _take_over(self, engine: Engine) -> None:
        dialect: Any = engine.dialect
        dialect.do_begin, dialect.do_commit = self._begin, self._release
        dialect.do_rollback = self._rollback
        if dialect.name == "sqlite":
            event.listen(engine, "before_cursor_execute", _nothing_of_its_own, retval=True)

    def _begin(self, _connection: Any) -> None:
        self._made += 1
        self._names.append(f"s{self._made}")
        self._say(f"SAVEPOINT {self._names[-1]}")

    def _release(self, _connection: Any) -> None:
        self._say(f"RELEASE SAVEPOINT {self._names.pop()}")

    def _rollback(self, _connection: Any) -> None:
        name = self._names.pop()
        self._say(f"ROLLBACK TO SAVEPOINT {name}")
        self._say(f"RELEASE SAVEPOINT {name}")

    def _say(self, words: str) -> None:
        cursor = self._raw.cursor()
        cursor.execute(words)
        cursor.close()


def _nothing_of_its_own(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any
) -> tuple[str, Any]:
    return ("SELECT 1" if statement in _OWN_WORDS else statement), parameters

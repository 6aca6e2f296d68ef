"""No one reads about a person without saying what for: the data layer itself refuses.

Which tables are about persons is told when the database is opened. Every statement of every
session and connection is looked at, whoever worded it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Select,
    bindparam,
    event,
    inspect,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from engine.ports import Purpose
from engine.storage.reading import Readings

PURPOSE = "purpose"  # of a session's info; and of a connection's options, for want of a session
SESSION = "reading_session"
Options = Mapping[str, Any]
Prepare = Callable[[Session, Executable], Executable]
_READS_NOTHING = re.compile(r"\s*(?:CREATE|DROP|ALTER|EXPLAIN|PRAGMA)\b", re.IGNORECASE)


_READINGS = Readings()


class NoPurpose(Exception):
    """A query read about persons, and nobody had said what for. A bug, never a person's mistake."""


class GuardedSession(Session):
    """A session that lets its connection know what it reads for.

    What is to see each statement first, and may give another to execute in its place, says so by
    `before_each`: the library's own event for that (`do_orm_execute`) works out twice what is
    asked.
    """

    _first: ClassVar[list[Prepare]] = []

    @classmethod
    def before_each(cls, prepare: Prepare) -> Prepare:
        """Let `prepare` see every statement of every session first (a decorator)."""
        cls._first.append(prepare)
        return prepare

    def execute(self, statement: Any, *given: Any, **options: Any) -> Any:
        """Execute as `Session.execute` does; what is asked again and again goes by the connection.

        The compartments are closed to both: the condition comes when the statement is compiled.
        """
        statement = self._prepared(statement)
        read = None if options else _READINGS.read(self, statement, *given)
        return super().execute(statement, *given, **options) if read is None else read

    def scalar(self, statement: Any, *given: Any, **options: Any) -> Any:
        """Return as `Session.scalar` does."""
        return self.execute(statement, *given, **options).scalar()

    def scalars(self, statement: Any, *given: Any, **options: Any) -> Any:
        """Return as `Session.scalars` does."""
        return self.execute(statement, *given, **options).scalars()

    def _connection_for_bind(self, engine: Any, *given: Any, **options: Any) -> Connection:
        """Return the connection there is; the library looks at all of its states each time."""
        transaction = self._transaction
        if transaction is not None and transaction.is_active and engine in transaction._connections:
            return transaction._connections[engine][0]
        return super()._connection_for_bind(engine, *given, **options)

    def _prepared(self, statement: Executable) -> Executable:
        for prepare in self._first:
            statement = prepare(self, statement)
        return statement

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the row with this key as `Session.get` does, by a query made once a table."""
        if any(options.values()) or isinstance(ident, tuple | dict):
            return super().get(entity, ident, **options)
        here = self.identity_map.get((entity, (ident,), None))
        if here is not None and not instance_state(here).expired:
            return here
        return self.scalar(_by_key(entity), {"key": ident})


@cache
def _by_key(entity: Any) -> Select[Any]:
    (key,) = inspect(entity).primary_key
    return select(entity).where(key == bindparam("key"))


def guard(engine: Engine, tables: Collection[str]) -> None:
    """Refuse every SELECT of one of `tables` that has no purpose, with `NoPurpose`."""
    if tables:
        watch(engine, _refusing(_names_of(tables)))


def watch(engine: Engine, look: Callable[[Options, str], None]) -> None:
    """Let `look` see every statement before the database does, with the connection's options.

    What it raises goes to who asked, and nothing is executed.
    """

    def before(_cursor: Any, statement: str, *more: Any) -> None:
        context = more[-1]
        look(context.root_connection.get_execution_options() if context else {}, statement)

    # All ways to the driver. The events of the connection would double what a statement calls.
    for way in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, way, before)


def state_purpose(session: Session, purpose: Purpose) -> None:
    """Let what the session reads from here on be read for `purpose`."""
    session.info[PURPOSE] = purpose


def purpose_of(session: Session) -> Purpose | None:
    """Return what the session reads for, if that has been said."""
    found: Purpose | None = session.info.get(PURPOSE)
    return found


@event.listens_for(GuardedSession, "after_begin")
def _introduce(session: Session, _transaction: Any, connection: Connection) -> None:
    connection.execution_options(**{SESSION: session.info})


def _refusing(named: Callable[[str], str]) -> Callable[[Options, str], None]:
    def refuse(options: Options, statement: str) -> None:
        table = named(statement)
        if table and not _stated(options):
            raise NoPurpose(
                f"{table} is read without a purpose: state it with the act "
                f"(`Casework.act(…, purpose=…)`) or by `Work.reads_for`"
            )

    return refuse


def _stated(options: Options) -> bool:
    return bool(options.get(PURPOSE) or options.get(SESSION, {}).get(PURPOSE))


def _names_of(tables: Collection[str]) -> Callable[[str], str]:
    """Return what gives the first of `tables` that a statement reads, or "".

    A name after a point is a column. What makes a table or trigger, or asks how a query would be
    answered, reads nothing. The texts are few and their look-ups are kept.
    """
    any_table = re.compile(rf"(?<![.\w])(?:{'|'.join(sorted(tables))})(?!\w)", re.IGNORECASE)

    @lru_cache(maxsize=4096)
    def named(statement: str) -> str:
        start = -1 if _READS_NOTHING.match(statement) else statement.upper().find("SELECT")
        found = any_table.search(statement, start) if start >= 0 else None
        return found.group() if found else ""

    return named

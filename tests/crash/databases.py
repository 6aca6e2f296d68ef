"""A database that can be put back as it was: a copied file, or the tables that have changed."""
# ruff: noqa: S608  # what is put into a statement are the names of our own tables

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

FORGOTTEN_WITHIN = 30  # seconds
Prints = dict[str, str | None]  # of every table
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()
"""
_THROW_OUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = :name AND pid <> pg_backend_pid()
"""


class Restorable(Protocol):
    """A database at `url`. Nobody may be connected while it is kept."""

    @property
    def url(self) -> str:
        """Where it is."""
        ...

    def keep(self, name: str) -> None:
        """Keep what stands in it under `name`."""
        ...

    def restore(self, name: str) -> None:
        """Put it back as it was when it was kept; who is still connected is thrown out."""
        ...

    def forget_the_dead(self) -> None:
        """Wait until it has noticed that a killed process is gone."""
        ...


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file in a folder, and copies of it beside."""

    folder: Path

    @property
    def url(self) -> str:
        """Where it is."""
        return f"sqlite:///{self._file}"

    @property
    def _file(self) -> Path:
        return self.folder / "crash.sqlite"

    def keep(self, name: str) -> None:
        """Keep what stands in it under `name`."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()
        shutil.copy(self._file, self.folder / f"{name}.kept")

    def restore(self, name: str) -> None:
        """Put it back as it was when it was kept."""
        for left in ("-wal", "-shm"):
            Path(f"{self._file}{left}").unlink(missing_ok=True)
        shutil.copy(self.folder / f"{name}.kept", self._file)

    def forget_the_dead(self) -> None:
        """Do nothing: the locks of a file end with the process."""


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """A database on a server; what is kept of it are copies of its tables in schemas beside.

    Only the tables that differ are put back: to make a database anew costs seconds on a disk that
    others use as well. Needs a superuser, for the guards of the tables are set aside meanwhile.
    """

    server: str
    name: str
    prints: dict[str, Prints] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        url = make_url(self.server).set(database=self.name)
        return url.render_as_string(hide_password=False)

    def keep(self, name: str) -> None:
        """Keep what stands in it under `name`."""
        with self._transaction() as connection:
            connection.execute(text(f'CREATE SCHEMA "{name}"'))
            for table in _tables(connection):
                copied = f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"'
                connection.execute(text(copied))
            self.prints[name] = _prints(connection)

    def restore(self, name: str) -> None:
        """Put it back as it was when it was kept."""
        with self._transaction() as connection:
            connection.execute(text(_THROW_OUT), {"name": self.name})
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            stands, kept = _prints(connection), self.prints[name]
            for table in (each for each in stands if stands[each] != kept[each]):
                connection.execute(text(f'DELETE FROM public."{table}"'))
                copied = f'INSERT INTO public."{table}" SELECT * FROM "{name}"."{table}"'
                connection.execute(text(copied))

    def forget_the_dead(self) -> None:
        """Wait until the server has rolled back what a killed process had begun.

        Meanwhile the case is locked and a worker leaves it for its next look, a second later.
        """
        give_up = time.monotonic() + FORGOTTEN_WITHIN
        with self._transaction() as connection:
            while connection.scalar(text(_OTHERS), {"name": self.name}):
                if time.monotonic() > give_up:
                    raise TimeoutError("the server does not notice that its client is dead")
                time.sleep(0.005)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            yield connection


def _tables(connection: Connection) -> list[str]:
    named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return list(connection.scalars(text(named)))


def _prints(connection: Connection) -> Prints:
    """Return a fingerprint of the rows of every table."""
    each = " UNION ALL ".join(
        f"SELECT '{table}', (SELECT md5(string_agg(x::text, '' ORDER BY x::text)) "
        f'FROM public."{table}" x)'
        for table in _tables(connection)
    )
    return dict(connection.execute(text(each)).tuples().all())


@contextmanager
def restorable(server: str | None, folder: Path) -> Iterator[Restorable]:
    """Yield a new, empty database: a file in `folder`, or one on the PostgreSQL `server`."""
    if server is None:
        yield SqliteFile(folder)
        return
    name = f"tovholder_crash_{uuid4().hex[:12]}"
    _on(server, f'CREATE DATABASE "{name}"')
    try:
        yield PostgresDatabase(server, name)
    finally:
        _on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

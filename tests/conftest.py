"""The real parts that tests stand on: a database, a clock that obeys, the whole application."""

import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from engine.adapters.clock import MovableClock
from engine.ports import Purpose
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.guard import PURPOSE
from engine.storage.keys import Keyring, Masters
from engine.storage.work import Casework
from web.auth import passwords
from web.wiring import build as build_casework
from web.wiring import migrate
from workflows.access.persons import ABOUT_PERSONS

ROOT = Path(__file__).parents[1]
BPMN = ROOT / "bpmn"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYS = f"tests {b64encode(bytes(32)).decode()}"  # one for all, so that a copy can be read


class Templates(BytecodeCache):
    """Keeps compiled templates: every test has an application of its own, with the same pages."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def quick_pages() -> Iterator[None]:
    """What costs most of a page in a test, and no test is about: templates and password hashes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Templates()})
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database that tests copy: a file, or a PostgreSQL template."""
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        file = tmp_path_factory.mktemp("migrated") / "template.sqlite"
        _migrate(f"sqlite:///{file}")
        yield str(file)
        return
    name = f"tovholder_template_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}"')
    _migrate(named(server, name))
    yield name
    on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def database_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where every test of this process finds its own database, made anew for each."""
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"
    return named(server, f"tovholder_{uuid4().hex[:12]}")


@pytest.fixture(scope="session")
def kept_database(database_address: str) -> Database:
    """The database at the address, opened once: its statements are compiled once for all tests."""
    return Database(database_address, about_persons=ABOUT_PERSONS)


@pytest.fixture
def database(migrated: str, database_address: str) -> Iterator[Database]:
    """An empty, migrated database of the test's own."""
    with _copied(migrated, database_address):
        made = Database(database_address, keyring=keys())
        yield made
        made.dispose()


@pytest.fixture
def clock() -> MovableClock:
    """A clock that moves only when a test says so: Monday 2 March 2026, 09:00 UTC."""
    return MovableClock(MONDAY)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """The settings of an installation of the test's own."""
    return settings_of(database.url, tmp_path / "home")


@pytest.fixture
def casework(
    settings: Settings, clock: MovableClock, kept_database: Database
) -> Iterator[Casework]:
    """The whole application on the test's database and clock, without any data."""
    made = build_casework(settings, clock)
    made.database = kept_database
    kept_database.use_keys(keys())
    yield made
    made.database.dispose()


@pytest.fixture
def rebuild(settings: Settings) -> Iterator[Callable[[MovableClock], Casework]]:
    """What makes every application object anew over the same database, on new connections.

    Only the text of compiled statements is kept: half the time of a scenario goes into it.
    """
    made: list[Casework] = []

    def anew(clock: MovableClock) -> Casework:
        fresh = build_casework(settings, clock)
        if made:
            fresh.database.dispose()
            fresh.database = made.pop().database
            fresh.database.dispose()
        made.append(fresh)
        return fresh

    yield anew
    while made:
        made.pop().database.dispose()


@contextmanager
def _copied(template: str, address: str) -> Iterator[None]:
    """Let a copy of the template stand at the address for a while."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        for path in Path(str(url.database)).parent.iterdir():
            path.unlink()
        shutil.copy(template, str(url.database))
        yield
        return
    server = os.environ["TEST_DATABASE_URL"]
    on_server(server, f'CREATE DATABASE "{url.database}" TEMPLATE "{template}"')
    yield
    on_server(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


def keys() -> Keyring:
    """Return the keys of every database of the tests."""
    return Keyring(lambda: Masters.read(KEYS))


def settings_of(url: str, home: Path) -> Settings:
    """Return settings for a database and a home folder, and nothing from the environment."""
    return Settings.from_env(
        {}, database_url=url, home=str(home), secret="only for tests", keys=KEYS
    )


def _migrate(url: str) -> None:
    casework = build_casework(settings_of(url, Path(mkdtemp())), MovableClock(MONDAY))
    migrate(casework)
    database = casework.database
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.dispose()


def reading(database: Database) -> Engine:
    """Return the engine of a database for statements of a test's own, about persons too."""
    return database.engine.execution_options(**{PURPOSE: Purpose(code="test")})


def named(server: str, name: str) -> str:
    """Return the address of the database `name` on the server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def on_server(server: str, statement: str) -> None:
    """Run a statement that no transaction may hold, such as CREATE DATABASE."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

"""A municipality for tests: the shipped pack and processes, and somebody in every role."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select, text

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.work import Casework, Work
from tests.conftest import BPMN, MONDAY, named, on_server, settings_of
from web.wiring import build
from workflows.demonstration.staff import engage_staff
from workflows.municipalities.packs import install_pack, read_pack
from workflows.municipalities.records import EmployeeRow
from workflows.packages import deploy_all

REFERRAL = {
    "schooling": "grade_8",
    "urgency": "normal",
    "referrer_name": "Lone Lærer",
    "referrer_email": "lone@skole.example",
    "referrer_role": "teacher",
    "referrer_external": "no",
    "channel": "form",
    "reason_referrer": "Meget fravær.",
    "young_person_informed": "yes",
    "guardians_informed": "yes",
}


@contextmanager
def founded(empty: str, home: Path, password_hash: str = "") -> Iterator[str]:
    """Yield a copy of the migrated database `empty` (as the fixture names it) with the town in it.

    Everybody signs in with the password of `password_hash`; without one nobody can.
    """
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        file = home / "town.sqlite"
        shutil.copy(empty, file)
        _found(f"sqlite:///{file}", home, password_hash)
        yield str(file)
        return
    name = f"tovholder_town_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{empty}"')
    _found(named(server, name), home, password_hash)
    yield name
    on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def staff_of(town: Casework) -> Mapping[str, UUID]:
    """Return the staff by username."""
    with town.work(SYSTEM) as work:
        return {row.username: row.id for row in work.session.scalars(select(EmployeeRow))}


def install_shipped(work: Work) -> dict[str, str]:
    """Put Sønderborg's pack and all that is shipped in force; return the roles by key."""
    pack = read_pack(BPMN, "sonderborg")
    install_pack(work, pack)
    deploy_all(work, BPMN / "processes", BPMN / "decisions")
    return dict(pack.roles)


def _found(url: str, home: Path, password_hash: str) -> None:
    def found(work: Work) -> None:
        engage_staff(work, install_shipped(work), per_role=2, password_hash=password_hash)

    casework = build(settings_of(url, home), MovableClock(MONDAY))
    casework.act(SYSTEM, found)
    if casework.database.is_sqlite:
        with casework.database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    casework.database.dispose()

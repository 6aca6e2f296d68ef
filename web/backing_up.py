"""`tovholder backup` and `restore`: a copy of the database, and back; what was erased stays so."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from engine.domain.errors import CaseworkError
from engine.settings import Settings
from web.erasing import erase_again_all
from web.wiring import migrate, opened

_POSTGRESQL = (
    "Databasen er PostgreSQL: tag kopien med pg_dump, og læg den tilbage med pg_restore. "
    "Kør så »tovholder db upgrade« og »tovholder erase again«, før huset åbnes."
)
_LOGS = ("-wal", "-shm")


def back_up(settings: Settings, target: Path) -> None:
    """Write the database as it is now to `target`, for its owner's eyes only.

    The house may be open. Keys and the ledger of erasures are not in it: keep them elsewhere.
    Raises `CaseworkError` on PostgreSQL and when `target` is there.
    """
    source = _file_of(settings)
    if target.exists():
        raise CaseworkError(f"{target} findes allerede.")
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
    click.echo(f"Kopien ligger i {target}. Den skal slettes, når jeres egen frist for kopier går.")


def restore(settings: Settings, source: Path) -> None:
    """Put a backup in the place of the database; nobody else may have it open.

    Before it is in its place it is brought up to date, and every erasure of the ledger that it
    does not know of is done again. What stood there is kept beside it as `….before`. Raises
    `CaseworkError` on PostgreSQL and for what is no backup.
    """
    target = _file_of(settings)
    _check_backup(source)
    waiting = target.with_name(f"{target.name}.restoring")
    _take_away(waiting)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(waiting)) as there:
        here.backup(there)
    _bring_up(replace(settings, database_url=f"sqlite:///{waiting}"))
    _put_in_place(waiting, target)
    click.echo("Kopien er lagt tilbage. Det, der er skrevet siden den, nævner »tovholder verify«.")


def _bring_up(settings: Settings) -> None:
    with opened(settings) as casework:
        migrate(casework)
    erase_again_all(settings)


def _put_in_place(waiting: Path, target: Path) -> None:
    with closing(sqlite3.connect(waiting)) as last:
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if target.exists():
        _check_alone(target)
        target.replace(target.with_name(f"{target.name}.before"))
    for each in (target, waiting):
        for log in _LOGS:
            Path(f"{each}{log}").unlink(missing_ok=True)
    waiting.replace(target)


def _check_alone(target: Path) -> None:
    """Raise `CaseworkError` when somebody writes; what its log holds goes into the file."""
    try:
        with closing(sqlite3.connect(target, timeout=1)) as former:
            former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            former.execute("PRAGMA locking_mode = EXCLUSIVE")
            former.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        raise CaseworkError(
            "Huset er åbent. Stop »tovholder serve« og »worker« først."
        ) from problem


def _check_backup(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as found:
            found.execute("SELECT 1 FROM youth_cases LIMIT 1")
    except sqlite3.Error as problem:
        raise CaseworkError(f"{source} er ikke en kopi af databasen.") from problem


def _take_away(file: Path) -> None:
    for each in (file, *(Path(f"{file}{log}") for log in _LOGS)):
        each.unlink(missing_ok=True)


def _file_of(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise CaseworkError(_POSTGRESQL)
    return Path(url.database)

"""The composition root: the one place that chooses which parts the house is made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from secrets import token_hex

from sqlalchemy import inspect

from engine.adapters.clock import SystemClock
from engine.adapters.digital_post import DigitalPostFolder, NoDigitalPost
from engine.adapters.mail import FolderNotifier, Relay, SmtpNotifier
from engine.adapters.ways_out import WaysOut
from engine.ports import Clock, Notifier
from engine.services.outbox import send_due
from engine.services.timers import fire_due
from engine.settings import Settings
from engine.spiff.facade import SpiffEngine
from engine.storage.database import Database
from engine.storage.keys import Keyring, Masters, new_master
from engine.storage.migrating import upgrade
from engine.storage.work import Casework
from workflows.access.persons import ABOUT_PERSONS
from workflows.house import YouthHouse
from workflows.records import METADATA, REVISIONS


def build(settings: Settings, clock: Clock | None = None) -> Casework:
    """Return the whole house on the database of `settings`; nothing is opened yet.

    `clock` is the machine's unless a simulation brings its own.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    return Casework(
        database=Database(
            settings.database_url,
            keyring=Keyring(partial(masters, settings)),
            about_persons=ABOUT_PERSONS,
        ),
        clock=clock or SystemClock(),
        processes=SpiffEngine(),
        house=YouthHouse(base_url=settings.public_url),
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Casework]:
    """Yield the whole house, and close every connection of it afterwards, whatever happens."""
    casework = build(settings)
    try:
        yield casework
    finally:
        casework.database.dispose()


def masters(settings: Settings) -> Masters:
    """Return the master keys; the first is made here. Raises `CaseworkError`."""
    if settings.keys:
        return Masters.read(settings.keys)
    if not settings.keys_file.exists():
        add_master(settings)
    return Masters.read(settings.keys_file.read_text())


def add_master(settings: Settings) -> None:
    """Put a new master key last in the file of keys, whole or not at all; it wraps from now on."""
    known = settings.keys_file.read_text() if settings.keys_file.exists() else ""
    write_masters(settings, f"{known}{new_master(token_hex(4))}\n")


def write_masters(settings: Settings, text: str) -> None:
    """Write the file of keys, whole or not at all, for its owner's eyes only."""
    settings.home.mkdir(parents=True, exist_ok=True)
    part = settings.keys_file.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(settings.keys_file)


def migrate(casework: Casework) -> None:
    """Bring the tables of the database up to date."""
    upgrade(casework.database, METADATA, [REVISIONS])


def has_tables(casework: Casework) -> bool:
    """Say whether the database has been migrated before."""
    return inspect(casework.database.engine).has_table("cases")


def notifier(settings: Settings) -> Notifier:
    """Return the ways out of the house: a mail server, or the folders of those who only try.

    Where mail leaves by a server, letters wait until there is a folder from which the house's own
    sender system fetches them (`digital_post`).
    """
    if not settings.smtp_host:
        mail: Notifier = FolderNotifier(settings.mail_folder, settings.mail_sender)
        return WaysOut(mail, DigitalPostFolder(settings.digital_post_folder))
    relay = Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        ca=settings.smtp_ca,
    )
    mail = SmtpNotifier(relay, settings.mail_sender)
    if not settings.digital_post:
        return WaysOut(mail, NoDigitalPost())
    return WaysOut(mail, DigitalPostFolder(settings.digital_post_folder))


def look(casework: Casework, notifier: Notifier) -> int:
    """Fire all that is due, then send what may leave, until nothing is left; return how much."""
    done = 0
    while moved := fire_due(casework) or send_due(casework, notifier):
        done += moved
    return done

"""The demonstration: filled once into an empty database, and who can sign in to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import make_url

from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.settings import Settings, WrongSetting
from engine.storage.work import Casework, Work
from web.auth.passwords import hash_password
from web.auth.reading import demo_logins
from web.deploying import BPMN, deploy_processes, shipped_pack
from web.wiring import build, notifier
from workflows.demonstration.filling import PASSWORD, fill, is_empty
from workflows.municipalities.packs import install_pack

# Those who show most of the product, in the order of a day.
SHOWN = (
    "intake",
    "uu_counsellor",
    "youth_adviser",
    "job_adviser",
    "leader_ungecenter",
    "chief_consultant",
    "process_designer",
    "system_admin",
)


def clear_interrupted_fill(settings: Settings) -> None:
    """Take away a demonstration that was cut short while it was filled, for the next fill.

    Nothing else can be in a database whose fill has not ended. Raises `CaseworkError` on a
    server, where the database is not ours to remove.
    """
    if not _mark(settings).exists():
        return
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or url.database is None:
        raise CaseworkError("Demonstrationen blev afbrudt. Tøm databasen, og start igen.")
    for ending in ("", "-wal", "-shm"):
        Path(url.database + ending).unlink(missing_ok=True)
    shutil.rmtree(settings.mail_folder, ignore_errors=True)
    shutil.rmtree(settings.digital_post_folder, ignore_errors=True)
    _mark(settings).unlink()


def refuse_in_production(settings: Settings) -> None:
    """Raise `WrongSetting` where the settings are those of a house with real people in it."""
    if settings.oidc or settings.secure_cookies or settings.smtp_host:
        raise WrongSetting(
            "Den opdigtede kommune fyldes ikke i et hus med kommunens login, sikre cookies eller "
            "en mailserver. Start uden --demo."
        )


def fill_if_empty(settings: Settings) -> bool:
    """Fill the demonstration into an empty database; say whether that was done."""
    casework = build(settings)
    with casework.work(SYSTEM) as work:
        if not is_empty(work):
            return False
    _mark(settings).touch()
    with click.progressbar(length=1000, label="Fylder den opdigtede kommune") as bar:
        fill(
            lambda clock: build(settings, clock),
            notifier(settings),
            install=_install,
            until=casework.clock.now(),
            password_hash=hash_password(PASSWORD),
            progress=lambda share: bar.update(max(0, round(share * 1000) - bar.pos)),
        )
    casework.database.dispose()
    _mark(settings).unlink()
    return True


def _mark(settings: Settings) -> Path:
    """The file that stands in `home` while the demonstration is being filled."""
    return settings.home / "filling"


def sign_ins(casework: Casework) -> Iterator[str]:
    """Yield the lines that tell who can sign in to the demonstration; none in a real house."""
    found = {login.username: login.name for login in demo_logins(casework.database)}
    shown = [name for name in SHOWN if name in found] or list(found)[:8]
    if shown:
        yield f"Prøv med (adgangskode »{PASSWORD}«):"
        yield from (f"  {username:<20} {found[username]}" for username in shown)


def _install(work: Work) -> dict[str, str]:
    pack = shipped_pack()
    install_pack(work, pack)
    deploy_processes(work, BPMN / "processes")
    return dict(pack.roles)

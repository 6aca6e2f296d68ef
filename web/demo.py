"""The demonstration: filled once into an empty database, and who can sign in to it."""

from collections.abc import Iterator

import click

from engine.ports import SYSTEM
from engine.settings import Settings
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


def fill_if_empty(settings: Settings) -> bool:
    """Fill the demonstration into an empty database; say whether that was done."""
    casework = build(settings)
    with casework.work(SYSTEM) as work:
        if not is_empty(work):
            return False
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
    return True


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

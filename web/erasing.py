"""`tovholder erase`: proposed, approved, done again after a backup; the files as well."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

import click

from engine.adapters.digital_post import files_of
from engine.adapters.mail import file_of
from engine.ports import SYSTEM, Actor
from engine.settings import Settings
from engine.storage.scrubbing import overwrite_free_pages
from engine.storage.work import Casework
from web.wiring import opened
from workflows.access.matrix import COMPARTMENTS
from workflows.erasing.following import who_follow
from workflows.erasing.retention import Candidate, candidates
from workflows.erasing.services import (
    Erased,
    approve_erasure,
    erase_again,
    follow,
    propose_erasure,
    write_ledger,
)
from workflows.municipalities.directory import actor_called


def show_candidates(settings: Settings) -> None:
    """Print the ids of the closed cases whose time has passed, of those outside compartments."""
    operator = replace(SYSTEM, compartments=frozenset())
    with opened(settings) as casework, casework.work(operator) as work:
        found = [_line(each) for each in candidates(work)]
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} sager kan foreslås slettet.")


def _line(one: Candidate) -> str:
    held = f", holdt tilbage ({one.held})" if one.held else ""
    return f"{one.case.case_id} lukket {one.case.closed_at:%Y-%m-%d}, {one.rule.title}{held}"


def propose(settings: Settings, case_id: UUID, decision: str, username: str) -> None:
    """Propose it as that employee. Raises `CaseworkError`."""
    with opened(settings) as casework:
        actor = _actor(casework, username)
        casework.act(actor, lambda work: propose_erasure(work, case_id, decision))
    click.echo("Foreslået. En anden leder skal godkende: »tovholder erase approve«.")


def approve(settings: Settings, case_id: UUID, username: str) -> None:
    """Erase as that employee. Raises `CaseworkError`."""
    with opened(settings) as casework:
        erased = erase_person(casework, settings, _actor(casework, username), case_id)
    click.echo(f"Slettet i {len(erased.cases)} sager.")


def erase_person(casework: Casework, settings: Settings, actor: Actor, case_id: UUID) -> Erased:
    """Erase the person of the case from database, mail folder and free pages."""
    write_down = partial(write_ledger, settings.erasures_file)
    erased = casework.act(actor, lambda work: approve_erasure(work, case_id, write_down))
    _clean_up(casework, settings, [erased])
    return erased


def erase_again_all(settings: Settings) -> None:
    """Do again what the database does not know of, and clean up in any case."""
    with opened(settings) as casework:
        done = erase_again(casework, settings.erasures_file)
        _clean_up(casework, settings, done)
    told = [each for each in done if each.compartment is None]
    click.echo(f"{len(told)} sletninger er gjort om.")


def let_follow(casework: Casework, settings: Settings, looked: set[date]) -> None:
    """Once a day, erase in the compartments who was erased outside, whose own time has passed.

    `looked` are the days on which that has been done.
    """
    with casework.work(SYSTEM) as work:
        today, found = work.today, () if work.today in looked else who_follow(work)
    write_down = partial(write_ledger, settings.erasures_file)
    done = [
        casework.act(SYSTEM, partial(follow, person_id=each, write_down=write_down))
        for each in found
    ]
    looked.add(today)
    if done:
        _clean_up(casework, settings, done)


def _clean_up(casework: Casework, settings: Settings, erased: Iterable[Erased]) -> None:
    for each in erased:
        for key in each.mails:
            for compartment in (None, *COMPARTMENTS):
                letter = files_of(settings.digital_post_folder, key, compartment)
                for file in (file_of(settings.mail_folder, key, compartment), *letter):
                    file.unlink(missing_ok=True)
    overwrite_free_pages(casework.database)


def _actor(casework: Casework, username: str) -> Actor:
    with casework.work(SYSTEM) as work:
        return actor_called(work, username)

"""`tovholder verify`, and the same every night by the worker, who then writes the day's heads."""

import logging
import sys
from functools import partial
from uuid import UUID

import click

from engine.ports import SYSTEM
from engine.services.heads import Flaw, is_written, read_heads, write_heads
from engine.services.incidents import note_incident
from engine.services.rounds import BEGINS
from engine.services.verifying import Progress, verify
from engine.settings import Settings
from engine.storage.linked_rows import bind_rows
from engine.storage.work import Casework, Work
from web.wiring import opened
from workflows.access.records import ReadLogRow
from workflows.records import METADATA

log = logging.getLogger(__name__)

LOGS = (METADATA.tables[ReadLogRow.__tablename__],)
ELEMENT = "verify"
_TOLD = 100


def verify_all(settings: Settings) -> bool:
    """Look everything over, print each flaw, and say whether there is none."""
    with opened(settings) as casework:
        while bind_looks(casework):
            pass
        found = flaws_of(casework, settings, _bar())
    for each in found[:_TOLD]:
        click.echo(f"{each.where}: {each.what}")
    if len(found) > _TOLD:
        click.echo(f"… og {len(found) - _TOLD} til.")
    click.echo(f"{len(found)} fejl." if found else "Alt er, som det blev skrevet.")
    return not found


def flaws_of(
    casework: Casework, settings: Settings, progress: Progress = lambda done, of: None
) -> list[Flaw]:
    """Return every flaw of the records of this installation."""
    heads = read_heads(settings.heads_folder, casework.database.keyring)
    return list(verify(casework, heads, LOGS, progress))


def bind_looks(casework: Casework) -> int:
    """Bind the looks that have come since; return how many, a thousand at a time."""
    return casework.act(SYSTEM, lambda work: bind_rows(work, LOGS[0]))


def verify_tonight(casework: Casework, settings: Settings) -> int:
    """Look everything over once a night and write the day's heads; return how many flaws.

    Each case with a flaw becomes an incident, which stands under Drift until it is dealt with.
    """
    with casework.work(SYSTEM) as work:
        local = work.now.astimezone(work.calendar.timezone)
        if local.time() < BEGINS or is_written(work, local.date()):
            return 0
    keyring = casework.database.keyring
    heads = read_heads(settings.heads_folder, keyring)
    found = list(verify(casework, heads, LOGS))
    doubtful = {each.case_id for each in found if each.case_id is not None}
    if write_heads(casework, settings.heads_folder, heads, LOGS, doubtful) is None:
        return 0
    for each in found:
        log.error("the records are not as they were written: %s %s", each.where, each.what)
    _tell(casework, found)
    return len(found)


def _tell(casework: Casework, found: list[Flaw]) -> None:
    by_case: dict[UUID | None, Flaw] = {}
    for each in found:
        by_case.setdefault(each.case_id, each)
    for case_id, flaw in by_case.items():
        casework.act(SYSTEM, partial(_note, case_id=case_id, flaw=flaw))


def _note(work: Work, case_id: UUID | None, flaw: Flaw) -> None:
    note_incident(
        work, case_id=case_id, element=ELEMENT, cause=f"{flaw.what} ({flaw.where})"[:1000]
    )


def _bar() -> Progress:
    """Return what draws a bar on stderr."""
    bar = click.progressbar(length=1, label="Ser sagerne efter", file=sys.stderr)

    def show(done: int, of: int) -> None:
        bar.length = max(of, 1)
        bar.update(done - bar.pos)
        if done >= of:
            bar.render_finish()

    return show

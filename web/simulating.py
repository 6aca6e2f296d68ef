"""`tovholder simulate`: a version tried on a copy of the open cases, told as text or JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from tempfile import TemporaryDirectory

import click

from engine.adapters.clock import MovableClock
from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.settings import Settings
from engine.spiff.facade import SpiffEngine
from engine.storage.sole import SoleDatabase
from engine.storage.work import Casework
from web.demo import fill_if_empty
from web.wiring import build, has_tables, migrate
from workflows.house import YouthHouse
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.choosing import draft_of, version_of
from workflows.rehearsal.playing import Progress
from workflows.rehearsal.report import Report, report_of, told
from workflows.rehearsal.running import KEPT, Candidate, Terms, rehearse

A_YEAR = timedelta(days=365)
_LONGEST = timedelta(days=366 * 10)


def house_on_copy(base_url: str, url: str, clock: MovableClock) -> Casework:
    """Return the house on the copy at `url`; it writes there and nowhere else."""
    return Casework(
        database=SoleDatabase(url, KEPT),
        clock=clock,
        processes=SpiffEngine(),
        house=YouthHouse(base_url=base_url, is_copy=True),
    )


def simulate(
    settings: Settings,
    *,
    draft: str | None,
    version: str | None,
    until: str | None,
    behaviour: str,
    seed: int,
    demo: bool,
    as_json: bool,
) -> None:
    """Rehearse and print the report; `until` is a local date, twelve months ahead if None.

    Raises `CaseworkError` with a sentence when there is nothing to try.
    """
    if draft and version:
        raise CaseworkError("Vælg enten --draft eller --version.")
    with _house(settings, demo=demo) as (casework, own):
        candidate = _candidate(casework, draft, version)
        last = casework.clock.now() + A_YEAR if until is None else _end_of(until, casework)
        report = rehearsed(
            casework, own, candidate, last, Behaviour(behaviour), seed, _bar("Prøver på en kopi")
        )
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in told(report):
            click.echo(line)


def rehearsed(
    casework: Casework,
    settings: Settings,
    candidate: Candidate | None,
    until: datetime,
    behaviour: Behaviour,
    seed: int,
    progress: Progress,
) -> Report:
    """Return the report on a candidate beside what is in force; on that alone if None.

    Raises `CaseworkError` when `until` is past, or further off than ten years.
    """
    now = casework.clock.now()
    if not now < until <= now + _LONGEST:
        raise CaseworkError("Vælg en dato efter i dag og højst ti år frem.")
    terms = Terms(
        since=now,
        until=until,
        behaviour=behaviour,
        seed=seed,
        candidates=[None, candidate] if candidate else [None],
    )
    base_url = f"http://{settings.host}:{settings.port}"
    found = rehearse(casework, partial(house_on_copy, base_url), terms, progress)
    with casework.work(SYSTEM) as work:
        return report_of(terms, found, work.calendar.timezone)


@contextmanager
def _house(settings: Settings, *, demo: bool) -> Iterator[tuple[Casework, Settings]]:
    """Yield the house that is tried on, its tables as they are; the demonstration's is made now."""
    if not demo:
        casework = build(settings)
        if not has_tables(casework):
            raise CaseworkError("Her er ingen database endnu. Start »tovholder serve« først.")
        yield casework, settings
        casework.database.dispose()
        return
    with TemporaryDirectory(prefix="tovholder-demo-") as folder:
        own = Settings.from_env({}, home=folder)
        casework = build(own)
        migrate(casework)
        fill_if_empty(own)
        yield casework, own
        casework.database.dispose()


def _candidate(casework: Casework, draft: str | None, version: str | None) -> Candidate | None:
    with casework.work(SYSTEM) as work:
        if draft:
            return draft_of(work, draft)
        return version_of(work, version) if version else None


def _end_of(until: str, casework: Casework) -> datetime:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise CaseworkError(f"»{until}« er ikke en dato. Skriv den som 2027-11-30.") from None
    with casework.work(SYSTEM) as work:
        return work.calendar.end_of_day(day).astimezone(UTC)


def _bar(label: str) -> Progress:
    """Return what draws a bar on stderr; the last word ends its line."""
    bar = click.progressbar(length=1000, label=label, file=sys.stderr)

    def show(share: float) -> None:
        bar.update(max(0, round(share * 1000) - bar.pos))
        if share >= 1:
            bar.render_finish()

    return show

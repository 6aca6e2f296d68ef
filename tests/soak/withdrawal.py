"""Many read a case while its consent is withdrawn: no read that began after the commit succeeds.

A round gives the consent, lets `readers` read the case again and again, withdraws it, and lets
them go on. Moments are those of one clock, taken before a read begins and after the withdrawal has
committed; so whatever the machine does meanwhile, a read that began later must be refused.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from uuid import UUID

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.errors import NotFound
from engine.ports import SYSTEM, Actor
from engine.storage.work import Casework, Work
from tests.conftest import MONDAY, settings_of
from tests.crash.databases import restorable
from tests.soak.campaigns import Outcome, Terms, database_name
from tests.soak.municipality import found as found_municipality
from web.wiring import build
from workflows.access.services import read_case
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.consent.asking import prepare
from workflows.consent.records import ConsentRow
from workflows.consent.scope import Scope
from workflows.consent.services import activate, withdraw_consent
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.people.services import NewYoungPerson

READERS, ROUNDS = 50, 200
_UNIT = "jobcenter_unge"
_READER, _HOLDER = "job_adviser", "uu_counsellor"
_AFTER = 2  # reads of each reader after the withdrawal, at least


@dataclass(slots=True)
class Found:
    """What the rounds gave: reads that succeeded and were refused, and those that came too late."""

    rounds: int = 0
    seen: int = 0
    refused: int = 0
    late: list[str] = field(default_factory=list)


def withdrawal(terms: Terms) -> Iterator[Outcome]:
    """Race on each database; the whole length is 200 rounds of 50 readers."""
    for server in terms.servers:
        found = _played(terms, server, max(1, round(ROUNDS * terms.part)))
        yield Outcome(
            title=f"withdrawal on {database_name(server)}",
            holds=not found.late and found.seen > 0 and found.refused > 0,
            words=f"{found.rounds} rounds, {found.seen} read, {found.refused} refused, "
            f"{len(found.late)} too late",
            figures={"rounds": found.rounds, "seen": found.seen, "refused": found.refused},
            told=tuple(found.late[:5]),
        )


def _played(terms: Terms, server: str | None, rounds: int) -> Found:
    found = Found()
    with (
        TemporaryDirectory(prefix="tovholder-withdrawal-") as name,
        restorable(server, Path(name)) as database,
    ):
        casework = build(settings_of(database.url, Path(name)), MovableClock(MONDAY))
        found_municipality(casework)
        case_id = open_case(casework)
        for number in range(rounds):
            race(casework, case_id, READERS, found)
            terms.show((number + 1) / rounds, f"{found.seen} read, {found.refused} refused")
        casework.database.dispose()
    return found


def open_case(casework: Casework) -> UUID:
    """Open a case of somebody grown up, in which the reader has no part."""

    def opened(work: Work) -> UUID:
        holder = _employee(work, _HOLDER)
        person = NewYoungPerson(
            first_name="Karla", last_name="Opdigtet", birth_date=MONDAY.date().replace(year=2001)
        )
        case = ExistingCase(
            state="active_single",
            team=3,
            primary_id=holder,
            coordinator_id=holder,
            plan_owner_id=holder,
        )
        return open_existing_case(work, person, (), case).case_id

    return casework.act(SYSTEM, opened)


def race(casework: Casework, case_id: UUID, readers: int, found: Found) -> None:
    """Play one round, and add what came of it to `found`."""
    consent_id = casework.act(SYSTEM, lambda work: _give(work, case_id))
    with casework.work(SYSTEM) as work:
        reader = actor_of(work, _employee(work, _READER))
    withdrawn, begun = Event(), [Event() for _ in range(readers)]
    with ThreadPoolExecutor(readers) as pool:
        reads = [pool.submit(_read_on, casework, case_id, reader, one, withdrawn) for one in begun]
        for each in begun:
            each.wait()
        casework.act(SYSTEM, lambda work: withdraw_consent(work, consent_id, "oral"))
        committed = time.monotonic_ns()
        withdrawn.set()
        outcomes = [read for future in reads for read in future.result()]
    found.rounds += 1
    found.seen += sum(saw for _began, saw in outcomes)
    found.refused += sum(not saw for _began, saw in outcomes)
    found.late += [
        f"round {found.rounds}: one began {(began - committed) / 1e6:.3f} ms after the commit"
        for began, saw in outcomes
        if saw and began > committed
    ]


def _read_on(
    casework: Casework, case_id: UUID, reader: Actor, begun: Event, withdrawn: Event
) -> list[tuple[int, bool]]:
    """Read until some reads after the withdrawal; return when each began, and whether it saw."""
    reads: list[tuple[int, bool]] = []
    left = _AFTER
    while left:
        left -= withdrawn.is_set()
        began = time.monotonic_ns()
        try:
            casework.act(reader, lambda work: read_case(work, case_id, "case") and None)
        except NotFound:
            reads.append((began, False))
        else:
            reads.append((began, True))
        begun.set()
    return reads


def _give(work: Work, case_id: UUID) -> UUID:
    """Let a consent to the reader's unit come into force, and return it."""
    scope = Scope(kind="disclose", types=("school",), to_parties=(f"unit:{_UNIT}",))
    consent: ConsentRow = prepare(work, case_id, "disclose", scope)
    consent.giver, consent.signatories = "young_person", ["young_person"]
    activate(work, consent)
    return consent.id


def _employee(work: Work, username: str) -> UUID:
    return work.session.scalars(
        select(EmployeeRow.id).where(EmployeeRow.username == username)
    ).one()

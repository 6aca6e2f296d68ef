"""Rehearsing: a copy of the open cases, a version put into force in it, and the clock run ahead.

The cases are shared out evenly among processes, each with a copy of its own, which tell each other
what they must know (see `ledgers`); nothing is written but into those copies, and they are gone
afterwards.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from engine.adapters.clock import MovableClock
from engine.domain.errors import NotFound
from engine.ports import SYSTEM
from engine.services.deployments import deploy_process, put_in_front
from engine.services.digests import DIGEST
from engine.storage.copying import copy_cases, open_cases
from engine.storage.database import Database
from engine.storage.keys import Keyring, Masters
from engine.storage.work import Casework, Work
from workflows.cases.records import YouthCaseRow
from workflows.house import YouthHouse
from workflows.municipalities.records import EmployeeRow, ForumRow, UnitRow
from workflows.people.records import YoungPersonRow
from workflows.records import METADATA
from workflows.rehearsal.behaviours import Behaviour, Habits, People
from workflows.rehearsal.habits import habits_of
from workflows.rehearsal.ledgers import Ledger, Other, log_of
from workflows.rehearsal.mornings import Mornings
from workflows.rehearsal.observing import Seen, observe
from workflows.rehearsal.playing import Act, Failed, Play, Progress
from workflows.rehearsal.processes import Board, in_processes

NOT_NEEDED = ("read_log", "drafts", "rehearsals")
# What many acts look at and only objects write to; it stays in memory while a copy is played.
KEPT = (EmployeeRow, ForumRow, UnitRow, YoungPersonRow, YouthCaseRow)
_MOST_PARTS, _CASES_A_PART = 2, 25  # a process of its own costs as much as some cases

Build = Callable[[str, MovableClock], Casework]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is tried: the `files` of a draft, or the deployed `version` of a process."""

    process: str
    files: Mapping[str, str] | None = None
    version: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is rehearsed: from `since` to `until` (UTC), how people behave, on how many copies.

    `candidates` are put into force in their own runs; None is what is in force. Several copies
    (`parts`), a process each, see together what one sees; None is as many as the machine has
    cores for, where there are cases enough.
    """

    since: datetime
    until: datetime
    behaviour: Behaviour
    seed: int
    candidates: Sequence[Candidate | None]
    parts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: what was `seen`, `done` by people, and `fired` by the clock.

    `mails` are the keys of the messages that would have left; `failed` is what nobody could do.
    """

    candidate: Candidate | None
    seen: Seen
    done: Sequence[Act]
    failed: Sequence[Failed]
    fired: int
    mails: frozenset[str]

    @property
    def acts(self) -> int:
        """How many acts there were: tasks taken and completed, timers carried out."""
        return len(self.done) + self.fired


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One part of one run, for a process of its own; `beside` are the other parts' numbers."""

    number: int
    beside: Sequence[int]
    copy: str
    folder: str
    build: Build
    masters: Masters
    cases: frozenset[UUID]
    candidate: Candidate | None
    habits: Habits
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """How many `cases` were open, how many tasks have a habit, and a run for each candidate."""

    cases: int
    known_tasks: int
    runs: Sequence[Run]


def rehearse(casework: Casework, build: Build, terms: Terms, progress: Progress) -> Rehearsed:
    """Play the open cases once for each candidate, in their order.

    `build` makes the house on the database of an address and a clock; it goes to other processes.
    Raises `NotFound` when nothing waits in any case.
    """
    cases = open_cases(casework.database)
    if not cases:
        raise NotFound("Der er ingen åbne sager at prøve på.")
    with casework.work(SYSTEM) as work:
        habits = habits_of(work)
    number = terms.parts or parts_for(len(cases))
    with TemporaryDirectory(prefix="tovholder-rehearsal-") as folder:
        prepare = partial(_prepared, casework, folder, build, cases, number, habits, terms)
        jobs = number * len(terms.candidates)
        parts = in_processes(jobs, prepare, play_job, number, progress)
    with casework.work(SYSTEM) as work:
        shares = (parts[at : at + number] for at in range(0, len(parts), number))
        runs = [
            _merged(work, candidate, share, terms.until)
            for candidate, share in zip(terms.candidates, shares, strict=True)
        ]
    return Rehearsed(cases=len(cases), known_tasks=len(habits), runs=runs)


def parts_for(cases: int) -> int:
    """Return on how many copies so many cases are played."""
    return max(1, min(len(os.sched_getaffinity(0)), _MOST_PARTS, cases // _CASES_A_PART))


def _prepared(
    casework: Casework,
    folder: str,
    build: Build,
    cases: set[UUID],
    number: int,
    habits: Habits,
    terms: Terms,
) -> list[Job]:
    """Copy the cases as they are at this moment, and share them out among so many parts."""
    copy = f"sqlite:///{Path(folder) / 'copy.sqlite'}"
    target = Database(copy)
    copy_cases(casework.database, target, METADATA, cases, NOT_NEEDED)
    target.dispose()
    masters = casework.database.keyring.masters
    return _jobs(copy, folder, build, masters, shared_out(cases, number), habits, terms)


def shared_out(cases: set[UUID], parts: int) -> list[frozenset[UUID]]:
    """Return the cases in so many shares, none larger than another by more than one case."""
    in_order = sorted(cases)
    return [frozenset(in_order[part::parts]) for part in range(parts)]


def _jobs(
    copy: str,
    folder: str,
    build: Build,
    masters: Masters,
    shares: Sequence[frozenset[UUID]],
    habits: Habits,
    terms: Terms,
) -> list[Job]:
    each_of_all = ((candidate, share) for candidate in terms.candidates for share in shares)
    return [
        Job(
            number=number,
            beside=_beside(number, len(shares)),
            copy=copy,
            folder=folder,
            build=build,
            masters=masters,
            cases=share,
            candidate=candidate,
            habits=habits,
            terms=terms,
        )
        for number, (candidate, share) in enumerate(each_of_all)
    ]


def _beside(number: int, parts: int) -> list[int]:
    """Return the numbers of the other parts of the same run."""
    first = number - number % parts
    return [other for other in range(first, first + parts) if other != number]


def play_job(job: Job, board: Board) -> Run:
    """Play one part in this process, in a copy of its own, and return what happened in it."""
    casework, clock = _copied(job)
    ledger = _ledger(job, casework, board) if job.beside else None
    play = Play(
        casework=casework,
        clock=clock,
        people=_people(casework, job),
        until=job.terms.until,
        ledger=ledger,
    )
    with ledger.kept() if ledger else nullcontext():
        play.run(partial(board.note, job.number))
    with casework.work(SYSTEM) as work:
        seen = observe(work, job.terms.since)
    casework.database.dispose()
    return Run(
        candidate=job.candidate,
        seen=seen,
        done=play.acts,
        failed=play.failed,
        fired=play.fired,
        mails=frozenset(play.mails.keys),
    )


def _copied(job: Job) -> tuple[Casework, MovableClock]:
    """Return a house on a copy of the part's own, with the candidate in force."""
    url = f"sqlite:///{Path(job.folder) / f'part{job.number}.sqlite'}"
    source, target = Database(job.copy), Database(url)
    copy_cases(source, target, METADATA, job.cases, NOT_NEEDED)
    source.dispose()
    target.dispose()
    clock = MovableClock(job.terms.since)
    casework = job.build(url, clock)
    casework.database.use_keys(Keyring(lambda: job.masters))
    if job.candidate is not None:
        candidate = job.candidate
        casework.act(SYSTEM, lambda work: _put_into_force(work, candidate))
    return casework, clock


def _ledger(job: Job, casework: Casework, board: Board) -> Ledger:
    """Return the part's ledger, which its house asks from now on."""
    folder = Path(job.folder)
    ledger = Ledger(
        casework=casework,
        number=job.number,
        log=log_of(folder, job.number),
        positions=board.positions,
        others=[Other(number, log_of(folder, number)) for number in job.beside],
    )
    if isinstance(casework.house, YouthHouse):
        casework.house = replace(casework.house, elsewhere=ledger.held_elsewhere)
    return ledger


def _people(casework: Casework, job: Job) -> People:
    with casework.work(SYSTEM) as work:
        return People(
            behaviour=job.terms.behaviour,
            seed=job.terms.seed,
            habits=job.habits,
            calendar=work.calendar,
        )


def _put_into_force(work: Work, candidate: Candidate) -> None:
    if candidate.files is not None:
        deploy_process(work, candidate.process, candidate.files)
    elif candidate.version is not None:
        put_in_front(work, candidate.version)


def _merged(work: Work, candidate: Candidate | None, parts: Sequence[Run], until: datetime) -> Run:
    """Return the parts as one run, in the order in which a single copy would tell it."""
    digests = Mornings(work).digests([part.seen for part in parts], until)
    of_cases = [row for part in parts for row in part.seen.messages if row.kind != DIGEST]
    keys = {key for part in parts for key in part.mails if not key.startswith(f"{DIGEST}:")}
    return Run(
        candidate=candidate,
        seen=Seen(
            tasks=sorted((row for part in parts for row in part.seen.tasks), key=repr),
            rungs=sorted(row for part in parts for row in part.seen.rungs),
            messages=sorted([*of_cases, *digests]),
            incidents=sorted(row for part in parts for row in part.seen.incidents),
            lines=sorted(row for part in parts for row in part.seen.lines),
            had_digest={to: day for part in parts for to, day in part.seen.had_digest.items()},
        ),
        done=sorted((act for part in parts for act in part.done), key=lambda act: act.at),
        failed=[each for part in parts for each in part.failed],
        fired=sum(part.fired for part in parts),
        mails=frozenset({*keys, *(f"{DIGEST}:{each.to}:{each.at}" for each in digests)}),
    )

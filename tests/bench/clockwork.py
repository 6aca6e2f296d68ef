"""A house in which much comes due at one moment, or a little all the time.

Three tiny processes wait: for a timer of the diagram, for the reminder of an ordinary task, and for
that of a statutory one. What waits lies far ahead until it is released. A wide process has tasks
that clients complete meanwhile.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select, update

from engine.ports import SYSTEM
from engine.services.deployments import deploy_process
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.settings import Settings
from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work
from tests.bench.town import COUNSELLOR, Town, found_town, home_settings, yardstick_files
from tests.conftest import named, on_server
from tests.spiff.drawing import HEAD, at, catch, end, gateway, node, sequence, start
from web.wiring import build, migrate
from workflows.cases.rules import OPENED
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.people.services import NewYoungPerson

WIDE = tuple(f"wide{number}" for number in range(8))  # tasks open at once in one case
_KINDS = ("drawn", "ordinary", "statutory")
_AT_ONCE = 50
_FAR = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A timer that has been carried out. The lower `urgency` goes first of those of a moment."""

    due_at: datetime
    urgency: int
    done_at: datetime


@contextmanager
def clockwork(folder: Path, server: str | None = None) -> Iterator[tuple[Settings, Town]]:
    """Yield a house on the machine's clock: a file in `folder`, or a database on `server`."""
    with _database(folder, server) as url:
        settings = home_settings(url, folder)
        casework = build(settings)
        migrate(casework)
        town = found_town(casework)
        casework.act(SYSTEM, _deploy)
        try:
            yield settings, town
        finally:
            casework.database.dispose()


def add_waiting(town: Town, number: int) -> list[UUID]:
    """Open `number` cases with a timer each, a third of each kind, in turns; return the timers."""
    found = [_add(town, kind, number // 3 + 1) for kind in _KINDS]
    return [each for turn in zip(*found, strict=True) for each in turn][:number]


def add_wide(town: Town, cases: int) -> list[list[UUID]]:
    """Open `cases` wide cases; return the tasks of each, claimed by the counsellor."""

    def claimed(work: Work) -> list[list[UUID]]:
        wide = TaskRow.element.in_(WIDE)
        mine = {"assignee_id": town.counsellor.id, "claimed_at": work.now}
        work.session.execute(update(TaskRow).where(wide).values(**mine))
        found: dict[UUID, list[UUID]] = {}
        for case_id, task_id in work.session.execute(
            select(TaskRow.case_id, TaskRow.id).where(wide)
        ):
            found.setdefault(case_id, []).append(task_id)
        return list(found.values())

    _open_many(town, "wide", cases)
    return town.casework.act(SYSTEM, claimed)


def release(town: Town, timers: Sequence[UUID], first: datetime, gap: timedelta) -> None:
    """Let the timers come due, the first at `first`, each `gap` after the one before."""

    def act(work: Work) -> None:
        for place, timer_id in enumerate(timers):
            row = work.session.get_one(TimerRow, timer_id)
            row.planned_at = row.due_at = first + place * gap

    town.casework.act(SYSTEM, act)


def done_ids(town: Town, timers: Collection[UUID]) -> set[UUID]:
    """Return which of the timers have been carried out."""
    with town.casework.work(SYSTEM) as work:
        query = select(TimerRow.id).where(TimerRow.done_at.is_not(None))
        return set(work.session.scalars(query)).intersection(timers)


def done_of(town: Town, timers: Sequence[UUID]) -> list[Done]:
    """Return those of the timers that have been carried out, in that order."""
    query = select(TimerRow).where(TimerRow.done_at.is_not(None)).order_by(TimerRow.done_at)
    ours = set(timers)
    with town.casework.work(SYSTEM) as work:
        return [
            Done(due_at=row.due_at, urgency=row.urgency, done_at=row.done_at)
            for row in work.session.scalars(query)
            if row.id in ours and row.done_at is not None
        ]


def _add(town: Town, kind: str, number: int) -> list[UUID]:
    _open_many(town, kind, number)
    waiting = TimerRow.done_at.is_(None) & (TimerRow.due_at < _FAR)
    waiting &= TimerRow.kind == "drawn" if kind == "drawn" else TimerRow.rung == "reminder"

    def put_far_ahead(work: Work) -> list[UUID]:
        ids = list(work.session.scalars(select(TimerRow.id).where(waiting)))
        work.session.execute(update(TimerRow).where(waiting).values(due_at=_FAR))
        return ids

    return town.casework.act(SYSTEM, put_far_ahead)


def _open_many(town: Town, process: str, number: int) -> None:
    for first in range(0, number, _AT_ONCE):
        places = range(first, min(first + _AT_ONCE, number))

        def act(work: Work, places: Sequence[int] = places) -> None:
            for place in places:
                _open(work, town, f"{process} {place}", process)
            settle(work)

        town.casework.act(SYSTEM, act)


def _open(work: Work, town: Town, name: str, process: str) -> None:
    person = NewYoungPerson(
        first_name=name, last_name="Opdigtet", birth_date=date(work.today.year - 14, 5, 1)
    )
    assert town.counsellor.id is not None
    existing = ExistingCase(state=OPENED, primary_id=town.counsellor.id)
    case_id = open_existing_case(work, person, (), existing).case_id
    soon = work.now + timedelta(seconds=1)  # past when it is released
    start_process(work, case_id, process, {"moment": soon.isoformat()})


def _deploy(work: Work) -> None:
    drawn = (start(), catch("t", at("moment")), _task("later"), end())
    _put(work, "drawn", *drawn, flows="start > t > later > end")
    for process, ladder in (("ordinary", "A"), ("statutory", "B")):
        task = _task("wait", ladder=ladder, deadline='after(created, "30 CD")')
        _put(work, process, start(), task, end(), flows="start > wait > end")
    fork, join = gateway("parallel", "fork"), gateway("parallel", "join")
    branches = "\n".join(f"fork > {each} > join" for each in WIDE)
    nodes = (start(), fork, *(_task(each, formKey="ten_fields") for each in WIDE), join, end())
    _put(work, "wide", *nodes, flows=f"start > fork\n{branches}\njoin > end")


def _task(name: str, formKey: str = "", **settings: str) -> str:  # as BPMN has it
    form = f'camunda:formKey="{formKey}"' if formKey else ""
    attributes = f'name="{name}" camunda:candidateGroups="{COUNSELLOR}" {form}'
    return node("userTask", name, attributes=attributes, **settings)


def _put(work: Work, process: str, *nodes: str, flows: str) -> None:
    xml = (
        f'{HEAD}<bpmn:process id="{process}" name="{process}" isExecutable="true">'
        f"{''.join(nodes)}{sequence(flows)}</bpmn:process></bpmn:definitions>"
    )
    files = {**yardstick_files(), f"{process}.bpmn": xml}
    del files["yardstick.bpmn"]
    deploy_process(work, process, files)


@contextmanager
def _database(folder: Path, server: str | None) -> Iterator[str]:
    if server is None:
        yield f"sqlite:///{folder}/clockwork.sqlite"
        return
    name = f"tovholder_clockwork_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}"')
    try:
        yield named(server, name)
    finally:
        on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')

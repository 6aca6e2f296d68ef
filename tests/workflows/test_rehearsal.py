"""Rehearsal: what happens in the copy, and that nothing happens outside it."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from engine.adapters.clock import MovableClock
from engine.domain.errors import NotFound, TaskClosed
from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.services.outbox import send_due
from engine.services.tasks import claim_task
from engine.services.timers import fire_due, next_due
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from tests.conftest import settings_of
from tests.workflows.conftest import MALTE
from tests.workflows.test_demonstration import WEDNESDAY, empty_house, filled
from web.simulating import house_on_copy
from web.wiring import build as build_house
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import ForumMemberRow, PostRow
from workflows.people.services import NewYoungPerson
from workflows.records import METADATA
from workflows.rehearsal.behaviours import Behaviour, name_of
from workflows.rehearsal.ledgers import PEOPLE, TIMERS, Ledger, Other, log_of
from workflows.rehearsal.observing import Seen, observe
from workflows.rehearsal.playing import Act
from workflows.rehearsal.running import Candidate, Run, Terms, rehearse, shared_out
from workflows.scenarios.acting import complete

A_YEAR = timedelta(days=365)
build = partial(house_on_copy, "http://127.0.0.1:8000")

Rehearse = Callable[..., Run]


@pytest.fixture
def terms(clock: MovableClock) -> Callable[..., Terms]:
    def make(
        behaviour: Behaviour = Behaviour.ON_DUE_DAY,
        days: int = 60,
        seed: int = 1,
        parts: int = 1,
        candidate: Candidate | None = None,
    ) -> Terms:
        return Terms(
            since=clock.now(),
            until=clock.now() + timedelta(days=days),
            behaviour=behaviour,
            seed=seed,
            candidates=[candidate],
            parts=parts,
        )

    return make


@pytest.fixture
def rehearsed(town: Casework, terms: Callable[..., Terms]) -> Rehearse:
    def run(**given: Any) -> Run:
        (only,) = rehearse(town, build, terms(**given), lambda share: None).runs
        return only

    return run


@pytest.fixture
def others(refer: Callable[..., YouthCaseRow]) -> list[YouthCaseRow]:
    """Two more cases, so that there is something to share out."""
    return [
        refer(
            NewYoungPerson(
                first_name=f"Nr. {number}",
                last_name="Opdigtet",
                birth_date=MALTE.birth_date - timedelta(days=500 * number),
                email=f"nr{number}@borger.example",
            )
        )
        for number in range(1, 3)
    ]


def fingerprint(town: Casework) -> Mapping[str, str]:
    """Return what stands in every table of the house."""
    with town.work(SYSTEM) as work:
        return {
            table.name: hashlib.sha256(
                "\n".join(sorted(map(repr, work.session.execute(select(table))))).encode()
            ).hexdigest()
            for table in METADATA.sorted_tables
        }


def files_in(folder: Path) -> Mapping[str, bytes]:
    """Return what lies in the folder; the two files of an open SQLite are its own affair."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_a_rehearsal_changes_nothing_outside_its_copy(
    town: Casework, case: YouthCaseRow, rehearsed: Rehearse, tmp_path: Path
) -> None:
    before, files = fingerprint(town), files_in(tmp_path)

    run = rehearsed()

    assert run.seen.messages
    assert fingerprint(town) == before
    assert files_in(tmp_path) == files


def test_nobody_acts_where_nobody_is_to_act(case: YouthCaseRow, rehearsed: Rehearse) -> None:
    run = rehearsed(behaviour=Behaviour.NOBODY)

    assert run.done == []
    assert run.seen.rungs


def test_a_task_that_nobody_may_take_is_told_of(
    town: Casework, case: YouthCaseRow, rehearsed: Rehearse
) -> None:
    with town.work(SYSTEM) as work:
        for table in (PostRow, ForumMemberRow):
            work.session.execute(delete(table))

    run = rehearsed()

    assert run.failed
    assert all(each.nobody for each in run.failed)
    assert all(each.why.startswith("Ingen kan tage opgaven »") for each in run.failed)


def test_what_is_done_on_the_due_day_is_done_on_the_due_day(
    case: YouthCaseRow, rehearsed: Rehearse
) -> None:
    done = [each for each in rehearsed().seen.tasks if each.status == "completed" and each.due_on]

    assert done
    assert [each.closed_at.date() for each in done if each.closed_at] == [
        each.due_on for each in done
    ]


def test_without_an_open_case_there_is_nothing_to_try(rehearsed: Rehearse) -> None:
    with pytest.raises(NotFound, match="ingen åbne sager"):
        rehearsed()


def test_a_draft_is_in_force_in_its_run(
    town: Casework, refer: Callable[..., YouthCaseRow], rehearsed: Rehearse
) -> None:
    refer()
    with town.work(SYSTEM) as work:
        files = dict(newest_definition(work, "consent").files)
    new = files["consent.bpmn"].replace('name="Indhent og', 'name="Spørg og')
    assert new != files["consent.bpmn"]
    draft = Candidate(process="consent", files={**files, "consent.bpmn": new})

    titles = {each.title for each in rehearsed(candidate=draft).seen.tasks}

    assert any(title.startswith("Spørg og") for title in titles)


def test_each_process_has_as_many_cases_as_another() -> None:
    cases = {uuid4() for _ in range(101)}

    shares = shared_out(cases, 2)

    assert sorted(map(len, shares)) == [50, 51]
    assert frozenset.union(*shares) == cases


def test_two_processes_see_what_one_sees(others: list[YouthCaseRow], rehearsed: Rehearse) -> None:
    nobody = partial(rehearsed, behaviour=Behaviour.NOBODY, days=90)  # so nobody is chosen
    alone, together = nobody(), nobody(parts=2)

    assert together.seen == alone.seen
    assert together.acts == alone.acts
    assert len(together.mails) == len(alone.mails)


class Mailbox:
    """Counts what leaves the house."""

    def __init__(self) -> None:
        self.count = 0

    def send(self, mail: object) -> None:
        self.count += 1


def live(town: Casework, clock: MovableClock, acts: list[Act], until: datetime) -> int:
    """Let the house live to `until` by its own services, with these acts; return the mails."""
    waiting, mailbox = list(acts), Mailbox()
    while True:
        with town.work(SYSTEM) as work:
            due, morning = next_due(work), eight_o_clock(work, after=clock.now())
        at = min([morning, *[at for at in (due, waiting[0].at if waiting else None) if at]])
        if at > until:
            break
        clock.move_to(max(at, clock.now()))
        while fire_due(town):
            pass
        while waiting and waiting[0].at <= clock.now():
            carry_out(town, waiting.pop(0))
        while send_due(town, mailbox):
            pass
    clock.move_to(until)
    return mailbox.count


def eight_o_clock(work: Work, after: datetime) -> datetime:
    zone = work.calendar.timezone
    local = after.astimezone(zone).replace(hour=8, minute=0, second=0, microsecond=0)
    return local if local > after else local + timedelta(days=1)


def carry_out(town: Casework, act: Act) -> None:
    mine = None if act.raw is None else act.actor_id  # of two alike, the one nobody has yet
    task_id = open_task_named(town, act.task, mine)
    with town.work(SYSTEM) as work:
        assert act.actor_id is not None
        actor = actor_of(work, act.actor_id)
    raw = act.raw
    if raw is None:
        town.act(actor, lambda work: claim_task(work, task_id))
    else:
        town.act(actor, lambda work: complete(work, task_id, raw))


def open_task_named(town: Casework, name: str, assignee_id: UUID | None) -> UUID:
    case_id, element, *_ = name.split(":")
    with town.work(SYSTEM) as work:
        query = select(TaskRow).where(
            TaskRow.case_id == UUID(case_id),
            TaskRow.element == element,
            TaskRow.closed_at.is_(None),
        )
        found = [task for task in work.session.scalars(query) if name_of(task) == name]
    if not found:
        raise TaskClosed("closed", None, datetime.now(UTC))
    found.sort(key=lambda task: task.assignee_id != assignee_id)
    return found[0].id


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demonstration: lives with a year behind them."""
    folder = tmp_path_factory.mktemp("lived")
    filled(empty_house(folder), 4).database.dispose()
    return folder


@pytest.mark.parametrize(("seed", "parts"), [(1, 1), (2, 2)])
def test_rehearsal_equals_reality(lived: Path, tmp_path: Path, seed: int, parts: int) -> None:
    found = beside_reality(lived, tmp_path, seed, parts)

    assert found.told == []
    assert found.acts > 20


def test_a_part_that_holds_nothing_can_be_asked_all_the_same(
    town: Casework, tmp_path: Path
) -> None:
    positions = get_context("spawn").Array("d", 2)
    asked, asking = (
        Ledger(
            casework=town,
            number=number,
            log=log_of(tmp_path, number),
            positions=positions,
            others=[Other(1 - number, log_of(tmp_path, 1 - number))],
        )
        for number in range(2)
    )
    asked.come_to(town.clock.now(), PEOPLE)
    asking.come_to(town.clock.now(), TIMERS)

    assert asking.held_elsewhere() == {}


@dataclass(frozen=True, slots=True)
class Beside:
    """How many acts were played and then lived, and what was not the same."""

    acts: int
    told: list[str]


def beside_reality(lived: Path, folder: Path, seed: int, parts: int | None) -> Beside:
    """Rehearse a year of the house in `lived` in a copy of it, let it live that year, and compare.

    The rehearsal must have left database, mails and files as they were.
    """
    shutil.copytree(lived, folder / "lived")
    clock, until = MovableClock(WEDNESDAY), WEDNESDAY + A_YEAR
    settings = settings_of(f"sqlite:///{folder / 'lived' / 'demo.sqlite'}", folder / "home")
    house = build_house(settings, clock)
    terms = Terms(
        since=WEDNESDAY,
        until=until,
        behaviour=Behaviour.LIKE_LAST_YEAR,
        seed=seed,
        candidates=[None],
        parts=parts,
    )
    before = fingerprint(house), files_in(folder)

    (run,) = rehearse(house, build, terms, lambda share: None).runs
    is_untouched = (fingerprint(house), files_in(folder)) == before
    mails = live(house, clock, list(run.done), until)

    told = list(differences(run, rows_of(house, WEDNESDAY), mails))
    house.database.dispose()
    return Beside(run.acts, told if is_untouched else ["the rehearsal left a trace", *told])


def differences(run: Run, lived: Seen, mails: int) -> Iterator[str]:
    for name in ("tasks", "rungs", "messages", "incidents", "lines"):
        played, real = (Counter(map(repr, getattr(seen, name))) for seen in (run.seen, lived))
        yield from (f"only in the rehearsal: {row}" for row in played - real)
        yield from (f"only in the house: {row}" for row in real - played)
    if mails != len(run.mails):
        yield f"{len(run.mails)} mails in the rehearsal, {mails} in the house"
    if run.failed:
        yield f"{len(run.failed)} acts failed, as {run.failed[0].why}"


def rows_of(town: Casework, since: datetime) -> Seen:
    with town.work(SYSTEM) as work:
        return observe(work, since)

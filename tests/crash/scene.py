"""What is being done when the process dies: two paths, each in a case of its own.

`completion`: a person completes a task. `timer`: the worker looks when a ladder, a timer of the
diagram, a scheduled start and a mail are due. What a case looks like afterwards is a picture:
counters without ids, which can be laid on the picture of a case that nobody disturbed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM, Mail
from engine.services.deployments import deploy_process
from engine.services.journal import chained
from engine.services.outbox import LEASE, send_due
from engine.services.timers import fire_due, schedule_start
from engine.settings import Settings
from engine.storage.models import (
    AnswersRow,
    CaseRow,
    IncidentRow,
    InstanceRow,
    JournalRow,
    OutboxRow,
    TaskRow,
    TimerRow,
    WaitRow,
)
from engine.storage.work import Casework, Work
from tests.bench.town import Town, claim, complete, open_case, waiting, yardstick_files
from tests.crash.wrong import Fire, fire_all
from web.wiring import build

NINE_O_CLOCK = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROCESS = "crash"
DIAGRAM = Path(__file__).parent / "crash.bpmn"
UNTIL_DUE = timedelta(days=8, hours=1)  # see the diagram
Picture = Counter[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A case in which `path` is about to be walked."""

    path: str
    id: UUID
    task_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A town on a database, a clock, and how timers are fired: `fire` None is the right way."""

    settings: Settings
    clock: MovableClock
    town: Town
    fire: Fire | None = None

    @property
    def casework(self) -> Casework:
        """The casework of the parent, which is never killed."""
        return self.town.casework

    def set_up(self) -> None:
        """Put the process of the timer path into force."""
        files = {**yardstick_files(), f"{PROCESS}.bpmn": DIAGRAM.read_text("utf-8")}
        del files["yardstick.bpmn"]
        self.casework.act(SYSTEM, lambda work: deploy_process(work, PROCESS, files))

    def begin(self, path: str, number: int) -> Case:
        """Open a case and bring it to where `path` begins, on the same Monday as every other."""
        self.clock.moment = NINE_O_CLOCK  # back, which only a test may: weekends would differ
        process, element = ("yardstick", "screen") if path == "completion" else (PROCESS, "answer")
        case_id = open_case(self.town, number, process)
        task_id = waiting(self.town, case_id, element)
        if path == "completion":
            claim(self.town, task_id)
        else:
            self._schedule(case_id)
            self.clock.forward(UNTIL_DUE)
        return Case(path, case_id, task_id)

    def walk(self, case: Case, casework: Casework) -> None:
        """Do what the path is about, once."""
        if case.path == "completion":
            complete(Town(casework, self.town.counsellor), case.task_id)
        else:
            self._look(casework)

    def recover(self, case: Case) -> None:
        """Do what happens after a restart: the person tries again, the worker looks again."""
        if case.path == "timer":
            self.clock.forward(LEASE)
            while self._look(self.casework):
                pass
        elif self._is_open(case.task_id):
            complete(self.town, case.task_id)

    def retire(self, case: Case) -> None:
        """Let nothing of the case come due any more."""
        now = self.clock.now()
        stop = update(TimerRow).where(TimerRow.case_id == case.id, TimerRow.done_at.is_(None))
        self.casework.act(SYSTEM, lambda work: work.session.execute(stop.values(done_at=now)))

    def restarted(self) -> Casework:
        """Return the casework of a process that has just started, over the same database."""
        return build(self.settings, self.clock)

    def _schedule(self, case_id: UUID) -> None:
        at = self.clock.now() + UNTIL_DUE
        self.casework.act(
            SYSTEM,
            lambda work: schedule_start(
                work, case_id, key="next", process="yardstick", inputs={}, at=at
            ),
        )

    def _look(self, casework: Casework) -> int:
        fired = fire_all(casework, self.fire) if self.fire else fire_due(casework)
        return fired + send_due(casework, Letterbox(self.settings.home / "letters"))

    def _is_open(self, task_id: UUID) -> bool:
        with self.casework.work(SYSTEM) as work:
            return work.session.get_one(TaskRow, task_id).closed_at is None

    def picture(self, case: Case) -> Picture:
        """Return what stands in the case, counted, without ids and moments."""
        with self.casework.work(SYSTEM) as work:
            return Counter(_facts(work, case.id, Letterbox(self.settings.home / "letters")))

    def faults(self, case: Case) -> list[str]:
        """Return what no case may have, whatever was done in it."""
        with self.casework.work(SYSTEM) as work:
            return [*_journal_faults(work, case.id), *_stuck(work, case.id)]


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The receiving side: one file a key, so that a mail sent again is known."""

    folder: Path

    def send(self, mail: Mail) -> None:
        """Receive the mail."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / mail.key.replace("/", "_")).touch()

    def received(self, key: str) -> bool:
        """Say whether a mail of that key has come."""
        return (self.folder / key.replace("/", "_")).exists()


def _facts(work: Work, case_id: UUID, letterbox: Letterbox) -> Iterator[tuple[Any, ...]]:
    def of_case(row: Any) -> Any:
        return work.session.scalars(select(row).where(row.case_id == case_id))

    yield from (("task", each.element, each.status) for each in of_case(TaskRow))
    yield from (("instance", each.process, each.outcome) for each in of_case(InstanceRow))
    yield from (("answers", each.form) for each in of_case(AnswersRow))
    yield from (("incident", each.element) for each in of_case(IncidentRow))
    yield from (_journal_fact(each) for each in of_case(JournalRow))
    for timer in of_case(TimerRow):
        yield "timer", timer.kind, timer.rung or timer.element or timer.start_key, timer.outcome
    for mail in of_case(OutboxRow):
        sent = mail.sent_at is not None
        yield "mail", mail.kind, mail.recipient, sent, letterbox.received(mail.key)


def _journal_fact(row: JournalRow) -> tuple[Any, ...]:
    named = (row.data.get(key) for key in ("element", "rung", "acted", "process", "key"))
    return ("journal", row.act, *(str(each) for each in named))


def _journal_faults(work: Work, case_id: UUID) -> Iterator[str]:
    """Tell where the chain of the journal does not hold."""
    head, query = "", select(JournalRow).where(JournalRow.case_id == case_id)
    case: Any = SimpleNamespace(id=case_id, journal_head=head)
    rows = work.session.scalars(query.order_by(JournalRow.seq)).all()
    for seq, row in enumerate(rows, start=1):
        if row.seq != seq:
            yield f"the journal has {row.seq} where {seq} belongs"
        told: Mapping[str, Any] = {"at": row.at, "actor_id": row.actor_id, "act": row.act}
        if chained(case, seq=row.seq, data=row.data, **told) != row.digest:
            yield f"the journal's chain breaks at {row.seq}"
        case.journal_head = row.digest
    if work.session.get_one(CaseRow, case_id).journal_length != len(rows):
        yield "the case counts other journal rows than there are"


def _stuck(work: Work, case_id: UUID) -> Iterator[str]:
    """Tell which open instance waits for nothing."""
    open_ones = select(InstanceRow).where(
        InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None)
    )
    for instance in work.session.scalars(open_ones):
        waits_for = (
            select(TaskRow.id).where(
                TaskRow.instance_id == instance.id, TaskRow.closed_at.is_(None)
            ),
            select(TimerRow.id).where(
                TimerRow.instance_id == instance.id, TimerRow.done_at.is_(None)
            ),
            select(WaitRow.key).where(WaitRow.instance_id == instance.id),
        )
        if not any(work.session.execute(query).first() for query in waits_for):
            yield f"»{instance.process}« waits for nothing"

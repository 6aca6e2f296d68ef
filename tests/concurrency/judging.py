"""What must hold afterwards: what was acknowledged stands there, once; what was due came, once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from engine.ports import SYSTEM
from engine.storage.models import (
    AnswersRow,
    IncidentRow,
    InstanceRow,
    JournalRow,
    OutboxRow,
    TaskRow,
    TimerRow,
)
from engine.storage.work import Casework, Work
from tests.concurrency.crowd import MAILS, START_KEYS, STARTS, TASKS
from tests.concurrency.hammering import Log


@dataclass(frozen=True, slots=True)
class Count:
    """Something that must have happened so many times, and how often it did."""

    what: str
    expected: int
    found: int


def counts(work: Work, log: Log, received: list[tuple[str, str]], cases: int) -> Iterator[Count]:
    """Yield every count of the run, with what it must be."""
    tasks = list(log.claimed)
    yield Count("tasks taken by somebody", cases * TASKS, len(tasks))
    yield Count("tasks acknowledged once", cases * TASKS, _once(log.completed[t] for t in tasks))
    yield Count(
        "tasks completed", cases * TASKS, _number(work, TaskRow, TaskRow.status == "completed")
    )
    journal = _named(work, "task_completed", "task")
    yield Count("tasks in the journal once", cases * TASKS, _once(journal[str(t)] for t in tasks))
    answers = Counter(work.session.scalars(select(AnswersRow.task_id)))
    yield Count("tasks with answers once", cases * TASKS, _once(answers[t] for t in tasks))
    ended = (InstanceRow.process == "crowd", InstanceRow.outcome == "end")
    yield Count("processes ended", cases, _number(work, InstanceRow, *ended))
    begun = Counter(work.session.execute(_starts_fired()).tuples())
    yield Count("scheduled starts fired once", cases * STARTS, _once(begun.values()))
    yardsticks = _number(work, InstanceRow, InstanceRow.process == "yardstick")
    yield Count("processes begun by them", cases * STARTS, yardsticks)
    yield Count(
        "mails marked as sent",
        cases * MAILS,
        _number(work, OutboxRow, OutboxRow.sent_at.is_not(None)),
    )
    yield Count("mails received once", cases * MAILS, _once(Counter(received).values()))
    yield Count("incidents", 0, _number(work, IncidentRow))
    yield Count("answers that no page gives", 0, len(log.strange))


def is_quiet(casework: Casework) -> bool:
    """Say whether every start of the crowd has happened and no mail waits."""
    with casework.work(SYSTEM) as work:
        starts = TimerRow.start_key.in_(START_KEYS), TimerRow.done_at.is_(None)
        return not (
            _number(work, TimerRow, *starts)
            or _number(work, OutboxRow, OutboxRow.sent_at.is_(None))
        )


def deadlocks(casework: Casework) -> int:
    """Return how many deadlocks PostgreSQL has seen in this database; none on SQLite."""
    if casework.database.is_sqlite:
        return 0
    asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with casework.database.session() as session:
        return int(session.scalar(text(asked)) or 0)


def _once(numbers: Iterable[int]) -> int:
    """Return how many of the numbers are one."""
    return sum(number == 1 for number in numbers)


def _number(work: Work, row: Any, *conditions: Any) -> int:
    return work.session.scalar(select(func.count()).select_from(row).where(*conditions)) or 0


def _named(work: Work, act: str, key: str) -> Counter[str]:
    """Count the journal's rows of one act by what they name."""
    rows = work.session.scalars(select(JournalRow.data).where(JournalRow.act == act))
    return Counter(str(data[key]) for data in rows)


def _starts_fired() -> Any:
    return select(JournalRow.case_id, JournalRow.data["key"].as_string()).where(
        JournalRow.act == "start_fired"
    )

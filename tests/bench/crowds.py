"""Many rows at once: what a house looks like after years, without living through them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from engine.ports import SYSTEM
from engine.storage.base import Base
from engine.storage.models import CaseRow, TaskRow, TimerRow
from engine.storage.work import Work
from tests.bench.town import Town

TASKS_A_CASE = 20
_AT_ONCE = 5_000

Values = Mapping[str, Any]


def add_open_tasks(town: Town, number: int) -> None:
    """Add `number` open tasks of the counsellor's unit in other cases: free, and a colleague's."""

    def act(work: Work) -> None:
        cases = _add_cases(work, number // TASKS_A_CASE + 1)
        _insert(work, TaskRow, _open_tasks(town, work.now, cases, number))

    town.casework.act(SYSTEM, act)


def add_timers(town: Town, number: int, first_due: datetime) -> None:
    """Add `number` timers that wait, the first of them until `first_due`, then one a minute."""

    def act(work: Work) -> None:
        cases = _add_cases(work, number // 100 + 1)
        _insert(work, TimerRow, _waiting_timers(cases, number, first_due))

    town.casework.act(SYSTEM, act)


def _add_cases(work: Work, number: int) -> list[UUID]:
    ids = [uuid4() for _ in range(number)]
    plain = {"opened_at": work.now, "touched_at": work.now, "version": 1}
    rows = ({**plain, "id": each, "journal_length": 0, "journal_head": ""} for each in ids)
    _insert(work, CaseRow, rows)
    return ids


def _open_tasks(town: Town, now: datetime, cases: Sequence[UUID], number: int) -> Iterator[Values]:
    units, colleague = sorted(town.counsellor.units), uuid4()
    plain = {
        "element": "other",
        "title": "",
        "role": "uu_counsellor",
        "status": "open",
        "created_at": now,
        "why_now": "",
        "deadline": {},
    }
    for each in range(number):
        due = now + timedelta(days=1 + each % 300)
        yield {
            **plain,
            "id": uuid4(),
            "case_id": cases[each // TASKS_A_CASE],
            "unit_id": units[each % len(units)],
            "assignee_id": colleague if each % 2 else None,
            "due_on": due.date(),
            "due_at": due,
        }


def _waiting_timers(cases: Sequence[UUID], number: int, first_due: datetime) -> Iterator[Values]:
    for each in range(number):
        due = first_due + timedelta(minutes=each)
        yield {
            "id": uuid4(),
            "case_id": cases[each // 100],
            "kind": "start",
            "start_key": f"later:{each}",
            "payload": {"process": "yardstick", "inputs": {}},
            "planned_at": due,
            "due_at": due,
            "attempts": 0,
        }


def _insert(work: Work, row: type[Base], rows: Iterator[Values]) -> None:
    """Insert in portions, past the ORM: nothing of it is kept in memory."""
    while portion := list(islice(rows, _AT_ONCE)):
        work.session.execute(insert(Base.metadata.tables[row.__tablename__]), portion)

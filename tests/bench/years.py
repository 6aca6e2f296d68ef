"""A case that has lived for years: the rows of one real follow-up, copied as often as one likes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select, update

from engine.ports import SYSTEM
from engine.storage.base import Base
from engine.storage.models import CaseRow
from engine.storage.sealing import carried
from engine.storage.work import Work
from tests.bench.shipped import FOLLOW_UP, begin_follow_up, ready
from tests.bench.town import Town
from workflows.scenarios.acting import do_task

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]
_STAYS_OPEN = ("closed_at", "done_at", "consumed_at", "sent_at")
_MODEL = count(900_000)


def add_past_follow_ups(town: Town, case_id: UUID, number: int) -> None:
    """Add `number` follow-ups to the case, each with everything that a real one leaves behind."""
    lived = lived_follow_up(town)

    def act(work: Work) -> None:
        case = work.lock_case(case_id)
        seq = count(case.journal_length + 1)
        copies = [_copied(lived, case_id, seq) for _ in range(number)]
        for table in Base.metadata.sorted_tables:
            if rows := [row for copy in copies for row in copy.get(table.name, ())]:
                work.session.execute(insert(table), rows)
        of_case = update(CaseRow).where(CaseRow.id == case_id)
        work.session.execute(of_case.values(journal_length=next(seq) - 1))

    town.casework.act(SYSTEM, act)


def lived_follow_up(town: Town) -> Rows:
    """Return the rows by table that a follow-up leaves in its case once the next has begun."""
    case_id = begin_follow_up(town, next(_MODEL))
    (task_id,) = ready(town, [case_id], FOLLOW_UP.measured)
    do_task(town.casework, task_id, FOLLOW_UP.answers)
    with town.casework.work(SYSTEM) as work:
        left = {table.name: _past(work, table, case_id) for table in _tables()}
        return {name: rows for name, rows in left.items() if rows}


def _tables() -> Iterator[Table]:
    """Yield what a follow-up writes to; what a case has once is left out."""
    once = {"youth_cases", "assignments", "waits", "incidents"}
    for table in Base.metadata.sorted_tables:
        if "case_id" in table.columns and table.name not in once:
            yield table


def _past(work: Work, table: Table, case_id: UUID) -> list[Row]:
    query = select(*carried(table)).where(table.c.case_id == case_id)
    rows = work.session.execute(query).mappings()
    ends = [name for name in _STAYS_OPEN if name in table.columns and table.name != "outbox"]
    return [dict(row) for row in rows if all(row[end] is not None for end in ends)]


def _copied(lived: Rows, case_id: UUID, seq: Iterator[int]) -> Rows:
    new: dict[UUID, UUID] = {}
    for rows in lived.values():
        new |= {row["id"]: uuid4() for row in rows if "id" in row}
        new |= {row["case_id"]: case_id for row in rows}
    return {name: [_renamed(row, new, seq) for row in rows] for name, rows in lived.items()}


def _renamed(
    row: Mapping[str, Any], new: Mapping[UUID, UUID], seq: Iterator[int]
) -> dict[str, Any]:
    copy = {k: new.get(v, v) if isinstance(v, UUID) else v for k, v in row.items()}
    if "seq" in copy:
        copy["seq"] = next(seq)
    if "key" in copy and isinstance(copy["key"], str):
        copy["key"] = f"{copy['key']}:{uuid4()}"
    return copy

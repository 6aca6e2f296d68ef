"""The chain through a whole table to which many write at once, such as the read log.

Whoever writes a row waits for nobody: the worker binds what has come since, oldest first, under
the one row that holds the end of the chain.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, select

from engine.storage.chain import digest
from engine.storage.models import ChainRow, LinkRow
from engine.storage.work import Work

Log = Table  # one that has the columns `id` and `at`
LATE = timedelta(hours=1)  # a row that comes later than this after its moment has been put in
_AT_ONCE = 1000


def bind_rows(work: Work, log: Log) -> int:
    """Bind the oldest rows that stand outside the chain, and return how many."""
    chain = work.session.get(ChainRow, log.name)
    loose = select(log).where(is_loose(log)).order_by(log.c.at, log.c.id).limit(_AT_ONCE)
    if chain is not None and chain.latest is not None:
        loose = loose.where(log.c.at >= chain.latest - LATE)
    rows = work.session.execute(loose).mappings().all()
    if not rows:
        return 0
    chain = _held(work, log.name)
    links = list(_links(rows, chain))
    work.add(LinkRow, *links)
    chain.length, chain.head = links[-1]["seq"], links[-1]["digest"]
    chain.latest = max(rows[-1]["at"], chain.latest or rows[-1]["at"])
    return len(links)


def is_loose(log: Log) -> ColumnElement[bool]:
    """Return what holds of the rows that stand outside the chain."""
    return ~exists().where(LinkRow.row_id == log.c.id)


def row_digest(head: str, seq: int, row: Mapping[str, Any]) -> str:
    """Return the digest of a row that follows one with the digest `head`.

    What is empty is left out, so that a column which is added later changes no digest.
    """
    content = {
        name: _plain(value) for name, value in row.items() if value not in (None, "", [], {})
    }
    return digest([head, seq, content])


def _links(rows: Any, chain: ChainRow) -> Iterator[dict[str, Any]]:
    head = chain.head
    for seq, row in enumerate(rows, start=chain.length + 1):
        head = row_digest(head, seq, row)
        yield {"name": chain.name, "seq": seq, "row_id": row["id"], "digest": head}


def _held(work: Work, name: str) -> ChainRow:
    """Return the end of the chain, as it is now; two workers cannot give one number twice."""
    query = select(ChainRow).where(ChainRow.name == name)
    if not work.casework.database.is_sqlite:
        query = query.with_for_update()
    chain = work.session.scalar(query.execution_options(populate_existing=True))
    if chain is None:
        chain = ChainRow(name=name)
        work.session.add(chain)
    return chain


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value

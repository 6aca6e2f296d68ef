"""What stands in the whole database and what has been received, and what may never stand there.

A picture counts rows without what differs between two runs that are alike: new ids, digests (the
chain is checked by itself, a sealed text is read), how often and when a mail was tried, and how
often the case was locked (a look that finds a timer done already counts, too). All else must be
equal.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.watchdog import watchdog
from engine.storage.chain import chained
from engine.storage.models import CaseRow, JournalRow, OutboxRow, TimerRow
from engine.storage.work import Casework, Work
from tests.crash.house import House
from tests.crash.post import named_in
from workflows.records import METADATA

Told = tuple[str, str]  # a table, a row in words
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_LEFT_OUT = {
    "outbox": {"attempts", "send_after", "last_error"},
    "journal": {"digest"},
    "cases": {"journal_head", "version"},
}
_ONLY_WHETHER = {("outbox", "sent_at")}
_LONG = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """How a picture differs from that of an undisturbed run."""

    lost: tuple[Told, ...]
    doubled: tuple[Told, ...]
    changed: tuple[Told, ...]


def rows_told(house: House) -> list[Told]:
    """Return every row of every table in words."""
    with house.casework.work(SYSTEM) as work:
        tables = METADATA.sorted_tables
        return [(t.name, _in_words(t.name, row)) for t in tables for row in _rows(work, t)]


def letters_told(house: House) -> list[Told]:
    """Return every letter in the folder of an installation without a mail server."""
    return [("letter", " to ".join(each)) for each in named_in(house.settings.mail_folder)]


def known_ids(told: Iterable[Told]) -> frozenset[str]:
    """Return the ids that occur in these rows."""
    return frozenset(found for _, row in told for found in _ID.findall(row))


def picture(told: Iterable[Told], known: frozenset[str]) -> Counter[Told]:
    """Count rows, every id that is not `known` being as good as another."""

    def named(found: "re.Match[str]") -> str:
        return found[0] if found[0] in known else "new"

    return Counter((table, _ID.sub(named, row)) for table, row in told)


def differ(expected: Counter[Told], found: Counter[Told]) -> Difference:
    """Say which rows are lost or doubled, and which are only otherwise than expected.

    A table with fewer rows has lost some, one with more has doubled some.
    """
    gone, come = expected - found, found - expected
    fewer, more = _by_table(gone), _by_table(come)
    lost = [row for row in gone if fewer[row[0]] > more[row[0]]]
    doubled = [row for row in come if more[row[0]] > fewer[row[0]]]
    return Difference(
        tuple(lost),
        tuple(doubled),
        tuple(row for row in come if fewer[row[0]] == more[row[0]]),
    )


def faults(casework: Casework) -> list[str]:
    """Return what no database may have after the worker has looked, whatever was done in it."""
    with casework.work(SYSTEM) as work:
        return [*_broken_chains(work), *_stuck(work)]


def _by_table(rows: Counter[Told]) -> Counter[str]:
    number: Counter[str] = Counter()
    for (table, _), times in rows.items():
        number[table] += times
    return number


def _rows(work: Work, table: Any) -> Iterator[dict[str, Any]]:
    return (dict(row) for row in work.session.execute(select(table)).mappings())


def _in_words(table: str, row: dict[str, Any]) -> str:
    left_out = _LEFT_OUT.get(table, set())
    words = "; ".join(
        f"{name}={_value(value is not None if (table, name) in _ONLY_WHETHER else value)}"
        for name, value in row.items()
        if name not in left_out
    )
    return _DIGEST.sub("a digest", words) if table == "journal" else words


def _value(value: Any) -> str:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()[:16]
    text = value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if len(text) > _LONG else text


def _broken_chains(work: Work) -> Iterator[str]:
    """Tell where the chain of a journal does not hold."""
    query = select(JournalRow).order_by(JournalRow.case_id, JournalRow.seq)
    rows = work.session.scalars(query).all()
    for case in work.session.scalars(select(CaseRow)):
        yield from _faults_of(case, [row for row in rows if row.case_id == case.id])


def _faults_of(case: CaseRow, rows: list[JournalRow]) -> Iterator[str]:
    before: Any = SimpleNamespace(id=case.id, journal_head="")
    for seq, row in enumerate(rows, start=1):
        digest = chained(
            before, seq=seq, at=row.at, actor_id=row.actor_id, act=row.act, data=row.data
        )
        if (row.seq, row.digest) != (seq, digest):
            yield f"the journal's chain breaks at {row.seq}, the row number {seq}"
        before.journal_head = row.digest
    if (case.journal_length, case.journal_head) != (len(rows), before.journal_head):
        yield "the case has another end of its journal than the journal itself"


def _stuck(work: Work) -> Iterator[str]:
    yield from (f"»{each.process}« stands still: {each.lost}" for each in watchdog(work))
    late = select(TimerRow.kind).where(TimerRow.done_at.is_(None), TimerRow.due_at <= work.now)
    yield from (f"a timer ({kind}) is due and was not fired" for kind in work.session.scalars(late))
    unsent = select(OutboxRow.kind).where(
        OutboxRow.sent_at.is_(None), OutboxRow.send_after <= work.now
    )
    yield from (f"a mail ({kind}) has not left" for kind in work.session.scalars(unsent))

"""Tampering with the records, one change at a time, as one could who has the database's password.

Each change is made, looked for by `verify`, and undone. It must be found and named by its place:
the case, or the log. The clever ones also mend whatever stands in the database.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, insert, select, update

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.heads import Flaw, Heads, read_heads, write_heads
from engine.services.instances import open_case
from engine.services.journal import record
from engine.services.verifying import verify
from engine.storage.chain import linked
from engine.storage.copying import write_fast
from engine.storage.linked_rows import bind_rows, row_digest
from engine.storage.models import AnswersRow, CaseRow, ChainRow, JournalRow, LinkRow
from engine.storage.sealing import Ciphertext, carried
from engine.storage.work import Casework, Work
from tests.conftest import reading
from workflows.access.records import ReadLogRow

JOURNAL, CASES, ANSWERS, LOG, CHAINS, LINKS = (
    each.__table__ for each in (JournalRow, CaseRow, AnswersRow, ReadLogRow, ChainRow, LinkRow)
)
_KEPT = (JOURNAL, ANSWERS, LOG, CHAINS, LINKS)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Change = Callable[["Records", Connection, Random], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """A few cases with journals, texts and looks, as they are and as they were two days before."""

    casework: Casework
    heads: Heads
    now: Rows
    before: Rows

    def flaws(self) -> list[Flaw]:
        """Return what `verify` finds."""
        return list(verify(self.casework, self.heads, (LOG,)))

    def of_case(self, rng: Random) -> Sequence[Mapping[str, Any]]:
        """Return the journal of some case."""
        case_id = rng.choice(self.now["cases"])["id"]
        return [row for row in self.now["journal"] if row["case_id"] == case_id]


def kept_records(casework: Casework, clock: MovableClock, folder: Path) -> Records:
    """Write the records: two days with the heads of each, and a third without."""
    write_fast(casework.database)
    casework.database.dispose()
    cases: list[UUID] = []
    for day in range(3):
        for number in range(4):
            cases = casework.act(SYSTEM, partial(_live, cases=cases, number=number))
        casework.act(SYSTEM, lambda work: bind_rows(work, LOG))
        if day == 0:
            before = _read(casework)
        if day < 2:
            known = read_heads(folder, casework.database.keyring)
            write_heads(casework, folder, known, (LOG,), set())
            clock.move_to(clock.now() + timedelta(days=1))
    return Records(
        casework=casework,
        heads=read_heads(folder, casework.database.keyring),
        now=_read(casework),
        before=before,
    )


def tampered(records: Records, number: int, seed: int) -> Iterator[tuple[str, str, list[Flaw]]]:
    """Make so many changes, each kind in turn; yield what was done, its place, what was found."""
    rng = Random(seed)  # noqa: S311  # no secret
    for turn in range(number):
        change = CHANGES[turn % len(CHANGES)]
        with reading(records.casework.database).begin() as connection:
            place = change(records, connection, rng)
        yield change.__name__, place, records.flaws()
        _put_back(records)


def names(flaws: Sequence[Flaw], place: str) -> bool:
    """Say whether one of the flaws names the place: the row itself, or the case it is of."""
    return any(place in flaw.where or place == str(flaw.case_id) for flaw in flaws)


def _live(work: Work, cases: list[UUID], number: int) -> list[UUID]:
    """Something happens in each of four cases: acts, a text and a look."""
    case_id = cases[number] if number < len(cases) else open_case(work).id
    for act in ("task_opened", "task_completed"):
        record(work, case_id, act, task=str(uuid4()))
    for word in ("en", "to"):
        work.session.add(AnswersRow(case_id=case_id, form="form", at=work.now, data={"said": word}))
    work.session.add(
        ReadLogRow(at=work.now, actor_id=uuid4(), case_ids=[str(case_id)], purpose="task")
    )
    return cases if number < len(cases) else [*cases, case_id]


def _read(casework: Casework) -> Rows:
    with reading(casework.database).connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(*carried(table))).mappings()
            ]
            for table in (CASES, *_KEPT)
        }


def _put_back(records: Records) -> None:
    with reading(records.casework.database).begin() as connection:
        _fill(connection, records.now)


def _fill(connection: Connection, rows: Rows) -> None:
    for table in _KEPT:
        connection.execute(delete(table))
        if rows[table.name]:
            connection.execute(insert(table), [dict(row) for row in rows[table.name]])
    for row in rows["cases"]:
        _set_case(connection, row)


def _set_case(connection: Connection, row: Mapping[str, Any]) -> None:
    """All but the moment of the last act, which the database does not let go back."""
    new = {name: value for name, value in row.items() if name not in ("id", "touched_at")}
    connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(**new))


# -- the changes -----------------------------------------------------------------------------------


def _flip_journal(records: Records, connection: Connection, rng: Random) -> str:
    row = rng.choice(records.of_case(rng))
    new = {
        "act": row["act"] + "x",
        "at": row["at"] + timedelta(microseconds=1),
        "actor_id": uuid4(),
        "data": {**row["data"], "task": str(uuid4())},
        "digest": row["digest"][::-1],
    }
    name = rng.choice(sorted(new))
    connection.execute(update(JOURNAL).where(*_is(row)).values({name: new[name]}))
    return str(row["case_id"])


def _delete_journal(records: Records, connection: Connection, rng: Random) -> str:
    row = rng.choice(records.of_case(rng))
    connection.execute(delete(JOURNAL).where(*_is(row)))
    return str(row["case_id"])


def _delete_and_close_up(records: Records, connection: Connection, rng: Random) -> str:
    """The rows after the deleted one move down, and the case's length with them."""
    rows = list(records.of_case(rng))
    gone = rng.randrange(len(rows))
    rewrite(connection, [row for at, row in enumerate(rows) if at != gone], relink=False)
    return str(rows[0]["case_id"])


def _insert_journal(records: Records, connection: Connection, rng: Random) -> str:
    rows = list(records.of_case(rng))
    rows.insert(rng.randrange(len(rows) + 1), {**rng.choice(rows), "act": "consent_activated"})
    rewrite(connection, rows, relink=False)
    return str(rows[0]["case_id"])


def _reorder_journal(records: Records, connection: Connection, rng: Random) -> str:
    rows = list(records.of_case(rng))
    one, other = rng.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    rewrite(connection, rows, relink=False)
    return str(rows[0]["case_id"])


def _truncate_journal(records: Records, connection: Connection, rng: Random) -> str:
    rows = list(records.of_case(rng))
    connection.execute(
        delete(JOURNAL).where(
            JOURNAL.c.case_id == rows[0]["case_id"], JOURNAL.c.seq > rng.randrange(len(rows))
        )
    )
    return str(rows[0]["case_id"])


def _rewrite_history(records: Records, connection: Connection, rng: Random) -> str:
    """The clever one: a row of before yesterday's head is changed, and every digest made anew."""
    rows = [dict(row) for row in records.of_case(rng)]
    known = records.heads.of_case(rows[0]["case_id"])
    assert known is not None
    rows[rng.randrange(known[0])]["act"] = "nothing_happened"
    rewrite(connection, rows, relink=True)
    return str(rows[0]["case_id"])


def _replay_case(records: Records, connection: Connection, rng: Random) -> str:
    """One case is put back as it was two days ago, whole and in order."""
    case_id = rng.choice(records.before["cases"])["id"]
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == case_id))
    connection.execute(delete(ANSWERS).where(ANSWERS.c.case_id == case_id))
    for table in (JOURNAL, ANSWERS):
        rows = [row for row in records.before[table.name] if row["case_id"] == case_id]
        connection.execute(insert(table), rows)
    old = next(row for row in records.before["cases"] if row["id"] == case_id)
    _set_case(connection, old)
    return str(case_id)


def _replay_backup(records: Records, connection: Connection, rng: Random) -> str:
    """Everything is put back as it was two days ago."""
    _fill(connection, records.before)
    return str(rng.choice(records.before["cases"])["id"])


def _flip_text(records: Records, connection: Connection, rng: Random) -> str:
    row = rng.choice(records.now["answers"])
    bent = bytearray(row["data"])
    bent[rng.randrange(len(bent))] ^= 1 << rng.randrange(8)
    change = update(ANSWERS).where(ANSWERS.c.id == row["id"])
    connection.execute(change.values(data=Ciphertext(bent)))
    return str(row["id"])


def _swap_texts(records: Records, connection: Connection, rng: Random) -> str:
    one, other = rng.sample(list(records.now["answers"]), 2)
    for row, data in ((one, other["data"]), (other, one["data"])):
        connection.execute(update(ANSWERS).where(ANSWERS.c.id == row["id"]).values(data=data))
    return str(one["id"])


def _delete_text(records: Records, connection: Connection, rng: Random) -> str:
    row = rng.choice(records.now["answers"])
    connection.execute(delete(ANSWERS).where(ANSWERS.c.id == row["id"]))
    return str(row["id"])


def _insert_text(records: Records, connection: Connection, rng: Random) -> str:
    row = {**rng.choice(records.now["answers"]), "id": uuid4()}
    connection.execute(insert(ANSWERS), [row])
    return str(row["id"])


def _flip_look(records: Records, connection: Connection, rng: Random) -> str:
    row = rng.choice(records.now["read_log"])
    new = {
        "actor_id": uuid4(),
        "at": row["at"] + timedelta(seconds=1),
        "case_ids": [],
        "purpose": "board",
        "path": "/sager",
    }
    name = rng.choice(sorted(new))
    connection.execute(update(LOG).where(LOG.c.id == row["id"]).values({name: new[name]}))
    return "read_log"


def _delete_look(records: Records, connection: Connection, rng: Random) -> str:
    connection.execute(delete(LOG).where(LOG.c.id == rng.choice(records.now["read_log"])["id"]))
    return "read_log"


def _truncate_log(records: Records, connection: Connection, rng: Random) -> str:
    """The newest looks are taken away, and the end of the chain is mended."""
    known = records.heads.of_chain("read_log")
    assert known is not None
    _relog(connection, _looks(records)[: rng.randrange(known[0])], relink=False)
    return "read_log"


def _swap_looks(records: Records, connection: Connection, rng: Random) -> str:
    rows = _looks(records)
    one, other = rng.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    _relog(connection, rows, relink=False)
    return "read_log"


def _insert_look(records: Records, connection: Connection, rng: Random) -> str:
    rows = _looks(records)
    look, link = rng.choice(rows)
    rows.insert(rng.randrange(len(rows) + 1), ({**look, "id": uuid4()}, link))
    _relog(connection, rows, relink=False)
    return "read_log"


def _insert_loose_look(records: Records, connection: Connection, rng: Random) -> str:
    """A look of long ago, as if the worker had not been by yet."""
    old = [look for look, _ in _looks(records)][:4]
    connection.execute(insert(LOG), [{**rng.choice(old), "id": uuid4()}])
    return "read_log"


def _flip_link(records: Records, connection: Connection, rng: Random) -> str:
    link = rng.choice(records.now["links"])
    change = update(LINKS).where(LINKS.c.seq == link["seq"])
    connection.execute(change.values(digest=link["digest"][::-1]))
    return "read_log"


def _rewrite_log(records: Records, connection: Connection, rng: Random) -> str:
    """The clever one: a look of before yesterday's head is forgotten, every digest made anew."""
    rows, known = _looks(records), records.heads.of_chain("read_log")
    assert known is not None
    del rows[rng.randrange(known[0])]
    _relog(connection, rows, relink=True)
    return "read_log"


def _forget_head(records: Records, connection: Connection, rng: Random) -> str:
    names = [row["name"] for row in records.now["chains"] if row["name"].startswith("heads:")]
    name = rng.choice(sorted(names))
    connection.execute(delete(CHAINS).where(CHAINS.c.name == name))
    return name.replace(":", " ")


CHANGES: tuple[Change, ...] = (
    _flip_journal,
    _delete_journal,
    _delete_and_close_up,
    _insert_journal,
    _reorder_journal,
    _truncate_journal,
    _rewrite_history,
    _replay_case,
    _replay_backup,
    _flip_text,
    _swap_texts,
    _delete_text,
    _insert_text,
    _flip_look,
    _delete_look,
    _truncate_log,
    _swap_looks,
    _insert_look,
    _insert_loose_look,
    _flip_link,
    _rewrite_log,
    _forget_head,
)


def _is(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return JOURNAL.c.case_id == row["case_id"], JOURNAL.c.seq == row["seq"]


def rewrite(connection: Connection, rows: Sequence[Mapping[str, Any]], *, relink: bool) -> None:
    """Write a case's journal as these rows, numbered anew, and mend the case to fit."""
    case_id, head, done = rows[0]["case_id"], "", []
    for seq, row in enumerate(rows, start=1):
        new = {**row, "seq": seq}
        if relink:
            kept = {key: new[key] for key in ("seq", "at", "actor_id", "act", "data")}
            new["digest"] = linked(head, case_id, **kept)
        head = new["digest"]
        done.append(new)
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == case_id))
    connection.execute(insert(JOURNAL), done)
    mended = update(CASES).where(CASES.c.id == case_id)
    connection.execute(mended.values(journal_length=len(done), journal_head=head))


def _looks(records: Records) -> list[tuple[Mapping[str, Any], str]]:
    """Return the looks in the order of the chain, each with its digest."""
    looks = {row["id"]: row for row in records.now["read_log"]}
    links = sorted(records.now["links"], key=lambda row: row["seq"])
    return [(looks[link["row_id"]], link["digest"]) for link in links]


def _relog(
    connection: Connection, rows: Sequence[tuple[Mapping[str, Any], str]], *, relink: bool
) -> None:
    """Write the log as these rows, numbered anew, and mend the end of its chain."""
    head, links = "", []
    for seq, (look, digest) in enumerate(rows, start=1):
        head = row_digest(head, seq, look) if relink else digest
        links.append({"name": LOG.name, "seq": seq, "row_id": look["id"], "digest": head})
    for table, new in ((LOG, [dict(look) for look, _ in rows]), (LINKS, links)):
        connection.execute(delete(table))
        if new:
            connection.execute(insert(table), new)
    mended = update(CHAINS).where(CHAINS.c.name == LOG.name)
    connection.execute(mended.values(length=len(links), head=head))

"""Looking the records over: is any row of a journal, a kept text or a log not as it was written?

Five things are held against each other: each row of a journal against the one before, the last
against the case, each kept text against its journal, each row of a log against the one before, and
all of them against the heads that were written outside the database on the days before.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.ports import SYSTEM
from engine.services.heads import Flaw, Heads
from engine.storage.base import Base
from engine.storage.chain import TEXT_ERASED, TEXT_KEPT, linked
from engine.storage.linked_rows import LATE, Log, is_loose, row_digest
from engine.storage.models import CaseRow, ChainRow, JournalRow, LinkRow
from engine.storage.sealing import ciphertext_of, digest_of, sealed_columns
from engine.storage.work import Casework, Work

_CASES = 100
_ROWS = 2000
_OUTSIDE = "skrevet op uden for databasen"
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Seen:
    """What has been met so far: the kept texts that the journals know, by what they are."""

    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    cases: set[UUID] = field(default_factory=set)


def verify(
    casework: Casework,
    heads: Heads,
    logs: Collection[Log] = (),
    progress: Progress = lambda done, of: None,
) -> Iterator[Flaw]:
    """Yield every flaw of the records, in the order of the cases; nothing is written.

    `logs` are the tables with a chain through the whole of them.
    """
    yield from heads.flaws
    seen = _Seen()
    with casework.work(SYSTEM) as work:
        number = work.session.scalar(select(func.count()).select_from(CaseRow)) or 0
    after: UUID | None = None
    while page := _page(casework, after):
        with casework.work(SYSTEM) as work:
            yield from _flaws_of_page(work, page, heads, seen)
        after = page[-1]
        progress(len(seen.cases), number)
    with casework.work(SYSTEM) as work:
        yield from _missing_cases(heads, seen)
        yield from _strange_rows(work, seen)
        for log in logs:
            yield from _flaws_of_log(work, log, heads)
        yield from _missing_heads(work, heads)


def _page(casework: Casework, after: UUID | None) -> Sequence[UUID]:
    query = select(CaseRow.id).order_by(CaseRow.id).limit(_CASES)
    with casework.work(SYSTEM) as work:
        return work.session.scalars(
            query if after is None else query.where(CaseRow.id > after)
        ).all()


def _flaws_of_page(work: Work, page: Sequence[UUID], heads: Heads, seen: _Seen) -> Iterator[Flaw]:
    cases = {
        row.id: row for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(page)))
    }
    journal: dict[UUID, list[Any]] = defaultdict(list)
    columns = JournalRow.__table__.c
    query = select(*columns).where(columns.case_id.in_(page)).order_by(columns.case_id, columns.seq)
    for row in work.session.execute(query):
        journal[row.case_id].append(row)
    expected: dict[str, dict[str, tuple[UUID, str]]] = defaultdict(dict)
    for case_id in page:
        seen.cases.add(case_id)
        rows = journal[case_id]
        yield from _flaws_of_journal(cases[case_id], rows, heads.of_case(case_id))
        for (label, row_id), digest in _kept(rows).items():
            expected[label][row_id] = case_id, digest
            seen.texts[label].add(row_id)
    yield from _flaws_of_texts(work, expected)


def _flaws_of_journal(
    case: CaseRow, rows: Sequence[Any], known: tuple[int, str] | None
) -> Iterator[Flaw]:
    head, at_head = "", known is None
    for number, row in enumerate(rows, start=1):
        if row.seq != number:
            yield _in_journal(case.id, number, f"Række {number} mangler; den næste er {row.seq}.")
            return
        head_now = linked(
            head, case.id, seq=row.seq, at=row.at, actor_id=row.actor_id, act=row.act, data=row.data
        )
        if head_now != row.digest:
            yield _in_journal(
                case.id, number, f"Række {number} er ændret, byttet om eller sat ind ({row.act})."
            )
            return
        head = head_now
        if known is not None and number == known[0]:
            at_head = head == known[1]
    if (case.journal_length, case.journal_head) != (len(rows), head):
        yield _in_journal(
            case.id,
            len(rows),
            f"Journalen slutter ved række {len(rows)}, men sagen siger {case.journal_length}.",
        )
    elif not at_head and known is not None:
        yield _in_journal(
            case.id,
            known[0],
            f"Række {known[0]} er ikke den, der blev skrevet op uden for databasen.",
        )


def _kept(rows: Sequence[Any]) -> Mapping[tuple[str, str], str]:
    """Return the digest of each text that the journal keeps, "" for what is taken away."""
    kept: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.act == TEXT_KEPT:
            kept |= {(label, row_id): digest for label, row_id, digest in row.data["texts"]}
        elif row.act == TEXT_ERASED:
            kept = dict.fromkeys(kept, "")
    return kept


def _flaws_of_texts(
    work: Work, expected: Mapping[str, Mapping[str, tuple[UUID, str]]]
) -> Iterator[Flaw]:
    for label, texts in expected.items():
        found = dict(_ciphertexts(work, label, texts))
        for row_id, (case_id, digest) in texts.items():
            what = _wrong(digest, found.get(row_id, b""))
            if what:
                yield Flaw(where=f"{label} {row_id}", what=what, case_id=case_id)


def _wrong(digest: str, ciphertext: bytes) -> str:
    if not ciphertext:
        return "Teksten er fjernet." if digest else ""
    if not digest:
        return "Teksten står her, selv om den er slettet."
    return "" if digest_of(ciphertext) == digest else "Teksten er ændret."


def _ciphertexts(work: Work, label: str, ids: Collection[str]) -> Iterator[tuple[str, bytes]]:
    table, column = _place(label)
    wanted = [UUID(each) for each in ids]
    for at in range(0, len(wanted), 500):
        some = table.c.id.in_(wanted[at : at + 500])
        for row_id, ciphertext in work.session.execute(select(table.c.id, column).where(some)):
            yield str(row_id), ciphertext or b""


def _place(label: str) -> tuple[Log, Any]:
    name, _, column = label.partition(".")
    table = Base.metadata.tables[name]
    return table, ciphertext_of(table, column)


def _missing_cases(heads: Heads, seen: _Seen) -> Iterator[Flaw]:
    for case_id in sorted(heads.cases.keys() - seen.cases):
        yield Flaw(where=f"cases {case_id}", what="Sagen er fjernet.", case_id=case_id)


def _strange_rows(work: Work, seen: _Seen) -> Iterator[Flaw]:
    """Tell of texts that no journal knows, and of journal rows that belong to no case."""
    for table in Base.metadata.sorted_tables:
        for name, column in sealed_columns(table).items():
            if column.kept:
                yield from _unknown_texts(work, table, name, seen.texts[column.label])
    stray = select(JournalRow.case_id).where(JournalRow.case_id.not_in(select(CaseRow.id)))
    for case_id in work.session.scalars(stray.distinct()):
        yield Flaw(where=f"journal {case_id}", what="Rækkerne hører til en sag, der ikke findes.")


def _unknown_texts(work: Work, table: Log, name: str, known: set[str]) -> Iterator[Flaw]:
    label = f"{table.name}.{name}"
    case_of = [table.c.case_id] if "case_id" in table.c else []
    query = select(table.c.id, func.length(ciphertext_of(table, name)), *case_of)
    with work.session.execute(query.execution_options(yield_per=_ROWS)) as result:
        for row_id, length, *case_id in result:
            if length and str(row_id) not in known:
                what = "Teksten er sat ind uden om journalen, eller journalens række er fjernet."
                yield Flaw(where=f"{label} {row_id}", what=what, case_id=next(iter(case_id), None))


def _flaws_of_log(work: Work, log: Log, heads: Heads) -> Iterator[Flaw]:
    links = (
        select(LinkRow.seq, LinkRow.digest.label("link"), *log.c)
        .outerjoin(log, log.c.id == LinkRow.row_id)
        .where(LinkRow.name == log.name)
        .order_by(LinkRow.seq)
    )
    head, number, known = "", 0, heads.of_chain(log.name)
    with work.session.execute(links.execution_options(yield_per=_ROWS)) as result:
        for found in result.mappings():
            number, row = number + 1, dict(found)
            if wrong := _wrong_link(row, number, head):
                yield _in_log(log, number, wrong)
                return
            head = found["link"]
            known = None if known == (number, head) else known
    yield from _wrong_ends(work, log, number, head, known)


def _wrong_link(row: dict[str, Any], number: int, head: str) -> str:
    """Return what is wrong with the row in this place of the log, "" if nothing is."""
    seq, link = row.pop("seq"), row.pop("link")
    if seq != number or row["id"] is None:
        return f"Række {number} mangler."
    if row_digest(head, number, row) != link:
        return f"Række {number} er ændret, byttet om eller sat ind."
    return ""


def _wrong_ends(
    work: Work, log: Log, number: int, head: str, known: tuple[int, str] | None
) -> Iterator[Flaw]:
    end = work.session.get(ChainRow, log.name)
    if (number, head) != ((end.length, end.head) if end else (0, "")):
        yield _in_log(log, number, f"Loggen slutter ved række {number}, men ikke dér, kæden siger.")
    elif known is not None:
        yield _in_log(log, known[0], f"Række {known[0]} er ikke den, der blev {_OUTSIDE}.")
    if end is not None and end.latest is not None:
        old = select(log.c.id).where(is_loose(log), log.c.at < end.latest - LATE)
        for row_id in work.session.scalars(old):
            yield Flaw(where=f"{log.name} {row_id}", what="Rækken er sat ind bagefter.")


def _missing_heads(work: Work, heads: Heads) -> Iterator[Flaw]:
    """Tell of heads that the database knows and the folder lacks, and the other way round."""
    query = select(ChainRow).where(ChainRow.name.startswith("heads:"))
    told = {row.name.removeprefix("heads:"): row.head for row in work.session.scalars(query)}
    for day in sorted(told.keys() | heads.digests.keys()):
        if told.get(day) != heads.digests.get(day):
            yield Flaw(
                where=f"heads {day}",
                what="Dagens hoved uden for databasen og databasens viden om det er ikke ens.",
            )


def _in_journal(case_id: UUID, number: int, what: str) -> Flaw:
    return Flaw(where=f"journal {case_id} {number}", what=what, case_id=case_id)


def _in_log(log: Log, number: int, what: str) -> Flaw:
    return Flaw(where=f"{log.name} {number}", what=what)

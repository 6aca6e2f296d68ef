"""The heads of the chains, written outside the database once a day, each file bound to the last.

A file names what has moved since the file before it: each case with the length and head of its
journal, each log with the end of its chain. It is signed with a master key. Whoever changes the
database, or puts an old copy back, would have to change these files as well; keep their folder
where the database's administrators cannot write.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.storage.keys import Keyring
from engine.storage.linked_rows import Log
from engine.storage.models import CaseRow, ChainRow
from engine.storage.work import Casework, Work

_NAME = "heads:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is not as it was written: where, and what is wrong (a sentence)."""

    where: str
    what: str
    case_id: UUID | None = None


@dataclass(slots=True)
class Heads:
    """What the files say together: the last known end of each chain; `digests` of files by day."""

    cases: dict[UUID, tuple[int, str]] = field(default_factory=dict)
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    last: str = ""
    flaws: list[Flaw] = field(default_factory=list)

    def of_case(self, case_id: UUID) -> tuple[int, str] | None:
        """Return length and head of the case's journal when it was last written up."""
        return self.cases.get(case_id)

    def of_chain(self, name: str) -> tuple[int, str] | None:
        """Return length and head of the log when it was last written up."""
        return self.chains.get(name)


def read_heads(folder: Path, keyring: Keyring) -> Heads:
    """Read every file, oldest first. A file that was altered or does not follow is a flaw."""
    heads = Heads()
    for file in sorted(folder.glob("????-??-??.json")):
        content = file.read_bytes()
        day, heads.digests[file.stem] = file.stem, sha256(content).hexdigest()
        try:
            said = _opened(content, keyring)
        except (ValueError, KeyError, CaseworkError):
            heads.flaws.append(_flaw(day, "Filen er ændret."))
        else:
            if said["previous"] != heads.last or said["day"] != day:
                heads.flaws.append(_flaw(day, "En fil før denne mangler eller er ændret."))
            _take(heads, said)
        heads.last = heads.digests[file.stem]
    return heads


def write_heads(
    casework: Casework, folder: Path, heads: Heads, logs: Collection[Log], doubtful: set[UUID]
) -> Path | None:
    """Write today's file, and return it; None when somebody has written today's already.

    A case that is `doubtful` keeps the head it had. The database learns of the file in the act
    that writes it, so that a file which is taken away is missed.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def act(work: Work) -> Path | None:
        file = folder / f"{work.today.isoformat()}.json"
        if work.session.get(ChainRow, f"{_NAME}{file.stem}") is not None:
            return None
        content = _signed(_news(work, heads, logs, doubtful), casework.database.keyring)
        head = sha256(content).hexdigest()
        work.session.add(ChainRow(name=f"{_NAME}{file.stem}", length=len(content), head=head))
        work.flush()
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.replace(file)
        return file

    return casework.act(SYSTEM, act)


def is_written(work: Work, day: date) -> bool:
    """Say whether the heads of the day have been written."""
    return work.session.get(ChainRow, f"{_NAME}{day.isoformat()}") is not None


def _news(
    work: Work, heads: Heads, logs: Collection[Log], doubtful: set[UUID]
) -> Mapping[str, Any]:
    return {
        "day": work.today.isoformat(),
        "previous": heads.last,
        "cases": {
            str(case_id): end
            for case_id, end in _ends(work)
            if case_id not in doubtful and heads.cases.get(case_id) != tuple(end)
        },
        "chains": {
            row.name: [row.length, row.head]
            for name in sorted(log.name for log in logs)
            if (row := work.session.get(ChainRow, name)) is not None
        },
    }


def _ends(work: Work) -> Iterator[tuple[UUID, list[Any]]]:
    query = select(CaseRow.id, CaseRow.journal_length, CaseRow.journal_head).order_by(CaseRow.id)
    for case_id, length, head in work.session.execute(query):
        yield case_id, [length, head]


def _signed(said: Mapping[str, Any], keyring: Keyring) -> bytes:
    master, signature = keyring.sign(_canonical(said))
    return json.dumps({**said, "master": master, "signature": signature}, indent=1).encode()


def _opened(content: bytes, keyring: Keyring) -> Mapping[str, Any]:
    said = json.loads(content)
    master, signature = said.pop("master"), said.pop("signature")
    if keyring.sign(_canonical(said), master)[1] != signature:
        raise ValueError("the signature is another")
    return said  # type: ignore[no-any-return]  # our own JSON


def _canonical(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _take(heads: Heads, said: Mapping[str, Any]) -> None:
    for case_id, (length, head) in said["cases"].items():
        heads.cases[UUID(case_id)] = length, head
    for name, (length, head) in said["chains"].items():
        heads.chains[name] = length, head


def _flaw(day: str, what: str) -> Flaw:
    return Flaw(where=f"heads {day}", what=what)

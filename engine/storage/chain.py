"""The chain of a case's journal: each row is bound to the one before, the last to the case.

A kept text is bound by the digest of its ciphertext, in a row of its own (`TEXT_KEPT`); so text
and key can be erased, and the chain stands.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.domain.packing import canonical
from engine.storage.models import CaseRow, JournalRow

if TYPE_CHECKING:
    from engine.storage.work import Work

TEXT_KEPT = "text_kept"
TEXT_ERASED = "text_erased"
Kept = tuple[str, str, str]  # what it is, the id of its row, the digest of its ciphertext


def append(work: "Work", case_id: UUID, act: str, data: dict[str, Any]) -> None:
    """Append one row to the case's journal. Locks the case."""
    case = work.lock_case(case_id)
    seq = case.journal_length + 1
    digest = chained(case, seq=seq, at=work.now, actor_id=work.actor.id, act=act, data=data)
    work.add(
        JournalRow,
        {
            "case_id": case_id,
            "seq": seq,
            "at": work.now,
            "actor_id": work.actor.id,
            "act": act,
            "data": data,
            "digest": digest,
        },
    )
    case.journal_length, case.journal_head = seq, digest


def keep_digests(work: "Work", case_id: UUID, texts: Sequence[Kept]) -> None:
    """Bind texts that this act writes to the journal of their case."""
    append(work, case_id, TEXT_KEPT, {"texts": [list(each) for each in texts]})


def chained(
    case: CaseRow, *, seq: int, at: datetime, actor_id: UUID | None, act: str, data: Any
) -> str:
    """Return the digest of a row that follows the case's present head."""
    return linked(case.journal_head, case.id, seq=seq, at=at, actor_id=actor_id, act=act, data=data)


def linked(
    head: str,
    case_id: UUID,
    *,
    seq: int,
    at: datetime,
    actor_id: UUID | None,
    act: str,
    data: Any,
) -> str:
    """Return the digest of a row that follows one with the digest `head`."""
    return digest([head, str(case_id), seq, at.isoformat(), str(actor_id), act, data])


def digest(content: Any) -> str:
    """Return the digest of what can be said in JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()

"""The journal: what happened in a case, in order, each row chained to the one before."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from engine.ports import Json
from engine.storage.models import CaseRow, JournalRow
from engine.storage.work import Work


def record(work: Work, case_id: UUID, act: str, **data: Json) -> None:
    """Append one row to the case's journal: ids and codes only, never free text.

    Locks the case. `act` is past tense, such as "task_completed".
    """
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


def chained(
    case: CaseRow, *, seq: int, at: datetime, actor_id: UUID | None, act: str, data: Json
) -> str:
    """Return the digest of a row that follows the case's present head."""
    content = [case.journal_head, str(case.id), seq, at.isoformat(), str(actor_id), act, data]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

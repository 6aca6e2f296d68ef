"""What is due: one look by the index, and taking a timer so that no two workers have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.storage.loading import NEWEST
from engine.storage.models import CaseRow, TimerRow
from engine.storage.work import Work

_WITH_CASE = (
    select(CaseRow, TimerRow, NEWEST)
    .join(TimerRow, TimerRow.case_id == CaseRow.id)
    .where(TimerRow.id == bindparam("timer_id"))
)
_LOCKING = _WITH_CASE.with_for_update(of=CaseRow, skip_locked=True).execution_options(
    populate_existing=True
)

_IN_ORDER = (
    select(TimerRow.id, TimerRow.due_at, TimerRow.case_id)
    .where(TimerRow.done_at.is_(None), TimerRow.due_at <= bindparam("until"))
    .order_by(TimerRow.due_at, TimerRow.urgency, TimerRow.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that waits in a case, and the moment it is due (UTC)."""

    id: UUID
    due_at: datetime
    case_id: UUID


def due_until(session: Session, until: datetime, limit: int) -> Sequence[Due]:
    """Return the timers that are due by `until` (UTC): oldest first, the urgent of a moment first.

    The age comes before the urgency, so that what happens in a case after an outage happens in
    the order in which it was planned.
    """
    found = session.execute(_IN_ORDER, {"until": until, "limit": limit})
    return [Due(*row) for row in found]


def take(work: Work, timer_id: UUID) -> TimerRow | None:
    """Lock the case of the timer, and return the timer as it stands then.

    The configuration comes with it, in the same statement.

    None when it is done or not due any more: another worker, or another timer of its instance, was
    first. On PostgreSQL also, without waiting, while another act holds the case.
    """
    is_sqlite = work.casework.database.is_sqlite
    query = _WITH_CASE if is_sqlite else _LOCKING
    found = work.session.execute(query, {"timer_id": timer_id}).one_or_none()
    if found is None:
        return None
    case, timer, number = found
    work.hold(case)
    work.configure(number)
    if not is_sqlite:
        work.session.refresh(timer)  # what the lock let through may be older than the lock
    return timer if timer.done_at is None and timer.due_at <= work.now else None

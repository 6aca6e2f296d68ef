"""Ending timers: those of an act in one statement, without loading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, or_, update
from sqlalchemy.orm import Session

from engine.storage.database import about_to_write
from engine.storage.models import TimerRow

_TIMERS = cast(Table, TimerRow.__table__)
_IS_ONE = _TIMERS.c.id.in_(bindparam("ids", expanding=True))
_IS_OF_ONE = _TIMERS.c.task_id.in_(bindparam("ids", expanding=True))
_IS_IT = or_(_TIMERS.c.id == bindparam("ids"), _TIMERS.c.task_id == bindparam("ids"))
_END = (
    update(_TIMERS)
    .where(_TIMERS.c.done_at.is_(None))
    .values(done_at=bindparam("now"), outcome=bindparam("how"))
    .returning(_TIMERS.c.id, _TIMERS.c.attempts)
)
_END_ALL, _END_ONE = _END.where(or_(_IS_ONE, _IS_OF_ONE)), _END.where(_IS_IT)


def end_timers(session: Session, owners: Sequence[UUID], now: datetime, outcome: str) -> list[UUID]:
    """End the pending timers that are `owners`, or of the ladders of the tasks `owners`.

    Returns those that had failed before.
    """
    about_to_write(session)
    one = len(owners) == 1  # as it mostly is, and cheaper to ask
    given = {"ids": owners[0] if one else owners, "now": now, "how": outcome}
    ended = session.connection().execute(_END_ONE if one else _END_ALL, given)
    return [timer_id for timer_id, attempts in ended if attempts]

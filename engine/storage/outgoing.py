"""Messages on their way out: one look by the index, and taking one so that no two send it.

The statements are made once, for the look is that of every second.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    bindparam,
    cast,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from engine.domain.quiet import Leaves
from engine.storage.models import OutboxRow

_OPEN_LINE = (
    OutboxRow.sent_at.is_(None),
    OutboxRow.leaves == Leaves.DIGEST.value,
    OutboxRow.digest_id.is_(None),
)


def _leaving(*, quiet: bool) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the messages that may leave by themselves at the moment `now`."""
    waits = OutboxRow.sent_at.is_(None), OutboxRow.send_after <= bindparam("now")
    if quiet:
        return *waits, OutboxRow.leaves == Leaves.AT_ONCE.value
    return *waits, OutboxRow.leaves != Leaves.DIGEST.value


def _looking(*, quiet: bool) -> CompoundSelect[Any]:
    """Return the query for messages and when each may leave, and for people with lines."""
    oldest = (
        select(OutboxRow.id, OutboxRow.send_after)
        .where(*_leaving(quiet=quiet))
        .order_by(OutboxRow.send_after)
        .limit(bindparam("limit"))
        .subquery()
    )
    no_moment = cast(null(), OutboxRow.send_after.type)  # PostgreSQL takes a bare one for text
    people = select(OutboxRow.recipient_id, no_moment).where(*_OPEN_LINE).distinct()
    return union_all(select(oldest.c.id, oldest.c.send_after), people)


# Of an update of rows that the act has not read: else all rows in memory are looked through.
_AS_IT_STANDS = {"synchronize_session": False}
_LOOK = {quiet: _looking(quiet=quiet) for quiet in (True, False)}
_TAKE = {
    quiet: update(OutboxRow)
    .where(OutboxRow.id == bindparam("its_id"), *_leaving(quiet=quiet))
    .values(attempts=OutboxRow.attempts + 1, send_after=bindparam("until"))
    .returning(OutboxRow)
    .execution_options(**_AS_IT_STANDS)
    for quiet in (True, False)
}
_GATHER = (
    update(OutboxRow)
    .where(*_OPEN_LINE, OutboxRow.recipient_id == bindparam("person"))
    .values(digest_id=bindparam("digest"))
    .returning(OutboxRow)
    .execution_options(**_AS_IT_STANDS)
)
_LINES = (
    select(OutboxRow)
    .where(OutboxRow.digest_id == bindparam("digest"))
    .order_by(OutboxRow.created_at, OutboxRow.key)
)
_MARK_LINES = (
    update(OutboxRow)
    .where(OutboxRow.sent_at.is_(None), OutboxRow.digest_id == bindparam("digest"))
    .values(sent_at=bindparam("now"))
    .execution_options(**_AS_IT_STANDS)
)
_KNOWN = select(OutboxRow.key).where(OutboxRow.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The `messages` that may leave, oldest first; and who has `lines` that no digest has yet."""

    messages: Sequence[UUID]
    lines: Collection[UUID]


def outgoing(session: Session, now: datetime, limit: int, *, quiet: bool) -> Outgoing:
    """Return what waits to leave at `now` (UTC), in one statement; at most `limit` messages."""
    found = session.execute(_LOOK[quiet], {"now": now, "limit": limit}).all()
    messages = sorted((row for row in found if row[1] is not None), key=lambda row: row[1])
    lines = [person for person, since in found if since is None and person is not None]
    return Outgoing([each[0] for each in messages], lines)


def take_message(
    session: Session, message: UUID, now: datetime, until: datetime, *, quiet: bool
) -> OutboxRow | None:
    """Take a message that may leave, `until` a moment; None when another sender was first."""
    given = {"its_id": message, "now": now, "until": until}
    taken: OutboxRow | None = session.scalar(_TAKE[quiet], given)
    return taken


def gather_lines(session: Session, person: UUID, digest: UUID) -> Sequence[OutboxRow]:
    """Make the open lines of a person those of a digest, and return them."""
    return session.scalars(_GATHER, {"person": person, "digest": digest}).all()


def lines_in(session: Session, digest: UUID) -> Sequence[OutboxRow]:
    """Return the lines of a digest in the order in which they came."""
    return session.scalars(_LINES, {"digest": digest}).all()


def mark_lines(session: Session, digest: UUID, now: datetime) -> None:
    """Mark the lines of a digest as sent with it."""
    session.execute(_MARK_LINES, {"digest": digest, "now": now})


def known_keys(session: Session, keys: Collection[str]) -> Collection[str]:
    """Return those of `keys` that a message has."""
    return session.scalars(_KNOWN, {"keys": list(keys)}).all()

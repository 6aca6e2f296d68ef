"""One mail a morning: the ordinary reminders and copies of a person, gathered into one message.

Each is a row of the outbox from the moment its rung fired; the digest is one more, and marks them
as its lines in the transaction that makes it. So a crash doubles no line and loses none. Its words
are made when it leaves.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update

from engine.domain.quiet import Leaves, quiet_hours
from engine.ports import SYSTEM
from engine.storage.models import OutboxRow, TimerRow
from engine.storage.work import Casework, Work

DIGEST = "digest"
_OPEN_LINE = (
    OutboxRow.sent_at.is_(None),
    OutboxRow.leaves == Leaves.DIGEST.value,
    OutboxRow.digest_id.is_(None),
)
# Asked at every look for mail, so they are made once.
_WITH_LINES = select(OutboxRow.recipient_id).where(*_OPEN_LINE).distinct()
_RUNG_LEFT = select(
    exists().where(
        TimerRow.done_at.is_(None), TimerRow.kind == "rung", TimerRow.due_at <= bindparam("opens")
    )
)


def due_a_digest(work: Work) -> Collection[UUID]:
    """Return whose digest of this morning is to be made: everybody with lines and without one.

    It is time from 08:00 on a working day, outside quiet hours, and when no rung of this morning
    is left to fire. One person has one a day: what comes later waits for the next.
    """
    people = _without_one_today(work)
    return people if people and _is_time(work) else ()


def gather_digests(casework: Casework, people: Iterable[UUID]) -> None:
    """Make the digest of each of the people, in an act of its own, unless another was first."""
    for person in people:
        casework.act(SYSTEM, partial(_gather, person=person))


def is_quiet(work: Work) -> bool:
    """Say whether ordinary messages wait now."""
    return quiet_hours(work.parameters).include(work.calendar, work.now)


def key_of(work: Work, person: UUID) -> str:
    """Return the key of the digest of that person and this local day."""
    return f"{DIGEST}:{person}:{work.today.isoformat()}"


def _without_one_today(work: Work) -> Collection[UUID]:
    found = work.session.scalars(_WITH_LINES)
    keys = {key_of(work, person): person for person in found if person}
    if keys:
        made = select(OutboxRow.key).where(OutboxRow.key.in_(keys))
        for key in work.session.scalars(made):
            del keys[key]
    return sorted(keys.values())


def _is_time(work: Work) -> bool:
    opens = work.calendar.opens(work.today)
    if work.now < opens or not work.calendar.is_counting(work.today) or is_quiet(work):
        return False
    return not work.session.scalar(_RUNG_LEFT, {"opens": opens})


def _gather(work: Work, person: UUID) -> bool:
    """Make the digest of one person; its unique key lets only one worker do it."""
    key = key_of(work, person)
    if work.session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)):
        return False
    digest = OutboxRow(
        key=key,
        kind=DIGEST,
        recipient="",
        recipient_id=person,
        subject="",
        body="",
        created_at=work.now,
        send_after=work.now,
    )
    work.session.add(digest)
    work.session.flush()
    taken = update(OutboxRow).where(*_OPEN_LINE, OutboxRow.recipient_id == person)
    lines = work.session.scalars(
        taken.values(digest_id=digest.id).returning(OutboxRow),
        execution_options={"synchronize_session": False},
    ).all()
    if not lines:
        work.session.delete(digest)
        return False
    newest = max(lines, key=lambda line: (line.created_at, line.key))
    digest.recipient = newest.recipient
    return True


def lines_of(work: Work, row: OutboxRow) -> Sequence[OutboxRow]:
    """Return the lines of a digest; nothing for another message."""
    if row.kind != DIGEST:
        return ()
    lines = select(OutboxRow).where(OutboxRow.digest_id == row.id)
    return work.session.scalars(lines.order_by(OutboxRow.created_at, OutboxRow.key)).all()

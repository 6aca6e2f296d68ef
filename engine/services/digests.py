"""One mail a morning: the ordinary reminders and copies of a person, gathered into one message.

Each is a row of the outbox from the moment its rung fired; the digest is one more, and marks them
as its lines in the transaction that makes it. So a crash doubles no line and loses none. Its words
are made when it leaves.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from engine.domain.quiet import quiet_hours
from engine.ports import SYSTEM
from engine.storage.models import OutboxRow, TimerRow
from engine.storage.outgoing import gather_lines, known_keys, lines_in
from engine.storage.work import Casework, Work

DIGEST = "digest"
# Asked at every look for mail, so it is made once.
_RUNG_LEFT = select(
    exists().where(
        TimerRow.done_at.is_(None), TimerRow.kind == "rung", TimerRow.due_at <= bindparam("opens")
    )
)


def due_a_digest(work: Work, with_lines: Collection[UUID]) -> Collection[UUID]:
    """Return whose digest of this morning is to be made: those `with_lines` and without one today.

    It is time from 08:00 on a working day, outside quiet hours, and when no rung of this morning
    is left to fire. One person has one a day: what comes later waits for the next.
    """
    if not with_lines or not _is_open(work):
        return ()
    people = _without_one_today(work, with_lines)
    return people if people and not _is_rung_left(work) else ()


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


def _without_one_today(work: Work, people: Collection[UUID]) -> Collection[UUID]:
    keys = {key_of(work, person): person for person in people}
    for key in known_keys(work.session, keys.keys()):
        del keys[key]
    return sorted(keys.values())


def _is_open(work: Work) -> bool:
    is_late = work.now >= work.calendar.opens(work.today)
    return is_late and work.calendar.is_counting(work.today) and not is_quiet(work)


def _is_rung_left(work: Work) -> bool:
    return bool(work.session.scalar(_RUNG_LEFT, {"opens": work.calendar.opens(work.today)}))


def _gather(work: Work, person: UUID) -> bool:
    """Make the digest of one person; its unique key lets only one worker do it."""
    key = key_of(work, person)
    if known_keys(work.session, [key]):
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
    lines = gather_lines(work.session, person, digest.id)
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
    return lines_in(work.session, row.id)

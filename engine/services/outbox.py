"""Messages leave the house here: written with the act, sent after its commit, once a key."""

import logging
import smtplib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from engine.domain.quiet import Leaves
from engine.ports import PAPER, SYSTEM, Mail, Notifier, Recipient
from engine.services.digests import (
    DIGEST,
    due_a_digest,
    gather_digests,
    is_quiet,
    lines_of,
)
from engine.storage.models import OutboxRow
from engine.storage.outgoing import mark_lines, outgoing, take_message
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a mail server that answers at all may take
LONGEST_RETRY = timedelta(hours=6)
_FIRST_RETRY = timedelta(minutes=1)
_MARK = 16  # signs: enough for those who are written to in one case


def queue_mail(
    work: Work,
    *,
    key: str,
    kind: str,
    to: Recipient,
    subject: str,
    body: str,
    case_id: UUID | None,
    send_after: datetime | None = None,
    leaves: Leaves = Leaves.AWAKE,
    task_id: UUID | None = None,
    calendar: str = "",
) -> None:
    """Queue one message; it leaves after commit, not before `send_after` (UTC), and as `leaves`.

    `key` is the message's identity and is unique in the database: queueing it a second time
    fails the act. A letter on paper is kept, and leaves by the hands of the one who has `task_id`.
    """
    work.session.add(
        OutboxRow(
            key=key,
            kind=kind,
            case_id=case_id,
            recipient=to.email,
            recipient_id=to.employee,
            subject=subject,
            body=body,
            created_at=work.now,
            send_after=send_after or work.now,
            leaves=leaves.value,
            task_id=task_id,
            calendar=calendar,
            channel=to.channel,
            sent_at=work.now if to.channel == PAPER else None,
        )
    )


def known_as(work: Work, to: Recipient) -> str:
    """Return what tells recipients apart in a key, which names nobody outside the house."""
    if to.employee is not None:
        return str(to.employee)
    return work.casework.database.keyring.mark(to.email)[:_MARK]


def send_due(casework: Casework, notifier: Notifier, limit: int = 100) -> int:
    """Send what may leave now, oldest first, and return how many left.

    Lines of a morning are gathered first, each person's into one message. In quiet hours only
    that leaves which must leave at once.

    A message is taken for five minutes with the words it has now, sent while no lock is held, and
    marked. A sender that
    dies between sending and marking makes another one send it again with the same key, which is
    its Message-ID, so that the receiving side knows it. What cannot be sent is tried again with
    growing delay.
    """
    due, people = _look(casework, limit)
    if people:
        gather_digests(casework, people)
        due, _ = _look(casework, limit)
    return sum(_send_one(casework, notifier, each) for each in due)


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed sendings: 1, 2, 4 … minutes, at most 6 hours."""
    growth = min(attempts - 1, 10)  # a bound of its own: unbounded, it would outgrow a timedelta
    return min(_FIRST_RETRY * int(2**growth), LONGEST_RETRY)


def _look(casework: Casework, limit: int) -> tuple[Sequence[UUID], Collection[UUID]]:
    """Return the messages that may leave now, and whose digest is to be made first."""
    with casework.work(SYSTEM) as work:
        found = outgoing(work.session, work.now, limit, quiet=is_quiet(work))
        return found.messages, due_a_digest(work, found.lines)


def _send_one(casework: Casework, notifier: Notifier, outbox_id: UUID) -> bool:
    mail = casework.act(SYSTEM, lambda work: _take(work, outbox_id))
    if mail is None:
        return False
    receipt, problem = _hand_over(notifier, mail)
    casework.act(SYSTEM, lambda work: _mark(work, outbox_id, receipt, problem))
    return problem is None


def _take(work: Work, outbox_id: UUID) -> Mail | None:
    """Take the message for as long as the lease lasts; None when another sender was first."""
    until, quiet = work.now + LEASE, is_quiet(work)
    row = take_message(work.session, outbox_id, work.now, until, quiet=quiet)
    if row is None:
        return None
    lines = lines_of(work, row)
    said = work.house.outgoing(work, row, lines)
    if lines:
        row.subject, row.body = said.subject, said.body
    return Mail(
        key=row.key,
        to=row.recipient,
        subject=said.subject,
        body=said.body,
        calendar=said.calendar,
        channel=row.channel,
        compartment=row.compartment,
    )


def _hand_over(notifier: Notifier, mail: Mail) -> tuple[str, str | None]:
    """Send the message; return its receipt ("" for none), and why it could not be sent, or None."""
    try:
        receipt = notifier.send(mail)
    except (OSError, smtplib.SMTPException) as problem:
        log.warning("mail not sent", extra={"key": mail.key, "why": _why(problem, mail)})
        return "", _why(problem, mail)
    except Exception as problem:
        log.exception("mail cannot be sent", extra={"key": mail.key})
        return "", f"{type(problem).__name__}: {_why(problem, mail)}"
    return receipt or "", None


def _why(problem: Exception, mail: Mail) -> str:
    """Return what went wrong, for operations: without the address, and the file that has it."""
    said = str(problem)
    if isinstance(problem, OSError) and problem.filename is not None:
        said = problem.strerror or ""
    return said.replace(mail.to or "\n", "modtageren") or type(problem).__name__


def _mark(work: Work, outbox_id: UUID, receipt: str, problem: str | None) -> None:
    row = work.session.get_one(OutboxRow, outbox_id)
    row.last_error = problem and problem[:500]
    if problem is None:
        row.sent_at, row.receipt = work.now, receipt[:100]
        if row.kind == DIGEST:
            mark_lines(work.session, row.id, work.now)
    else:
        row.send_after = work.now + delay_after(row.attempts)

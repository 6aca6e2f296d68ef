"""Messages leave the house here: written with the act, sent after its commit, once a key."""

import logging
import smtplib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.ports import SYSTEM, Mail, Notifier, Recipient
from engine.storage.models import OutboxRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=6)


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
) -> None:
    """Queue one message; it leaves after commit, not before `send_after` (UTC).

    `key` is the message's identity and is unique in the database: queueing it a second time
    fails the act.
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
        )
    )


def send_due(casework: Casework, notifier: Notifier, limit: int = 100) -> int:
    """Send what may leave now, oldest first, and return how many left.

    One transaction a message: it is locked, sent and marked. A crash between sending and
    marking sends it again with the same key, which is its Message-ID, so that the receiving
    side knows it. What cannot be sent is tried again with growing delay.
    """
    sent = 0
    for outbox_id in _due(casework, limit):
        sent += _send_one(casework, notifier, outbox_id)
    return sent


def _due(casework: Casework, limit: int) -> list[UUID]:
    with casework.work(SYSTEM) as work:
        query = select(OutboxRow.id).where(
            OutboxRow.sent_at.is_(None), OutboxRow.send_after <= work.now
        )
        return list(work.session.scalars(query.order_by(OutboxRow.send_after).limit(limit)))


def _send_one(casework: Casework, notifier: Notifier, outbox_id: UUID) -> bool:
    with casework.work(SYSTEM) as work:
        query = select(OutboxRow).where(OutboxRow.id == outbox_id, OutboxRow.sent_at.is_(None))
        row = work.session.scalar(query.with_for_update(skip_locked=True))
        if row is None:
            return False
        row.attempts += 1
        work.flush()  # takes the write lock, so that no other worker sends the same
        try:
            notifier.send(Mail(key=row.key, to=row.recipient, subject=row.subject, body=row.body))
        except (OSError, smtplib.SMTPException) as problem:
            log.warning("mail not sent", extra={"outbox_id": str(outbox_id), "why": str(problem)})
            row.last_error = str(problem)[:500]
            row.send_after = work.now + min(_FIRST_RETRY * 2 ** (row.attempts - 1), _LONGEST_RETRY)
            return False
        row.sent_at, row.last_error = work.now, None
        return True

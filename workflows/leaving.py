"""The words of a message when it leaves, and when its reader opens it again."""

from collections.abc import Sequence
from pathlib import Path

from engine.ports import Outgoing
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from workflows.access.disclosures import named_in, reach_of, write_down
from workflows.cases.records import YouthCaseRow
from workflows.digests import compose_digest
from workflows.municipalities.records import EmployeeRow
from workflows.texts import fill, read_text

WITHOUT_NAMES = "without_names"


def leave(
    folder: Path, work: Work, mail: OutboxRow, lines: Sequence[OutboxRow], link: str
) -> Outgoing:
    """Return what the message says at this moment, and log whom that names to its reader.

    A digest is made of its `lines` now. One that would name a young person of whom the reader may
    not know (any more) says so, and no name. `link` leads to the inbox.
    """
    reach = reach_of(work, mail, lines)
    said = as_written(mail)
    if lines and mail.recipient_id is not None:
        may = reach.may or ()
        subject, body = compose_digest(folder, work, mail.recipient_id, lines, link, may)
        said = Outgoing(subject=subject, body=body)
    named = named_in(work, mail, said, reach)
    if named is None:
        return _without_names(folder, work, mail)
    write_down(work, mail, named)
    return said


def read_again(
    folder: Path, work: Work, mail: OutboxRow, lines: Sequence[OutboxRow]
) -> tuple[Outgoing, Sequence[YouthCaseRow]]:
    """Return a message that has left as its reader may read it today, and whose cases it names."""
    said = as_written(mail)
    named = named_in(work, mail, said, reach_of(work, mail, lines))
    if named is None:
        return _without_names(folder, work, mail), ()
    return said, named


def as_written(mail: OutboxRow) -> Outgoing:
    """Return the message as it stands in the outbox."""
    return Outgoing(subject=mail.subject, body=mail.body, calendar=mail.calendar)


def _without_names(folder: Path, work: Work, mail: OutboxRow) -> Outgoing:
    reader = work.session.get_one(EmployeeRow, mail.recipient_id)
    text = read_text(folder, WITHOUT_NAMES)
    words = {"recipient_name": reader.name, "subject": mail.subject}
    return Outgoing(subject=fill(text.subject, words), body=fill(text.body, words))

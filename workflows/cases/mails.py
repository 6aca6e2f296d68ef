"""Messages about a case: to staff, and to the young person and those who have custody."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from engine.domain.quiet import Leaves
from engine.ports import Recipient
from engine.services.journal import record
from engine.services.outbox import queue_mail
from engine.storage.work import Work
from workflows.cases.rules import writes_to_guardians
from workflows.letters import About, compose
from workflows.municipalities.recipients import with_deputies
from workflows.people.parties import YOUNG_PERSON, guardians_on, party_recipient, young_person_of

Words = Mapping[str, str]


def mail_staff(
    work: Work,
    case_id: UUID,
    name: str,
    people: Iterable[UUID | None],
    *,
    key: str,
    words: Words | None = None,
    send_after: datetime | None = None,
    leaves: Leaves = Leaves.AWAKE,
) -> None:
    """Tell employees, and who stands in for them, with the text `name`; once a key and person."""
    for recipient in with_deputies(work, people):
        own = f"{key}:{recipient.employee}"
        _send(work, case_id, name, recipient, own, words, send_after, leaves)


def write_to_family(
    work: Work,
    case_id: UUID,
    name: str,
    *,
    key: str,
    words: Words | None = None,
    send_after: datetime | None = None,
) -> None:
    """Write to the young person, or to the guardians of one under 15.

    Whoever has no address is noted in the journal, to be told on paper.
    """
    for number, recipient in enumerate(family(work, case_id), 1):
        write_to(work, case_id, name, recipient, f"{key}:{number}", words, send_after)


def write_to(
    work: Work,
    case_id: UUID,
    name: str,
    recipient: Recipient,
    key: str,
    words: Words | None = None,
    send_after: datetime | None = None,
) -> None:
    """Write to one outside the house; without an address it is noted, to be told on paper."""
    if recipient.email:
        _send(work, case_id, name, recipient, key, words, send_after)
    else:
        record(work, case_id, "letter_on_paper", text=name)


def family(work: Work, case_id: UUID) -> list[Recipient]:
    """Return whom letters about the young person go to today. Source: domain, letter_channel."""
    person = young_person_of(work, case_id)
    if not writes_to_guardians(person.birth_date, work.today):
        return [party_recipient(work, case_id, YOUNG_PERSON)]
    guardians = guardians_on(work, person.id, work.today)
    return [Recipient(name=each.name, email=each.email) for each in guardians]


def _send(
    work: Work,
    case_id: UUID,
    name: str,
    recipient: Recipient,
    key: str,
    words: Words | None,
    send_after: datetime | None,
    leaves: Leaves = Leaves.AWAKE,
) -> None:
    subject, body = compose(work, name, About(case_id=case_id, to=recipient), words)
    queue_mail(
        work,
        key=key,
        kind=name,
        to=recipient,
        subject=subject,
        body=body,
        case_id=case_id,
        send_after=send_after,
        leaves=leaves,
    )

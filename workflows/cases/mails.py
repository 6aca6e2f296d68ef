"""Messages about a case: to staff, and to the young person and those who have custody."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from engine.domain.quiet import Leaves
from engine.ports import PAPER, Recipient
from engine.services.definitions import newest_definition
from engine.services.journal import record
from engine.services.outbox import queue_mail
from engine.services.tasks import open_task
from engine.storage.work import Work
from workflows.cases.rules import writes_to_guardians
from workflows.cases.thread import PRIMARY
from workflows.letters import About, compose
from workflows.municipalities.recipients import inside, with_deputies
from workflows.people.parties import guardians_on, letter_box, young_person_of

ON_PAPER = "letter_on_paper"
LADDERS_OF = "referral"  # the process whose ladders count for the task of a letter on paper

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
    """Tell employees, and who stands in for them, with the text `name`; once a key and person.

    Of a case in a compartment only those are told who enter it.
    """
    compartment, found = work.compartment_of(case_id), with_deputies(work, people)
    for recipient in inside(work, compartment, found) if compartment else found:
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
    """Write to the young person by Digital Post, or to the guardians of one under 15.

    One who is exempt is written to on paper, by the one who holds the thread. A guardian without
    an address is noted in the journal, to be told on paper.
    """
    for number, recipient in enumerate(family(work, case_id), 1):
        own = f"{key}:{number}"
        if recipient.channel == PAPER:
            _on_paper(work, case_id, name, recipient, own, words)
        else:
            write_to(work, case_id, name, recipient, own, words, send_after)


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
        record(work, case_id, ON_PAPER, text=name)


def family(work: Work, case_id: UUID) -> list[Recipient]:
    """Return whom letters about the young person go to today. Source: domain, letter_channel."""
    person = young_person_of(work, case_id)
    if not writes_to_guardians(person.birth_date, work.today):
        return [letter_box(person)]
    guardians = guardians_on(work, person.id, work.today)
    return [Recipient(name=each.name, email=each.email) for each in guardians]


def _on_paper(
    work: Work, case_id: UUID, name: str, recipient: Recipient, key: str, words: Words | None
) -> None:
    """Let the one who holds the thread print the letter, or ring: their task shows it."""
    task = open_task(
        work,
        case_id=case_id,
        element=ON_PAPER,
        title="Send brevet på papir, eller ring",
        role=PRIMARY,
        deadline='after(created, param("letter.on_paper"))',
        ladder="A",
        why_now="Den unge får ikke Digital Post. Brevet står på opgaven.",
        definition=newest_definition(work, LADDERS_OF),
    )
    record(work, case_id, ON_PAPER, text=name, task=str(task.id))
    _send(work, case_id, name, recipient, key, words, None, task_id=task.id)


def _send(
    work: Work,
    case_id: UUID,
    name: str,
    recipient: Recipient,
    key: str,
    words: Words | None,
    send_after: datetime | None,
    leaves: Leaves = Leaves.AWAKE,
    task_id: UUID | None = None,
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
        task_id=task_id,
    )

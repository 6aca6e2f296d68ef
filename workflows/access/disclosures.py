"""What leaves by mail: whom a message names, whether its reader may still know, and the log of it.

A message is asked for when it leaves, not when it was written: whoever has lost a case since gets
no name out of it. Whom it names stands in the log of looks; the receiver is the one who looked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.ports import Outgoing
from engine.services.digests import lines_of
from engine.storage.models import OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.access.records import ReadLogRow
from workflows.access.services import cases_visible_to
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.directory import actor_of
from workflows.people.records import GuardianRow, YoungPersonRow

MAIL = "mail"  # the purpose of a look by a message; behind it "mail:" and the kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The cases that a message is about, and those of them that its reader may know of.

    `may` is None for a reader outside the house, who may open nothing.
    """

    cases: Sequence[YouthCaseRow]
    may: frozenset[UUID] | None


def reach_of(work: Work, mail: OutboxRow, lines: Sequence[OutboxRow]) -> Reach:
    """Return whom the message is about, and what its reader may know at this moment."""
    wanted = {each.case_id for each in (mail, *lines)} - {None}
    if not wanted:
        return Reach(cases=(), may=frozenset())
    query = select(YouthCaseRow).where(YouthCaseRow.case_id.in_(wanted))
    cases = work.session.scalars(query.order_by(YouthCaseRow.case_id)).all()
    return Reach(cases=cases, may=_may(work, mail.recipient_id, wanted))


def named_in(
    work: Work, mail: OutboxRow, said: Outgoing, reach: Reach
) -> Sequence[YouthCaseRow] | None:
    """Return the cases whose young person the message names to its reader.

    An address that the reader may open names them too. None when it could name somebody of whom
    the reader may not know: it must not be read like that.
    """
    words = " ".join((mail.recipient, said.subject, said.body, said.calendar))
    if reach.may is None:
        return [case for case in reach.cases if _names(work, case, words)]
    hidden = [case for case in reach.cases if case.case_id not in reach.may]
    if any(_is_by_hand(work, mail) or _names(work, case, words) for case in hidden):
        return None
    return [case for case in reach.cases if case.case_id in reach.may]


def write_down(work: Work, mail: OutboxRow, cases: Sequence[YouthCaseRow]) -> None:
    """Log whom the message names, once however often it is tried; it leaves after this act."""
    if not cases or (mail.attempts > 1 and _is_written(work, mail)):
        return
    row = ReadLogRow(
        id=mail.id,
        at=work.now,
        actor_id=mail.recipient_id,
        case_ids=[str(case.case_id) for case in cases],
        person_ids=list(dict.fromkeys(str(case.young_person_id) for case in cases)),
        purpose=MAIL,
        behind=f"{MAIL}:{mail.kind}"[:60],
        compartment=mail.compartment,
    )
    work.session.add(row)


def _is_written(work: Work, mail: OutboxRow) -> bool:
    return work.session.get(ReadLogRow, mail.id) is not None


def mail_of(work: Work, mail_id: UUID) -> tuple[OutboxRow, Sequence[OutboxRow]]:
    """Return a message that the actor was sent, with its lines. Raises `NotFound`."""
    mail = work.session.get(OutboxRow, mail_id)
    if mail is None or mail.sent_at is None or mail.recipient_id != work.actor.id:
        raise NotFound("Beskeden findes ikke.")
    return mail, lines_of(work, mail)


def _may(work: Work, employee_id: UUID | None, wanted: set[UUID | None]) -> frozenset[UUID] | None:
    if employee_id is None:
        return None
    try:
        reader = actor_of(work, employee_id)
    except NotFound:  # has left since
        return frozenset()
    query = select(YouthCaseRow.case_id).where(
        YouthCaseRow.case_id.in_(wanted), cases_visible_to(work, reader)
    )
    return frozenset(work.session.scalars(query))


def _is_by_hand(work: Work, mail: OutboxRow) -> bool:
    """Say whether the message tells of a task whose title somebody wrote: it could name anybody."""
    task = work.session.get(TaskRow, mail.task_id) if mail.task_id else None
    return task is not None and task.instance_id is None


def _names(work: Work, case: YouthCaseRow, words: str) -> bool:
    """Say whether anything stands there that is the young person's or their parents' alone."""
    marks = "|".join(re.escape(each) for each in _marks(work, case) if each)
    return re.search(rf"(?<!\w)(?:{marks})(?:e?s)?(?!\w)", words) is not None


def _marks(work: Work, case: YouthCaseRow) -> Iterator[str]:
    person = work.session.get_one(YoungPersonRow, case.young_person_id)
    yield from (person.first_name, person.last_name, person.phone, person.email, person.cpr or "")
    yield initials(person)
    query = select(GuardianRow).where(GuardianRow.young_person_id == person.id)
    for each in work.session.scalars(query):
        yield from (each.name, each.phone, each.email)


def initials(person: YoungPersonRow) -> str:
    """Return the initials in brackets, as they stand in a line of a digest."""
    letters = "".join(f"{name[:1]}." for name in (person.first_name, person.last_name) if name)
    return f"({letters})"

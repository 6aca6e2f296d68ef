"""What stops when a case may be shared with fewer than before."""

import re
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.icalendar import cancellation, is_cancellation, uid_of
from engine.ports import Recipient
from engine.services.definitions import blueprint_of
from engine.services.instances import cancel_process
from engine.services.journal import record
from engine.services.outbox import queue_mail
from engine.storage.models import InstanceRow, OutboxRow, TaskRow, TimerRow, WaitRow
from engine.storage.work import Work
from workflows.cases.thread import youth_case
from workflows.consent.grounds import grounds_of, may_share
from workflows.consent.scope import OUTSIDE
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA, set_item
from workflows.municipalities.records import ForumRow
from workflows.people.parties import young_person_of
from workflows.people.records import GuardianRow

WITHDRAWN = "consent_withdrawn"
_SETTING = "stops_with_consent"
_NOTHING_IN = frozenset({"receipt", "invitation_cancelled"})  # they say nothing of anybody
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_WAITING = (
    select(AgendaItemRow, ForumRow)
    .join(MeetingRow, MeetingRow.id == AgendaItemRow.meeting_id)
    .join(ForumRow, ForumRow.id == MeetingRow.forum_id)
    .where(AgendaItemRow.case_id == bindparam("case_id"), AgendaItemRow.status.in_(ON_AGENDA))
    .order_by(AgendaItemRow.placed_at, AgendaItemRow.id)
)


def shared_forums(work: Work, case_id: UUID) -> set[UUID]:
    """Return the forums with which the case may be shared now, of those it waits in."""
    return {forum.id for _, forum in _waiting(work, case_id) if may_share(work, case_id, forum)}


def stop_sharing(work: Work, case_id: UUID, before: set[UUID]) -> None:
    """Stop what nothing carries any more, of what could be shared with the forums `before`.

    The case leaves their agendas. A process that stands at a step which the diagram marks
    `stops_with_consent` stops, unless the team may still read. What has not left the house for
    outsiders never will, unless another consent names them, and they are uninvited. An
    assessment that waits for its agenda to close goes on: there the thread-holder is asked to
    clarify the consent, which is the way back.
    """
    _leave_agendas(work, case_id, before)
    if not may_share(work, case_id):
        for instance in _sharing(work, case_id):
            cancel_process(work, instance, WITHDRAWN)
    _keep_back(work, case_id)


def _leave_agendas(work: Work, case_id: UUID, before: set[UUID]) -> None:
    for item, forum in _waiting(work, case_id):
        if forum.id in before and not may_share(work, case_id, forum):
            set_item(item, "withdrawn")
            record(work, case_id, "agenda_item_withdrawn", item=str(item.id))
    case = youth_case(work, case_id)
    if case.state == "on_agenda" and not may_share(work, case_id):
        case.state = "awaiting_consent"


def _waiting(work: Work, case_id: UUID) -> list[tuple[AgendaItemRow, ForumRow]]:
    work.flush()
    return [(item, forum) for item, forum in work.session.execute(_WAITING, {"case_id": case_id})]


def _sharing(work: Work, case_id: UUID) -> list[InstanceRow]:
    """Return the processes that stand where something is shared, or is asked for to be."""
    standing = (
        select(InstanceRow, table.element)
        .join(table, table.instance_id == InstanceRow.id)
        .where(InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None), is_open)
        .order_by(InstanceRow.started_at)
        for table, is_open in (
            (TaskRow, TaskRow.closed_at.is_(None)),
            (TimerRow, TimerRow.done_at.is_(None)),
            (WaitRow, WaitRow.key.is_not(None)),
        )
    )
    found = [(row, element) for query in standing for row, element in work.session.execute(query)]
    return [row for row, element in found if _stops_with_consent(work, row, element)]


def _stops_with_consent(work: Work, instance: InstanceRow, element: str | None) -> bool:
    nodes = blueprint_of(work, work.definition(instance.definition_id)).nodes
    return any(each.id == element and each.settings.get(_SETTING) == "yes" for each in nodes)


def _keep_back(work: Work, case_id: UUID) -> None:
    """Delete what has not left for outsiders, and call off what they were invited to."""
    may = _may_get_mail(work, case_id)
    mails = work.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case_id, OutboxRow.recipient_id.is_(None))
        .order_by(OutboxRow.created_at, OutboxRow.id)
    ).all()
    outside = [mail for mail in mails if mail.recipient not in may and mail.kind not in _NOTHING_IN]
    for mail in outside:
        if mail.sent_at is None:
            record(work, case_id, "mail_cancelled", mail=str(mail.id), kind=mail.kind)
            work.session.delete(mail)
    for mail in _invited(outside):
        _call_off(work, case_id, mail)


def _may_get_mail(work: Work, case_id: UUID) -> set[str]:
    """Return the addresses of the family, and of those whom a ground still names."""
    person = young_person_of(work, case_id)
    query = select(GuardianRow.email).where(GuardianRow.young_person_id == person.id)
    named = [party for ground in grounds_of(work, case_id) for party in ground.to_parties]
    found = (_ADDRESS.search(party) for party in named if party.startswith(OUTSIDE))
    return {person.email, *work.session.scalars(query), *(each[1] for each in found if each)}


def _invited(mails: list[OutboxRow]) -> list[OutboxRow]:
    """Return the last invitation that each outsider got to each thing that still stands."""
    newest = {
        (mail.recipient, uid_of(mail.calendar)): mail
        for mail in mails
        if mail.calendar and mail.sent_at is not None
    }
    return [mail for mail in newest.values() if not is_cancellation(mail.calendar)]


def _call_off(work: Work, case_id: UUID, mail: OutboxRow) -> None:
    """Cancel in an outsider's calendar what an invitation put there; it says nothing else."""
    record(work, case_id, "invitation_cancelled", mail=str(mail.id))
    queue_mail(
        work,
        key=f"called_off:{mail.id}",
        kind="invitation_cancelled",
        to=Recipient(name="", email=mail.recipient),
        subject="Et møde er aflyst",
        body="Mødet er aflyst. Du skal ikke gøre noget.",
        case_id=case_id,
        calendar=cancellation(mail.calendar, work.now),
    )

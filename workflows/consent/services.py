"""Consent: asked for, given, refused, suspended, withdrawn, and what sharing follows from it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from engine.domain.deadlines import told_at
from engine.domain.errors import Conflict, NotFound
from engine.services.definitions import blueprint_of
from engine.services.instances import cancel_process
from engine.services.journal import record
from engine.services.messages import publish
from engine.services.settling import settle
from engine.services.timers import cancel_start, schedule_start
from engine.storage.models import InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.cases.mails import mail_staff, write_to_family
from workflows.cases.thread import youth_case
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING, WAITING
from workflows.forums.records import AgendaItemRow
from workflows.forums.states import ON_AGENDA, set_item
from workflows.letters import day_in_words
from workflows.people.parties import (
    UNKNOWN_GUARDIAN,
    YOUNG_PERSON,
    guardians_on,
    party_of,
    young_person_of,
)
from workflows.people.records import GuardianRow

CHANNELS = {"mitid", "paper", "oral"}
TEAM_ASSESSMENT = "team_assessment"
WITHDRAWN = "consent_withdrawn"


def may_share(work: Work, case_id: UUID) -> bool:
    """Say whether a consent carries sharing outside the unit at this moment."""
    work.flush()
    query = select(ConsentRow).where(ConsentRow.case_id == case_id, ConsentRow.status == "active")
    return any(
        row.expires_on is None or work.today < row.expires_on for row in work.session.scalars(query)
    )


def consents_of(work: Work, case_id: UUID) -> list[ConsentRow]:
    """Return the consents of a case, oldest first."""
    work.flush()
    query = select(ConsentRow).where(ConsentRow.case_id == case_id)
    return list(work.session.scalars(query.order_by(ConsentRow.asked_at, ConsentRow.id)))


def signatories(work: Work, case_id: UUID, giver: str) -> list[str]:
    """Return the parties who must answer, when `giver` is the one who gives.

    Guardians whom nobody has registered are one unknown party, never nobody: the task to ask
    them stays open until somebody has found out.
    """
    person = young_person_of(work, case_id)
    young = [YOUNG_PERSON] if giver in ("young_person", "both") else []
    if giver not in ("guardians", "both"):
        return young
    found = [party_of(each) for each in guardians_on(work, person.id, work.today)]
    return [*young, *(found or [UNKNOWN_GUARDIAN])]


def activate(work: Work, consent: ConsentRow) -> None:
    """Let the consent carry the sharing from now on; what carried it before is superseded.

    It expires after the parameter `consent.expiry`, and is asked for again before that.
    """
    for older in consents_of(work, consent.case_id):
        if older.id != consent.id and older.kind == consent.kind and older.status in CARRYING:
            _supersede(work, older)
    consent.status, consent.activated_at = "active", work.now
    words = work.functions
    consent.expires_on = words["after"](work.today, words["param"]("consent.expiry"))
    record(work, consent.case_id, "consent_activated", consent=str(consent.id))
    ask_on = words["before"](consent.expires_on, words["param"]("consent.expiry.renew"))
    schedule_start(
        work,
        consent.case_id,
        key=_renewal(consent),
        process="consent",
        inputs={"purpose": "renewal", "due": consent.expires_on.isoformat()},
        at=work.calendar.opens(words["roll_back"](ask_on)),
    )
    work.flush()


def refuse(work: Work, consent: ConsentRow) -> None:
    """Note the no. An older consent of the same kind carries nothing any more: a no is a no."""
    consent.status = "refused"
    record(work, consent.case_id, "consent_refused", consent=str(consent.id))
    older = [
        each
        for each in consents_of(work, consent.case_id)
        if each.id != consent.id and each.kind == consent.kind and each.status in CARRYING
    ]
    for each in older:
        _supersede(work, each)
    if older:
        _stop_sharing(work, consent.case_id)
    work.flush()


def suspend(work: Work, case_id: UUID, consents: Iterable[ConsentRow]) -> None:
    """Suspend the sharing that these consents carry, and tell whoever coordinates.

    The right changes now; people are told at 08:00 of the next working day (today, if it is
    one and before 08:00).
    """
    suspended = [each for each in consents if each.status == "active"]
    for each in suspended:
        each.status = "suspended"
        record(work, case_id, "sharing_suspended", consent=str(each.id))
    if suspended:
        _tell_of_suspension(work, case_id, f"{suspended[-1].id}:{work.today}")
    work.flush()


def withdraw_consent(work: Work, consent_id: UUID, channel: str) -> ConsentRow:
    """Withdraw a consent: everything that rests on it stops in this act. No reason is asked.

    The consent is withdrawn; the case leaves every agenda it waits on; what has not left the
    house for others than the family never will; and the withdrawal process starts. What was
    done before stands. Raises `NotFound`, and `Conflict` when it carries nothing any more.
    """
    consent = work.session.get(ConsentRow, consent_id)
    if consent is None:
        raise NotFound("Samtykket findes ikke.")
    work.lock_case(consent.case_id)
    if consent.status not in (*CARRYING, *WAITING):
        raise Conflict("Samtykket gælder ikke længere.")
    consent.status, consent.withdrawn_at = "withdrawn", work.now
    consent.withdrawn_by_id = work.actor.id
    consent.withdrawn_channel = channel if channel in CHANNELS else "oral"
    record(work, consent.case_id, "consent_withdrawn", consent=str(consent.id), channel=channel)
    cancel_start(work, consent.case_id, _renewal(consent))
    _stop_sharing(work, consent.case_id)
    work.flush()
    publish(
        work,
        consent.case_id,
        "consent_withdrawn",
        {"consent_id": str(consent.id)},
        source=f"consent:{consent.id}",
    )
    settle(work)
    return consent


def assessments(work: Work, case_id: UUID) -> list[InstanceRow]:
    """Return the team assessments of the case that are under way."""
    query = select(InstanceRow).where(
        InstanceRow.case_id == case_id,
        InstanceRow.process == TEAM_ASSESSMENT,
        InstanceRow.closed_at.is_(None),
    )
    return list(work.session.scalars(query))


def _asked_to_share(work: Work, case_id: UUID) -> list[InstanceRow]:
    """Return the processes in which somebody is asked to share what is known of the case.

    The diagram says so of a task by the setting `stops_with_consent`.
    """
    query = (
        select(InstanceRow, TaskRow.element)
        .join(TaskRow, TaskRow.instance_id == InstanceRow.id)
        .where(TaskRow.case_id == case_id, TaskRow.closed_at.is_(None))
        .order_by(InstanceRow.started_at)
    )
    asked = work.session.execute(query).all()
    return [instance for instance, element in asked if _stops_with_consent(work, instance, element)]


def _stops_with_consent(work: Work, instance: InstanceRow, element: str) -> bool:
    nodes = blueprint_of(work, work.definition(instance.definition_id)).nodes
    return any(n.id == element and n.settings.get("stops_with_consent") == "yes" for n in nodes)


def _tell_of_suspension(work: Work, case_id: UUID, key: str) -> None:
    case = youth_case(work, case_id)
    at = told_at(work.calendar, work.today)
    words = {"suspended_on": day_in_words(work.today)}
    mail_staff(
        work,
        case_id,
        "sharing_suspended_staff",
        [case.coordinator_id or case.primary_id],
        key=f"sharing_suspended_staff:{key}",
        words=words,
        send_after=at,
    )
    write_to_family(
        work, case_id, "sharing_suspended", key=f"suspended:{key}", words=words, send_after=at
    )


def _supersede(work: Work, consent: ConsentRow) -> None:
    consent.status = "superseded"
    cancel_start(work, consent.case_id, _renewal(consent))
    record(work, consent.case_id, "consent_superseded", consent=str(consent.id))


def _stop_sharing(work: Work, case_id: UUID) -> None:
    """Take the case off the agendas it waits on, and keep back what has not left the house.

    Colleagues who were asked to contribute, or to prepare what they may no longer read, are
    asked no more (P2-W 3 and 4). An assessment that still waits for its agenda goes on: there
    the thread-holder is asked to clarify the consent, which is the way back.
    """
    work.flush()
    waiting = work.session.scalars(
        select(AgendaItemRow).where(
            AgendaItemRow.case_id == case_id,
            AgendaItemRow.status.in_(ON_AGENDA),
        )
    ).all()
    released = any(item.status in ("released", "with_leader") for item in waiting)
    stopped = [*_asked_to_share(work, case_id), *(assessments(work, case_id) if released else ())]
    for instance in stopped:
        cancel_process(work, instance, WITHDRAWN)
    for item in waiting:
        set_item(item, "withdrawn")
        record(work, case_id, "agenda_item_withdrawn", item=str(item.id))
    case = youth_case(work, case_id)
    if case.state == "on_agenda":
        case.state = "awaiting_consent"
    family = _addresses_of_family(work, case_id)
    unsent = work.session.scalars(
        select(OutboxRow).where(
            OutboxRow.case_id == case_id,
            OutboxRow.sent_at.is_(None),
            OutboxRow.recipient_id.is_(None),
        )
    )
    for mail in unsent:
        if mail.recipient not in family:
            record(work, case_id, "mail_cancelled", mail=str(mail.id), kind=mail.kind)
            work.session.delete(mail)


def _addresses_of_family(work: Work, case_id: UUID) -> set[str]:
    person = young_person_of(work, case_id)
    query = select(GuardianRow.email).where(GuardianRow.young_person_id == person.id)
    return {person.email, *work.session.scalars(query)}


def _renewal(consent: ConsentRow) -> str:
    return f"consent_renewal:{consent.id}"

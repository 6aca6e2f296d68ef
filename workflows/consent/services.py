"""Consent: given, refused, suspended, expired, withdrawn, and what follows from it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.calendars import date_of_age
from engine.domain.deadlines import told_at
from engine.domain.errors import NotFound, Over
from engine.services.journal import record
from engine.services.messages import publish
from engine.services.settling import settle
from engine.services.timers import cancel_start, schedule_start
from engine.storage.work import Work
from workflows.cases.mails import mail_staff, write_to_family
from workflows.cases.thread import youth_case
from workflows.consent.effects import Effects, confirmation, effects_since, picture
from workflows.consent.grounds import settle_access
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING, WAITING
from workflows.consent.stopping import shared_forums, stop_sharing
from workflows.letters import day_in_words
from workflows.people.ages import leap_day_of_rights
from workflows.people.parties import (
    UNKNOWN_GUARDIAN,
    YOUNG_PERSON,
    guardians_on,
    party_of,
    young_person_of,
)

CHANNELS = {"mitid", "paper", "oral"}
WITHDRAWN, ADULT, PARENTS_READ = "consent_withdrawn", "adult_18", "parent_read"
_ADULT_AT = 18  # the law's age of majority, not a parameter: a guardian's yes ends with it
_CONSENTS = (
    select(ConsentRow)
    .where(ConsentRow.case_id == bindparam("case_id"))
    .order_by(ConsentRow.asked_at, ConsentRow.id)
)


def consents_of(work: Work, case_id: UUID) -> list[ConsentRow]:
    """Return the consents of a case, oldest first."""
    work.flush()
    return list(work.session.scalars(_CONSENTS, {"case_id": case_id}))


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
    """Let the consent carry the sharing from now on; those whose place it takes are superseded.

    It expires after the parameter `consent.expiry`, on its own last day, or on the 18th birthday
    if it was not given for the time after it, whichever comes first. It is asked for again ahead
    of that; at the birthday the age clock does so.
    """
    for older in _replaced_by(work, consent):
        _supersede(work, older)
    consent.status, consent.activated_at = "active", work.now
    adult_on, last = _birthday(work, consent.case_id), _last_day(work, consent)
    consent.expires_on = last
    if consent.purpose != ADULT and work.today < adult_on:
        consent.expires_on = min(last, adult_on)
    record(work, consent.case_id, "consent_activated", consent=str(consent.id))
    if consent.expires_on != adult_on:
        _plan_renewal(work, consent, consent.expires_on)
    settle_access(work, consent.case_id, "superseded")
    work.flush()


def refuse(work: Work, consent: ConsentRow) -> None:
    """Note the no. A consent whose place it was to take carries nothing more: a no is a no."""
    before = shared_forums(work, consent.case_id)
    consent.status = "refused"
    record(work, consent.case_id, "consent_refused", consent=str(consent.id))
    older = _replaced_by(work, consent)
    for each in older:
        _supersede(work, each)
    if older:
        settle_access(work, consent.case_id, "refused")
        stop_sharing(work, consent.case_id, before)
    work.flush()


def suspend(work: Work, case_id: UUID, consents: Iterable[ConsentRow]) -> None:
    """Suspend the sharing that these consents carry, and tell whoever coordinates.

    The right changes now; people are told at 08:00 of the next working day (today, if it is
    one and before 08:00).
    """
    suspended, forums = [e for e in consents if e.status == "active"], shared_forums(work, case_id)
    for each in suspended:
        each.status = "suspended"
        record(work, case_id, "sharing_suspended", consent=str(each.id))
    if suspended:
        settle_access(work, case_id, "suspended")
        stop_sharing(work, case_id, forums)
        _tell_of_suspension(work, case_id, f"{suspended[-1].id}:{work.today}")
    work.flush()


def unanswered(work: Work, consent: ConsentRow) -> None:
    """Let what the consent was to take the place of stop, because its answer is overdue.

    What has expired meanwhile is noted so. What is asked for the time from the 18th birthday lets
    the older carry on until that day.
    """
    if consent.purpose == ADULT and work.today < _birthday(work, consent.case_id):
        return
    older = _replaced_by(work, consent)
    expired = [each for each in older if each.expires_on and each.expires_on <= work.today]
    suspend(work, consent.case_id, older)
    for each in expired:
        each.status = "expired"
        record(work, consent.case_id, "consent_expired", consent=str(each.id))
    work.flush()


def not_renewed_at_18(work: Work, case_id: UUID) -> None:
    """Suspend what was given before the 18th birthday and has not been given again.

    That a parent reads along is over: the adult is not asked for it unasked.
    """
    older = [each for each in consents_of(work, case_id) if each.purpose != ADULT]
    over = [each for each in older if each.expires_on and each.expires_on <= work.today]
    for each in over:
        if each.kind == PARENTS_READ and each.status in CARRYING:
            each.status = "expired"
            record(work, case_id, "consent_expired", consent=str(each.id))
    settle_access(work, case_id, "expired")
    suspend(work, case_id, over)


def withdraw_consent(
    work: Work, consent_id: UUID, channel: str, party: str | None = None
) -> Effects:
    """Withdraw a consent: everything that rests on it alone stops in this act. No reason is asked.

    What it opened is closed; the case leaves the agendas that nothing else carries; processes
    that stand where something is shared stop; what has not left the house never will; what was
    invited is called off; the withdrawal process starts, and the young person is told what
    stops, what goes on and why. What was done before stands. `party` is who said it.

    Returns what the act changed. Raises `NotFound`, and `Conflict` when the consent carries
    nothing any more.
    """
    consent = _to_withdraw(work, consent_id)
    case_id, before = consent.case_id, picture(work, consent.case_id)
    forums = shared_forums(work, case_id)
    consent.status, consent.withdrawn_at = "withdrawn", work.now
    consent.withdrawn_by_id, consent.withdrawn_party = work.actor.id, party
    consent.withdrawn_channel = channel if channel in CHANNELS else "oral"
    record(work, case_id, WITHDRAWN, consent=str(consent.id), channel=consent.withdrawn_channel)
    cancel_start(work, case_id, _renewal(consent))
    settle_access(work, case_id, "withdrawn")
    stop_sharing(work, case_id, forums)
    work.flush()
    source = f"consent:{consent.id}"
    publish(work, case_id, WITHDRAWN, {"consent_id": str(consent.id)}, source=source)
    settle(work)
    effects = effects_since(work, case_id, before)
    consent.stopped = effects.as_json()
    words = confirmation(work, consent, effects)
    write_to_family(work, case_id, "withdrawal_received", key=f"received:{consent.id}", words=words)
    work.flush()
    return effects


def _to_withdraw(work: Work, consent_id: UUID) -> ConsentRow:
    work.reads_for("consent", f"consent:{consent_id}")
    consent = work.session.get(ConsentRow, consent_id)
    if consent is None:
        raise NotFound("Samtykket findes ikke.")
    work.lock_case(consent.case_id)
    work.session.refresh(consent)
    if consent.status not in (*CARRYING, *WAITING):
        raise Over("Samtykket gælder ikke længere.")
    return consent


def _replaced_by(work: Work, consent: ConsentRow) -> list[ConsentRow]:
    """Return what carries now and gives way to `consent`: those it says, and what it covers."""
    return [
        each
        for each in consents_of(work, consent.case_id)
        if each.id != consent.id
        and each.status in CARRYING
        and (str(each.id) in consent.replaces or _covers(consent, each))
    ]


def _covers(newer: ConsentRow, older: ConsentRow) -> bool:
    alike = (newer.kind, newer.compartment) == (older.kind, older.compartment)
    return alike and set(older.to_parties) <= set(newer.to_parties)


def _last_day(work: Work, consent: ConsentRow) -> date:
    """Return the first day on which the consent does not hold any more, its age apart."""
    words = work.functions_for(consent.case_id)
    longest: date = words["after"](work.today, words["param"]("consent.expiry"))
    if consent.lasts_until is None:
        return longest
    after: date = words["after"](consent.lasts_until, "1 CD")
    return min(longest, after)


def _plan_renewal(work: Work, consent: ConsentRow, expires_on: date) -> None:
    """Ask again ahead of the day it expires; the answer is due on its last day."""
    words = work.functions_for(consent.case_id)
    ask_on = words["before"](expires_on, words["param"]("consent.expiry.renew"))
    due = words["before"](expires_on, words["param"]("consent.unanswered"))
    schedule_start(
        work,
        consent.case_id,
        key=_renewal(consent),
        process="consent",
        inputs={"purpose": "renewal", "due": due.isoformat()},
        at=work.calendar.opens(words["roll_back"](ask_on)),
    )


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


def _birthday(work: Work, case_id: UUID) -> date:
    born = young_person_of(work, case_id).birth_date
    return date_of_age(born, _ADULT_AT, leap_day=leap_day_of_rights(work))


def _renewal(consent: ConsentRow) -> str:
    return f"consent_renewal:{consent.id}"

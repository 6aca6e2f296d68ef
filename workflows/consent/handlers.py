"""What diagrams may do with consents."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.calendars import date_of_age
from engine.ports import Variables
from engine.services.instances import start_process
from engine.services.journal import record
from engine.services.messages import publish
from engine.storage.models import InstanceRow
from engine.storage.work import Work
from workflows.cases.closing import close_case
from workflows.cases.mails import write_to_family
from workflows.cases.rules import check_state
from workflows.cases.thread import open_youth_case, youth_case
from workflows.consent import services
from workflows.consent.records import ConsentAnswerRow, ConsentRow
from workflows.consent.rules import WAITING, status_after
from workflows.forums.handlers import TEAM, place_on_agenda
from workflows.letters import day_in_words
from workflows.people.ages import leap_day_of_rights
from workflows.people.parties import young_person_of

_BEFORE_CONSENT = {"received", "screening"}
NARROWED, REFERRAL = "narrowed", "referral"


def open_consent(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Open the consent for `purpose`, to be given by `giver`, answered by `due` (ISO date).

    Gives `consent_id`, `signatories` (parties; nobody when none is needed) and `answer_due`.
    """
    giver, due = str(inputs["giver"]), date.fromisoformat(str(inputs["due"])[:10])
    parties = services.signatories(work, instance.case_id, giver)
    consent = ConsentRow(
        case_id=instance.case_id,
        purpose=str(inputs["purpose"]),
        giver=giver,
        signatories=parties,
        asked_at=work.now,
        answer_due=due,
    )
    work.session.add(consent)
    case = youth_case(work, instance.case_id)
    if case.state in _BEFORE_CONSENT:
        case.state = "awaiting_consent"
    record(work, instance.case_id, "consent_asked", consent=str(consent.id), parties=parties)
    work.flush()
    return {
        "consent_id": str(consent.id),
        "signatories": parties,
        "answer_due": due.isoformat(),
    }


def record_consent_answer(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Keep what `signatory` answered ("yes" or "no") by `channel`, with a `note`."""
    consent = _consent(work, instance, inputs)
    work.session.add(
        ConsentAnswerRow(
            consent_id=consent.id,
            party=str(inputs["signatory"]),
            answer=str(inputs["answer"]),
            channel=str(inputs.get("channel") or ""),
            note=str(inputs.get("note") or ""),
            at=work.now,
            recorded_by_id=work.actor.id,
        )
    )
    work.flush()
    if consent.status in WAITING:
        consent.status = status_after(consent.signatories, _answers(work, consent))
    record(
        work,
        instance.case_id,
        "consent_answered",
        consent=str(consent.id),
        party=str(inputs["signatory"]),
        answer=str(inputs["answer"]),
    )
    work.flush()
    return {}


def activate_consent(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Let the consent carry the sharing. Gives `status`: "active".

    A narrower consent after a withdrawal brings the case before the team again, when its
    assessment was stopped.
    """
    consent = _consent(work, instance, inputs)
    services.activate(work, consent)
    if consent.purpose == NARROWED:
        _bring_back(work, instance)
    return {"status": "active"}


def _bring_back(work: Work, instance: InstanceRow) -> None:
    """Put the case on the agenda again, unless it has been decided or an assessment waits."""
    case = open_youth_case(work, instance.case_id)
    if case.state != "awaiting_consent" or services.assessments(work, case.case_id):
        return
    placed = place_on_agenda(work, instance, {"forum": TEAM, "reason": REFERRAL})
    item = {**placed, "reason": REFERRAL, "disciplines": [], "wished_role": None}
    publish(work, case.case_id, "item_placed", item, source=f"consent:{instance.id}")


def refuse_consent(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note that there is no consent; older ones stop carrying. Gives `status`: "refused"."""
    services.refuse(work, _consent(work, instance, inputs))
    return {"status": "refused"}


def suspend_unanswered(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Suspend what carries the sharing, because the answer is overdue.

    At 15 the guardians' consent carries until the answer is due; before an 18th birthday the
    young person's own does, until that day.
    """
    consent = _consent(work, instance, inputs)
    if consent.purpose == "adult_18" and work.today < _birthday(work, instance.case_id, 18):
        return {}
    older = [each for each in services.consents_of(work, consent.case_id) if each is not consent]
    services.suspend(work, consent.case_id, [each for each in older if each.kind == consent.kind])
    return {}


def confirm_withdrawal(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Confirm the withdrawal to the young person and let `outcome` follow.

    `outcome` is narrowed (a narrower consent is asked for), single_effort,
    continued_on_statute, or closed_no_basis (the case closes).
    """
    consent, outcome = _consent(work, instance, inputs), str(inputs["outcome"])
    words = {"withdrawn_on": _local_day(work, consent), **_CONFIRMED.get(outcome, _CONFIRMED[""])}
    write_to_family(
        work, consent.case_id, "consent_withdrawn", key=f"withdrawn:{consent.id}", words=words
    )
    record(work, consent.case_id, "withdrawal_confirmed", consent=str(consent.id), outcome=outcome)
    if outcome == "closed_no_basis":
        close_case(work, consent.case_id, "no_basis", but=instance)
    elif outcome == "narrowed":
        start_process(work, consent.case_id, "consent", {"purpose": NARROWED, "due": None})
    else:  # single_effort or continued_on_statute: help goes on, without sharing
        case = open_youth_case(work, consent.case_id)
        check_state(case.state, "active_single")
        case.state = "active_single"
    work.flush()
    return {}


def not_renewed_at_18(work: Work, case_id: UUID) -> None:
    """Suspend what was given before the 18th birthday and has not been given again since asked."""
    older = services.consents_of(work, case_id)
    asked = any(each.purpose == "adult_18" and each.status in WAITING for each in older)
    from_others = any(each.giver != "young_person" and each.status == "active" for each in older)
    if asked or from_others:
        services.suspend(work, case_id, [each for each in older if each.purpose != "adult_18"])


_CONFIRMED = {
    "": {
        "stops": "- Vi deler ikke mere om dig med andre.",
        "continues": "- Det, loven siger, at vi skal gøre. Den hjælp, du allerede får.",
        "why_continues": "Loven bestemmer det, eller det bygger ikke på dit samtykke.",
    },
    "closed_no_basis": {
        "stops": "- Vi deler ikke mere om dig med andre. Vi lukker din sag.",
        "continues": "- Ingenting. Du kan altid komme tilbage.",
        "why_continues": "Der er ikke noget, der går videre.",
    },
}


def _consent(work: Work, instance: InstanceRow, inputs: Variables) -> ConsentRow:
    """Return the consent of this case that the diagram names; another case's is not found."""
    query = select(ConsentRow).where(
        ConsentRow.id == UUID(str(inputs["consent_id"])), ConsentRow.case_id == instance.case_id
    )
    return work.session.scalars(query).one()


def _answers(work: Work, consent: ConsentRow) -> dict[str, str]:
    rows = work.session.scalars(
        select(ConsentAnswerRow)
        .where(ConsentAnswerRow.consent_id == consent.id)
        .order_by(ConsentAnswerRow.at)
    )
    return {row.party: row.answer for row in rows}


def _birthday(work: Work, case_id: UUID, years: int) -> date:
    born = young_person_of(work, case_id).birth_date
    return date_of_age(born, years, leap_day=leap_day_of_rights(work))


def _local_day(work: Work, consent: ConsentRow) -> str:
    return day_in_words(work.calendar.local_date(consent.withdrawn_at or work.now))

"""What diagrams may do with consents."""

from uuid import UUID

from sqlalchemy import bindparam, select

from engine.ports import Json, Variables
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
from workflows.consent.asking import narrower, open_asked, prepare
from workflows.consent.grounds import may_share
from workflows.consent.records import ConsentAnswerRow, ConsentRow
from workflows.consent.rules import WAITING, status_after
from workflows.forums.handlers import TEAM, place_on_agenda
from workflows.forums.items import ITEM_PLACED, running_assessments
from workflows.letters import day_in_words

NARROWED, REFERRAL = "narrowed", "referral"
_CONSENT = select(ConsentRow).where(
    ConsentRow.id == bindparam("consent_id"), ConsentRow.case_id == bindparam("case_id")
)
_ANSWERS = (
    select(ConsentAnswerRow)
    .where(ConsentAnswerRow.consent_id == bindparam("consent_id"))
    .order_by(ConsentAnswerRow.at)
)


def open_consent(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Open the consent for `purpose`, to be given by `giver`, answered by `due` (ISO date).

    `kind`, `types`, `recipients` and `replaces` are what the decision table says it covers, `also`
    what to remember with it. Gives `consent_id`, `signatories` (parties; nobody when none is
    needed) and `answer_due`.
    """
    consent = open_asked(work, instance, inputs)
    return {
        "consent_id": str(consent.id),
        "signatories": consent.signatories,
        "answer_due": str(consent.answer_due),
    }


def record_consent_answer(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Keep what `signatory` answered ("yes" or "no") by `channel`.

    An oral answer has a `note` of who said it when and who heard it, a paper its place as
    `evidence`.
    """
    consent = _consent(work, instance, inputs)
    work.session.add(
        ConsentAnswerRow(
            consent_id=consent.id,
            party=str(inputs["signatory"]),
            answer=str(inputs["answer"]),
            channel=str(inputs.get("channel") or ""),
            note=str(inputs.get("note") or ""),
            evidence=str(inputs.get("evidence") or ""),
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

    A consent that comes after one that stopped brings the case before the team again, when its
    assessment was stopped.
    """
    consent = _consent(work, instance, inputs)
    services.activate(work, consent)
    if instance.caller_id is None:  # who called goes on by itself
        _bring_back(work, instance)
    return {"status": "active"}


def _bring_back(work: Work, instance: InstanceRow) -> None:
    """Put the case on the agenda again, unless it has been decided or an assessment waits."""
    case = youth_case(work, instance.case_id)
    waits = case.state != "awaiting_consent" or not may_share(work, case.case_id)
    if case.closed_at is not None or waits or running_assessments(work, case.case_id):
        return
    placed = place_on_agenda(work, instance, {"forum": TEAM, "reason": REFERRAL})
    item = {**placed, "reason": REFERRAL, "disciplines": [], "wished_role": None}
    publish(work, case.case_id, ITEM_PLACED, item, source=f"consent:{instance.id}")


def refuse_consent(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note that there is no consent; older ones stop carrying. Gives `status`: "refused"."""
    services.refuse(work, _consent(work, instance, inputs))
    return {"status": "refused"}


def suspend_unanswered(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Let what the consent was to take the place of stop, because the answer is overdue.

    At 15 the guardians' consent carries until the answer is due; before an 18th birthday the
    young person's own does, until that day; a consent that expires, until it does.
    """
    services.unanswered(work, _consent(work, instance, inputs))
    return {}


def confirm_withdrawal(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Confirm the withdrawal to the young person and let `outcome` follow.

    `outcome` is narrowed (a consent to `types` alone is asked for), single_effort,
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
        _ask_for_less(work, consent, inputs.get("types"))
    else:  # single_effort or continued_on_statute: help goes on, without sharing
        case = open_youth_case(work, consent.case_id)
        check_state(case.state, "active_single")
        case.state = "active_single"
    work.flush()
    return {}


def _ask_for_less(work: Work, consent: ConsentRow, types: Json) -> None:
    """Ask for a consent to `types`; without them the decision table says which."""
    if isinstance(types, list) and types:
        chosen = narrower(consent, [str(each) for each in types])
        prepare(work, consent.case_id, NARROWED, chosen)
    start_process(work, consent.case_id, "consent", {"purpose": NARROWED, "due": None})


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
    asked = {"consent_id": UUID(str(inputs["consent_id"])), "case_id": instance.case_id}
    return work.session.scalars(_CONSENT, asked).one()


def _answers(work: Work, consent: ConsentRow) -> dict[str, str]:
    rows = work.session.scalars(_ANSWERS, {"consent_id": consent.id})
    return {row.party: row.answer for row in rows}


def _local_day(work: Work, consent: ConsentRow) -> str:
    return day_in_words(work.calendar.local_date(consent.withdrawn_at or work.now))

"""Opening a consent that a process asks for: what it covers, what it takes the place of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from engine.ports import Variables
from engine.services.instances import start_process
from engine.services.journal import record
from engine.storage.models import InstanceRow
from engine.storage.work import Work
from workflows.cases.thread import youth_case
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING, WAITING
from workflows.consent.scope import TEAM, Scope, scope_of, together, write_scope, write_shown_text
from workflows.consent.services import PARENTS_READ, consents_of, signatories
from workflows.consent.vocabulary import vocabulary

PREPARED = "prepared"
# What the decision table says of older consents.
ALL, NEXT_TO_EXPIRE, WITHDRAWN = "all", "next_to_expire", "withdrawn"
_BEFORE_CONSENT = {"received", "screening"}


def open_asked(work: Work, instance: InstanceRow, inputs: Variables) -> ConsentRow:
    """Open the consent that the process `instance` asks for, and return it.

    One that was prepared for the purpose is taken as it is. Else it covers what the decision table
    says, or what the consents cover whose place it is to take. At a birthday those of another
    kind, or of a closed compartment, are asked for by a process of their own: they are never
    bundled.
    """
    consent = _prepared(work, instance.case_id, str(inputs["purpose"]))
    if consent is None:
        consent = _new(work, instance.case_id, inputs)
    consent.giver, consent.also = str(inputs["giver"]), str(inputs.get("also") or "")[:300]
    consent.signatories = signatories(work, instance.case_id, consent.giver)
    consent.status, consent.asked_at = "asked", work.now
    consent.answer_due = date.fromisoformat(str(inputs["due"])[:10])
    write_shown_text(work, consent)
    case = youth_case(work, instance.case_id)
    if case.state in _BEFORE_CONSENT:
        case.state = "awaiting_consent"
    about = {"kind": consent.kind, "types": consent.types, "text": consent.text_version}
    record(
        work,
        consent.case_id,
        "consent_asked",
        consent=str(consent.id),
        parties=consent.signatories,
        **about,
    )
    work.flush()
    return consent


def prepare(
    work: Work, case_id: UUID, purpose: str, scope: Scope, replaces: Sequence[UUID] = ()
) -> ConsentRow:
    """Write down what the next process of `purpose` is to ask for, instead of its table."""
    row = ConsentRow(
        case_id=case_id,
        purpose=purpose,
        status=PREPARED,
        asked_at=work.now,
        replaces=[str(each) for each in replaces],
    )
    write_scope(row, scope)
    work.session.add(row)
    work.flush()
    return row


def narrower(withdrawn: ConsentRow, types: Sequence[str]) -> Scope:
    """Return what is asked for after a withdrawal: `types`, to those of the withdrawn consent."""
    return replace(scope_of(withdrawn), types=tuple(types), lasts_until=None)


def _prepared(work: Work, case_id: UUID, purpose: str) -> ConsentRow | None:
    rows = consents_of(work, case_id)
    return next((e for e in rows if (e.status, e.purpose) == (PREPARED, purpose)), None)


def _new(work: Work, case_id: UUID, inputs: Variables) -> ConsentRow:
    purpose, how = str(inputs["purpose"]), str(inputs.get("replaces") or "")
    drawn = Scope(
        kind=str(inputs.get("kind") or "disclose"),
        types=_texts(inputs.get("types")),
        to_parties=_texts(inputs.get("recipients")) or (TEAM,),
    )
    vocabulary().titles(drawn.types)  # refuses what nobody knows
    older = _older(work, case_id, how)
    alike = [each for each in older if _is_alike(each, drawn)]
    if how == NEXT_TO_EXPIRE and older:
        return prepare(work, case_id, purpose, scope_of(older[0]), [older[0].id])
    if how == ALL:
        apart = [each for each in older if each not in alike and each.kind != PARENTS_READ]
        _ask_apart(work, case_id, inputs, apart)
        return prepare(work, case_id, purpose, together(alike, drawn), [each.id for each in alike])
    if how == WITHDRAWN and (gone := _last_withdrawn(work, case_id)):
        return prepare(work, case_id, purpose, narrower(gone, drawn.types))
    return prepare(work, case_id, purpose, drawn)


def _older(work: Work, case_id: UUID, how: str) -> list[ConsentRow]:
    """Return the consents in force; for a renewal the one that ends first and is not asked yet."""
    rows = consents_of(work, case_id)
    found = [each for each in rows if each.status in CARRYING]
    if how == NEXT_TO_EXPIRE:
        asked = {one for each in rows if each.status in WAITING for one in each.replaces}
        left = [each for each in found if str(each.id) not in asked]
        return sorted(left, key=lambda each: each.expires_on or date.max)[:1]
    return found if how == ALL else []


def _is_alike(row: ConsentRow, drawn: Scope) -> bool:
    return row.kind == drawn.kind and row.compartment is None


def _ask_apart(work: Work, case_id: UUID, inputs: Variables, rows: Sequence[ConsentRow]) -> None:
    for row in rows:
        prepare(work, case_id, str(inputs["purpose"]), scope_of(row), [row.id])
        start_process(
            work,
            case_id,
            "consent",
            {"purpose": str(inputs["purpose"]), "due": str(inputs["due"])[:10]},
        )


def _last_withdrawn(work: Work, case_id: UUID) -> ConsentRow | None:
    gone = [each for each in consents_of(work, case_id) if each.status == "withdrawn"]
    return max(gone, key=lambda each: each.withdrawn_at or each.asked_at) if gone else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()

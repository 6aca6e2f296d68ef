"""Sharing without a consent: a listed basis in law, a reason, and the young person told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from engine.domain.errors import Already, InvalidAnswers, NotFound
from engine.domain.parameters import shift
from engine.services.definitions import newest_definition
from engine.services.journal import record
from engine.services.tasks import open_task
from engine.storage.work import Work
from workflows.cases.thread import open_youth_case
from workflows.consent.grounds import settle_access
from workflows.consent.records import LegalBasisUseRow
from workflows.consent.requests import general_fields
from workflows.consent.rights import check_answers_for
from workflows.consent.scope import OUTSIDE
from workflows.consent.vocabulary import vocabulary

SHORTEST_REASON = 20  # characters; source: domain, P2, a default of ours
MOST_ONCE = 2  # a basis for one meeting serves that and one that follows it up
INFORM = "inform_of_legal_basis"
LONGEST = "consent.expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What somebody wants to rest on the law. `told` says that the young person knows already."""

    basis: str
    reason: str
    types: Sequence[str]
    to_parties: Sequence[str] = ()
    outside: Sequence[str] = ()
    until: date | None = None
    told: bool = False


def use_legal_basis(work: Work, case_id: UUID, use: Use) -> LegalBasisUseRow:
    """Let these get these types until that day, because the law says so; return the row.

    It stands in the journal, is counted for the unit that leads the case, and opens what it says.
    Unless the young person has been told, whoever holds the thread gets a task to tell them.
    Raises `NotFound`, `NotAllowed` for who does not answer for the case, `Conflict` when it is
    closed, and `InvalidAnswers` by field (basis, types, to, outside, reason, until).
    """
    work.reads_for("consent", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    check_answers_for(work, case)
    if problems := dict(_problems(work, case_id, use)):
        raise InvalidAnswers(problems)
    row = LegalBasisUseRow(
        case_id=case_id,
        unit_id=case.unit_id,
        basis=use.basis,
        reason=use.reason.strip(),
        types=list(use.types),
        to_parties=[*use.to_parties, *(f"{OUTSIDE}{each}" for each in use.outside)],
        by_id=work.actor.id,
        at=work.now,
        until=use.until or work.today,
        informed_at=work.now if use.told else None,
    )
    work.session.add(row)
    work.flush()
    record(work, case_id, "legal_basis_used", use=str(row.id), basis=use.basis, types=row.types)
    settle_access(work, case_id, "ended")
    if not use.told:
        _remember_to_tell(work, case_id)
    work.flush()
    return row


def uses_of(work: Work, case_id: UUID) -> list[LegalBasisUseRow]:
    """Return what was done in the case because of the law, newest first."""
    work.flush()
    query = select(LegalBasisUseRow).where(LegalBasisUseRow.case_id == case_id)
    return list(
        work.session.scalars(query.order_by(LegalBasisUseRow.at.desc(), LegalBasisUseRow.id))
    )


def note_told(work: Work, case_id: UUID, use_id: UUID) -> None:
    """Note that the young person knows of the use. Raises `NotFound`, `NotAllowed`, `Conflict`."""
    work.reads_for("consent", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    check_answers_for(work, case)
    row = work.session.get(LegalBasisUseRow, use_id)
    if row is None or row.case_id != case_id:
        raise NotFound("Samtykket findes ikke.")
    if row.informed_at is not None:
        raise Already("Den unge har allerede fået det at vide.")
    row.informed_at = work.now
    record(work, case_id, "told_of_legal_basis", use=str(row.id), basis=row.basis)
    work.flush()


def _problems(work: Work, case_id: UUID, use: Use) -> Iterator[tuple[str, str]]:
    basis = vocabulary().bases.get(use.basis)
    if basis is None:
        yield "basis", "Vælg det sted i loven, der giver lov."
        return
    if not use.types or set(use.types) - set(basis.types):
        allowed = ", ".join(vocabulary().titles(basis.types)).lower()
        yield "types", f"Det grundlag rækker kun til: {allowed}."
    if not (use.to_parties or use.outside):
        yield "to", "Vælg, hvem der får oplysningerne, eller skriv dem på listen herunder."
    if len(use.reason.strip()) < SHORTEST_REASON:
        yield "reason", f"Skriv hvorfor, med mindst {SHORTEST_REASON} tegn."
    yield from general_fields({"outside": use.outside})
    longest = shift(work.calendar, work.today, work.parameters.period(LONGEST))
    if use.until is None or not work.today < use.until <= longest:
        yield "until", "Vælg en dag, der kommer, og højst et år frem."
    if basis.once and _times(work, case_id, use.basis) >= MOST_ONCE:
        yield (
            "basis",
            "Det grundlag rækker til et møde og ét opfølgende møde, og de er brugt.",
        )


def _times(work: Work, case_id: UUID, basis: str) -> int:
    query = select(func.count()).where(
        LegalBasisUseRow.case_id == case_id, LegalBasisUseRow.basis == basis
    )
    return work.session.scalars(query).one()


def _remember_to_tell(work: Work, case_id: UUID) -> None:
    open_task(
        work,
        case_id=case_id,
        element=INFORM,
        title="Fortæl den unge, hvad der er delt",
        role="primary_responsible",
        why_now="Noget er delt uden samtykke, fordi loven giver lov. Den unge skal vide det.",
        deadline='after(created, param("legal_basis.inform"))',
        ladder="A",
        definition=newest_definition(work, "consent"),
    )

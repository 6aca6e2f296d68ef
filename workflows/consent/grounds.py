"""What sharing rests on at this moment: consents in force and uses of a basis in law."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.storage.work import Work
from workflows.access.grants import CONSENT, LEGAL_BASIS, Opening, settle_grants
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow, LegalBasisUseRow
from workflows.consent.scope import FORUM, TEAM, UNIT
from workflows.consent.vocabulary import OPENING, vocabulary
from workflows.municipalities.records import ForumRow, UnitRow
from workflows.people.parties import GUARDIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason why something may be shared: a consent or a basis in law, `until` (not with)."""

    source: str
    source_id: UUID
    types: tuple[str, ...]
    to_parties: tuple[str, ...]
    compartment: str | None
    until: date | None


_ACTIVE = (
    select(ConsentRow)
    .where(ConsentRow.case_id == bindparam("case_id"), ConsentRow.status == "active")
    .order_by(ConsentRow.asked_at, ConsentRow.id)
)
_IN_USE = (
    select(LegalBasisUseRow)
    .where(LegalBasisUseRow.case_id == bindparam("case_id"))
    .where(LegalBasisUseRow.until > bindparam("today"))
    .order_by(LegalBasisUseRow.at, LegalBasisUseRow.id)
)


def grounds_of(work: Work, case_id: UUID) -> list[Ground]:
    """Return what lets others read in this case today, oldest first."""
    work.flush()
    consents = work.session.scalars(_ACTIVE, {"case_id": case_id})
    uses = work.session.scalars(_IN_USE, {"case_id": case_id, "today": work.today})
    return [
        *(_of_consent(row) for row in consents if is_in_force(row, work.today)),
        *(_of_use(row) for row in uses),
    ]


def is_in_force(consent: ConsentRow, today: date) -> bool:
    """Say whether the consent lets others read today."""
    in_time = consent.expires_on is None or today < consent.expires_on
    return consent.status == "active" and in_time and consent.kind in OPENING


def may_share(work: Work, case_id: UUID, forum: ForumRow | None = None) -> bool:
    """Say whether anything carries sharing with the forum now; without one, with the team."""
    case = work.session.get_one(YouthCaseRow, case_id)
    is_team = forum is None or forum.id == case.forum_id
    names = {TEAM if is_team else "", f"{FORUM}{forum.code}" if forum else ""} - {""}
    return any(
        ground.compartment is None and names.intersection(ground.to_parties)
        for ground in grounds_of(work, case_id)
    )


def settle_access(work: Work, case_id: UUID, why: str) -> None:
    """Let what is open in the case follow what it rests on now; `why` it closes is a code."""
    case = work.session.get_one(YouthCaseRow, case_id)
    wanted = [
        each for ground in grounds_of(work, case_id) for each in _openings(work, case, ground)
    ]
    for source in (CONSENT, LEGAL_BASIS):
        settle_grants(
            work, case_id, source, [each for each in wanted if each.source == source], why
        )


def _of_consent(row: ConsentRow) -> Ground:
    return Ground(
        source=CONSENT,
        source_id=row.id,
        types=tuple(row.types),
        to_parties=tuple(row.to_parties),
        compartment=row.compartment,
        until=row.expires_on,
    )


def _of_use(row: LegalBasisUseRow) -> Ground:
    return Ground(
        source=LEGAL_BASIS,
        source_id=row.id,
        types=tuple(row.types),
        to_parties=tuple(row.to_parties),
        compartment=vocabulary().compartment(row.types),
        until=row.until,
    )


def _openings(work: Work, case: YouthCaseRow, ground: Ground) -> Iterator[Opening]:
    """Return an opening for each recipient who may sign in; others get what is sent to them."""
    for who, whom in filter(None, (_whom(work, case, each) for each in ground.to_parties)):
        yield Opening(
            who=who,
            whom=whom,
            classes=vocabulary().classes(ground.types),
            types=ground.types,
            compartment=ground.compartment,
            source=ground.source,
            source_id=ground.source_id,
            ends_at=work.calendar.midnight(ground.until) if ground.until else None,
        )


def _whom(work: Work, case: YouthCaseRow, party: str) -> tuple[str, UUID] | None:
    if party == TEAM:
        return ("forum_id", case.forum_id) if case.forum_id else None
    if party.startswith(FORUM):
        code = party.removeprefix(FORUM)
        forum = work.session.scalar(select(ForumRow.id).where(ForumRow.code == code))
        return ("forum_id", forum) if forum else None
    if party.startswith(UNIT):
        code = party.removeprefix(UNIT)
        unit = work.session.scalar(select(UnitRow.id).where(UnitRow.code == code))
        return ("unit_id", unit) if unit else None
    if party.startswith(GUARDIAN):
        return ("guardian_id", UUID(party.removeprefix(GUARDIAN)))
    return None

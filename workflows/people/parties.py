"""The parties of a case: what they are called, how they are reached, who may sign."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.ports import DIGITAL_POST, PAPER, Recipient
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.people.records import GuardianRow, YoungPersonRow

YOUNG_PERSON = "young_person"
GUARDIAN = "guardian:"
PERSON = "person:"  # of one whose CPR number is not known, in Digital Post
# Custody is not registered: somebody must find out, so the case never runs on without an answer.
UNKNOWN_GUARDIAN = "guardian:unknown"
_YOUNG_PERSON = (
    select(YoungPersonRow)
    .join(YouthCaseRow, YouthCaseRow.young_person_id == YoungPersonRow.id)
    .where(YouthCaseRow.case_id == bindparam("case_id"))
)
_GUARDIANS = select(GuardianRow).where(GuardianRow.young_person_id == bindparam("person_id"))


def young_person_of(work: Work, case_id: UUID) -> YoungPersonRow:
    """Return the young person of a youth case."""
    return work.session.scalars(_YOUNG_PERSON, {"case_id": case_id}).one()


def guardians_on(work: Work, young_person_id: UUID, day: date) -> list[GuardianRow]:
    """Return those with custody on `day`, by name."""
    found = work.session.scalars(_GUARDIANS, {"person_id": young_person_id})
    rows = sorted(found, key=lambda row: (row.name, row.id))
    return [row for row in rows if has_custody(row, day)]


def has_custody(guardian: GuardianRow, day: date) -> bool:
    """Say whether the guardian has custody on `day`."""
    begun = guardian.since is None or guardian.since <= day
    return begun and (guardian.until is None or day < guardian.until)


def party_of(guardian: GuardianRow) -> str:
    """Return the guardian as a party."""
    return f"{GUARDIAN}{guardian.id}"


def letter_box(person: YoungPersonRow) -> Recipient:
    """Return where letters to the young person go: Digital Post, or paper.

    On paper go those of one who is exempt, or whose address is protected. Source: domain,
    letter_channel.
    """
    if person.digital_post_exempt or person.protected_address:
        return Recipient(name=person.name, email="", channel=PAPER)
    return Recipient(
        name=person.name, email=person.cpr or f"{PERSON}{person.id}", channel=DIGITAL_POST
    )


def party_name(work: Work, case_id: UUID, party: str) -> str:
    """Return what to call a party of the case in a sentence."""
    if party == UNKNOWN_GUARDIAN:
        return "Forældremyndighedsindehaver (ikke registreret)"
    return party_recipient(work, case_id, party).name


def party_recipient(work: Work, case_id: UUID, party: str) -> Recipient:
    """Return how to write to a party; the address is empty when there is none.

    A guardian of another case is not found: `sqlalchemy.exc.NoResultFound`.
    """
    young_person = young_person_of(work, case_id)
    if party == YOUNG_PERSON:
        return Recipient(name=young_person.name, email=young_person.email)
    if party == UNKNOWN_GUARDIAN:
        return Recipient(name="Forældremyndighedsindehaver", email="")
    query = select(GuardianRow).where(
        GuardianRow.id == UUID(party.removeprefix(GUARDIAN)),
        GuardianRow.young_person_id == young_person.id,
    )
    guardian = work.session.scalars(query).one()
    return Recipient(name=guardian.name, email=guardian.email)

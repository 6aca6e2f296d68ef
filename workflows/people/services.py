"""Putting people on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.storage.owners import new_key
from engine.storage.work import Work
from workflows.municipalities.configuration import unnamed
from workflows.people.records import GuardianRow, YoungPersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewYoungPerson:
    """Who a referral is about, as written by the referrer."""

    first_name: str
    last_name: str
    birth_date: date
    cpr: str | None = None
    phone: str = ""
    email: str = ""
    school: str = ""
    school_code: str | None = None
    schooling: str = "none"
    protected_address: bool = False
    digital_post_exempt: bool = False
    language: str = "da"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGuardian:
    """One with custody, as written by the referrer."""

    name: str
    relation: str = ""
    custody: str = "joint"
    email: str = ""
    phone: str = ""
    since: date | None = None


def find_young_person(work: Work, new: NewYoungPerson) -> YoungPersonRow | None:
    """Return who is already on record: the same CPR number, else the same name and birth date.

    The registers of compartments are not looked into.
    """
    outside = YoungPersonRow.compartment.is_(None)
    by_cpr = YoungPersonRow.cpr_mark == mark_of(work, new.cpr)
    by_name = (
        (YoungPersonRow.birth_date == new.birth_date)
        & (YoungPersonRow.first_name == new.first_name)
        & (YoungPersonRow.last_name == new.last_name)
    )
    query = select(YoungPersonRow).where(outside)
    found = work.session.scalars(query.where(by_cpr)).first() if new.cpr else None
    if found is not None:
        return found
    for row in work.session.scalars(query.where(by_name)):
        if row.cpr is None or new.cpr is None:
            return row
    return None


def calendar_name(person: YoungPersonRow) -> str | None:
    """Return what a case of the young person calls the calendar of their school; None for the
    common one. Behind a protected address no explanation names the school."""
    if person.school_code is None:
        return None
    return unnamed(person.school_code) if person.protected_address else person.school_code


def mark_of(work: Work, cpr: str | None) -> str | None:
    """Return what finds a CPR number again, without telling it."""
    return work.casework.database.keyring.mark(cpr) if cpr else None


def put_on_record(
    work: Work, new: NewYoungPerson, guardians: Sequence[NewGuardian]
) -> YoungPersonRow:
    """Return the young person with these guardians, found again or written now.

    What is already on record stays as it is; guardians are added by name.
    """
    person = find_young_person(work, new)
    if person is None:
        person = YoungPersonRow(
            first_name=new.first_name,
            last_name=new.last_name,
            birth_date=new.birth_date,
            key_id=new_key(work),
            cpr=new.cpr,
            cpr_mark=mark_of(work, new.cpr),
            phone=new.phone,
            email=new.email,
            school=new.school,
            school_code=new.school_code,
            schooling=new.schooling,
            protected_address=new.protected_address,
            digital_post_exempt=new.digital_post_exempt,
            language=new.language,
        )
        work.session.add(person)
        work.flush()
    _add_guardians(work, person, guardians)
    return person


def _add_guardians(work: Work, person: YoungPersonRow, guardians: Sequence[NewGuardian]) -> None:
    query = select(GuardianRow.name).where(GuardianRow.young_person_id == person.id)
    known = set(work.session.scalars(query))
    for new in guardians:
        if new.name not in known:
            work.session.add(
                GuardianRow(
                    young_person_id=person.id,
                    name=new.name,
                    relation=new.relation,
                    custody=new.custody,
                    email=new.email,
                    phone=new.phone,
                    since=new.since,
                )
            )
    work.flush()

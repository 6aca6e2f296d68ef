"""What is taken away of a person: every text, every name and number. Ids, codes and dates stay."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, or_, select

from engine.storage.base import Base
from engine.storage.scrubbing import scrub
from engine.storage.work import Work
from workflows.erasing.clear import after_erasure

_CASE = "case_id"
_NOT_OURS = {"journal", "youth_cases", "assignments", "read_log"}  # ids, codes and dates alone
# tables that hang on a row of a case: their column, and the table that it names
_BELOW: Sequence[tuple[str, str, str]] = (
    ("consent_answers", "consent_id", "consents"),
    ("plan_versions", "plan_id", "plans"),
    ("goals", "version_id", "plan_versions"),
)


def scrub_cases(work: Work, cases: Sequence[UUID]) -> None:
    """Empty everything that was written in these cases."""
    work.flush()
    tables = Base.metadata.tables
    _scrub_digests(work, tables["outbox"], cases)
    for table in tables.values():
        if _CASE in table.c and table.name not in _NOT_OURS:
            scrub(work, table, table.c[_CASE].in_(cases), after_erasure(table.name))
    for name, column, above in _BELOW:
        table = tables[name]
        scrub(work, table, table.c[column].in_(_of_cases(tables[above], cases)))
    waits = tables["waits"]
    work.session.execute(delete(waits).where(waits.c[_CASE].in_(cases)))


def scrub_person(work: Work, person_id: UUID) -> None:
    """Empty what stands of the person and their guardians; the year of birth stays."""
    people, guardians = Base.metadata.tables["young_people"], Base.metadata.tables["guardians"]
    born = work.session.scalar(select(people.c.birth_date).where(people.c.id == person_id))
    assert born is not None  # noqa: S101  # the case names a person
    year = born.replace(month=1, day=1)
    nobody = {**after_erasure("young_people"), "key_id": None, "birth_date": year}
    scrub(work, people, people.c.id == person_id, nobody)
    scrub(work, guardians, guardians.c.young_person_id == person_id)


def mails_of(work: Work, cases: Sequence[UUID]) -> Sequence[str]:
    """Return the keys of the messages that tell of these cases, digests among them."""
    outbox = Base.metadata.tables["outbox"]
    own = select(outbox.c.key).where(_tells_of(outbox, cases))
    return work.session.scalars(own).all()


def _scrub_digests(work: Work, outbox: Table, cases: Sequence[UUID]) -> None:
    """A message that gathers a line of theirs is emptied whole."""
    scrub(work, outbox, _tells_of(outbox, cases), after_erasure("outbox"))


def _tells_of(outbox: Table, cases: Sequence[UUID]) -> ColumnElement[bool]:
    lines = select(outbox.c.digest_id).where(
        outbox.c[_CASE].in_(cases), outbox.c.digest_id.is_not(None)
    )
    return or_(outbox.c[_CASE].in_(cases), outbox.c.id.in_(lines))


def _of_cases(table: Table, cases: Sequence[UUID]) -> Any:
    if _CASE in table.c:
        return select(table.c.id).where(table.c[_CASE].in_(cases))
    _, column, above = next(each for each in _BELOW if each[0] == table.name)
    of_above = _of_cases(Base.metadata.tables[above], cases)
    return select(table.c.id).where(table.c[column].in_(of_above))

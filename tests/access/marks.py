"""A house in which every young person has unmistakable marks, and who is marked in some bytes.

A mark is a name, the initials in brackets, a number or address of the young person or of a parent,
and the id of anything that belongs to their case: whoever may open a task knows whose it is by its
address.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.base import Base
from engine.storage.work import Casework, Work
from tests.explanations.walking import House, lived
from workflows.access.records import ReadLogRow
from workflows.access.services import cases_visible_to
from workflows.cases.records import YouthCaseRow
from workflows.demonstration import people
from workflows.municipalities.directory import actor_of
from workflows.people.records import GuardianRow, YoungPersonRow

# What stands still, waits or leaves has a number of its own, which tells nobody whose it is.
TELLS_NOTHING = {"incidents", "timers", "outbox", "broken_glass"}
LIVES = 26  # enough for a page of every kind
_MOST = 71  # a prime above the number of lives, so that no two share a name
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HANGS_ON = {
    "guardians": "young_person_id",
    "consent_answers": "consent_id",
    "plan_versions": "plan_id",
    "goals": "version_id",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Whose each mark is: ids of young people by words, and by ids of what is theirs."""

    words: Mapping[str, str]
    ids: Mapping[str, str]

    def named(self, text: str) -> set[str]:
        """Return those whose words stand in the text."""
        pattern = "|".join(re.escape(word) for word in self.words)
        return {self.words[word] for word in re.findall(pattern, text)}

    def led_to(self, text: str) -> set[str]:
        """Return those to whom an id in the text leads."""
        return {self.ids[each] for each in _UUID.findall(text) if each in self.ids}


def unmistakable(patch: pytest.MonkeyPatch, folder: Path) -> House:
    """Return the house of the demonstration, in which no two share a name or initials."""
    firsts = [f"{ascii_uppercase[n % 26]}xquv{_letters(n)}" for n in range(_MOST)]
    lasts = [""] * _MOST
    for n in range(_MOST):
        lasts[n * 4 % _MOST] = f"{ascii_uppercase[n // 26]}xwok{_letters(n)}"
    patch.setattr(people, "FIRST_NAMES", firsts)
    patch.setattr(people, "LAST_NAMES", lasts)
    return lived(folder, LIVES)


def marks_of(casework: Casework) -> Marks:
    """Return the marks of everybody in the house now."""
    with casework.work(SYSTEM) as work:
        persons = work.session.scalars(select(YoungPersonRow)).all()
        words = {word: str(row.id) for row in persons for word in _words(row) if word}
        for parent in work.session.scalars(select(GuardianRow)):
            words |= {parent.email: str(parent.young_person_id)} if parent.email else {}
        return Marks(words, _ids(work))


def may_know(casework: Casework, employee_id: UUID) -> set[str]:
    """Return the ids of the young people of whom the employee may know now."""
    with casework.work(SYSTEM) as work:
        seen = cases_visible_to(work, actor_of(work, employee_id))
        query = select(YouthCaseRow.young_person_id).where(seen)
        return {str(each) for each in work.session.scalars(query)}


def logged_at(casework: Casework) -> list[ReadLogRow]:
    """Return the looks written down at this very moment of the house's clock."""
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(ReadLogRow).where(ReadLogRow.at == work.now)))


def people_in(rows: Collection[ReadLogRow]) -> set[str]:
    """Return the ids of the young people in these rows."""
    return {person for row in rows for person in row.person_ids}


def _letters(n: int) -> str:
    return ascii_lowercase[n // 10] + ascii_lowercase[n % 10]


def _words(person: YoungPersonRow) -> Iterator[str]:
    yield from (person.first_name, person.last_name, person.phone, person.email)
    yield f"({person.first_name[0]}.{person.last_name[0]}.)"
    if person.cpr:
        yield from (person.cpr, f"{person.cpr[:6]}-{person.cpr[6:]}")


def _ids(work: Work) -> Mapping[str, str]:
    """Return whose each row is, by its id: those of the case, and those that hang on them."""
    query = select(YouthCaseRow.case_id, YouthCaseRow.young_person_id)
    cases = dict(work.session.execute(query).all())
    whose: dict[UUID, UUID] = {person: person for person in cases.values()} | cases
    for table in Base.metadata.sorted_tables:  # what is pointed at comes before what points
        keys = [c for c in table.c if c.name in ("case_id", _HANGS_ON.get(table.name))]
        if not keys or "id" not in table.c or table.name in TELLS_NOTHING:
            continue
        for row_id, *above in work.session.execute(select(table.c.id, *keys)):
            for each in above:
                if each in whose:
                    whose[row_id] = whose[each]
    return {str(each): str(person) for each, person in whose.items()}

"""Texts of the house that belong to no case, and may name a young person all the same.

They are looked through when one is erased: a text that names them goes as a whole, since nobody
can tell what else in it tells of them.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Table, select, update

from engine.storage.base import Base
from engine.storage.work import Work
from workflows.people.records import YoungPersonRow

GONE = "Slettet: teksten nævnte en, der er slettet."
# free texts beside those of the cases, and why nothing else of the house is looked through
TEXTS: Mapping[str, str] = {
    "attendances": "note",
    "definitions": "note",
    "postings": "reason",
    "setting_changes": "reason",
}
_SHORTEST = 6  # signs: a shorter number would be found in what is no number of theirs


def names_of(person: YoungPersonRow) -> Collection[str]:
    """Return what somebody would write of whom they mean: name, CPR number, address, telephone."""
    cpr = person.cpr or ""
    said = (person.name, cpr, f"{cpr[:6]}-{cpr[6:]}", person.email, person.phone)
    return {_plain(each) for each in said if len(_plain(each)) >= _SHORTEST}


def scrub_house_texts(work: Work, names: Collection[str]) -> None:
    """Write over every text of the house in which one of `names` stands."""
    for name, column in TEXTS.items():
        table = Base.metadata.tables[name]
        for text in _naming(work, table, column, names):
            change = update(table).where(table.c[column] == text).values({column: GONE})
            work.session.execute(change, execution_options={"synchronize_session": False})


def _naming(work: Work, table: Table, column: str, names: Collection[str]) -> list[str]:
    texts = work.session.scalars(select(table.c[column]).distinct())
    return [text for text in texts if text and any(name in _plain(text) for name in names)]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()

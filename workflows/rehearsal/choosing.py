"""Which version is tried: a draft, or one that has been deployed."""

from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.services.definitions import newest_definition
from engine.storage.models import DefinitionRow, DraftRow
from engine.storage.work import Work
from workflows.rehearsal.running import Candidate

_LEAST = 6  # characters of an id, so that a number is no id


def draft_of(work: Work, process: str) -> Candidate:
    """Return the draft of the process. Raises `NotFound` when nobody has saved one."""
    row = work.session.get(DraftRow, process)
    if row is None:
        newest_definition(work, process)  # says it when there is no such process
        raise NotFound(
            f"»{process}« har ingen kladde at prøve. Gem en i studiet, eller vælg en udgave."
        )
    return Candidate(process=process, files=dict(row.files), name=f"kladden af {process}")


def version_of(work: Work, text: str) -> Candidate:
    """Return a deployed version by its id, the beginning of it, or as `follow_up:3`.

    Raises `NotFound` unless it is exactly one.
    """
    process, _, number = text.partition(":")
    query = select(DefinitionRow)
    if number.isdigit():
        query = query.where(DefinitionRow.process == process, DefinitionRow.number == int(number))
    else:
        query = query.where(DefinitionRow.id.startswith(text, autoescape=True))
    found = work.session.scalars(query).all() if number or len(text) >= _LEAST else []
    if len(found) != 1:
        raise NotFound(
            f"Ingen udgave hedder »{text}«. Skriv proces og nummer, for eksempel »follow_up:3«."
        )
    row = found[0]
    return Candidate(
        process=row.process, version=row.id, name=f"{row.process}, udgave {row.number}"
    )

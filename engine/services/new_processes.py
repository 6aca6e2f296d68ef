"""A process that nobody has had before begins as a draft."""

import re

from sqlalchemy import select

from engine.domain.errors import Already, InvalidDefinition
from engine.services.drafts import check_is_bpmn, require_designer
from engine.storage.models import DefinitionRow, DraftRow
from engine.storage.work import Work

_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")


def check_is_free(work: Work, process: str) -> None:
    """Raise unless a new process may be called `process`.

    `InvalidDefinition` when it is no name for a process, `Conflict` when one is called so already.
    """
    if not _NAME.fullmatch(process):
        raise InvalidDefinition(
            "Navnet skal begynde med et lille bogstav og må kun have a-z, tal og understreg, for "
            "eksempel »home_visit«."
        )
    query = select(DefinitionRow.id).where(DefinitionRow.process == process).limit(1)
    if work.session.get(DraftRow, process) or work.session.scalar(query):
        raise Already(f"Der er allerede en proces, der hedder »{process}«. Vælg et andet navn.")


def begin_draft(work: Work, process: str, xml: str) -> None:
    """Keep `xml` as the first draft of a process that is not in force yet.

    Raises what `check_is_free` raises, `InvalidDefinition` when `xml` is no BPMN file, and
    `NotAllowed`. Nothing is changed then.
    """
    require_designer(work.actor)
    check_is_free(work, process)
    check_is_bpmn(xml)
    work.session.add(
        DraftRow(
            process=process,
            files={f"{process}.bpmn": xml},
            based_on=None,
            saved_at=work.now,
            saved_by=work.actor.name,
        )
    )
    work.flush()

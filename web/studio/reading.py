"""What the studio looks up: the processes in force, their versions, and how many cases run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import func, select

from engine.domain.errors import NotFound
from engine.services.drafts import Draft, newest_definitions
from engine.spiff.checks.findings import Finding, Known
from engine.spiff.checks.safely import check_safely
from engine.spiff.checks.wire import known_from_json, known_to_json
from engine.storage.models import DefinitionRow, InstanceRow
from engine.storage.work import Work
from web.words import ROLE_TITLES
from workflows.offering import known_to_draft

_KEPT = 40  # answers of the check: a page that is loaded again shall not wait for it
_CASES = func.count(InstanceRow.case_id.distinct())
_RUNNING = InstanceRow.closed_at.is_(None)


def processes(work: Work) -> Sequence[DefinitionRow]:
    """Return the version in force of every process, by title."""
    return sorted(newest_definitions(work), key=lambda row: row.title)


def versions(work: Work, process: str) -> Sequence[DefinitionRow]:
    """Return every version of a process, newest first. Raises `NotFound`."""
    query = select(DefinitionRow).where(DefinitionRow.process == process)
    found = work.session.scalars(query.order_by(DefinitionRow.number.desc())).all()
    if not found:
        raise NotFound(f"Processen »{process}« er ikke lagt i drift.")
    return found


def version(work: Work, process: str, number: int) -> DefinitionRow:
    """Return one version. Raises `NotFound`."""
    for row in versions(work, process):
        if row.number == number:
            return row
    raise NotFound(f"Processen »{process}« har ingen udgave {number}.")


def running_by_process(work: Work) -> Mapping[str, int]:
    """Return how many cases stand in each process now."""
    query = select(InstanceRow.process, _CASES).where(_RUNNING).group_by(InstanceRow.process)
    return {row[0]: row[1] for row in work.session.execute(query)}


def running_by_version(work: Work, process: str) -> Mapping[str, int]:
    """Return how many cases stand in each version of one process now, by its id."""
    query = select(InstanceRow.definition_id, _CASES).where(
        _RUNNING, InstanceRow.process == process
    )
    rows = work.session.execute(query.group_by(InstanceRow.definition_id))
    return {row[0]: row[1] for row in rows}


def known_here(work: Work, process: str) -> Known:
    """Return all that a draft of `process` may rely on here and now, and what roles are called."""
    return replace(known_to_draft(work, process), titles=ROLE_TITLES)


def findings_of(draft: Draft, known: Known) -> Sequence[Finding]:
    """Return all that the check finds in the draft; the same question is worked out once."""
    return _findings(
        draft.process,
        tuple(sorted(draft.files.items())),
        json.dumps(known_to_json(known), sort_keys=True),
    )


@lru_cache(maxsize=_KEPT)
def _findings(process: str, files: tuple[tuple[str, str], ...], known: str) -> tuple[Finding, ...]:
    return tuple(check_safely(process, dict(files), known_from_json(json.loads(known))))

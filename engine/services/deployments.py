"""Putting diagrams and settings into force. A deployed version never changes."""

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import delete, func, select

from engine.domain.errors import InvalidDefinition, NotFound
from engine.ports import Blueprint, Definition, Json
from engine.services.definitions import newest_definition
from engine.storage.configurations import digest_of
from engine.storage.models import ConfigurationRow, DefinitionRow, StartMessageRow
from engine.storage.standing import stands_no_more
from engine.storage.work import Work

Files = Mapping[str, str]


def content_id(process: str, files: Files) -> str:
    """Return the hash that names this content of this process."""
    canonical = json.dumps([process, dict(files)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def deploy_process(work: Work, process: str, files: Files, note: str = "") -> DefinitionRow:
    """Put this content into force for new instances and return the version.

    The same content again is the same version and changes nothing. Running instances stay where
    they are. Raises `InvalidDefinition` when the diagram cannot be read or is another process;
    it does not run the deploy check.
    """
    blueprint = blueprint_of_files(work, process, files)
    version_id = content_id(process, files)
    existing = work.session.get(DefinitionRow, version_id)
    if existing is not None and newest_definition(work, process).id == version_id:
        return existing
    if existing is not None:
        raise InvalidDefinition(
            f"Denne udgave af »{process}« har været i drift før, som nr. {existing.number}. "
            "Lav en lille ændring, for eksempel i beskrivelsen, og prøv igen."
        )
    row = DefinitionRow(
        id=version_id,
        process=process,
        number=_next_number(work, process),
        title=blueprint.name or process,
        files=dict(files),
        deployed_at=work.now,
        deployed_by=work.actor.name,
        note=note,
    )
    work.session.add(row)
    stands_no_more(work.session)
    _point_messages(work, blueprint)
    work.flush()
    return row


def put_in_front(work: Work, version_id: str) -> DefinitionRow:
    """Let new instances use this deployed version again, under a new number.

    Only in a copy: a version that has been in force keeps its number in the house. Raises
    `NotFound`.
    """
    row = work.session.get(DefinitionRow, version_id)
    if row is None:
        raise NotFound("Versionen findes ikke.")
    if newest_definition(work, row.process).id != version_id:
        row.number = _next_number(work, row.process)
        stands_no_more(work.session)
        _point_messages(work, blueprint_of_files(work, row.process, row.files))
        work.flush()
    return row


def blueprint_of_files(work: Work, process: str, files: Files) -> Blueprint:
    """Read the diagram of a process that may not be deployed yet.

    Raises `InvalidDefinition` when it is missing, cannot be read, or is of another process.
    """
    source = files.get(f"{process}.bpmn")
    if source is None:
        raise InvalidDefinition(f"Filen »{process}.bpmn« mangler.")
    found = work.processes.inspect(
        Definition(id=content_id(process, files), process=process, xml=source.encode())
    )
    if found.process != process:
        raise InvalidDefinition(
            f"Diagrammet beskriver processen »{found.process}«, ikke »{process}«."
        )
    return found


def configure(work: Work, content: Mapping[str, Json]) -> None:
    """Put parameters, closing days and milestones into force, unless they already are."""
    digest = digest_of(content)
    newest = work.session.scalar(
        select(ConfigurationRow.digest).order_by(ConfigurationRow.number.desc()).limit(1)
    )
    if newest != digest:
        work.session.add(
            ConfigurationRow(
                digest=digest, content=dict(content), since=work.now, changed_by=work.actor.name
            )
        )
        stands_no_more(work.session)
        work.flush()


def _next_number(work: Work, process: str) -> int:
    highest = work.session.scalar(
        select(func.max(DefinitionRow.number)).where(DefinitionRow.process == process)
    )
    return (highest or 0) + 1


def _point_messages(work: Work, blueprint: Blueprint) -> None:
    """Let the messages that start this version start this process, and no longer others."""
    process = blueprint.process
    work.session.execute(delete(StartMessageRow).where(StartMessageRow.process == process))
    for message in blueprint.start_messages:
        taken = work.session.get(StartMessageRow, message)
        if taken is not None:
            raise InvalidDefinition(
                f"Beskeden »{message}« starter allerede processen »{taken.process}«."
            )
        work.session.add(StartMessageRow(message=message, process=process))

"""What a deployed version holds, read once and kept: blueprint, forms and decision tables."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.decisions.tables import DecisionTable, evaluate, read_decisions
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import InvalidDefinition, NotFound
from engine.domain.forms import Form, parse
from engine.domain.manifests import declared_compartment
from engine.ports import Blueprint, Decided, Definition, Variables, World
from engine.storage.loading import OpenRows
from engine.storage.models import DefinitionRow, InstanceRow, StartMessageRow
from engine.storage.standing import standing
from engine.storage.work import Work

_KEPT = 500
_NEWEST = (
    select(DefinitionRow.id)
    .where(DefinitionRow.process == bindparam("process"))
    .order_by(DefinitionRow.number.desc())
    .limit(1)
)
_STARTED_BY = select(StartMessageRow.process).where(StartMessageRow.message == bindparam("message"))


def newest_definition(work: Work, process: str) -> DefinitionRow:
    """Return the version of `process` that new instances use. Raises `NotFound`."""
    newest = partial(work.session.scalar, _NEWEST, {"process": process})
    found = standing(work.session, ("definition", process), newest)
    if found is None:
        raise NotFound(f"Processen »{process}« er ikke lagt i drift.")
    return work.definition(found)


def process_started_by(work: Work, message: str) -> str | None:
    """Return the process that `message` starts, or None."""
    asked = partial(work.session.scalar, _STARTED_BY, {"message": message})
    return standing(work.session, ("started by", message), asked)


def as_definition(row: DefinitionRow) -> Definition:
    """Return the version as the process engine wants it."""
    process = row.process
    return Definition(id=row.id, process=process, xml=_encoded(row.files[f"{process}.bpmn"]))


@lru_cache(maxsize=_KEPT)
def _encoded(source: str) -> bytes:
    return source.encode()


def compartment_of(row: DefinitionRow) -> str | None:
    """Return the closed compartment that the process belongs to, None for the open ones."""
    return declared_compartment(row.files)


def blueprint_of(work: Work, row: DefinitionRow) -> Blueprint:
    """Return what the diagram of this version declares."""
    return work.processes.inspect(as_definition(row))


def open_rows_of(work: Work, instance: InstanceRow) -> OpenRows:
    """Return the open rows of an instance; its waits are asked for only where it can have some."""
    awaits = blueprint_of(work, work.definition(instance.definition_id)).awaits
    return work.open_rows(instance, awaits=bool(awaits))


def form_of(row: DefinitionRow, form: str) -> Form:
    """Return a form of this version. Raises `InvalidDefinition` when it is missing."""
    source = row.files.get(f"forms/{form}.json")
    if source is None:
        raise InvalidDefinition(f"Formularen »{form}« mangler i processen »{row.process}«.")
    return _form(source)


@lru_cache(maxsize=_KEPT)
def _form(source: str) -> Form:
    return parse(json.loads(source))


@lru_cache(maxsize=_KEPT)
def tables_in(source: str) -> Mapping[str, DecisionTable]:
    """Return the decisions of a DMN file, read once."""
    return read_decisions(source.encode())


def table_of(row: DefinitionRow, name: str) -> DecisionTable:
    """Return the decision table `name` of this version. Raises `InvalidDefinition`."""
    return tables_in(source_of_table(row, name))[name]


def source_of_table(row: DefinitionRow, name: str) -> str:
    """Return the DMN file of this version that holds the table. Raises `InvalidDefinition`."""
    files: Mapping[str, str] = row.files
    for path, source in files.items():
        if path.endswith(".dmn") and name in tables_in(source):
            return source
    raise InvalidDefinition(f"Beslutningstabellen »{name}« mangler i »{row.process}«.")


def decide(
    work: Work, row: DefinitionRow, name: str, inputs: Variables, case_id: UUID | None = None
) -> Decided:
    """Ask the table `name` of this version, about a case if one is named.

    Raises `InvalidDefinition` or `EvaluationFailed`.
    """
    outcome = evaluate(table_of(row, name), inputs, work.functions_for(case_id))
    return Decided(outputs=outcome.outputs, rows=outcome.rows)


def world_of(work: Work, row: DefinitionRow, case_id: UUID) -> World:
    """Return what one command on an instance of this version in the case may know."""
    return World(
        now=work.now,
        functions=work.functions_for(case_id),
        decide=lambda name, inputs: decide(work, row, name, inputs, case_id),
        local_start=lambda value: local_start(work.calendar, value),
    )


def local_start(calendar: WorkingCalendar, value: date | datetime) -> datetime:
    """Return when a drawn timer that names this day fires (UTC): 08:00 local.

    A moment without a zone is local time.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=calendar.timezone).astimezone(UTC)
    return calendar.opens(value)


def definition_of(work: Work, definition_id: str | None) -> DefinitionRow:
    """Return the version an instance or task is pinned to. Raises `NotFound`."""
    if definition_id is None:
        raise NotFound("Opgaven hører ikke til en proces.")
    return work.definition(definition_id)

"""What an act of a scenario stands on: the application of this moment, the file and the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.ports import Json
from engine.storage.work import Casework, Work
from workflows.municipalities.records import EmployeeRow
from workflows.scenarios.acting import do_task
from workflows.scenarios.format import Line, Scenario


@dataclass(frozen=True, slots=True)
class Stage:
    """The application of this moment, the file, and the case once it is open."""

    casework: Casework
    scenario: Scenario
    bpmn: Path
    case_id: UUID | None

    @property
    def case(self) -> UUID:
        """The case. Raises `InvalidDefinition` before a line has opened it."""
        if self.case_id is None:
            raise InvalidDefinition("Ingen linje har åbnet en sag endnu.")
        return self.case_id

    def do(self, task_id: UUID, given: Mapping[str, Json]) -> None:
        """Let the right person complete the task."""
        do_task(self.casework, task_id, given)


def given_of(line: Line, *needed: str, may: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """Return what the line gives its act: all of `needed`, perhaps some of `may`, no more.

    Raises `InvalidDefinition` naming what lacks or is unknown.
    """
    if missing := [key for key in needed if key not in line.given]:
        raise InvalidDefinition(f"»{line.act}« mangler {', '.join(missing)} i given")
    if unknown := sorted(set(line.given) - {*needed, *may}):
        raise InvalidDefinition(f"»{line.act}« kender ikke {', '.join(unknown)}")
    return line.given


def employee(work: Work, username: str) -> EmployeeRow:
    """Return the employee of that name. Raises `InvalidDefinition` when nobody has it."""
    query = select(EmployeeRow).where(EmployeeRow.username == username)
    found = work.session.scalars(query).one_or_none()
    if found is None:
        raise InvalidDefinition(f"Der er ingen medarbejder »{username}«.")
    return found

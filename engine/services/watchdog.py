"""The watchdog: every open instance has what will move it, or an incident says why not."""

from dataclasses import dataclass
from uuid import UUID

from engine.ports import Snapshot
from engine.services.definitions import as_definition, open_rows_of, world_of
from engine.services.instances import called_by
from engine.storage.models import InstanceRow
from engine.storage.standstills import running_without_incident
from engine.storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """An open instance that waits for something which will never come, and nobody was told.

    `lost` are the elements whose task, timer, wait or called process is gone, or the process.
    """

    instance_id: UUID
    case_id: UUID
    process: str
    lost: tuple[str, ...]


def watchdog(work: Work) -> list[Standstill]:
    """Return every open instance without an incident that has lost what would move it.

    What its state waits for is held against its open tasks, timers, waits and called processes,
    one by one. Oldest first; there should be none. Changes nothing.
    """
    running = running_without_incident(work.session)
    found = [(instance, _lost(work, instance)) for instance in running]
    return [
        Standstill(
            instance_id=instance.id, case_id=instance.case_id, process=instance.process, lost=lost
        )
        for instance, lost in found
        if lost
    ]


def _lost(work: Work, instance: InstanceRow) -> tuple[str, ...]:
    row = work.definition(instance.definition_id)
    snapshot = work.processes.look(as_definition(row), instance.state, world_of(work, row))
    if snapshot.finished or snapshot.incident is not None:
        return (instance.process,)
    return tuple(sorted(_unanswered(work, instance, snapshot)))


def _unanswered(work: Work, instance: InstanceRow, snapshot: Snapshot) -> set[str]:
    """Return the elements that wait without a row that will answer them."""
    rows = open_rows_of(work, instance)
    lost = {each.element for each in snapshot.tasks if each.key not in rows.tasks}
    lost |= {
        each.element for each in snapshot.timers if (each.key, each.element) not in rows.timers
    }
    lost |= {each.element for each in snapshot.waits if (each.key, each.name) not in rows.waits}
    if snapshot.calls:
        children = {child.caller_key for child in called_by(work, instance)}
        lost |= {each.element for each in snapshot.calls if each.key not in children}
    return lost

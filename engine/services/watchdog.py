"""The watchdog: every open instance has what will move it, or an incident says why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.ports import Snapshot
from engine.services.definitions import as_definition, open_rows_of, world_of
from engine.services.instances import called_by
from engine.storage.models import InstanceRow
from engine.storage.standstills import open_instances
from engine.storage.work import Work

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """An open instance that waits for something which will never come.

    `lost` are the elements whose task, timer, wait or called process is gone, or the process. Of
    one that is `told` an open incident says so.
    """

    instance_id: UUID
    case_id: UUID
    process: str
    lost: tuple[str, ...]
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a pass: how many instances were looked at, up to `reached`, and what stood still.

    The last page `ends` the pass. `counted` are those of them that anybody may be told the number
    of: what lies in a compartment is looked at all the same.
    """

    looked_at: int
    counted: int
    reached: UUID | None
    found: Sequence[Standstill]
    ends: bool


def look_at(work: Work, after: UUID | None = None, limit: int = PAGE) -> Page:
    """Look at the first `limit` open instances behind `after`, in the order of their ids.

    What the state of each waits for is held against its open tasks, timers, waits and called
    processes, one by one. Changes nothing.
    """
    page = open_instances(work.session, after, limit)
    return Page(
        looked_at=len(page),
        counted=sum(instance.compartment is None for instance, _ in page),
        reached=page[-1][0].id if page else after,
        found=[
            standstill
            for instance, told in page
            if (standstill := standstill_of(work, instance, told=told)) is not None
        ],
        ends=len(page) < limit,
    )


def standstill_of(work: Work, instance: InstanceRow, *, told: bool = False) -> Standstill | None:
    """Return how the open instance stands still, or None when all it waits for is there."""
    lost = _lost(work, instance)
    if not lost:
        return None
    return Standstill(
        instance_id=instance.id,
        case_id=instance.case_id,
        process=instance.process,
        lost=lost,
        told=told,
    )


def watchdog(work: Work) -> list[Standstill]:
    """Return every open instance that stands still while no incident says so: there should be none.

    One pass over everything that is open: for tests, and where there is little.
    """
    return [each for page in pages(work) for each in page.found if not each.told]


def pages(work: Work) -> Iterator[Page]:
    """Look at every open instance, a page at a time."""
    page = look_at(work)
    yield page
    while not page.ends:
        page = look_at(work, page.reached)
        yield page


def _lost(work: Work, instance: InstanceRow) -> tuple[str, ...]:
    row = work.definition(instance.definition_id)
    snapshot = work.processes.look(
        as_definition(row), instance.state, world_of(work, row, instance.case_id)
    )
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

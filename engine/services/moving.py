"""Moving running instances to another version of their process: seen first, chosen, taken back.

An instance stays on its version for life unless somebody moves it on purpose. Every clock that
runs keeps its moment. What cannot be moved safely is refused, and stays as it was.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import CaseworkError, Conflict, InvalidDefinition, NotFound, StepFailed
from engine.ports import Actor, Ahead, Json, Snapshot, Transfer
from engine.services.definitions import (
    as_definition,
    blueprint_of,
    form_of,
    open_rows_of,
    table_of,
    world_of,
)
from engine.services.drafts import require_designer
from engine.services.journal import record
from engine.services.saving import save
from engine.storage.models import DefinitionRow, InstanceRow, MoveRow
from engine.storage.work import Casework, OpenRows, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A deadline, a rung of its ladder or a drawn timer (UTC), before and after the move.

    `what` is "deadline", the name of the rung, or "timer". `title` is the task's, or "".
    """

    what: str
    element: str
    title: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What moving one instance would mean. `reasons` (Danish) say why it cannot be moved."""

    instance_id: UUID
    case_id: UUID
    version: int
    started_at: datetime
    standing: tuple[str, ...]
    reasons: tuple[str, ...]
    clocks: tuple[RunningClock, ...]

    @property
    def can_move(self) -> bool:
        """Say whether nothing is in the way."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of moving one instance: `problem` is empty when it moved."""

    instance_id: UUID
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A dry run in a copy: the state and what it waits for in the other version, or why not."""

    reasons: tuple[str, ...]
    here: Snapshot
    state: bytes = b""
    there: Snapshot | None = None


def preview(work: Work, process: str, to: str) -> list[Verdict]:
    """Return a verdict on every open instance of `process` that is of another version than `to`.

    Oldest first. Nothing is changed. Raises `NotFound`, `NotAllowed`, and `InvalidDefinition`
    when `to` is a version of another process.
    """
    require_designer(work.actor)
    target = _target(work, process, to)
    found = work.session.scalars(
        select(InstanceRow)
        .where(
            InstanceRow.process == process,
            InstanceRow.definition_id != to,
            InstanceRow.closed_at.is_(None),
        )
        .order_by(InstanceRow.started_at, InstanceRow.id)
    )
    return [_verdict(work, each, target) for each in found.all()]


def move(casework: Casework, actor: Actor, instance_ids: Iterable[UUID], to: str) -> list[Outcome]:
    """Move each instance to the version `to`, in an act of its own; return what came of each."""
    return [_outcome(casework, actor, each, to) for each in instance_ids]


def move_instance(work: Work, instance_id: UUID, to: str) -> None:
    """Move the instance to the version `to`. What waits stays: its tasks, timers and waits.

    Raises `NotFound`, `NotAllowed`, and `Conflict` with the reasons; it stays as it was then.
    """
    require_designer(work.actor)
    instance = _locked(work, instance_id)
    target = _target(work, instance.process, to)
    if instance.closed_at is not None:
        raise Conflict("Processen er slut.")
    if instance.definition_id == to:
        raise Conflict("Processen er allerede i den udgave.")
    open_rows_of(work, instance)  # as the version it is of has them
    tried = _try(work, instance, target)
    if tried.there is None:
        raise Conflict(" ".join(tried.reasons))
    work.session.add(
        MoveRow(
            case_id=instance.case_id,
            instance_id=instance.id,
            from_id=instance.definition_id,
            to_id=to,
            state_before=instance.state,
            digest_after=_digest(tried.state),
            moved_at=work.now,
            moved_by_id=work.actor.id,
        )
    )
    _stand(work, instance, target, tried.there)
    record(work, instance.case_id, "process_moved", **_told(instance, target))


def undo_move(work: Work, instance_id: UUID) -> None:
    """Put the instance back where it was before its last move.

    Raises `NotFound` when it was not moved, `NotAllowed`, and `Conflict` when it has taken a step
    since.
    """
    require_designer(work.actor)
    instance = _locked(work, instance_id)
    last = work.session.scalar(
        select(MoveRow)
        .where(
            MoveRow.instance_id == instance_id,
            MoveRow.to_id == instance.definition_id,
            MoveRow.undone_at.is_(None),
        )
        .order_by(MoveRow.moved_at.desc())
        .limit(1)
    )
    if last is None or last.state_before is None:
        raise NotFound("Processen er ikke flyttet.")
    if instance.closed_at is not None or _digest(instance.state) != last.digest_after:
        raise Conflict("Processen er gået videre siden. Flytningen kan ikke fortrydes.")
    former = work.definition(last.from_id)
    open_rows_of(work, instance)
    snapshot = work.processes.look(as_definition(former), last.state_before, world_of(work, former))
    last.undone_at, last.state_before = work.now, None
    _stand(work, instance, former, snapshot)
    record(work, instance.case_id, "move_undone", **_told(instance, former))


def _stand(work: Work, instance: InstanceRow, version: DefinitionRow, snapshot: Snapshot) -> None:
    instance.definition_id = version.id
    save(work, instance, snapshot)


def _outcome(casework: Casework, actor: Actor, instance_id: UUID, to: str) -> Outcome:
    try:
        casework.act(actor, lambda work: move_instance(work, instance_id, to))
    except CaseworkError as problem:
        return Outcome(instance_id, str(problem))
    return Outcome(instance_id)


def _verdict(work: Work, instance: InstanceRow, target: DefinitionRow) -> Verdict:
    tried = _try(work, instance, target)
    rows = open_rows_of(work, instance)
    return Verdict(
        instance_id=instance.id,
        case_id=instance.case_id,
        version=work.definition(instance.definition_id).number,
        started_at=instance.started_at,
        standing=tuple(sorted({str(each[1]) for each in _places(tried.here)})),
        reasons=tried.reasons,
        clocks=tuple(_clocks(rows, tried.there or tried.here)),
    )


def _try(work: Work, instance: InstanceRow, target: DefinitionRow) -> _Tried:
    """Move a copy of the state; nothing of the instance is touched."""
    source = work.definition(instance.definition_id)
    old, new, engine = as_definition(source), as_definition(target), work.processes
    here = engine.look(old, instance.state, world_of(work, source))
    try:
        given = engine.transfer(old, instance.state, new, world_of(work, target))
        if given.state is None:
            return _Tried(reasons=tuple(given.reasons), here=here)
        there = engine.look(new, given.state, world_of(work, target))
    except StepFailed as problem:
        return _Tried(reasons=(str(problem),), here=here)
    reasons = tuple(_obstacles(work, source, target, given))
    if _places(here) != _places(there) or there.incident is not None:
        reasons += ("Sagen ville ikke vente det samme sted som før.",)
    if reasons:
        return _Tried(reasons=reasons, here=here)
    return _Tried(reasons=(), here=here, state=given.state, there=there)


def _places(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """Return everything that the snapshot waits for, and until when."""
    found: list[tuple[object, ...]] = [(each.key, each.element) for each in snapshot.tasks]
    found += [(each.key, each.element, each.due_at) for each in snapshot.timers]
    found += [(each.key, each.element, each.name, each.correlation) for each in snapshot.waits]
    found += [(each.key, each.element, each.kind, each.target) for each in snapshot.calls]
    return sorted(found, key=str)


def _obstacles(
    work: Work, source: DefinitionRow, target: DefinitionRow, given: Transfer
) -> Iterator[str]:
    """Say what the new version needs that the instance has not been given, and will not be."""
    asked_now = _answered(work, source, given.standing)
    before = asked_now | _supplied(work, source, given.before)
    after = asked_now | _supplied(work, target, given.after)
    missed_before = given.before.reads - before - given.known
    for name in sorted(given.after.reads - after - given.known - missed_before):
        yield f"Den nye udgave bruger »{name}«, som sagen ikke har fået med."


def _supplied(work: Work, row: DefinitionRow, ahead: Ahead) -> frozenset[str]:
    return ahead.writes | _answered(work, row, ahead.elements)


def _answered(work: Work, row: DefinitionRow, elements: frozenset[str]) -> frozenset[str]:
    """Return the names that the forms and the decision tables of these elements give."""
    found: set[str] = set()
    for node in blueprint_of(work, row).nodes:
        if node.id not in elements:
            continue
        if name := node.settings.get("formKey"):
            found |= {field.key for field in form_of(row, name).questions()}
        maps = any(each.startswith("out.") for each in node.settings)
        if (ref := node.settings.get("decisionRef")) and not maps:
            found |= _outputs(row, ref)
    return frozenset(found)


def _outputs(row: DefinitionRow, name: str) -> set[str]:
    decision = table_of(row, name)
    table = decision.table
    named = {each.name for each in table.outputs} if table else set()
    return {each or decision.variable for each in named} | {decision.variable}


def _clocks(rows: OpenRows, snapshot: Snapshot) -> Iterator[RunningClock]:
    """Yield every clock of the instance. Those of a task hang on its row, which stays."""
    for task in rows.tasks.values():
        if task.due_at is not None:
            yield _clock("deadline", task.element, task.title, task.due_at)
        for rung in rows.rungs.get(task.id, ()):
            yield _clock(rung.rung or "", task.element, task.title, rung.planned_at)
    due = {(each.key, each.element): each.due_at for each in snapshot.timers}
    for key, timer in rows.timers.items():
        after = due.get(key, timer.planned_at)
        yield _clock("timer", timer.element or "", "", timer.planned_at, after)


def _clock(
    what: str, element: str, title: str, before: datetime, after: datetime | None = None
) -> RunningClock:
    return RunningClock(
        what=what, element=element, title=title, before=before, after=after or before
    )


def _target(work: Work, process: str, to: str) -> DefinitionRow:
    row = work.definition(to)
    if row.process != process:
        raise InvalidDefinition(f"Udgaven er af processen »{row.process}«, ikke »{process}«.")
    return row


def _locked(work: Work, instance_id: UUID) -> InstanceRow:
    case_id = work.session.scalar(select(InstanceRow.case_id).where(InstanceRow.id == instance_id))
    if case_id is None:
        raise NotFound("Processen findes ikke.")
    work.lock_case(case_id)
    return work.session.get_one(InstanceRow, instance_id, populate_existing=True)


def _told(instance: InstanceRow, version: DefinitionRow) -> dict[str, Json]:
    return {
        "process": instance.process,
        "instance": str(instance.id),
        "version": version.number,
    }


def _digest(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()

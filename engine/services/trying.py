"""What moving an instance to another version would mean: tried in a copy, and nothing changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from engine.domain.errors import InvalidDefinition, StepFailed
from engine.ports import Ahead, Snapshot, Transfer
from engine.services.clocks import Moments, RunningClock, clocks_of
from engine.services.definitions import (
    as_definition,
    blueprint_of,
    form_of,
    open_rows_of,
    table_of,
    world_of,
)
from engine.services.drafts import require_designer
from engine.storage.models import DefinitionRow, InstanceRow
from engine.storage.work import Work

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What moving one instance would mean. `reasons` (Danish) say why it cannot be moved.

    `standing` are the ids of the elements where it waits. `seen` names what was seen: a move that
    is given it leaves an instance alone that has changed since.
    """

    instance_id: UUID
    case_id: UUID
    version: int
    started_at: datetime
    standing: tuple[str, ...]
    reasons: tuple[str, ...]
    clocks: tuple[RunningClock, ...]
    seen: str

    @property
    def can_move(self) -> bool:
        """Say whether nothing is in the way."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A dry run in a copy: the state and what it waits for in the other version, or why not."""

    reasons: tuple[str, ...]
    here: Snapshot
    state: bytes = b""
    there: Snapshot | None = None
    anew: Moments = field(default_factory=dict)


def preview(
    work: Work,
    process: str,
    to: str,
    *,
    source: str | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Verdict]:
    """Return a verdict on the open instances of `process` that are of another version than `to`.

    Oldest first; those of the version `source`, the first `limit` of them that began `after`
    (start and id of the last one seen). Nothing is changed. Raises `NotFound`, `NotAllowed`, and
    `InvalidDefinition` when `to` is a version of another process.
    """
    require_designer(work.actor)
    target = target_of(work, process, to)
    query = select(InstanceRow).where(
        InstanceRow.process == process,
        InstanceRow.definition_id != to,
        InstanceRow.closed_at.is_(None),
    )
    if source is not None:
        query = query.where(InstanceRow.definition_id == source)
    if after is not None:
        at, last = after
        same = and_(InstanceRow.started_at == at, InstanceRow.id > last)
        query = query.where(or_(InstanceRow.started_at > at, same))
    in_order = query.order_by(InstanceRow.started_at, InstanceRow.id).limit(limit)
    return [verdict_on(work, each, target) for each in work.session.scalars(in_order).all()]


def verdict_on(work: Work, instance: InstanceRow, target: DefinitionRow) -> Verdict:
    """Return what moving the instance to the version `target` would mean."""
    tried = try_in_copy(work, instance, target)
    rows = open_rows_of(work, instance)
    clocks = tuple(clocks_of(work, rows, target, tried.there or tried.here, tried.anew))
    return Verdict(
        instance_id=instance.id,
        case_id=instance.case_id,
        version=work.definition(instance.definition_id).number,
        started_at=instance.started_at,
        standing=tuple(sorted({str(each[1]) for each in _places(tried.here)})),
        reasons=tried.reasons,
        clocks=clocks if tried.there else tuple(_kept(clocks)),
        seen=_seen(instance, clocks),
    )


def try_in_copy(work: Work, instance: InstanceRow, target: DefinitionRow) -> Tried:
    """Move a copy of the state; nothing of the instance is touched."""
    source = work.definition(instance.definition_id)
    old, new, engine = as_definition(source), as_definition(target), work.processes
    here = Snapshot(state=instance.state)
    try:
        here = engine.look(old, instance.state, world_of(work, source, instance.case_id))
        given = engine.transfer(old, instance.state, new, world_of(work, target, instance.case_id))
        if given.state is None:
            return Tried(reasons=tuple(given.reasons), here=here)
        there = engine.look(new, given.state, world_of(work, target, instance.case_id))
    except StepFailed as problem:
        return Tried(reasons=(problem.reason,), here=here)
    reasons = tuple(_obstacles(work, source, target, given))
    if _places(here) != _places(there) or there.incident is not None:
        reasons += ("Sagen ville ikke vente det samme sted som før.",)
    if reasons:
        return Tried(reasons=reasons, here=here)
    return Tried(reasons=(), here=here, state=given.state, there=there, anew=given.anew)


def target_of(work: Work, process: str, to: str) -> DefinitionRow:
    """Return the version `to`. Raises `InvalidDefinition` when it is of another process."""
    row = work.definition(to)
    if row.process != process:
        raise InvalidDefinition(f"Udgaven er af processen »{row.process}«, ikke »{process}«.")
    return row


def digest(state: bytes) -> str:
    """Return the name of a state: equal for equal bytes."""
    return hashlib.sha256(state).hexdigest()


def _seen(instance: InstanceRow, clocks: tuple[RunningClock, ...]) -> str:
    """Name the state and the clocks, but not the rungs, which fire without moving the case."""
    shown = [
        f"{each.key} {each.before} {each.anew}"
        for each in clocks
        if each.what in ("deadline", "timer")
    ]
    return digest(repr((instance.definition_id, sorted(shown))).encode() + instance.state)[:32]


def _kept(clocks: tuple[RunningClock, ...]) -> Iterator[RunningClock]:
    """Yield the clocks of an instance that stays: nothing about them can change."""
    yield from (replace(each, anew=None) for each in clocks)


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

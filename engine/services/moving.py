"""Moving running instances to another version of their process: seen first, chosen, taken back.

An instance stays on its version for life unless somebody moves it on purpose. Every clock that
runs keeps its moment, unless a person signs for the change. What cannot be moved safely is
refused, and stays as it was.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import Already, CaseworkError, Conflict, NotFound, NotPossible, Over
from engine.ports import Actor, Json, Snapshot
from engine.services.clocks import Signature, check_signed, sign, take_back, timer_key
from engine.services.definitions import as_definition, open_rows_of, world_of
from engine.services.drafts import require_designer
from engine.services.journal import record
from engine.services.saving import save
from engine.services.trying import Tried, digest, target_of, try_in_copy, verdict_on
from engine.storage.models import DefinitionRow, InstanceRow, MoveRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An instance to move, `seen` as in its verdict, with the clocks that are signed for."""

    instance_id: UUID
    seen: str = ""
    signed: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of moving one instance: `problem` is empty when it moved."""

    instance_id: UUID
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move that was made: from which number to which, by whom, and whether it can be undone.

    `obstacle` (Danish) says why it cannot be undone any more, "" while it can.
    """

    instance_id: UUID
    case_id: UUID
    before: int
    after: int
    moved_at: datetime
    moved_by_id: UUID | None
    signed: int
    obstacle: str


def move(casework: Casework, actor: Actor, choices: Iterable[Choice], to: str) -> list[Outcome]:
    """Move each instance to the version `to`, in an act of its own; return what came of each.

    One that cannot be moved, or fails, stays as it was and does not stop the others.
    """
    return [_outcome(casework, actor, each, to) for each in choices]


def move_instance(work: Work, choice: Choice, to: str) -> None:
    """Move the instance to the version `to`. What waits stays: its tasks, timers and waits.

    Raises `NotFound`, `NotAllowed`, and `Conflict` with the reasons, or when it has changed since
    it was `seen`; it stays as it was then.
    """
    require_designer(work.actor)
    instance = _locked(work, choice.instance_id)
    target = target_of(work, instance.process, to)
    if instance.closed_at is not None:
        raise Over("Processen er slut.")
    if instance.definition_id == to:
        raise Already("Processen er allerede i den udgave.")
    verdict = verdict_on(work, instance, target)  # reads the rows as its own version has them
    if choice.seen not in ("", verdict.seen):
        raise Conflict("Sagen har ændret sig, siden du så listen. Den er ikke rørt.")
    if verdict.reasons:
        raise NotPossible(" ".join(verdict.reasons))
    check_signed(verdict.clocks, choice.signed)
    _move(work, instance, target, choice.signed)


def undo_move(work: Work, instance_id: UUID) -> None:
    """Put the instance back where it was before its last move, with the clocks it had.

    Raises `NotFound` when it was not moved, `NotAllowed`, and `Conflict` when it has taken a step
    since.
    """
    require_designer(work.actor)
    instance = _locked(work, instance_id)
    last = _last_move(work, instance)
    if last is None or last.state_before is None:
        raise NotFound("Processen er ikke flyttet.")
    if obstacle := _obstacle(instance, last):
        raise Conflict(obstacle)
    former = work.definition(last.from_id)
    open_rows_of(work, instance)
    snapshot = work.processes.look(
        as_definition(former), last.state_before, world_of(work, former, instance.case_id)
    )
    last.undone_at, last.state_before = work.now, None
    _stand(work, instance, former, snapshot)
    take_back(work, instance, last)
    record(work, instance.case_id, "move_undone", **_told(instance, former))


def moves_of(work: Work, process: str, limit: int) -> list[Moved]:
    """Return the last moves of this process that have not been undone, newest first."""
    found = work.session.execute(
        select(MoveRow, InstanceRow)
        .join(InstanceRow, InstanceRow.id == MoveRow.instance_id)
        .where(InstanceRow.process == process, MoveRow.undone_at.is_(None))
        .order_by(MoveRow.moved_at.desc(), MoveRow.id)
        .limit(limit)
    )
    return [
        Moved(
            instance_id=instance.id,
            case_id=instance.case_id,
            before=work.definition(row.from_id).number,
            after=work.definition(row.to_id).number,
            moved_at=row.moved_at,
            moved_by_id=row.moved_by_id,
            signed=len(row.signed),
            obstacle=_obstacle(instance, row),
        )
        for row, instance in found
    ]


def _obstacle(instance: InstanceRow, row: MoveRow) -> str:
    if instance.closed_at is not None:
        return "Processen er slut. Flytningen kan ikke fortrydes."
    if instance.definition_id != row.to_id:
        return "Sagen er flyttet igen siden. Fortryd den seneste flytning først."
    if digest(instance.state) != row.digest_after:
        return "Processen er gået videre siden. Flytningen kan ikke fortrydes."
    return ""


def _move(
    work: Work, instance: InstanceRow, target: DefinitionRow, signed: tuple[Signature, ...]
) -> None:
    state_before, from_id = instance.state, instance.definition_id
    tried = _with_signed(work, instance, target, signed)
    assert tried.there is not None  # noqa: S101  # a verdict without reasons has a way
    kept = sign(work, instance, target, tried.there, signed)
    work.session.add(
        MoveRow(
            case_id=instance.case_id,
            instance_id=instance.id,
            from_id=from_id,
            to_id=target.id,
            state_before=state_before,
            digest_after=digest(tried.state),
            moved_at=work.now,
            moved_by_id=work.actor.id,
            signed=kept,
        )
    )
    _stand(work, instance, target, tried.there)
    record(work, instance.case_id, "process_moved", **_told(instance, target))


def _with_signed(
    work: Work, instance: InstanceRow, target: DefinitionRow, signed: tuple[Signature, ...]
) -> Tried:
    """Return the instance in the version `target`, its signed timers at their new moments."""
    tried = try_in_copy(work, instance, target)
    keys = {each.key for each in signed}
    timers = [clock for clock in tried.anew if timer_key(clock) in keys]
    if not timers:
        return tried
    source = work.definition(instance.definition_id)
    old, new, world = (
        as_definition(source),
        as_definition(target),
        world_of(work, target, instance.case_id),
    )
    given = work.processes.transfer(old, instance.state, new, world, timers)
    state = given.state or b""
    return Tried(
        reasons=(), here=tried.here, state=state, there=work.processes.look(new, state, world)
    )


def _last_move(work: Work, instance: InstanceRow) -> MoveRow | None:
    return work.session.scalar(
        select(MoveRow)
        .where(
            MoveRow.instance_id == instance.id,
            MoveRow.to_id == instance.definition_id,
            MoveRow.undone_at.is_(None),
        )
        .order_by(MoveRow.moved_at.desc())
        .limit(1)
    )


def _stand(work: Work, instance: InstanceRow, version: DefinitionRow, snapshot: Snapshot) -> None:
    instance.definition_id = version.id
    save(work, instance, snapshot)


def _outcome(casework: Casework, actor: Actor, choice: Choice, to: str) -> Outcome:
    try:
        casework.act(actor, lambda work: move_instance(work, choice, to))
    except CaseworkError as problem:
        return Outcome(choice.instance_id, str(problem))
    except Exception:
        log.exception("move failed", extra={"instance": str(choice.instance_id)})
        return Outcome(choice.instance_id, "Der skete en uventet fejl. Sagen er ikke rørt.")
    return Outcome(choice.instance_id)


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

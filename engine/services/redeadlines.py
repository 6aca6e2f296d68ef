"""A deadline that has become another: its row, its ladder, the journal, and whom it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.domain.changes import Change
from engine.domain.ladders import Planned, Rest, awake, rungs_after_change
from engine.domain.ledgers import RESTED
from engine.domain.reckonings import schools_in
from engine.ports import Recipient
from engine.services.arming import new_rung, write_deadline
from engine.services.deadlines import TaskDeadline, plan_rungs
from engine.services.definitions import definition_of
from engine.services.escalations import leaves_of
from engine.services.incidents import end_timer
from engine.services.journal import record
from engine.services.outbox import known_as, queue_mail
from engine.storage.models import TaskRow, TimerRow
from engine.storage.work import Work

MOVED = "deadline_moved"
SKIPPED = "skipped"  # its moment has passed, and it belongs ahead of time
_FIRED = ("fired", "superseded")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDeadline:
    """A task that was due on the day `before` and is due on the day `after` now."""

    task: TaskRow
    before: date
    after: date


def move_deadline(
    work: Work, task: TaskRow, found: TaskDeadline, because: Sequence[Change], *, why: str
) -> MovedDeadline | None:
    """Let the task be due as `found`, its ladder with it; return the move, None if it stays.

    A rung that has fired never fires again; of those whose moment has passed now, what belongs
    ahead of time is left out and the others fire on the next working morning. Old and new moment
    stand in the journal with `why` (a code) and the changes it is `because` of, and those whom it
    concerns are told. What does not move writes nothing.
    """
    definition = definition_of(work, task.definition_id)
    rests = list(_rests(found.kept["steps"]))
    whole = awake(work.calendar, plan_rungs(work, definition, task.ladder or "", found), rests)
    before = task.due_on, task.due_at, task.legal_limit_on
    after = found.deadline.due_on, found.deadline.due_at, found.legal_limit_on
    rungs = _move_rungs(work, task, whole)
    if before == after:
        if rungs or _schools(task.deadline) != _schools(found.kept):
            write_deadline(work, task, _with_history(found, task, []), whole)
        if rungs:
            record(work, task.case_id, "rungs_moved", task=str(task.id), why=why, rungs=rungs)
        return None
    moved = {"at": work.today.isoformat(), "why": why, **_both(before[0], after[0])}
    moved["because"] = [each.as_kept() for each in because]
    write_deadline(work, task, _with_history(found, task, [moved]), whole)
    _tell_journal(work, task, before, because, why, rungs)
    _tell_people(work, task)
    return MovedDeadline(task=task, before=before[0] or after[0], after=after[0])


def _with_history(found: TaskDeadline, task: TaskRow, moved: list[dict[str, Any]]) -> TaskDeadline:
    """Return the deadline with every move that the task has made until now."""
    history = [*task.deadline.get("moved", ()), *moved]
    if history:
        found.kept["moved"] = history
    return found


def _schools(kept: Mapping[str, Any]) -> list[str]:
    """Return whose calendars »Hvorfor?« names; they may be others though the date is the same."""
    return [*schools_in(kept.get("steps", ())), *schools_in(kept.get("limit", ()))]


def _rests(steps: Iterable[Mapping[str, Any]]) -> Iterable[Rest]:
    for step in steps:
        if step["by"] == RESTED:
            yield Rest(date.fromisoformat(step["since"]), date.fromisoformat(step["until"]))


def _move_rungs(work: Work, task: TaskRow, whole: Sequence[Planned]) -> dict[str, list[str | None]]:
    """Let the timers of the ladder fire when it says; return those that moved: before and after."""
    rows = {str(row.rung): row for row in _rungs(work, task)}
    fired = {name for name, row in rows.items() if row.outcome in _FIRED}
    planned = {each.rung.rung: each.fires_at for each in whole}
    ahead = rungs_after_change(work.calendar, whole, fired=fired, now=work.now)
    moved: dict[str, list[str | None]] = {}
    for rung, fires_at in ahead:
        row = rows.pop(rung.rung, None)
        if row is None:
            work.add(TimerRow, new_rung(task, rung, fires_at))
        elif row.done_at is None and planned[rung.rung] == row.planned_at:
            continue  # it stands where it stood, also when nobody has looked at it yet
        elif row.done_at is not None or row.planned_at != fires_at:
            moved[rung.rung] = [_iso(row.planned_at), _iso(fires_at)]
            row.planned_at = row.due_at = fires_at
            row.done_at = row.outcome = None
    for name, row in rows.items():
        if row.done_at is None and planned.get(name) != row.planned_at:
            moved[name] = [_iso(row.planned_at), None]
            end_timer(work, row, SKIPPED)
    return moved


def _rungs(work: Work, task: TaskRow) -> Sequence[TimerRow]:
    work.flush()
    query = select(TimerRow).where(TimerRow.task_id == task.id)
    return work.session.scalars(query.order_by(TimerRow.planned_at)).all()


def _tell_journal(
    work: Work,
    task: TaskRow,
    before: tuple[date | None, datetime | None, date | None],
    because: Sequence[Change],
    why: str,
    rungs: Mapping[str, list[str | None]],
) -> None:
    """Write ids, codes and days: what changed is told by its day or its key, never by its name."""
    _, due_at, limit_on = before
    told: dict[str, Any] = {"task": str(task.id), "why": why}
    told |= {"before": _iso(due_at), "after": _iso(task.due_at)}
    told |= {"because": [{"what": each.what, "of": each.of} for each in because]}
    if limit_on != task.legal_limit_on:
        told |= {"old_limit": _iso(limit_on), "new_limit": _iso(task.legal_limit_on)}
    if rungs:
        told["rungs"] = dict(rungs)
    record(work, task.case_id, "deadline_changed", **told)


def _tell_people(work: Work, task: TaskRow) -> None:
    """Tell who has the task, else those of its role, but for the one who has moved it."""
    turn, told = work.lock_case(task.case_id).journal_length, set[str]()
    for to in work.house.recipients(work, task, "assignee"):
        key = f"{MOVED}:{task.id}:{turn}:{known_as(work, to)}"
        if key not in told and (to.employee is None or to.employee != work.actor.id):
            told.add(key)
            _tell(work, task, to, key)


def _tell(work: Work, task: TaskRow, to: Recipient, key: str) -> None:
    name = MOVED if to.employee else f"{MOVED}_outside"
    subject, body = work.house.text(work, name, task, task.case_id, to=to)
    queue_mail(
        work,
        key=key,
        kind=MOVED,
        to=to,
        subject=subject,
        body=body,
        case_id=task.case_id,
        leaves=leaves_of(task, to),
        task_id=task.id,
    )


def _both(before: date | None, after: date) -> dict[str, Any]:
    return {"before": _iso(before), "after": after.isoformat()}


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None

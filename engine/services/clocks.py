"""The clocks of an instance in a move: shown before and after, kept, or changed by a signature."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.dependence import UNKNOWN
from engine.domain.errors import CaseworkError, Conflict, SomethingFirst
from engine.domain.reckonings import Reckoning
from engine.ports import Snapshot, WaitingTask
from engine.services.arming import DEFAULT_LADDER, disarm, pending_rungs, set_deadline
from engine.services.deadlines import TaskDeadline, plan_rungs, reckon
from engine.services.journal import record
from engine.services.ledger import lines_of
from engine.services.rung_days import rung_day
from engine.storage.loading import OpenRows
from engine.storage.models import DefinitionRow, InstanceRow, MoveRow, TaskRow, TimerRow
from engine.storage.work import Work

REASONS = ("law_changed", "drawn_wrong", "agreed_with_leader")
TAKEN_BACK = "move_undone"
Moments = Mapping[tuple[int, str], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A deadline, a rung of its ladder or a drawn timer (UTC), before and after the move.

    `what` is "deadline", the name of the rung, or "timer". `title` is the task's, or "". `key`
    names it in its instance. `anew` is what the new version would say, where that differs: it
    counts only when somebody signs for it. A rung follows its deadline. `why` is how the day of
    `before` came about, and `why_anew` that of `anew`, as far as it is known.
    """

    what: str
    key: str
    element: str
    title: str
    before: datetime
    after: datetime
    anew: datetime | None = None
    why: Reckoning = ()
    why_anew: Reckoning = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """That somebody wants the clock `key` to follow the new version, and why (of `REASONS`)."""

    key: str
    reason: str


def deadline_key(number: int) -> str:
    """Return the key of the deadline of the task with that number in its instance."""
    return f"task-{number}"


def timer_key(clock: tuple[int, str]) -> str:
    """Return the key of a drawn timer."""
    return f"timer-{clock[0]}-{clock[1]}"


def clocks_of(
    work: Work, rows: OpenRows, target: DefinitionRow, there: Snapshot, anew: Moments
) -> Iterator[RunningClock]:
    """Yield every clock of the instance. Those of a task hang on its row, which stays."""
    waiting = {each.key: each for each in there.tasks}
    for number, task in rows.tasks.items():
        yield from _of_task(work, rows, target, number, task, waiting.get(number))
    due = {(each.key, each.element): each.due_at for each in there.timers}
    for clock, timer in rows.timers.items():
        yield RunningClock(
            what="timer",
            key=timer_key(clock),
            element=timer.element or "",
            title="",
            before=timer.planned_at,
            after=due.get(clock, timer.planned_at),
            anew=_if_other(anew.get(clock), timer.planned_at),
            why=timer.payload.get("why", ()),
        )


def check_signed(clocks: Iterable[RunningClock], signed: Iterable[Signature]) -> None:
    """Raise `Conflict` unless each signature is for a clock that may change, with a reason."""
    may_change = {each.key for each in clocks if each.anew is not None}
    for each in signed:
        if each.key not in may_change:
            raise Conflict("En frist, der skulle skifte, har ændret sig. Se listen igen.")
        if each.reason not in REASONS:
            raise SomethingFirst("Vælg en grund til hver frist, der skal skifte.")


def sign(
    work: Work,
    instance: InstanceRow,
    target: DefinitionRow,
    there: Snapshot,
    signed: Iterable[Signature],
) -> list[dict[str, Any]]:
    """Let the signed clocks follow the version `target`, and return each as it was before.

    Each change stands in the journal with who signed and why.
    """
    rows, reasons = work.open_rows(instance), {each.key: each.reason for each in signed}
    kept = []
    for waiting in there.tasks:
        key = deadline_key(waiting.key)
        if key in reasons:
            task = rows.tasks[waiting.key]
            kept.append(_change_deadline(work, task, target, waiting))
            _tell_deadline(work, task, kept[-1]["due_at"], reasons[key])
    for timer in there.timers:
        key = timer_key((timer.key, timer.element))
        if key in reasons:
            row = rows.timers[timer.key, timer.element]
            kept.append({"timer": str(row.id), "due_at": row.planned_at.isoformat()})
            set_timer(work, instance, row, timer.due_at, reasons[key])
    return kept


def take_back(work: Work, instance: InstanceRow, move: MoveRow) -> None:
    """Let every clock that was signed for in the move be as it was; what has fired stays fired."""
    for each in move.signed:
        if "timer" in each:
            row = work.session.get_one(TimerRow, UUID(each["timer"]))
            before = datetime.fromisoformat(each["due_at"])
            set_timer(work, instance, row, before, TAKEN_BACK)
        else:
            _restore_deadline(work, each)


def _of_task(
    work: Work,
    rows: OpenRows,
    target: DefinitionRow,
    number: int,
    task: TaskRow,
    waiting: WaitingTask | None,
) -> Iterator[RunningClock]:
    if task.due_at is None:
        return
    found = _found_anew(work, task, waiting) if waiting else None
    anew = _if_other(found.deadline.due_at if found else None, task.due_at)
    moments = _rungs_anew(work, task, target, waiting, found) if found and anew else {}
    named = {"key": deadline_key(number), "element": task.element, "title": task.title}
    why, why_anew = _why(task.deadline), _why(found.kept if found else {})
    yield RunningClock(
        what="deadline",
        before=task.due_at,
        after=task.due_at,
        anew=anew,
        why=why,
        why_anew=why_anew,
        **named,
    )
    for rung in pending_rungs(work, task):
        at, other = rung.planned_at, moments.get(rung.rung or "")
        new_day = found.deadline.due_on if found else None
        yield RunningClock(
            what=rung.rung or "",
            before=at,
            after=at,
            anew=_if_other(other, at),
            why=_why_rung(work, why, task.due_on, at),
            why_anew=_why_rung(work, why_anew, new_day, other),
            **named,
        )


def _why(kept: Mapping[str, Any]) -> Reckoning:
    """Return the steps of a deadline in days; one by the hour falls on its day by chance."""
    return () if "started_at" in kept else kept.get("steps", ())


def _why_rung(
    work: Work, why: Reckoning, due_on: date | None, fires_at: datetime | None
) -> Reckoning:
    if not why or due_on is None or fires_at is None:
        return ()
    return rung_day(work.calendar, why, due_on, fires_at)


def _if_other(anew: datetime | None, before: datetime) -> datetime | None:
    return anew if anew != before else None


def _found_anew(work: Work, task: TaskRow, waiting: WaitingTask) -> TaskDeadline | None:
    """Return the deadline by the rule of the other version, counted from when the task came.

    None where the rule is the same, is gone, or gives no date.
    """
    rule, limit = waiting.settings.get("deadline"), waiting.settings.get("legal_limit")
    if not rule or rule == task.deadline.get("rule"):
        return None
    instance = work.session.get(InstanceRow, task.instance_id)
    known = instance.reckoned if instance else {}
    try:
        return reckon(
            work,
            task.case_id,
            rule,
            waiting.data,
            legal_limit=limit,
            created_at=task.created_at,
            known=known,
            ledger=lines_of(work, task),
        )
    except CaseworkError:
        return None


def _change_deadline(
    work: Work, task: TaskRow, target: DefinitionRow, waiting: WaitingTask
) -> dict[str, Any]:
    found = _found_anew(work, task, waiting)
    if found is None:
        raise Conflict("En frist, der skulle skifte, har ændret sig. Se listen igen.")
    rungs = _rungs(work, task)
    before = _as_kept(task, rungs)
    ladder = waiting.settings.get("ladder")
    planned = {row["rung"]: row for row in set_deadline(work, task, target, found, ladder)}
    for rung in rungs:
        new = planned.pop(rung.rung, None)
        if rung.done_at is None and new is None:
            disarm(work, [rung])
        elif rung.done_at is None and new is not None:
            rung.planned_at = rung.due_at = new["planned_at"]
    work.add(TimerRow, *planned.values())
    return before


def _rungs_anew(
    work: Work,
    task: TaskRow,
    target: DefinitionRow,
    waiting: WaitingTask | None,
    found: TaskDeadline,
) -> Mapping[str, datetime]:
    ladder = (waiting.settings.get("ladder") if waiting else None) or DEFAULT_LADDER
    planned = plan_rungs(work, target, ladder, found)
    return {rung.rung: fires_at for rung, fires_at in planned}


def _rungs(work: Work, task: TaskRow) -> list[TimerRow]:
    return list(work.session.scalars(select(TimerRow).where(TimerRow.task_id == task.id)))


def _as_kept(task: TaskRow, rungs: list[TimerRow]) -> dict[str, Any]:
    return {
        "task": str(task.id),
        "due_on": task.due_on.isoformat() if task.due_on else None,
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "legal_limit_on": task.legal_limit_on.isoformat() if task.legal_limit_on else None,
        "deadline": dict(task.deadline),
        "ladder": task.ladder,
        "hangs_on": [_iso(task.counted_from), _iso(task.counted_to), task.counted_by],
        "rungs": {str(each.id): each.planned_at.isoformat() for each in rungs if not each.done_at},
    }


def _restore_deadline(work: Work, kept: Mapping[str, Any]) -> None:
    task = work.session.get_one(TaskRow, UUID(kept["task"]))
    before = task.due_at
    task.due_on, task.legal_limit_on = _day(kept["due_on"]), _day(kept["legal_limit_on"])
    task.due_at = datetime.fromisoformat(kept["due_at"])
    task.deadline, task.ladder = dict(kept["deadline"]), kept["ladder"]
    since, until, by = kept.get("hangs_on", (date.min.isoformat(), date.max.isoformat(), UNKNOWN))
    task.counted_from, task.counted_to, task.counted_by = _day(since), _day(until), by
    for rung in _rungs(work, task):
        planned = kept["rungs"].get(str(rung.id))
        if planned is None:
            disarm(work, [rung])
        elif rung.outcome not in ("fired", "superseded"):
            rung.planned_at = rung.due_at = datetime.fromisoformat(planned)
            rung.done_at = rung.outcome = None
    _tell_deadline(work, task, before.isoformat() if before else None, TAKEN_BACK)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _tell_deadline(work: Work, task: TaskRow, before: str | None, why: str) -> None:
    after = task.due_at.isoformat() if task.due_at else None
    told = {"task": str(task.id), "before": before, "after": after, "why": why}
    record(work, task.case_id, "deadline_changed", **told)


def set_timer(work: Work, instance: InstanceRow, row: TimerRow, moment: datetime, why: str) -> None:
    """Let a drawn timer be due at `moment` (UTC); the journal tells both moments and `why`."""
    record(
        work,
        row.case_id,
        "timer_changed",
        instance=str(instance.id),
        element=row.element,
        before=row.planned_at.isoformat(),
        after=moment.isoformat(),
        why=why,
    )
    row.planned_at = row.due_at = moment

"""The scheduler's work: what is due is carried out, one transaction a case, oldest first."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import DatabaseBusy, StaleCase, StepFailed
from engine.ports import SYSTEM, Variables
from engine.services.definitions import as_definition, world_of
from engine.services.escalations import fire_rungs
from engine.services.incidents import end_timer, in_plain_words, note_incident
from engine.services.instances import command, start_process
from engine.services.journal import record
from engine.services.settling import settle
from engine.storage.models import InstanceRow, MessageRow, TimerRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(days=1)


def schedule_start(
    work: Work, case_id: UUID, *, key: str, process: str, inputs: Variables, at: datetime
) -> None:
    """Start `process` in the case at `at` (UTC), or with this act when that has passed.

    `key` is unique in the case: scheduling it again moves the start that has not happened yet
    and changes nothing once it has.
    """
    work.lock_case(case_id)
    work.flush()
    row = work.session.scalar(
        select(TimerRow).where(TimerRow.case_id == case_id, TimerRow.start_key == key)
    )
    if row is None:
        row = TimerRow(case_id=case_id, kind="start", start_key=key, planned_at=at, due_at=at)
        work.session.add(row)
    if row.done_at is None:
        row.payload = {"process": process, "inputs": dict(inputs)}
        row.planned_at = row.due_at = at
        if at <= work.now:
            _start(work, row)


def cancel_start(work: Work, case_id: UUID, key: str) -> None:
    """Take back a scheduled start that has not happened."""
    work.lock_case(case_id)
    work.flush()
    row = work.session.scalar(
        select(TimerRow).where(
            TimerRow.case_id == case_id, TimerRow.start_key == key, TimerRow.done_at.is_(None)
        )
    )
    if row is not None:
        end_timer(work, row, "cancelled")


def next_due(work: Work) -> datetime | None:
    """Return when the next timer is due (UTC), or None."""
    query = select(TimerRow.due_at).where(TimerRow.done_at.is_(None))
    return work.session.scalar(query.order_by(TimerRow.due_at).limit(1))


def fire_due(casework: Casework, limit: int = 100) -> int:
    """Carry out what is due, oldest first, and return how many timers that were.

    The look itself is one indexed query. Each case has a transaction of its own: locked, looked
    at again, advanced, saved. What raises becomes an incident and is put off with growing
    delay, so that a broken diagram holds nobody else up.
    """
    fired = 0
    for timer_id in _due(casework, limit):
        try:
            fired += casework.act(SYSTEM, _firing(timer_id))
        except (StaleCase, DatabaseBusy):
            log.info("case busy, timer left for the next look", extra={"timer": str(timer_id)})
        except Exception as problem:
            log.exception("timer failed", extra={"timer": str(timer_id)})
            _put_off(casework, timer_id, problem)
    return fired


def _due(casework: Casework, limit: int) -> list[UUID]:
    with casework.work(SYSTEM) as work:
        query = select(TimerRow.id).where(TimerRow.done_at.is_(None), TimerRow.due_at <= work.now)
        return list(work.session.scalars(query.order_by(TimerRow.due_at, TimerRow.id).limit(limit)))


def _firing(timer_id: UUID) -> Callable[[Work], int]:
    return lambda work: _fire(work, timer_id)


def _fire(work: Work, timer_id: UUID) -> int:
    case_id = work.session.scalar(select(TimerRow.case_id).where(TimerRow.id == timer_id))
    if case_id is None:
        return 0
    work.lock_case(case_id)
    timer = work.session.get_one(TimerRow, timer_id, populate_existing=True)
    if timer.done_at is not None or timer.due_at > work.now:
        return 0  # another worker, or another timer of the same instance, was here first
    _ACTIONS[timer.kind](work, timer)
    settle(work)
    return 1


def _wake(work: Work, timer: TimerRow) -> None:
    """Let an instance fire what is due. Raises `StepFailed` when this timer did not move."""
    instance = work.session.get_one(InstanceRow, timer.instance_id)
    row = work.definition(instance.definition_id)
    command(
        work,
        instance,
        lambda state: work.processes.wake(as_definition(row), state, world_of(work, row)),
    )
    if timer.done_at is None:
        raise StepFailed(timer.element or "", "Timeren er forfalden, men processen venter endnu.")


def _start(work: Work, timer: TimerRow) -> None:
    end_timer(work, timer, "fired")
    record(
        work,
        timer.case_id,
        "start_fired",
        key=timer.start_key,
        planned_at=timer.planned_at.isoformat(),
    )
    start_process(work, timer.case_id, timer.payload["process"], timer.payload["inputs"])


def _expire(work: Work, timer: TimerRow) -> None:
    message = work.session.get_one(MessageRow, UUID(timer.payload["message"]))
    end_timer(work, timer, "cancelled" if message.consumed_at else "fired")
    if message.consumed_at is None:
        record(work, timer.case_id, "message_expired", message=str(message.id))
        note_incident(
            work,
            case_id=timer.case_id,
            timer_id=timer.id,
            element=message.name,
            cause=f"Ingen har taget imod beskeden »{message.name}«.",
        )


_ACTIONS: dict[str, Callable[[Work, TimerRow], None]] = {
    "rung": fire_rungs,
    "drawn": _wake,
    "start": _start,
    "message": _expire,
}


def _put_off(casework: Casework, timer_id: UUID, problem: Exception) -> None:
    """Write the incident in a transaction of its own and try again later."""
    casework.act(SYSTEM, lambda work: _postpone(work, timer_id, problem))


def _postpone(work: Work, timer_id: UUID, problem: Exception) -> None:
    timer = work.session.get_one(TimerRow, timer_id)
    work.lock_case(timer.case_id)
    work.session.refresh(timer)
    if timer.done_at is not None or timer.due_at > work.now:
        return  # another worker has carried it out, or has put it off already
    timer.attempts += 1
    timer.due_at = work.now + _delay(timer.attempts)
    owner = timer.element or timer.rung or timer.start_key or ""
    note_incident(
        work,
        case_id=timer.case_id,
        instance_id=timer.instance_id,
        timer_id=timer.id,
        element=problem.element if isinstance(problem, StepFailed) else owner,
        cause=in_plain_words(problem),
    )


def _delay(attempts: int) -> timedelta:
    growth = min(attempts - 1, 10)  # a bound of its own: unbounded, it would outgrow a timedelta
    return min(_FIRST_RETRY * int(4**growth), _LONGEST_RETRY)

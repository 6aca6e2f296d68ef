"""The scheduler's work: what is due is carried out, one transaction a case, oldest first."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.dependence import dependence
from engine.domain.errors import DatabaseBusy, StaleCase, StepFailed
from engine.domain.reckonings import Kept
from engine.ports import SYSTEM, Variables
from engine.services.definitions import as_definition, open_rows_of, world_of
from engine.services.escalations import fire_rungs
from engine.services.held_answers import retry_completion
from engine.services.incidents import end_timer, in_plain_words, note_incident, place_of
from engine.services.instances import command, start_process
from engine.services.journal import record
from engine.services.reckonings import dates_explained, reckoning
from engine.services.retries import WHEN_ASKED, put_off
from engine.services.settling import settle
from engine.storage.due import Due, due_until, take
from engine.storage.models import InstanceRow, MessageRow, TimerRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

NEXT_DUE = (
    select(TimerRow.due_at)
    .where(TimerRow.done_at.is_(None), TimerRow.due_at < WHEN_ASKED)
    .order_by(TimerRow.due_at)
    .limit(1)
)
_STARTS = select(TimerRow).where(
    TimerRow.case_id == bindparam("case_id"), TimerRow.start_key == bindparam("key")
)
_OPEN_START = _STARTS.where(TimerRow.done_at.is_(None))


def schedule_start(
    work: Work, case_id: UUID, *, key: str, process: str, inputs: Variables, at: datetime
) -> None:
    """Start `process` in the case at `at` (UTC), or with this act when that has passed.

    `key` is unique in the case: scheduling it again moves the start that has not happened yet
    and changes nothing once it has.
    """
    work.lock_case(case_id)
    work.flush()
    row = _planned(work, case_id, "start", key, at)
    if row.done_at is None:
        row.payload = {
            "process": process,
            "inputs": dict(inputs),
            "dates": dates_explained(work, inputs),
            "why": _why(work, at),
        }
        hang_on(row)
        if at <= work.now:
            _start(work, row)


def schedule_milestone(work: Work, case_id: UUID, *, key: str, name: str, at: datetime) -> None:
    """Let the house know at `at` (UTC) that the case has come to `name`; at once when it passed.

    What has passed comes with the next look, after this act. `key` as for `schedule_start`.
    """
    work.lock_case(case_id)
    work.flush()
    row = _planned(work, case_id, "milestone", key, at)
    row.payload = {"milestone": name, "why": _why(work, at)}
    hang_on(row)


def hang_on(row: TimerRow) -> None:
    """Let the row of a start or milestone keep what its day, and the dates it brings, hang on."""
    hangs_on = dependence(row.payload["why"], *row.payload.get("dates", {}).values())
    row.counted_from, row.counted_to = hangs_on.since, hangs_on.until
    row.counted_by = hangs_on.written


def _why(work: Work, at: datetime) -> list[Kept]:
    """Return how the local day of `at` came about in this act."""
    return reckoning(work, work.calendar.local_date(at))


def _planned(work: Work, case_id: UUID, kind: str, key: str, at: datetime) -> TimerRow:
    row = work.session.scalar(_STARTS, {"case_id": case_id, "key": key})
    if row is None:
        row = TimerRow(case_id=case_id, kind=kind, start_key=key, planned_at=at, due_at=at)
        work.session.add(row)
    if row.done_at is None:
        row.planned_at = row.due_at = at
    return row


def cancel_start(work: Work, case_id: UUID, key: str) -> None:
    """Take back a scheduled start or milestone that has not come."""
    work.lock_case(case_id)
    work.flush()
    row = work.session.scalar(_OPEN_START, {"case_id": case_id, "key": key})
    if row is not None:
        end_timer(work, row, "cancelled")


def next_due(work: Work) -> datetime | None:
    """Return when the next timer is due by itself (UTC), or None."""
    return work.session.scalar(NEXT_DUE)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look did: how many timers it `fired`, and when the `next` one is due (UTC).

    `next` is None when nothing is due within the time that was looked ahead.
    """

    fired: int
    next: datetime | None


def fire_due(casework: Casework, limit: int = 100) -> int:
    """Carry out what is due, oldest first, and return how many timers that were; see `look`."""
    return look(casework, limit=limit).fired


def look(casework: Casework, *, ahead: timedelta = timedelta(0), limit: int = 100) -> Look:
    """Carry out what is due, at most `limit` timers: oldest first, the urgent of a moment first.

    The look itself is one indexed query. Each case has a transaction of its own: locked, looked
    at again, advanced, saved. A case that another act holds is left for the next look. What raises
    becomes an incident and is put off with growing delay (see `retries`), so that a broken diagram
    holds nobody else up.
    """
    with casework.work(SYSTEM) as work:
        now, found = work.now, due_until(work.session, work.now + ahead, limit)
    fired = _in_order(casework, [each for each in found if each.due_at <= now])
    return Look(fired, next((each.due_at for each in found if each.due_at > now), None))


def _in_order(casework: Casework, due: Iterable[Due]) -> int:
    """Carry out what is due; a case that somebody holds waits whole, so that its order is kept.

    What fails is put off by itself and holds nobody up, not in its own case either.
    """
    fired, left = 0, set[UUID]()
    for each in due:
        if each.case_id in left:
            continue
        done = _carry_out(casework, each.id)
        if done is None:
            left.add(each.case_id)
        fired += done or 0
    return fired


def go_on(casework: Casework, *, ahead: timedelta, stop: Callable[[], bool]) -> Look:
    """Look again and again until nothing is due that nobody else holds, or `stop` says so.

    Return how many timers that were, and when the next one is due, if within `ahead`.
    """
    fired, seen = 0, Look(0, None)
    while not stop():
        seen = look(casework, ahead=ahead)
        fired += seen.fired
        if not seen.fired:
            break
    return Look(fired, seen.next)


def _carry_out(casework: Casework, timer_id: UUID) -> int | None:
    """Return how many timers that were: one, none where it failed; None when the case is held."""
    try:
        return casework.act(SYSTEM, lambda work: _fire(work, timer_id))
    except (StaleCase, DatabaseBusy):
        log.info("case busy, timer left for the next look", extra={"timer": str(timer_id)})
    except Exception as problem:
        log.exception("timer failed", extra={"timer": str(timer_id)})
        _put_off(casework, timer_id, problem)
        return 0
    return None


def _fire(work: Work, timer_id: UUID) -> int | None:
    timer = take(work, timer_id)
    if timer is None:
        return None
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
        lambda state: work.processes.wake(
            as_definition(row), state, world_of(work, row, instance.case_id)
        ),
    )
    if (timer.key or 0, timer.element or "") in open_rows_of(work, instance).timers:
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
    known = timer.payload.get("dates", {})
    process, inputs = timer.payload["process"], timer.payload["inputs"]
    start_process(work, timer.case_id, process, inputs, known=known)


def _reach(work: Work, timer: TimerRow) -> None:
    end_timer(work, timer, "fired")
    name, planned_at = str(timer.payload["milestone"]), timer.planned_at.isoformat()
    record(work, timer.case_id, "milestone_reached", milestone=name, planned_at=planned_at)
    work.house.reach(work, timer.case_id, name)


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
    "milestone": _reach,
    "message": _expire,
    "retry": retry_completion,
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
    put_off(timer, work.now)
    process, element = place_of(problem, *_place(work, timer))
    _note(work, timer, process=process, element=element, cause=in_plain_words(problem))


def _note(work: Work, timer: TimerRow, *, process: str | None, element: str, cause: str) -> None:
    """Write an incident of the timer, and into the journal when it is a new one."""
    if note_incident(
        work,
        case_id=timer.case_id,
        instance_id=timer.instance_id,
        timer_id=timer.id,
        process=process,
        element=element,
        cause=cause,
    ):
        told = {"instance": str(timer.instance_id)} if timer.instance_id else {}
        record(work, timer.case_id, "incident", timer=str(timer.id), element=element, **told)


def _place(work: Work, timer: TimerRow) -> tuple[str | None, str]:
    """Return the process and the element (or the rung, or the key) that the timer is of."""
    element = timer.element or timer.rung or timer.start_key or ""
    if timer.kind == "start":
        return timer.payload["process"], element
    if timer.instance_id is None:
        return None, element
    return work.session.get_one(InstanceRow, timer.instance_id).process, element

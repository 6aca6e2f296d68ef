"""The nightly round of the watchdog: past every open instance, a few at a time."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import exists, select, update

from engine.ports import SYSTEM
from engine.services.incidents import note_incident
from engine.services.journal import record
from engine.services.watchdog import PAGE, Standstill, look_at, standstill_of
from engine.storage.models import IncidentRow, InstanceRow, RoundRow
from engine.storage.work import Casework, Work

BEGINS = time(3)  # local: after midnight's changes and before the timers of 08:00
AT_ONCE = 500
CAUSE = "Processen venter her, men det, den venter på, er væk. Den går ikke videre af sig selv."


def last_round(work: Work) -> RoundRow | None:
    """Return the newest round, which may be under way, or None before the first."""
    return work.session.scalar(select(RoundRow).order_by(RoundRow.night.desc()).limit(1))


def go_round(casework: Casework, at_once: int = AT_ONCE, page_of: int = PAGE) -> int:
    """Go on with tonight's round, at most `at_once` instances; return how many were looked at.

    There is one round a night, from 03:00 local. What stands still becomes an incident. Where
    it stopped is kept after every page, so that another worker, or this one after a restart,
    goes on from there. When the round is over, that is one look-up.
    """
    looked_at = 0
    while looked_at < at_once:
        night, reached, over = casework.act(SYSTEM, _tonight)
        if over:
            break
        with casework.work(SYSTEM) as work:
            page = look_at(work, reached, page_of)
        for each in page.found:
            if not each.told:
                casework.act(SYSTEM, _noting(each, night))
        done = _reaching(night, reached, page.reached, page.counted, ends=page.ends)
        casework.act(SYSTEM, done)
        looked_at += page.looked_at
    return looked_at


def tell_all(casework: Casework) -> Iterator[Standstill]:
    """Look at every open instance now, and yield what stands still; each is an incident then."""
    reached, ends = None, False
    while not ends:
        with casework.work(SYSTEM) as work:
            page = look_at(work, reached)
        for each in page.found:
            if each.told or casework.act(SYSTEM, _noting(each, None)):
                yield each
        reached, ends = page.reached, page.ends


def night_of(work: Work) -> date:
    """Return the local date on which the present night's round began or begins."""
    local = work.now.astimezone(work.calendar.timezone)
    return local.date() - timedelta(days=local.time() < BEGINS)


def _tonight(work: Work) -> tuple[date, UUID | None, bool]:
    """Return tonight's round, where it has come to, and whether it is over; begin it when due."""
    night = night_of(work)
    row = work.session.get(RoundRow, night)
    if row is None:
        row = RoundRow(night=night, began_at=work.now)
        work.session.add(row)
    return night, row.reached_id, row.ended_at is not None


def _reaching(
    night: date, start: UUID | None, end: UUID | None, counted: int, *, ends: bool
) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        row = work.session.get_one(RoundRow, night, with_for_update=True)
        if row.reached_id == start and row.ended_at is None:  # else another worker was first
            row.reached_id, row.looked_at = end, row.looked_at + counted
            row.ended_at = work.now if ends else None

    return act


def _noting(standstill: Standstill, night: date | None) -> Callable[[Work], bool]:
    return lambda work: _note(work, standstill.instance_id, night)


def _note(work: Work, instance_id: UUID, night: date | None) -> bool:
    """Look again under the lock of the case; write the incident, and return whether it is new."""
    case_id = work.session.scalars(
        select(InstanceRow.case_id).where(InstanceRow.id == instance_id)
    ).one()
    work.lock_case(case_id)
    instance = work.session.get_one(InstanceRow, instance_id, populate_existing=True)
    still = None if instance.closed_at else standstill_of(work, instance)
    if still is None or _is_told(work, instance_id):
        return False
    element, instance.incident = still.lost[0], CAUSE
    note_incident(
        work,
        case_id=case_id,
        instance_id=instance_id,
        process=instance.process,
        element=element,
        cause=CAUSE,
    )
    record(work, case_id, "incident", instance=str(instance_id), element=element)
    if night is not None and instance.compartment is None:
        one_more = update(RoundRow).where(RoundRow.night == night)
        work.session.execute(one_more.values(found=RoundRow.found + 1))
    return True


def _is_told(work: Work, instance_id: UUID) -> bool:
    told = exists().where(IncidentRow.instance_id == instance_id, IncidentRow.resolved_at.is_(None))
    return bool(work.session.scalar(select(told)))

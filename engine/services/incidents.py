"""What the system could not carry through by itself: seen, tried again, and never silent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from engine.domain.errors import (
    Already,
    CaseworkError,
    NotFound,
    NotPossible,
    SomethingFirst,
    StepFailed,
)
from engine.services.journal import record
from engine.services.retries import next_try, tries_left
from engine.storage.models import IncidentRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work

OWNER, OWNER_INSIDE = "system_admin", "unit_leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident for its owner to look at.

    `process` and `element` are where it broke, "" when that is no process. `task_id` is the task
    whose answer led there, if one did: who has it can change the answer. `next_try_at` (UTC) is
    when the system tries again by itself, or None when it does not; `tries_left` is how often it
    still will, None when there is nothing to try. `owner` is a role: in a closed compartment its
    leader, for operations know of none.
    """

    id: UUID
    case_id: UUID | None
    instance_id: UUID | None
    task_id: UUID | None
    process: str
    element: str
    cause: str
    at: datetime
    attempts: int
    next_try_at: datetime | None
    tries_left: int | None
    owner: str = OWNER


def open_incidents(
    work: Work, limit: int | None = None, *which: ColumnElement[bool]
) -> list[OpenIncident]:
    """Return the incidents that are not resolved, oldest first; the first `limit` of them.

    Only those that `which` holds of, and that the actor is given.
    """
    pending = and_(TimerRow.id == IncidentRow.timer_id, TimerRow.done_at.is_(None))
    found = work.session.execute(
        select(IncidentRow, TimerRow)
        .outerjoin(TimerRow, pending)
        .where(IncidentRow.resolved_at.is_(None), *which)
        .order_by(IncidentRow.at, IncidentRow.id)
        .limit(limit)
    )
    return [_as_open(row, timer) for row, timer in found]


def _as_open(row: IncidentRow, timer: TimerRow | None) -> OpenIncident:
    return OpenIncident(
        id=row.id,
        case_id=row.case_id,
        instance_id=row.instance_id,
        task_id=row.task_id,
        process=row.process or "",
        element=row.element,
        cause=row.cause,
        at=row.at,
        attempts=row.attempts,
        next_try_at=next_try(timer) if timer else None,
        tries_left=tries_left(timer) if timer else None,
        owner=OWNER_INSIDE if row.compartment else OWNER,
    )


def retry_now(work: Work, incident_id: UUID) -> None:
    """Let the next look carry out the timer that failed; when it succeeds, that resolves this.

    Raises `NotFound`, and `Conflict` when the incident is resolved or has no timer that waits.
    """
    incident, timer = _locked(work, incident_id)
    if timer is None:
        raise NotPossible("Systemet kan ikke selv prøve igen. Den, der har opgaven, kan.")
    timer.due_at = work.now
    if incident.case_id is not None:
        record(work, incident.case_id, "incident_retried", incident=str(incident.id))


def dismiss(work: Work, incident_id: UUID) -> None:
    """Resolve an incident that its owner has dealt with outside the system.

    Raises `NotFound`, and `Conflict` when it is resolved, or when a timer or a process is still
    held up by it: only going on resolves that.
    """
    incident, timer = _locked(work, incident_id)
    instance = work.session.get(InstanceRow, incident.instance_id) if incident.instance_id else None
    if timer is not None or (instance is not None and instance.closed_at is None):
        raise SomethingFirst(
            "Processen venter stadig på, at det lykkes. Så lukkes hændelsen af sig selv."
        )
    _close(work, incident)
    if incident.case_id is not None:
        record(work, incident.case_id, "incident_dismissed", incident=str(incident.id))


def note_incident(
    work: Work,
    *,
    case_id: UUID | None,
    element: str,
    cause: str,
    process: str | None = None,
    instance_id: UUID | None = None,
    timer_id: UUID | None = None,
) -> bool:
    """Write an incident, and return whether it is new.

    While one of the same timer is open, or without a timer one of the same element of the same
    instance, it counts one more attempt and takes the new cause and place. The case is locked
    already.
    """
    same: tuple[ColumnElement[bool], ...] = (IncidentRow.timer_id == timer_id,)
    if timer_id is None:
        same = (
            *same,
            IncidentRow.case_id == case_id,
            IncidentRow.instance_id == instance_id,
            IncidentRow.element == element,
        )
    if (known := work.session.scalar(open_where(*same))) is not None:
        known.attempts, known.cause = known.attempts + 1, cause
        known.process, known.element = process, element
        return False
    work.session.add(
        IncidentRow(
            case_id=case_id,
            instance_id=instance_id,
            timer_id=timer_id,
            process=process,
            element=element,
            cause=cause,
            at=work.now,
        )
    )
    return True


def in_plain_words(problem: Exception) -> str:
    """Return a sentence that is safe to show to the operator; the log has the rest."""
    if isinstance(problem, StepFailed):
        return problem.reason
    if isinstance(problem, CaseworkError):
        return str(problem)
    return f"Uventet fejl i programmet ({type(problem).__name__}). Loggen fortæller mere."


def place_of(problem: Exception, process: str | None, element: str) -> tuple[str | None, str]:
    """Return the process and the element where it broke; those given when it does not say."""
    if isinstance(problem, StepFailed):
        return problem.process or process, problem.element or element
    return process, element


def end_timer(work: Work, timer: TimerRow, outcome: str) -> None:
    """Close the timer now as `outcome`; an incident of it has lost its reason."""
    timer.done_at, timer.outcome = work.now, outcome
    if timer.attempts:
        resolve_of_timers(work, [timer.id])


def resolve_of_timers(work: Work, timers: Collection[UUID]) -> None:
    """Resolve the incidents of these timers, which are done or taken down."""
    for incident in work.session.scalars(open_where(IncidentRow.timer_id.in_(timers))):
        _close(work, incident)


def resolve(work: Work, incident: IncidentRow) -> None:
    """Close the incident; nothing is tried again, and what it held of answers is gone."""
    _close(work, incident)
    timer = _timer_of(work, incident)
    if timer is not None:
        timer.done_at, timer.outcome = work.now, "cancelled"


def resolve_passed(work: Work, instance: InstanceRow) -> None:
    """Resolve the instance's incidents of tasks that are closed, and of none at all.

    Those of its timers are resolved with their timers.
    """
    if instance.incident is None:
        return
    work.flush()
    instance.incident = None
    of_it = IncidentRow.instance_id == instance.id
    of_a_person = or_(IncidentRow.timer_id.is_(None), IncidentRow.task_id.is_not(None))
    for incident in work.session.scalars(open_where(of_it, of_a_person)):
        task = work.session.get(TaskRow, incident.task_id) if incident.task_id else None
        if task is not None and task.closed_at is None:
            instance.incident = incident.cause
        else:
            resolve(work, incident)


def open_where(*which: ColumnElement[bool]) -> Select[IncidentRow]:
    """Return the question for the open incidents `which` holds of."""
    return select(IncidentRow).where(IncidentRow.resolved_at.is_(None), *which)


def _close(work: Work, incident: IncidentRow) -> None:
    incident.resolved_at, incident.answers = work.now, None


def _timer_of(work: Work, incident: IncidentRow) -> TimerRow | None:
    """Return the timer that tries again, if it still waits."""
    timer = work.session.get(TimerRow, incident.timer_id) if incident.timer_id else None
    return timer if timer is not None and timer.done_at is None else None


def _locked(work: Work, incident_id: UUID) -> tuple[IncidentRow, TimerRow | None]:
    """Lock the case, and return the open incident with its timer, if that still waits."""
    incident = work.session.get(IncidentRow, incident_id)
    if incident is None:
        raise NotFound("Hændelsen findes ikke.")
    if incident.case_id is not None:
        work.lock_case(incident.case_id)
        # not `refresh`: it would ask past the compartments, which is refused
        anew = select(IncidentRow).where(IncidentRow.id == incident_id)
        work.session.scalars(anew.execution_options(populate_existing=True)).one()
    if incident.resolved_at is not None:
        raise Already("Hændelsen er allerede løst.")
    return incident, _timer_of(work, incident)

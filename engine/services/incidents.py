"""What the system could not carry through by itself: seen, tried again, and never silent."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from engine.domain.errors import (
    CaseworkError,
    Conflict,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    NotWaiting,
)
from engine.ports import SYSTEM
from engine.services.journal import record
from engine.storage.models import IncidentRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Casework, Work

OWNER = "system_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident for its owner to look at.

    `next_try_at` (UTC) is when the system tries again, or None when it waits for somebody.
    `owner` is a role.
    """

    id: UUID
    case_id: UUID | None
    instance_id: UUID | None
    element: str
    cause: str
    at: datetime
    attempts: int
    next_try_at: datetime | None
    owner: str = OWNER


def open_incidents(work: Work) -> list[OpenIncident]:
    """Return the incidents that are not resolved, oldest first."""
    pending = and_(TimerRow.id == IncidentRow.timer_id, TimerRow.done_at.is_(None))
    found = work.session.execute(
        select(IncidentRow, TimerRow.due_at)
        .outerjoin(TimerRow, pending)
        .where(IncidentRow.resolved_at.is_(None))
        .order_by(IncidentRow.at, IncidentRow.id)
    )
    return [
        OpenIncident(
            id=row.id,
            case_id=row.case_id,
            instance_id=row.instance_id,
            element=row.element,
            cause=row.cause,
            at=row.at,
            attempts=row.attempts,
            next_try_at=due_at,
        )
        for row, due_at in found
    ]


def retry_now(work: Work, incident_id: UUID) -> None:
    """Let the next look carry out the timer that failed; when it succeeds, that resolves this.

    Raises `NotFound`, and `Conflict` when the incident is resolved or has no timer that waits.
    """
    incident, timer = _locked(work, incident_id)
    if timer is None:
        raise Conflict("Systemet kan ikke selv prøve igen. Den, der har opgaven, kan.")
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
        raise Conflict(
            "Processen venter stadig på, at det lykkes. Så lukkes hændelsen af sig selv."
        )
    incident.resolved_at = work.now
    if incident.case_id is not None:
        record(work, incident.case_id, "incident_dismissed", incident=str(incident.id))


def note_incident(
    work: Work,
    *,
    case_id: UUID,
    element: str,
    cause: str,
    instance_id: UUID | None = None,
    timer_id: UUID | None = None,
) -> bool:
    """Write an incident, and return whether it is new.

    While one of the same timer is open, or without a timer one of the same element of the same
    instance, it counts one more attempt and takes the new cause. The case is locked already.
    """
    same: tuple[ColumnElement[bool], ...] = (IncidentRow.timer_id == timer_id,)
    if timer_id is None:
        same = (
            *same,
            IncidentRow.case_id == case_id,
            IncidentRow.instance_id == instance_id,
            IncidentRow.element == element,
        )
    if (known := work.session.scalar(_open(*same))) is not None:
        known.attempts, known.cause = known.attempts + 1, cause
        return False
    work.session.add(
        IncidentRow(
            case_id=case_id,
            instance_id=instance_id,
            timer_id=timer_id,
            element=element,
            cause=cause,
            at=work.now,
        )
    )
    return True


@contextmanager
def noting_failures(casework: Casework, task_id: UUID) -> Iterator[None]:
    """Note what breaks while a person completes the task, and let it through unchanged."""
    try:
        yield
    except Exception as problem:
        note_failure(casework, task_id, problem)
        raise


def note_failure(casework: Casework, task_id: UUID, problem: Exception) -> None:
    """Write, in a transaction of its own, that the task cannot be completed; once per element.

    Only what the person cannot mend is an incident: not their answers, their rights, or that
    somebody else was first. The next time the task is completed resolves it.
    """
    if _is_failure(problem):
        cause = in_plain_words(problem)
        casework.act(SYSTEM, lambda work: _note(work, task_id, cause))


def in_plain_words(problem: Exception) -> str:
    """Return a sentence that is safe to show to the operator; the log has the rest."""
    if isinstance(problem, CaseworkError):
        return str(problem)
    return f"Uventet fejl i programmet ({type(problem).__name__}). Loggen fortæller mere."


def end_timer(work: Work, timer: TimerRow, outcome: str) -> None:
    """Close the timer now as `outcome`; an incident of it has lost its reason."""
    timer.done_at, timer.outcome = work.now, outcome
    if timer.attempts:
        for incident in work.session.scalars(_open(IncidentRow.timer_id == timer.id)):
            incident.resolved_at = work.now


def resolve_passed(work: Work, instance: InstanceRow, waiting: Collection[str]) -> None:
    """Resolve the instance's incidents of elements that are no longer `waiting` for a person.

    Those of its timers are resolved with their timers.
    """
    if instance.incident is None:
        return
    work.flush()
    instance.incident = None
    of_it = (IncidentRow.instance_id == instance.id, IncidentRow.timer_id.is_(None))
    for incident in work.session.scalars(_open(*of_it)):
        if incident.element in waiting:
            instance.incident = incident.cause
        else:
            incident.resolved_at = work.now


def _is_failure(problem: Exception) -> bool:
    # A task that is open in the inbox and not in the process is broken, not taken.
    is_taken = isinstance(problem, Conflict) and not isinstance(problem, NotWaiting)
    return not is_taken and not isinstance(problem, NotAllowed | InvalidAnswers)


def _note(work: Work, task_id: UUID, cause: str) -> None:
    case_id = work.session.scalar(select(TaskRow.case_id).where(TaskRow.id == task_id))
    if case_id is None:
        return
    work.lock_case(case_id)
    task = work.session.get_one(TaskRow, task_id, populate_existing=True)
    if task.closed_at is None:
        _note_open(work, task, cause)


def _note_open(work: Work, task: TaskRow, cause: str) -> None:
    case_id, instance_id = task.case_id, task.instance_id
    if note_incident(
        work, case_id=case_id, instance_id=instance_id, element=task.element, cause=cause
    ):
        record(work, case_id, "incident", instance=str(instance_id))
    if task.instance_id is not None:
        work.session.get_one(InstanceRow, task.instance_id).incident = cause


def _open(*which: ColumnElement[bool]) -> Select[IncidentRow]:
    return select(IncidentRow).where(IncidentRow.resolved_at.is_(None), *which)


def _locked(work: Work, incident_id: UUID) -> tuple[IncidentRow, TimerRow | None]:
    """Lock the case, and return the open incident with its timer, if that still waits."""
    incident = work.session.get(IncidentRow, incident_id)
    if incident is None:
        raise NotFound("Hændelsen findes ikke.")
    if incident.case_id is not None:
        work.lock_case(incident.case_id)
        work.session.refresh(incident)
    if incident.resolved_at is not None:
        raise Conflict("Hændelsen er allerede løst.")
    timer = work.session.get(TimerRow, incident.timer_id) if incident.timer_id else None
    return incident, timer if timer is not None and timer.done_at is None else None

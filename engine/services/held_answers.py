"""An answer that led to a step that broke: held, tried again by the system, or changed.

The step is rolled back and the task stays open. What was typed is held by the incident, so that
nobody types it twice; it is erased when the incident is resolved.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import (
    Conflict,
    InvalidAnswers,
    NotAllowed,
    NotWaiting,
    Stopped,
    Unseen,
)
from engine.domain.forms import Raw
from engine.ports import SYSTEM, Actor, Json
from engine.services.incidents import (
    end_timer,
    in_plain_words,
    open_where,
    place_of,
    resolve,
)
from engine.services.journal import record
from engine.services.retries import WHEN_ASKED, put_off
from engine.services.tasks import checked, complete_again, complete_task
from engine.storage.models import IncidentRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

WHY = ("typed_wrong", "new_information", "agreed_with_operators")
REASON = "correction"
STOPPED = "stopped"  # the status of an open task whose answer is held


@contextmanager
def noting_failures(casework: Casework, actor: Actor, task_id: UUID, raw: Raw) -> Iterator[None]:
    """Hold the answers when completing the task breaks, and raise `Stopped` in its place.

    Only what the person cannot mend is an incident: not their answers, their rights, or that
    somebody else was first; that is let through unchanged.
    """
    try:
        yield
    except Exception as problem:
        if not _is_failure(problem) or not note_failure(casework, actor, task_id, raw, problem):
            raise
        log.exception("completion stopped", extra={"task": str(task_id)})
        raise Stopped(in_plain_words(problem)) from problem


def note_failure(
    casework: Casework, actor: Actor, task_id: UUID, raw: Raw, problem: Exception
) -> bool:
    """Hold the actor's answers in an act of its own, and return whether the task is still open.

    There is one incident a task. The next completion that succeeds resolves it. A task in a
    compartment that the actor does not enter is none: nothing is written there.
    """
    system = replace(SYSTEM, compartments=actor.compartments)
    return casework.act(system, lambda work: _note(work, actor, task_id, raw, problem))


def held(work: Work, task_id: UUID) -> IncidentRow | None:
    """Return the open incident that holds the answers to this task, if there is one."""
    return work.session.scalar(open_where(IncidentRow.task_id == task_id))


def correct_answer(work: Work, task_id: UUID, raw: Raw, why: str) -> TaskRow:
    """Complete a task that stopped, with the answer changed and checked as usual.

    The journal tells who changed which fields, and `why` (one of `WHY`). An answer that is not
    changed is only tried again. Raises as `complete_task`, `InvalidAnswers` also when the answer
    is changed and nobody says why.
    """
    incident = held(work, task_id)
    changed = _changed(work, incident, raw) if incident is not None else []
    if changed and why not in WHY:
        raise InvalidAnswers({REASON: "Vælg, hvorfor du retter svaret."})
    task = complete_task(work, task_id, raw)
    if incident is not None:
        if changed:
            _tell(work, incident, "answer_corrected", why=why, fields=list(changed))
        else:
            _tell(work, incident, "answer_tried_again")
        if incident.resolved_at is None:
            resolve(work, incident)  # a task without a process has no `save` to do it
    return task


def retry_completion(work: Work, timer: TimerRow) -> None:
    """Complete the task with the held answers, as the one who wrote them.

    When somebody else has the task by now it is for them to answer: then nothing is tried.
    """
    incident = work.session.get_one(IncidentRow, UUID(timer.payload["incident"]))
    task = work.session.get_one(TaskRow, incident.task_id)
    if task.closed_at is not None:
        end_timer(work, timer, "cancelled")
    elif incident.answers is None or task.assignee_id != incident.answered_by_id:
        timer.due_at = WHEN_ASKED
    else:
        answers, system = incident.answers, work.actor
        end_timer(work, timer, "fired")
        work.actor = Actor(id=task.assignee_id, name="", compartments=system.compartments)
        complete_again(work, task.id, answers)
        work.actor = system
        _tell(work, incident, "answer_tried_again")


def _is_failure(problem: Exception) -> bool:
    # A task that is open in the inbox and not in the process is broken, not taken.
    is_taken = isinstance(problem, Conflict) and not isinstance(problem, NotWaiting)
    return not is_taken and not isinstance(problem, NotAllowed | InvalidAnswers | Unseen)


def _note(work: Work, actor: Actor, task_id: UUID, raw: Raw, problem: Exception) -> bool:
    case_id = work.session.scalar(select(TaskRow.case_id).where(TaskRow.id == task_id))
    if case_id is None:
        return False
    work.lock_case(case_id)
    task = work.session.get_one(TaskRow, task_id, populate_existing=True)
    if task.closed_at is not None:
        return False
    incident = held(work, task_id) or _new(work, task)
    instance = work.session.get(InstanceRow, task.instance_id) if task.instance_id else None
    place = place_of(problem, instance.process if instance else None, task.element)
    incident.process, incident.element = place
    incident.cause, incident.attempts = in_plain_words(problem), incident.attempts + 1
    incident.answers, incident.answered_by_id = dict(checked(work, task, raw)), actor.id
    task.status = STOPPED
    put_off(work.session.get_one(TimerRow, incident.timer_id), work.now)
    if instance is not None:
        instance.incident = incident.cause
    return True


def _new(work: Work, task: TaskRow) -> IncidentRow:
    """Return a new incident of the task, with the timer that tries again."""
    incident = IncidentRow(
        case_id=task.case_id,
        instance_id=task.instance_id,
        task_id=task.id,
        element=task.element,
        cause="",
        at=work.now,
        attempts=0,
    )
    timer = TimerRow(
        case_id=task.case_id,
        kind="retry",
        start_key=f"retry:{incident.id}",
        payload={"incident": str(incident.id)},
        planned_at=work.now,
        due_at=WHEN_ASKED,
    )
    work.session.add(timer)
    work.flush()  # the timer first: without a relationship the incident would precede it
    incident.timer_id = timer.id
    work.session.add(incident)
    record(work, task.case_id, "incident", instance=str(task.instance_id), task=str(task.id))
    return incident


def _changed(work: Work, incident: IncidentRow, raw: Raw) -> list[str]:
    """Return the fields whose answer is not the one that is held."""
    task = work.session.get_one(TaskRow, incident.task_id)
    before, after = incident.answers or {}, checked(work, task, raw)
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _tell(work: Work, incident: IncidentRow, act: str, **more: Json) -> None:
    if incident.case_id is not None:
        given = {"task": str(incident.task_id), "incident": str(incident.id), **more}
        record(work, incident.case_id, act, **given)

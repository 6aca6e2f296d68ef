"""`save`: the rows say what the snapshot says. Starting, completing, waking and moving end here."""

from collections.abc import Collection

from engine.domain.dependence import dependence
from engine.ports import Snapshot, WaitingMessage, WaitingTask, WaitingTimer
from engine.services.arming import arm_task, cancel_task
from engine.services.definitions import blueprint_of, open_rows_of
from engine.services.events import Awaited
from engine.services.incidents import note_incident, resolve_passed
from engine.services.journal import record
from engine.services.reckonings import end_of, remember
from engine.services.timer_rows import end_timers_of, new_timer
from engine.storage.loading import OpenRows
from engine.storage.models import InstanceRow, TimerRow, WaitRow
from engine.storage.work import Work


def save(work: Work, instance: InstanceRow, snapshot: Snapshot) -> None:
    """Insert what is new, cancel what has vanished, leave what stands. Idempotent.

    A finished instance is closed. An incident of the snapshot is saved and shown, never silent.
    """
    instance.state = snapshot.state
    instance.reached = list(snapshot.reached)
    rows = open_rows_of(work, instance)
    _save_tasks(work, instance, rows, snapshot.tasks)
    _save_timers(work, instance, rows, snapshot.timers, {each.element for each in snapshot.fired})
    _save_waits(work, instance, rows, snapshot.waits)
    _tell(work, instance, snapshot)
    if snapshot.finished and instance.closed_at is None:
        instance.closed_at = work.now
        instance.outcome = snapshot.error or ",".join(snapshot.ended_at)
        record(
            work,
            instance.case_id,
            "process_finished",
            process=instance.process,
            instance=str(instance.id),
            outcome=instance.outcome,
        )


def cancel_open_rows(work: Work, instance: InstanceRow) -> None:
    """Take down every open task, timer and wait of an instance."""
    rows = open_rows_of(work, instance)
    _save_tasks(work, instance, rows, ())
    _save_timers(work, instance, rows, (), set())
    _save_waits(work, instance, rows, ())
    resolve_passed(work, instance)


def _save_tasks(
    work: Work, instance: InstanceRow, rows: OpenRows, waiting: Collection[WaitingTask]
) -> None:
    wanted = {each.key: each for each in waiting}
    for key in [key for key in rows.tasks if key not in wanted]:
        task = rows.tasks.pop(key)
        if task.closed_at is None:
            cancel_task(work, task)
    definition = work.definition(instance.definition_id)
    for key, each in wanted.items():
        if key not in rows.tasks:
            remember(work, instance, each.data)
            rows.tasks[key] = arm_task(work, instance, definition, each)


def _save_timers(
    work: Work,
    instance: InstanceRow,
    rows: OpenRows,
    waiting: Collection[WaitingTimer],
    fired: set[str],
) -> None:
    wanted = {(each.key, each.element): each for each in waiting}
    rules = blueprint_of(work, work.definition(instance.definition_id)).timers if wanted else {}
    for key in [key for key in rows.timers if key not in wanted]:
        timer = rows.timers.pop(key)
        end_timers_of(work, timer.id, "fired" if timer.element in fired else "cancelled")
    for key, each in wanted.items():
        if key not in rows.timers:
            why = end_of(work, each.due_at, instance, rules.get(each.element, ""))
            row = new_timer(
                case_id=instance.case_id,
                kind="drawn",
                instance_id=instance.id,
                key=each.key,
                element=each.element,
                payload=why,
                planned_at=each.due_at,
                due_at=each.due_at,
                **dependence(why.get("why", ())).columns(),
            )
            work.add(TimerRow, row)
            rows.timers[key] = TimerRow(**row)


def _save_waits(
    work: Work, instance: InstanceRow, rows: OpenRows, waiting: Collection[WaitingMessage]
) -> None:
    wanted = {(each.key, each.name): each for each in waiting}
    for key in [key for key in rows.waits if key not in wanted]:
        work.session.delete(rows.waits.pop(key))
    for key, each in wanted.items():
        if key not in rows.waits:
            rows.waits[key] = WaitRow(
                instance_id=instance.id,
                key=each.key,
                name=each.name,
                case_id=instance.case_id,
                element=each.element,
                correlation=each.correlation,
                since=work.now,
                owner_role=each.settings.get("candidateGroups", ""),
            )
            work.session.add(rows.waits[key])
            work.queue.append(Awaited(rows.waits[key]))


def _tell(work: Work, instance: InstanceRow, snapshot: Snapshot) -> None:
    for fired in snapshot.fired:
        record(
            work,
            instance.case_id,
            "timer_fired",
            instance=str(instance.id),
            element=fired.element,
            planned_at=fired.planned_at.isoformat(),
        )
    for taken in snapshot.decided:
        record(
            work,
            instance.case_id,
            "table_decided",
            instance=str(instance.id),
            element=taken.element,
            table=taken.table,
            rows=list(taken.rows),
        )
    if snapshot.incident is None:
        resolve_passed(work, instance)
    elif snapshot.incident != instance.incident:
        instance.incident = snapshot.incident
        work.flush()  # a new instance first: without a relationship the incident would precede it
        note_incident(
            work,
            case_id=instance.case_id,
            instance_id=instance.id,
            element=instance.process,
            cause=snapshot.incident,
        )
        record(work, instance.case_id, "incident", instance=str(instance.id))

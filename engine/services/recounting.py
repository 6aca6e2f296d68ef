"""The dates of a case recounted: what a change of settings or of the birth date has moved.

From the same day, by the same rule, with the settings of now. What a person signed for stands: the
rule that a task keeps, the lines of its ledger, a day that somebody wrote, a timer's own steps.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.changes import NO_SCHOOL, SCHOOL, Change, concerning
from engine.domain.dependence import Dependence, dependence, keys_written
from engine.domain.errors import EvaluationFailed
from engine.domain.reckonings import Known, Reckoning, schools_in
from engine.domain.replaying import Circumstances, has_moved, replayed
from engine.ports import Redated, Snapshot, Variables
from engine.services.clocks import set_timer
from engine.services.deadlines import TaskDeadline, reckon
from engine.services.definitions import as_definition, blueprint_of, open_rows_of, world_of
from engine.services.incidents import note_incident
from engine.services.journal import record
from engine.services.ledger import lines_of
from engine.services.redeadlines import MovedDeadline, move_deadline
from engine.services.timers import hang_on
from engine.storage.models import InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work

CAUSE = "Fristen kunne ikke regnes om, så den står, som den stod: {problem}"
BIRTH_DATE = "birth_date"
SETTINGS_CHANGED, BIRTH_DATE_CHANGED = "settings_changed", "birth_date_changed"
SCHOOL_CHANGED = "school_changed"


@dataclass(slots=True)
class _Recount:
    """One case in one act: what is otherwise, and what has moved so far."""

    work: Work
    case_id: UUID
    changes: Collection[Change]
    facts: Variables
    cause: str
    moved: list[MovedDeadline] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> Circumstances:
        born = self.facts.get(BIRTH_DATE)
        read = date.fromisoformat(born) if isinstance(born, str) else None
        calendar = self.work.calendar_of(self.case_id)
        return Circumstances(calendar, self.work.parameters, read)

    def why(self, *hung_on: Dependence) -> list[Change]:
        """Return the changes that such a date hung on; all of them where none is known."""
        found = concerning(self.changes, *hung_on, today=self.work.today)
        return found or list(self.changes)


def recount_case(
    work: Work,
    case_id: UUID,
    changes: Collection[Change],
    facts: Variables | None = None,
    *,
    cause: str = SETTINGS_CHANGED,
) -> list[MovedDeadline]:
    """Recount every date ahead in the open processes, tasks and timers of the case.

    `changes` are what is otherwise; `facts` those of the case that have another value now, by the
    names that processes know them by; `cause` is a code. Deadlines move with their ladders, timers
    with their day; old and new date stand in the journal, and those whom a moved deadline concerns
    are told. To do it again changes nothing. Returns the deadlines that moved. A rule that cannot
    be worked out any more leaves its deadline as it was and is an incident.
    """
    work.lock_case(case_id)
    work.flush()
    recount = _Recount(work, case_id, _of_case(work, case_id, changes), facts or {}, cause)
    for instance in _open_instances(work, case_id):
        _recount_instance(recount, instance)
    for task in _lone_tasks(work, case_id):
        _recount_task(recount, task, {}, {})
    work.house.recount(work, case_id, recount.dates)
    for timer in _starts(work, case_id):
        _recount_start(recount, timer)
    return recount.moved


def _of_case(work: Work, case_id: UUID, changes: Collection[Change]) -> list[Change]:
    """Return those of the changes that the calendar of the case can tell of.

    Which school it is, is nothing that an explanation keeps of a change.
    """
    mine = work.calendar_named(case_id) or ""
    follows = {mine} if mine in work.configuration.schools else {mine, ""}
    return [
        replace(each, school="")
        for each in changes
        if each.what not in (NO_SCHOOL, SCHOOL) or each.school in follows
    ]


def recount_task(work: Work, task: TaskRow, why: str) -> MovedDeadline | None:
    """Recount the deadline of one task, for its ledger has changed; `why` is a code.

    Returns what moved. Raises `EvaluationFailed` when its rule gives no date any more.
    """
    instance = work.session.get(InstanceRow, task.instance_id) if task.instance_id else None
    data: Variables = {}
    if instance is not None:
        row = work.definition(instance.definition_id)
        seen = work.processes.look(
            as_definition(row), instance.state, world_of(work, row, task.case_id)
        )
        data = next((each.data for each in seen.tasks if each.key == task.key), {})
    found = _found(work, task, data, instance.reckoned if instance else {})
    return move_deadline(work, task, found, [], why=why)


def _recount_instance(recount: _Recount, instance: InstanceRow) -> None:
    work, now = recount.work, recount.now
    rows = open_rows_of(work, instance)
    again = {old: replayed(steps, now) for old, steps in instance.reckoned.items()}
    dates = {old: str(steps[-1]["to"]) for old, steps in again.items() if steps[-1]["to"] != old}
    days = {clock: replayed(_why(timer), now) for clock, timer in rows.timers.items()}
    moments = {
        clock: _on_day(work, rows.timers[clock].planned_at, steps)
        for clock, steps in days.items()
        if has_moved(_why(rows.timers[clock]), steps)
    }
    for clock in days.keys() - moments.keys():
        _name_school(rows.timers[clock], days[clock])
    snapshot = _redated(recount, instance, dates, moments)
    instance.reckoned = {str(steps[-1]["to"]): steps for steps in again.values()}
    for clock, moment in moments.items():
        _move_timer(recount, instance, rows.timers[clock], moment, days[clock])
    recount.dates |= dates
    for waiting in snapshot.tasks:
        task = rows.tasks.get(waiting.key)
        if task is not None:
            _recount_task(recount, task, waiting.data, instance.reckoned)


def _redated(
    recount: _Recount,
    instance: InstanceRow,
    dates: Mapping[str, str],
    moments: Mapping[tuple[int, str], datetime],
) -> Snapshot:
    """Let the instance know the new dates; what a person wrote in a form is left alone."""
    work, row = recount.work, recount.work.definition(instance.definition_id)
    definition, world = as_definition(row), world_of(work, row, instance.case_id)
    known = {k: v for k, v in recount.facts.items() if k in blueprint_of(work, row).reads}
    if not (dates or moments or known):
        return work.processes.look(definition, instance.state, world)
    spared = {*_written_by_people(row.files), BIRTH_DATE}
    new = Redated(dates=dates, spared=spared, facts=known, moments=moments)
    snapshot = work.processes.redate(definition, instance.state, new, world)
    instance.state = snapshot.state
    return snapshot


def _recount_task(recount: _Recount, task: TaskRow, data: Variables, known: Known) -> None:
    if task.due_at is None or not task.deadline.get("rule"):
        return
    work, hung_on = recount.work, _hung_on(task)
    try:
        found = _found(work, task, data, known)
    except (EvaluationFailed, ValueError) as problem:
        _note(work, task, str(problem))
        return
    because = recount.why(hung_on, found.hangs_on)
    moved = move_deadline(work, task, found, because, why=recount.cause)
    if moved is not None:
        recount.moved.append(moved)


def _found(work: Work, task: TaskRow, data: Variables, known: Known) -> TaskDeadline:
    """Return the deadline by the task's own rule, counted from when it came, with its ledger."""
    kept = task.deadline
    found = reckon(
        work,
        task.case_id,
        kept["rule"],
        data,
        legal_limit=kept.get("limit_rule"),
        created_at=task.created_at,
        known=known,
        ledger=lines_of(work, task),
    )
    if "limit" in kept and "limit_rule" not in kept:  # older than its rule was kept: it stays
        was = {**found.kept, "limit": kept["limit"]}
        return replace(found, kept=was, legal_limit_on=task.legal_limit_on)
    return found


def _hung_on(row: TaskRow | TimerRow) -> Dependence:
    return Dependence(row.counted_from, row.counted_to, keys_written(row.counted_by))


def _note(work: Work, task: TaskRow, problem: str) -> None:
    told = note_incident(
        work,
        case_id=task.case_id,
        instance_id=task.instance_id,
        element=task.element,
        cause=CAUSE.format(problem=problem),
    )
    if told:
        record(work, task.case_id, "incident", task=str(task.id), element=task.element)


def _move_timer(
    recount: _Recount, instance: InstanceRow, row: TimerRow, moment: datetime, steps: Reckoning
) -> None:
    before = row.planned_at
    set_timer(recount.work, instance, row, moment, recount.cause)
    if recount.cause != BIRTH_DATE_CHANGED:
        name = _name_of(recount.work, instance, row.element or "")
        recount.work.house.wait_moved(recount.work, row.case_id, name, before, moment)
    row.payload = {**row.payload, "why": list(steps)}
    _hang_on(row, dependence(steps))


def _name_of(work: Work, instance: InstanceRow, element: str) -> str:
    nodes = blueprint_of(work, work.definition(instance.definition_id)).nodes
    return next((node.name for node in nodes if node.id == element and node.name), element)


def _recount_start(recount: _Recount, timer: TimerRow) -> None:
    """Let a process or milestone that is planned come on its day of now, with the dates of now."""
    work, now = recount.work, recount.now
    payload = timer.payload
    why = replayed(_why(timer), now)
    again = {old: replayed(steps, now) for old, steps in payload.get("dates", {}).items()}
    dates = {old: str(steps[-1]["to"]) for old, steps in again.items()}
    if not has_moved(_why(timer), why) and all(old == new for old, new in dates.items()):
        _name_school(timer, why)
        return
    before = timer.planned_at
    timer.payload = {**payload, "why": why}
    if "inputs" in payload:
        inputs = {name: _new(value, dates) for name, value in payload["inputs"].items()}
        kept = {str(steps[-1]["to"]): steps for steps in again.values()}
        timer.payload |= {"inputs": inputs, "dates": kept}
    timer.planned_at = timer.due_at = _on_day(work, before, why)
    hang_on(timer)
    moments = {"before": before.isoformat(), "after": timer.planned_at.isoformat()}
    process = payload.get("process", payload.get("milestone"))
    record(work, timer.case_id, "start_moved", key=timer.start_key, process=process, **moments)


def _name_school(timer: TimerRow, steps: Reckoning) -> None:
    """Let a timer that stays tell by which school's calendar its day is counted now."""
    if schools_in(_why(timer)) != schools_in(steps):
        timer.payload = {**timer.payload, "why": list(steps)}


def _new(value: Any, dates: Mapping[str, str]) -> Any:
    return dates.get(value, value) if isinstance(value, str) else value


def _hang_on(row: TimerRow, hangs_on: Dependence) -> None:
    row.counted_from, row.counted_to = hangs_on.since, hangs_on.until
    row.counted_by = hangs_on.written


def _why(timer: TimerRow) -> Reckoning:
    steps: Reckoning = timer.payload.get("why", ())
    return steps


def _on_day(work: Work, moment: datetime, steps: Reckoning) -> datetime:
    """Return the moment (UTC) on the day that the steps lead to, at the local time it had."""
    if not steps:
        return moment
    zone, led_to = work.calendar.timezone, str(steps[-1]["to"])
    if "T" in led_to:
        return datetime.fromisoformat(led_to)
    at = moment.astimezone(zone).time()
    return datetime.combine(date.fromisoformat(led_to), at, zone).astimezone(UTC)


def _written_by_people(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the answers that the forms of a version ask for."""
    for path, text in files.items():
        if path.startswith("forms/"):
            yield from (each.get("key", "") for each in json.loads(text).get("components", ()))


def _open_instances(work: Work, case_id: UUID) -> list[InstanceRow]:
    query = select(InstanceRow).where(
        InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None)
    )
    return list(work.session.scalars(query.order_by(InstanceRow.started_at, InstanceRow.id)))


def _lone_tasks(work: Work, case_id: UUID) -> list[TaskRow]:
    query = select(TaskRow).where(
        TaskRow.case_id == case_id, TaskRow.instance_id.is_(None), TaskRow.closed_at.is_(None)
    )
    return list(work.session.scalars(query.order_by(TaskRow.created_at, TaskRow.id)))


def _starts(work: Work, case_id: UUID) -> list[TimerRow]:
    query = select(TimerRow).where(
        TimerRow.case_id == case_id,
        TimerRow.kind.in_(("start", "milestone")),
        TimerRow.done_at.is_(None),
    )
    return list(work.session.scalars(query.order_by(TimerRow.planned_at, TimerRow.id)))

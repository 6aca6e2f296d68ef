"""Playing a copy ahead: timers at their moments, tasks as people behave, real services.

No message leaves: what the house sends ends with the `Counter`.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, literal, select

from engine.adapters.clock import MovableClock
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import CaseworkError, InvalidAnswers, TaskClosed
from engine.domain.form_fields import Form
from engine.domain.forms import Raw, validate
from engine.ports import SYSTEM, Actor, Json, Mail
from engine.services.definitions import form_of
from engine.services.outbox import send_due
from engine.services.tasks import check_open, claim_task, complete_task
from engine.services.timers import NEXT_DUE, fire_due
from engine.storage.models import DefinitionRow, TaskRow
from engine.storage.work import Casework, Work
from workflows.forums.items import records_decision
from workflows.rehearsal.behaviours import People, Plan, name_of
from workflows.rehearsal.ledgers import PEOPLE, TIMERS, Ledger
from workflows.scenarios.acting import NobodyMay, convene, who_would
from workflows.scenarios.answers import fill

NEVER = datetime.max.replace(tzinfo=UTC)
EVER = datetime.min.replace(tzinfo=UTC)
# When the next timer is due, with each task that has come; one row where none has.
_NEWS = (
    select(NEXT_DUE.scalar_subquery().label("next_due"), TaskRow)
    .select_from(select(literal(1)).subquery())
    .outerjoin(TaskRow, and_(TaskRow.closed_at.is_(None), TaskRow.created_at >= bindparam("since")))
)
# What may have become of a task since it was planned for.
_NOW = select(TaskRow.status, TaskRow.closed_at, TaskRow.closed_by_id, TaskRow.assignee_id).where(
    TaskRow.id == bindparam("task_id")
)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a person: which task they took (`raw` is None) or completed with `raw`."""

    at: datetime
    task: str  # see `name_of`
    actor_id: UUID | None
    raw: Raw | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What should have been done and could not; `why` is the sentence they would have read.

    `nobody` is to do it where nobody has its role.
    """

    at: datetime
    case_id: UUID
    process: str
    element: str
    title: str
    role: str
    nobody: bool
    why: str


@dataclass(slots=True)
class Counter:
    """Takes the place of the way out of the house: keeps the keys of what would have left."""

    keys: set[str] = field(default_factory=set)

    def send(self, mail: Mail) -> None:
        """Count the message, and forget it."""
        self.keys.add(mail.key)


@dataclass(slots=True, kw_only=True)
class Play:
    """One run of a copy to the moment `until`. `acts` is all that people did, in order.

    A part of a run keeps a `ledger` of what the other parts must know.
    """

    casework: Casework
    clock: MovableClock
    people: People
    until: datetime
    acts: list[Act] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    fired: int = 0
    mails: Counter = field(default_factory=Counter)
    ledger: Ledger | None = None
    _plans: list[tuple[datetime, str, int, TaskRow, Plan, bool]] = field(default_factory=list)
    _seen: set[UUID] = field(default_factory=set)
    _actors: dict[UUID | None, Actor] = field(default_factory=dict)
    _next_timer: datetime = NEVER
    _looked_at: datetime = EVER

    def run(self, progress: Progress = lambda share: None) -> None:
        """Play everything that happens before `until`, each at its own moment."""
        began = self.clock.now()
        self.look_around()
        while (at := self._next_moment()) <= self.until:
            self._step(max(at, self.clock.now()))
            progress((self.clock.now() - began) / (self.until - began))
        self.clock.move_to(self.until)
        progress(1.0)

    def look_around(self) -> None:
        """Plan the open tasks that have come since the last look, whoever began them."""
        with self.casework.work(SYSTEM) as work:
            news = work.session.execute(_NEWS, {"since": self._looked_at}).all()
            self._plan([task for _, task in news if task is not None])
            self._next_timer = news[0][0] or NEVER
            self._looked_at = work.now

    def _step(self, at: datetime) -> None:
        """Timers first, as in the house, where the scheduler looks every second.

        What comes up at this moment is planned at the end of it: nobody acts at once.
        """
        self.clock.move_to(at)
        self._come_to(at, TIMERS)
        while at >= self._next_timer and (fired := fire_due(self.casework)):
            self.fired += fired
        self._come_to(at, PEOPLE)
        while self._plans and self._plans[0][0] <= at:
            _, _, _, task, plan, takes = heapq.heappop(self._plans)
            self._act(task, plan, takes=takes)
        while send_due(self.casework, self.mails):
            pass
        self.look_around()

    def _come_to(self, at: datetime, half: int) -> None:
        if self.ledger is not None:
            self.ledger.come_to(at, half)

    def _next_moment(self) -> datetime:
        """Every morning is one, for what waited for the night to end."""
        morning = next_morning(self.people.calendar, self.clock.now())
        return min(self._next_timer, self._next_plan(), morning)

    def _next_plan(self) -> datetime:
        return self._plans[0][0] if self._plans else NEVER

    def _plan(self, tasks: Sequence[TaskRow]) -> None:
        for task in sorted((each for each in tasks if each.id not in self._seen), key=name_of):
            self._seen.add(task.id)
            plan = self.people.plan(task, self.clock.now())
            if plan.taken_at and task.assignee_id is None:
                self._push(plan.taken_at, task, plan, takes=True)
            if plan.done_at:
                self._push(plan.done_at, task, plan, takes=False)

    def _push(self, at: datetime, task: TaskRow, plan: Plan, *, takes: bool) -> None:
        entry = (at, name_of(task), len(self._seen), task, plan, takes)
        heapq.heappush(self._plans, entry)

    def _act(self, task: TaskRow, plan: Plan, *, takes: bool) -> None:
        """Take or complete the task; one that has closed by itself is left alone."""
        with self.casework.work(SYSTEM) as work:
            now = work.session.execute(_NOW, {"task_id": task.id}).one()
            definition = work.definition(task.definition_id) if task.definition_id else None
        task.status, task.closed_at, task.closed_by_id, task.assignee_id = now
        try:
            actor = self._take(task, plan)
            if not takes:
                self._complete(task, actor, self._raw(task, definition, plan))
        except TaskClosed:
            return
        except CaseworkError as problem:
            self.failed.append(
                Failed(
                    at=self.clock.now(),
                    case_id=task.case_id,
                    process=definition.process if definition else "",
                    element=task.element,
                    title=task.title,
                    role=task.role,
                    nobody=isinstance(problem, NobodyMay),
                    why=str(problem),
                )
            )

    def _take(self, task: TaskRow, plan: Plan) -> Actor:
        """Return whose the task is from now on."""
        check_open(task)
        actor = self._who_would(task, plan)
        if task.assignee_id is None:
            self.casework.act(actor, lambda work: claim_task(work, task.id))
            self._note(task, actor, None)
        return actor

    def _who_would(self, task: TaskRow, plan: Plan) -> Actor:
        """Return who does it. Nobody is engaged or leaves while a copy is played."""
        if task.assignee_id in self._actors:
            return self._actors[task.assignee_id]
        with self.casework.work(SYSTEM) as work:
            actor = who_would(work, task, plan.random.choice)
        self._actors[actor.id] = actor
        return actor

    def _complete(self, task: TaskRow, actor: Actor, raw: Raw) -> None:
        self.casework.act(actor, lambda work: _complete(work, task, raw))
        self._note(task, actor, raw)

    def _note(self, task: TaskRow, actor: Actor, raw: Raw | None) -> None:
        self.acts.append(Act(at=self.clock.now(), task=name_of(task), actor_id=actor.id, raw=raw))

    def _raw(self, task: TaskRow, definition: DefinitionRow | None, plan: Plan) -> Raw:
        if task.form is None or definition is None:
            return {}
        today = self.people.calendar.local_date(self.clock.now())
        return valid_answers(form_of(definition, task.form), dict(plan.given(today)), today)


def _complete(work: Work, task: TaskRow, raw: Raw) -> None:
    """Complete the task as its actor would; a meeting is looked for only where it decides one."""
    if records_decision(work, task):
        convene(work, task.id)
    complete_task(work, task.id, raw)


def next_morning(calendar: WorkingCalendar, now: datetime) -> datetime:
    """Return when the house next opens (UTC), working day or not."""
    today = calendar.local_date(now)
    opens = calendar.opens(today)
    return opens if opens > now else calendar.opens(today + timedelta(days=1))


def valid_answers(form: Form, given: dict[str, Json], today: date) -> Raw:
    """Return the form filled with `given`; what the form does not take gives way."""
    raw = fill(form, given, today)
    try:
        validate(form, raw)
    except InvalidAnswers as wrong:
        kept = {key: value for key, value in given.items() if key not in wrong.problems}
        return fill(form, kept, today)
    return raw

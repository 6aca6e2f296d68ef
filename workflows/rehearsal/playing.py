"""Playing a copy ahead: timers at their moments, tasks as people behave, real services.

No message leaves: what the house sends ends with the `Counter`.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import CaseworkError, InvalidAnswers, TaskClosed
from engine.domain.form_fields import Form
from engine.domain.forms import Raw, validate
from engine.ports import SYSTEM, Actor, Json, Mail
from engine.services.definitions import form_of
from engine.services.outbox import send_due
from engine.services.tasks import check_open, claim_task, complete_task
from engine.services.timers import fire_due, next_due
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.rehearsal.behaviours import People, Plan, name_of
from workflows.scenarios.acting import who_would
from workflows.scenarios.answers import fill

NEVER = datetime.max.replace(tzinfo=UTC)

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
    """What somebody wanted to do and could not; `why` is the sentence they would have read."""

    at: datetime
    case_id: UUID
    element: str
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
    """One run of a copy to the moment `until`. `acts` is all that people did, in order."""

    casework: Casework
    clock: MovableClock
    people: People
    until: datetime
    acts: list[Act] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    fired: int = 0
    mails: Counter = field(default_factory=Counter)
    _plans: list[tuple[datetime, str, int, UUID, Plan, bool]] = field(default_factory=list)
    _seen: set[UUID] = field(default_factory=set)

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
        """Plan what is open and has not been seen, such as what somebody else has begun."""
        self._plan(self._open_tasks())

    def _step(self, at: datetime) -> None:
        """Timers first, as in the house, where the scheduler looks every second."""
        self.clock.move_to(at)
        while fired := fire_due(self.casework):
            self.fired += fired
        self._plan(self._new_tasks())
        while self._plans and self._plans[0][0] <= at:
            _, _, _, task_id, plan, takes = heapq.heappop(self._plans)
            self._act(task_id, plan, takes=takes)
            self._plan(self._new_tasks())
        while send_due(self.casework, self.mails):
            pass

    def _next_moment(self) -> datetime:
        """Every morning is one, for what waited for the night to end."""
        return min(
            self._next_timer(),
            self._next_plan(),
            next_morning(self.people.calendar, self.clock.now()),
        )

    def _next_plan(self) -> datetime:
        return self._plans[0][0] if self._plans else NEVER

    def _next_timer(self) -> datetime:
        with self.casework.work(SYSTEM) as work:
            return next_due(work) or NEVER

    def _open_tasks(self) -> Sequence[TaskRow]:
        with self.casework.work(SYSTEM) as work:
            return work.session.scalars(select(TaskRow).where(TaskRow.closed_at.is_(None))).all()

    def _new_tasks(self) -> Sequence[TaskRow]:
        with self.casework.work(SYSTEM) as work:
            made = select(TaskRow).where(TaskRow.created_at == work.now)
            return work.session.scalars(made.where(TaskRow.closed_at.is_(None))).all()

    def _plan(self, tasks: Sequence[TaskRow]) -> None:
        for task in sorted((each for each in tasks if each.id not in self._seen), key=name_of):
            self._seen.add(task.id)
            plan = self.people.plan(task, self.clock.now())
            if plan.taken_at and task.assignee_id is None:
                self._push(plan.taken_at, task, plan, takes=True)
            if plan.done_at:
                self._push(plan.done_at, task, plan, takes=False)

    def _push(self, at: datetime, task: TaskRow, plan: Plan, *, takes: bool) -> None:
        entry = (at, name_of(task), len(self._seen), task.id, plan, takes)
        heapq.heappush(self._plans, entry)

    def _act(self, task_id: UUID, plan: Plan, *, takes: bool) -> None:
        """Take or complete the task; one that has closed by itself is left alone."""
        with self.casework.work(SYSTEM) as work:
            task = work.session.get_one(TaskRow, task_id)
        try:
            actor = self._take(task, plan)
            if not takes:
                self._complete(task, plan, actor)
        except TaskClosed:
            return
        except CaseworkError as problem:
            self.failed.append(
                Failed(
                    at=self.clock.now(),
                    case_id=task.case_id,
                    element=task.element,
                    why=str(problem),
                )
            )

    def _take(self, task: TaskRow, plan: Plan) -> Actor:
        """Return whose the task is from now on."""
        with self.casework.work(SYSTEM) as work:
            check_open(task)
            actor = who_would(work, task, plan.random.choice)
        if task.assignee_id is None:
            self.casework.act(actor, lambda work: claim_task(work, task.id))
            self._note(task, actor, None)
        return actor

    def _complete(self, task: TaskRow, plan: Plan, actor: Actor) -> None:
        with self.casework.work(SYSTEM) as work:
            raw = self._raw(work, task, plan)
        self.casework.act(actor, lambda work: complete_task(work, task.id, raw))
        self._note(task, actor, raw)

    def _note(self, task: TaskRow, actor: Actor, raw: Raw | None) -> None:
        self.acts.append(Act(at=self.clock.now(), task=name_of(task), actor_id=actor.id, raw=raw))

    def _raw(self, work: Work, task: TaskRow, plan: Plan) -> Raw:
        if task.form is None or task.definition_id is None:
            return {}
        form = form_of(work.definition(task.definition_id), task.form)
        return valid_answers(form, dict(plan.given(work.today)), work)


def next_morning(calendar: WorkingCalendar, now: datetime) -> datetime:
    """Return when the house next opens (UTC), working day or not."""
    today = calendar.local_date(now)
    opens = calendar.opens(today)
    return opens if opens > now else calendar.opens(today + timedelta(days=1))


def valid_answers(form: Form, given: dict[str, Json], work: Work) -> Raw:
    """Return the form filled with `given`; what the form does not take gives way."""
    raw = fill(form, given, work.today)
    try:
        validate(form, raw)
    except InvalidAnswers as wrong:
        kept = {key: value for key, value in given.items() if key not in wrong.problems}
        return fill(form, kept, work.today)
    return raw

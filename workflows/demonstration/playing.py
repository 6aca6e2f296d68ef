"""Playing the lives: the real engine on a simulated clock, from a year ago until today."""

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import TaskClosed
from engine.ports import SYSTEM, Notifier
from engine.services.outbox import send_due
from engine.services.timers import fire_due, next_due
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.cases.services import start_referral
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.demonstration.lives import INTAKE, Life
from workflows.demonstration.meeting_days import decide_at_meeting, try_to_approve
from workflows.forums.items import item_decided_in
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.scenarios.acting import do_task, take_task
from workflows.scenarios.answers import fill_start_form

Act = Callable[[], None]
Progress = Callable[[float], None]

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where all lives are played, in order of time. `until` is the moment it ends."""

    casework: Casework
    clock: MovableClock
    notifier: Notifier
    until: datetime
    calendar: WorkingCalendar
    lives: dict[UUID, Life] = field(default_factory=dict)
    seen: set[UUID] = field(default_factory=set)  # tasks that have been planned
    plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    @property
    def today(self) -> date:
        """The local date of the simulated clock."""
        return self.calendar.local_date(self.clock.now())

    def plan(self, at: datetime, act: Act) -> None:
        """Let `act` happen at `at`, unless that is after the demonstration ends."""
        if at < self.until:
            heapq.heappush(self.plans, (at, next(self.numbers), act))

    def play(self, progress: Progress) -> None:
        """Play every plan and every timer in order of time, up to the end."""
        began, timer = self.clock.now(), self._next_timer()
        while (at := min(timer, self._next_plan())) < self.until:
            timer = self._step(max(at, self.clock.now()), timer)
            progress((self.clock.now() - began) / (self.until - began))
        self._step(self.until, timer)
        progress(1.0)

    def refer(self, life: Life) -> None:
        """Let the referral of this life come in now, to one of the intake."""
        person, parents = life.people(self.today)
        given, username = life.referral(self.today), life.random.choice(INTAKE)

        def start(work: Work) -> UUID:
            receiver = select(EmployeeRow.id).where(EmployeeRow.username == username)
            work.actor = actor_of(work, work.session.scalars(receiver).one())
            return start_referral(work, person, parents, fill_start_form(work, given)).case_id

        case_id = self.casework.act(SYSTEM, start)
        self.lives[case_id] = life
        if (days := life.story.withdraws) is not None:
            last = self.calendar.local_date(self.until) - timedelta(days=days)
            at = life.habits.in_office_hours(self.calendar.roll_back(last))
            self.plan(at, lambda: self._withdraw(case_id))

    def _step(self, at: datetime, timer: datetime) -> datetime:
        """Let everything of the moment `at` happen; `timer` is due next, and returned anew."""
        self.clock.move_to(at)
        while timer <= at:
            fire_due(self.casework)
            timer = self._next_timer()
        while self.plans and self.plans[0][0] <= at:
            heapq.heappop(self.plans)[2]()
        for task in self._new_tasks():
            self.seen.add(task.id)
            self._plan_task(task)
        send_due(self.casework, self.notifier)
        return self._next_timer()

    def _next_plan(self) -> datetime:
        return self.plans[0][0] if self.plans else self.until

    def _next_timer(self) -> datetime:
        with self.casework.work(SYSTEM) as work:
            return next_due(work) or NEVER

    def _new_tasks(self) -> list[TaskRow]:
        """Return the tasks opened at this moment, in an order that knows no ids."""
        with self.casework.work(SYSTEM) as work:
            opened = work.session.scalars(
                select(TaskRow).where(
                    TaskRow.closed_at.is_(None), TaskRow.created_at == self.clock.now()
                )
            ).all()
        return sorted((each for each in opened if each.id not in self.seen), key=self._order)

    def _order(self, task: TaskRow) -> tuple[int, str, int, str]:
        return self.lives[task.case_id].number, task.element, task.key or 0, task.title

    def _plan_task(self, task: TaskRow) -> None:
        life = self.lives[task.case_id]
        done_at = life.habits.done_at(task)
        if task.assignee_id is None and (taken_at := life.habits.taken_at(task, done_at)):
            self.plan(taken_at, lambda: self._take(life, task))
        if done_at:
            self.plan(done_at, lambda: self._complete(life, task))

    def _take(self, life: Life, task: TaskRow) -> None:
        with suppress(TaskClosed):
            take_task(self.casework, task.id, life.random.choice)

    def _complete(self, life: Life, task: TaskRow) -> None:
        given = life.answers(task.element, self.today)
        with self.casework.work(SYSTEM) as work:
            item = item_decided_in(work, task.id)
        if item is not None:
            decide_at_meeting(self.casework, item, given, life.random)
            approves_at = life.habits.in_office_hours(self.calendar.add_days(self.today, 1))
            self.plan(approves_at, lambda: try_to_approve(self.casework, item.meeting_id))
            return
        # it may have closed by itself: the meeting was held, or the young person withdrew
        with suppress(TaskClosed):
            do_task(self.casework, task.id, given, life.random.choice)

    def _withdraw(self, case_id: UUID) -> None:
        def act(work: Work) -> None:
            active = select(ConsentRow.id).where(
                ConsentRow.case_id == case_id, ConsentRow.status == "active"
            )
            withdraw_consent(work, work.session.scalars(active).one(), channel="oral")

        self.casework.act(SYSTEM, act)

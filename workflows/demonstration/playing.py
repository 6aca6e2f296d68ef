"""Living the stories: the real engine on a simulated clock, from a year ago until today."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from uuid import UUID

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.calendars import WorkingCalendar, add_months
from engine.ports import SYSTEM, Notifier
from engine.services.outbox import send_due
from engine.services.timers import fire_due, next_due
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.cases.services import start_referral
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.demonstration.people import guardians, young_person
from workflows.demonstration.stories import STORIES, Story
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.scenarios.acting import do_task
from workflows.scenarios.answers import fill_start_form

Act = Callable[[], None]
Progress = Callable[[float], None]

_SCHOOLING = ((16, "grade_9"), (17, "grade_10"), (18, "vocational"), (99, "none"))


@dataclass(slots=True)
class Lives:
    """All lives of the demonstration while they are played. Everything follows from the seed."""

    casework: Casework
    clock: MovableClock
    notifier: Notifier
    until: datetime
    random: Random
    calendar: WorkingCalendar
    plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    stories: dict[UUID, Story] = field(default_factory=dict)
    scheduled: set[UUID] = field(default_factory=set)
    numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, act: Act) -> None:
        """Let `act` happen at `at`, unless that is after the demonstration ends."""
        if at < self.until:
            heapq.heappush(self.plans, (at, next(self.numbers), act))

    def live(self, progress: Progress) -> None:
        """Play every plan and every timer in order of time, up to the end."""
        began = self.clock.now()
        while (at := self._next()) is not None and at < self.until:
            self.clock.move_to(max(at, self.clock.now()))
            while fire_due(self.casework):
                pass
            while self.plans and self.plans[0][0] <= self.clock.now():
                heapq.heappop(self.plans)[2]()
            self._take_up_new_tasks()
            send_due(self.casework, self.notifier)
            progress((self.clock.now() - began) / (self.until - began))
        self.clock.move_to(self.until)
        while fire_due(self.casework):
            pass
        send_due(self.casework, self.notifier)

    def _next(self) -> datetime | None:
        with self.casework.work(SYSTEM) as work:
            due = next_due(work)
        moments = [due, self.plans[0][0] if self.plans else None]
        return min((each for each in moments if each is not None), default=None)

    def _take_up_new_tasks(self) -> None:
        with self.casework.work(SYSTEM) as work:
            tasks = work.session.scalars(
                select(TaskRow)
                .where(TaskRow.closed_at.is_(None), TaskRow.created_at == self.clock.now())
                .order_by(TaskRow.case_id, TaskRow.element, TaskRow.key)
            ).all()
        for task in tasks:
            if task.id not in self.scheduled:
                self.scheduled.add(task.id)
                self._plan_task(task)

    def _plan_task(self, task: TaskRow) -> None:
        story = self.stories.get(task.case_id)
        if story is None or task.element in story.never or task.due_on is None:
            return
        at = self._when(task, story.late.get(task.element))
        given = story.answer(task.element)
        self.plan(at, lambda: self._complete(task.id, given))

    def _complete(self, task_id: UUID, given: dict[str, object]) -> None:
        with self.casework.work(SYSTEM) as work:
            if work.session.get_one(TaskRow, task_id).closed_at is not None:
                return
        do_task(self.casework, task_id, given)

    def _when(self, task: TaskRow, late: int | None) -> datetime:
        """Return when a task is done: within its time, most often well before the end of it."""
        created = self.calendar.local_date(task.created_at)
        due_on = task.due_on or created
        if late is not None:
            return self._in_office_hours(self.calendar.add_days(due_on, late))
        days = max(0, (due_on - created).days)
        day = created + timedelta(days=round(days * self.random.betavariate(2, 2)))
        return max(
            self._in_office_hours(self.calendar.roll_back(max(day, created))),
            task.created_at + timedelta(minutes=self.random.randrange(5, 90)),
        )

    def _in_office_hours(self, day: date) -> datetime:
        minutes = self.random.randrange(8 * 60 + 30, 15 * 60 + 30)
        moment = time(minutes // 60, minutes % 60)
        return datetime.combine(day, moment, self.calendar.timezone)

    def begin(self, number: int, story: Story) -> None:
        """Plan the referral of life `number`."""
        today = self.calendar.local_date(self.until)
        months = self.random.randint(*story.months)
        birth = add_months(today, -months) - timedelta(days=self.random.randrange(28))
        day = self.calendar.roll_back(today - timedelta(days=self.random.randint(*story.days_ago)))
        self.plan(self._in_office_hours(day), lambda: self._refer(number, story, birth))

    def _refer(self, number: int, story: Story, birth: date) -> None:
        today = self.calendar.local_date(self.clock.now())
        years = (today - birth).days // 365
        schooling = next(word for limit, word in _SCHOOLING if years < limit)
        person = young_person(number, birth, self.random)
        parents = guardians(number, birth, today, self.random)
        given = {
            "schooling": schooling,
            "urgency": story.urgency,
            "employment_case": story.employment,
            "social_case": story.social,
            "referrer_email": f"henviser{number}@skole.example",
        }

        def start(work: Work) -> UUID:
            intake = select(EmployeeRow.id).where(EmployeeRow.username == "intake")
            work.actor = actor_of(work, work.session.scalars(intake).one())
            return start_referral(work, person, parents, fill_start_form(work, given)).case_id

        case_id = self.casework.act(SYSTEM, start)
        self.stories[case_id] = story
        if story.withdraws_after is not None:
            later = self.clock.now() + timedelta(days=story.withdraws_after)
            self.plan(later, lambda: self._withdraw(case_id))

    def _withdraw(self, case_id: UUID) -> None:
        def act(work: Work) -> None:
            active = select(ConsentRow.id).where(
                ConsentRow.case_id == case_id, ConsentRow.status == "active"
            )
            for consent_id in work.session.scalars(active).all()[:1]:
                withdraw_consent(work, consent_id, channel="oral")

        self.casework.act(SYSTEM, act)


def live_all(lives: Lives, progress: Progress) -> None:
    """Begin every story as often as it is told, and play them all."""
    number = count()
    for story in STORIES:
        for _ in range(story.count):
            lives.begin(next(number), story)
    lives.live(progress)

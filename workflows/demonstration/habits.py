"""When people do things: within their time, most often late in it, now and then too late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from engine.domain.calendars import WorkingCalendar
from engine.storage.models import TaskRow
from workflows.demonstration.stories import Story

# What is agreed with the young person for a day is done on it, or a few days before.
_BY_APPOINTMENT = {"hold_follow_up": 6, "aftercare_check": 6, "joint_meeting": 10}
_TOO_LATE = 0.04  # of all tasks
_SMALL = 14  # days of window
_AT_ONCE = 0.4  # of the small tasks
_TAKEN_FIRST = 0.6  # of what waits for one of several


@dataclass(frozen=True, slots=True)
class Habits:
    """How one life's staff keep their time. `until` is when the demonstration ends."""

    calendar: WorkingCalendar
    until: datetime
    random: Random
    story: Story

    def done_at(self, task: TaskRow) -> datetime | None:
        """Return when the task is done; None when it never is."""
        if task.element in self.story.never:
            return None
        if days := self.story.before_end.get(task.element):
            return self._not_before(task, self._days_before_end(self.random.randint(*days)))
        created = self.calendar.local_date(task.created_at)
        return self._not_before(task, self._day(task, created, task.due_on or created))

    def taken_at(self, task: TaskRow, done_at: datetime | None) -> datetime | None:
        """Return when one of several takes the task for their own; None when nobody does yet."""
        if self.random.random() > _TAKEN_FIRST:
            return None
        last = done_at or task.due_at or task.created_at
        return task.created_at + max(timedelta(0), last - task.created_at) * self.random.random()

    def in_office_hours(self, day: date) -> datetime:
        """Return a moment of the working hours of `day`."""
        minutes = self.random.randrange(8 * 60 + 30, 15 * 60 + 30)
        moment = time(minutes // 60, minutes % 60)
        return datetime.combine(day, moment, self.calendar.timezone)

    def _day(self, task: TaskRow, created: date, due_on: date) -> date:
        if self.random.random() < _TOO_LATE:
            return self.calendar.add_days(max(due_on, created), self.random.randint(1, 3))
        if ahead := _BY_APPOINTMENT.get(task.element):
            return due_on - timedelta(days=self.random.randrange(ahead))
        window = max(0, (due_on - created).days)
        if window < _SMALL and self.random.random() < _AT_ONCE:
            return created
        return created + timedelta(days=round(window * self.random.betavariate(3, 1.8)))

    def _days_before_end(self, days: int) -> date:
        return self.calendar.local_date(self.until) - timedelta(days=days)

    def _not_before(self, task: TaskRow, day: date) -> datetime:
        """Return a moment of a working day near `day`, after the task was made."""
        created = self.calendar.local_date(task.created_at)
        working = self.calendar.roll_back(max(day, created))
        if working < created:
            working = self.calendar.roll_forward(created)
        soon = task.created_at + timedelta(minutes=self.random.randrange(5, 90))
        return max(self.in_office_hours(working), soon)

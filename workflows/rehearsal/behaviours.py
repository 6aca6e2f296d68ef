"""How people behave in a rehearsal: an input, named in its report and never guessed.

A plan knows no ids of rows that are made on the way, so that the same seed gives the same acts
in the copy and in the real house.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from engine.domain.calendars import WorkingCalendar
from engine.ports import Json
from engine.storage.models import TaskRow

NOON = time(12)
AT_LEAST = timedelta(minutes=5)


class Behaviour(StrEnum):
    """The ways of behaving that can be asked for."""

    NOBODY = "nobody"
    ON_DUE_DAY = "on_due_day"
    LIKE_LAST_YEAR = "like_last_year"

    @property
    def danish(self) -> str:
        """What the report calls it."""
        return _DANISH[self]


_DANISH = {
    Behaviour.NOBODY: "ingen gør noget",
    Behaviour.ON_DUE_DAY: (
        "alle gør deres opgaver på fristens dag og svarer som de seneste 12 måneder"
    ),
    Behaviour.LIKE_LAST_YEAR: "alle gør og svarer som de seneste 12 måneder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How one task was done in the last year: days after it came, and the local time of day.

    `done_after` is None when it passed its deadline and nobody did it. `answers` hold what was
    chosen, never what was written in words; dates as days after the answer.
    """

    done_after: int | None
    done_time: time
    taken_after: int | None = None
    taken_time: time = NOON
    answers: Mapping[str, Json] = field(default_factory=dict)
    days_ahead: Mapping[str, int] = field(default_factory=dict)


Habits = Mapping[str, tuple[Habit, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """When a task is taken and done (UTC), None for never, and how it is answered."""

    taken_at: datetime | None
    done_at: datetime | None
    answers: Mapping[str, Json]
    days_ahead: Mapping[str, int]
    random: Random

    def given(self, today: date) -> Mapping[str, Json]:
        """Return what is answered on that day."""
        dates = {key: (today + timedelta(days=n)).isoformat() for key, n in self.days_ahead.items()}
        return {**self.answers, **dates}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who acts. `habits` are those of the last year, by element, in a fixed order."""

    behaviour: Behaviour
    seed: int
    habits: Habits
    calendar: WorkingCalendar

    def plan(self, task: TaskRow, now: datetime) -> Plan:
        """Return when and how this task is done, seen for the first time at `now`."""
        random = Random(f"{self.seed}:{name_of(task)}")  # noqa: S311  # no secret
        known = self.habits.get(task.element, ())
        habit = random.choice(known) if known else None
        answers, ahead = (habit.answers, habit.days_ahead) if habit else ({}, {})
        match self.behaviour:
            case Behaviour.NOBODY:
                return Plan(None, None, {}, {}, random)
            case Behaviour.ON_DUE_DAY:
                return Plan(None, self._on_due_day(task, now), answers, ahead, random)
        taken_at, done_at = self._like(task, habit, now)
        return Plan(taken_at, done_at, answers, ahead, random)

    def _on_due_day(self, task: TaskRow, now: datetime) -> datetime:
        """Noon of the due day; what is late, or has no deadline, on the next working day."""
        at = self._at(task.due_on, NOON) if task.due_on else now
        return at if at > now else self._next_noon(now)

    def _like(
        self, task: TaskRow, habit: Habit | None, now: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """As in `habit`; a task that nobody has had within a year, on its due day."""
        if habit is None:
            return None, self._on_due_day(task, now)
        created = self.calendar.local_date(task.created_at)
        taken_at = self._after(created, habit.taken_after, habit.taken_time, now)
        done_at = self._after(created, habit.done_after, habit.done_time, now)
        if taken_at and done_at and taken_at >= done_at:
            taken_at = None
        return taken_at, done_at

    def _after(self, created: date, days: int | None, at: time, now: datetime) -> datetime | None:
        """Return the moment on a working day; what is behind us happens on the next one."""
        if days is None:
            return None
        moment = self._at(self.calendar.roll_forward(created + timedelta(days=days)), at)
        if moment >= now + AT_LEAST:
            return moment
        if self.calendar.local_date(moment) == self.calendar.local_date(now):
            return now + AT_LEAST
        return self._next_noon(now)

    def _next_noon(self, now: datetime) -> datetime:
        return self._at(self.calendar.add_days(self.calendar.local_date(now), 1), NOON)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.calendar.timezone).astimezone(UTC)


def name_of(task: TaskRow) -> str:
    """Return what a task is known by without its id; two of one name are of one kind."""
    return ":".join(
        str(each)
        for each in (
            task.case_id,
            task.element,
            task.key,
            task.role,
            task.outside_party,
            task.created_at.isoformat(),
        )
    )

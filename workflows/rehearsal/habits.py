"""What people did in the last year, task by task: when, and what they chose."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine.domain.errors import CaseworkError
from engine.domain.form_fields import FieldType
from engine.ports import Json
from engine.services.definitions import form_of
from engine.storage.models import AnswersRow, TaskRow
from engine.storage.work import Work
from workflows.rehearsal.behaviours import Habit, Habits

A_YEAR = timedelta(days=365)
MOST = 200  # of one kind, the newest
_WRITTEN = {FieldType.TEXTFIELD, FieldType.TEXTAREA}


def habits_of(work: Work) -> Habits:
    """Return how each kind of task was done in the twelve months before now.

    Of answers only what was chosen goes along; words that somebody wrote stay where they are.
    A task that has passed its deadline and waits yet is one that was not done.
    """
    found: dict[str, list[Habit]] = defaultdict(list)
    written = _answers(work)
    for task in work.session.scalars(_tasks_of_the_year(work)):
        if len(found[task.element]) < MOST:
            found[task.element].append(_habit(work, task, written.get(str(task.id))))
    return {element: tuple(habits) for element, habits in sorted(found.items())}


def _tasks_of_the_year(work: Work):  # type: ignore[no-untyped-def]  # as SQLAlchemy infers it
    done = (TaskRow.status == "completed") & (TaskRow.closed_at >= work.now - A_YEAR)
    late = TaskRow.closed_at.is_(None) & (TaskRow.due_at < work.now)
    return select(TaskRow).where(done | late).order_by(TaskRow.created_at.desc(), TaskRow.id)


def _answers(work: Work) -> Mapping[str, AnswersRow]:
    query = select(AnswersRow).where(AnswersRow.at >= work.now - A_YEAR)
    rows = work.session.scalars(query.order_by(AnswersRow.at, AnswersRow.id))
    return {str(row.task_id): row for row in rows}


def _habit(work: Work, task: TaskRow, answers: AnswersRow | None) -> Habit:
    taken = _Since(work, task.created_at, task.claimed_at)
    done = _Since(work, task.created_at, task.closed_at)
    chosen = dict(_chosen(work, task, answers)) if answers else {}
    said_on = work.calendar.local_date(answers.at) if answers else work.today
    dates = {key: day for key, value in chosen.items() if (day := _as_date(value))}
    return Habit(
        done_after=done.days,
        done_time=done.time,
        taken_after=None if task.claimed_at == task.created_at else taken.days,
        taken_time=taken.time,
        answers={key: value for key, value in chosen.items() if key not in dates},
        days_ahead={key: (day - said_on).days for key, day in dates.items()},
    )


@dataclass(frozen=True, slots=True)
class _Since:
    """How long after `start` something happened, as local days and a time of day."""

    work: Work
    start: datetime
    at: datetime | None

    @property
    def days(self) -> int | None:
        if self.at is None:
            return None
        local = self.work.calendar.local_date
        return (local(self.at) - local(self.start)).days

    @property
    def time(self) -> time:
        moment = self.at or self.start
        return moment.astimezone(self.work.calendar.timezone).time().replace(microsecond=0)


def _chosen(work: Work, task: TaskRow, row: AnswersRow) -> Iterator[tuple[str, Json]]:
    """Yield the answers that are not words of somebody's own."""
    if row.definition_id is None or task.form is None:
        return
    try:
        form = form_of(work.definition(row.definition_id), task.form)
    except CaseworkError:
        return  # of a form that no version knows any more
    for field in form.questions():
        if field.type not in _WRITTEN and row.data.get(field.key) is not None:
            yield field.key, row.data[field.key]


def _as_date(value: Json) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

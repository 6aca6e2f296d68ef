"""What may be filled into a text about a case: people, dates and tasks, each when asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.domain.wording import MONTHS
from engine.ports import Recipient
from engine.services.deadlines import is_by_the_hour
from engine.storage.configurations import load_content
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.explanations import in_a_mail, why_moved
from workflows.forums.meetings import leader_forum_day
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.people.parties import young_person_of
from workflows.texts import fill, read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a text is about: a case, perhaps one task of it, perhaps one who reads it."""

    case_id: UUID
    task: TaskRow | None = None
    to: Recipient | None = None
    link: str = ""


@runtime_checkable
class Composer(Protocol):
    """A house that has texts."""

    def compose(
        self, work: Work, name: str, about: About, words: Mapping[str, str]
    ) -> tuple[str, str]:
        """Return subject and body."""
        ...


def compose(
    work: Work, name: str, about: About, words: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return subject and body of the text `name`; `words` are what only the caller knows.

    Raises `NotFound` for an unknown text and `InvalidDefinition` for a place nobody can fill.
    """
    if not isinstance(work.house, Composer):
        raise InvalidDefinition("Huset har ingen tekster.")
    return work.house.compose(work, name, about, words or {})


def compose_from(
    folder: Path, work: Work, name: str, about: About, words: Mapping[str, str]
) -> tuple[str, str]:
    """Return subject and body of the text `name` in `folder`; see `compose`."""
    text = read_text(folder, name)
    known = {
        place: _WORDS[place](work, about)
        for place in text.places
        if place in _WORDS and place not in words
    }
    filled = {**known, **words}
    return fill(text.subject, filled), fill(text.body, filled)


def day_in_words(day: date | None) -> str:
    """Return the day as »26. marts 2026«; a dash when there is none."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}" if day else "–"


def _due(work: Work, about: About) -> str:
    """Return the day of the task's deadline, with its hour where it runs by the hour."""
    task = about.task
    if task is None or task.due_at is None or not is_by_the_hour(task):
        return day_in_words(task.due_on if task else None)
    local = task.due_at.astimezone(work.calendar.timezone)
    return f"{day_in_words(local.date())} kl. {local:%H.%M}"


def _overdue(work: Work, about: About) -> str:
    """Return a line for each open task of the case that is over its deadline."""
    query = select(TaskRow).where(
        TaskRow.case_id == about.case_id, TaskRow.closed_at.is_(None), TaskRow.due_at < work.now
    )
    tasks = sorted(work.session.scalars(query), key=lambda each: (each.due_at, each.title))
    return "\n".join(f"- {each.title}: frist {day_in_words(each.due_on)}" for each in tasks)


def _recipient(_work: Work, about: About) -> str:
    return about.to.name if about.to else ""


def _link(_work: Work, about: About) -> str:
    return about.link


def _of_task(take: Callable[[TaskRow], str]) -> Callable[[Work, About], str]:
    return lambda _work, about: take(about.task) if about.task else "–"


def _assignee(work: Work, about: About) -> str:
    holder = about.task.assignee_id if about.task else None
    employee = work.session.get(EmployeeRow, holder) if holder else None
    return employee.name if employee else "ingen har taget den endnu"


def _case(work: Work, about: About) -> YouthCaseRow:
    return work.session.get_one(YouthCaseRow, about.case_id)


def _primary(work: Work, about: About) -> EmployeeRow:
    return work.session.get_one(EmployeeRow, _case(work, about).primary_id)


_WORDS: Mapping[str, Callable[[Work, About], str]] = {
    "recipient_name": _recipient,
    "link": _link,
    "task_title": _of_task(lambda task: task.title),
    "due_on": _due,
    "overdue_tasks": _overdue,
    "why_due": _of_task(lambda task: in_a_mail(task.deadline)),
    "why_moved": _of_task(lambda task: why_moved(task.deadline)),
    "legal_limit_on": _of_task(lambda task: day_in_words(task.legal_limit_on)),
    "assignee_name": _assignee,
    "first_name": lambda work, about: young_person_of(work, about.case_id).first_name,
    "sender_name": lambda work, about: _primary(work, about).name,
    "sender_phone": lambda work, about: _primary(work, about).phone,
    "unit": lambda work, about: work.session.get_one(UnitRow, _case(work, about).unit_id).name,
    "municipality": lambda work, _: str(
        load_content(work.session, work.configuration.number)["title"]
    ),
    "meets_on": lambda work, _: day_in_words(leader_forum_day(work)),
    "today": lambda work, _: day_in_words(work.today),
}

"""The words of the morning's one mail: a line for each task, in the language of its reader.

A line names the task, the day and the young person by initials alone, for mail is read by others
on its way; the rest stands in the inbox. Who may not know of the case (any more) gets no initials.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from engine.services.deadlines import is_by_the_hour
from engine.services.redeadlines import MOVED
from engine.storage.models import OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.access.disclosures import initials
from workflows.cases.records import YouthCaseRow
from workflows.explanations import why_moved
from workflows.letters import day_in_words
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import YoungPersonRow
from workflows.texts import fill, read_text

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    line: str
    kinds: Mapping[str, str]
    other: str
    untold: str
    done: str
    held_by: str
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    line: OutboxRow
    task: TaskRow
    person: YoungPersonRow

    @property
    def place(self) -> tuple[datetime, datetime, str]:
        """Where the line stands: what is due first comes first."""
        created_at = self.line.created_at
        return self.task.due_at or created_at, created_at, self.line.key


_DANISH_WORDS = _Words(
    text="digest",
    line="- {title}{initials}: {why}, frist {due}{more}",
    kinds={"reminder": "snart frist", "E1": "over fristen"},
    other="har brug for hjælp",
    untold="En opgave i Tovholder",
    done=". Klaret i mellemtiden",
    held_by=". Ligger hos {name}",
    moved="fristen er flyttet fra {before}",
)
_ENGLISH_WORDS = _Words(
    text="digest_en",
    line="- {title}{initials}: {why}, due {due}{more}",
    kinds={"reminder": "due soon", "E1": "overdue"},
    other="needs help",
    untold="A task in Tovholder",
    done=". Done in the meantime",
    held_by=". With {name}",
    moved="the deadline was moved from {before}",
)


def compose_digest(
    folder: Path,
    work: Work,
    person: UUID,
    lines: Sequence[OutboxRow],
    link: str,
    may: Collection[UUID],
) -> tuple[str, str]:
    """Return subject and body of the digest of these lines for the employee `person`.

    Of a case that is not among those they `may` know of, it says neither whose nor what was typed.
    """
    reader = work.session.get_one(EmployeeRow, person)
    words = _ENGLISH_WORDS if reader.language == ENGLISH else _DANISH_WORDS
    text = read_text(folder, words.text)
    told = sorted(_told(work, lines), key=lambda each: each.place)
    said = [_line(work, each, reader, words, each.task.case_id in may) for each in told]
    filled = {"recipient_name": reader.name, "lines": "\n".join(said), "link": link}
    return fill(text.subject, filled), fill(text.body, filled)


def _told(work: Work, lines: Sequence[OutboxRow]) -> Iterator[_Told]:
    """Yield the lines with their tasks and young people, all of them in one look."""
    query = (
        select(TaskRow, YoungPersonRow)
        .join(YouthCaseRow, YouthCaseRow.case_id == TaskRow.case_id)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(TaskRow.id.in_({line.task_id for line in lines}))
    )
    found = {task.id: (task, person) for task, person in work.session.execute(query)}
    for line in lines:
        task, person = found[line.task_id or line.id]
        yield _Told(line=line, task=task, person=person)


def _line(work: Work, told: _Told, reader: EmployeeRow, words: _Words, is_known: bool) -> str:
    line, task = told.line, told.task
    is_drawn = task.instance_id is not None
    return words.line.format(
        title=task.title if is_known or is_drawn else words.untold,
        initials=f" {initials(told.person)}" if is_known else "",
        why=_why(line, task, words),
        due=_due(work, task, words),
        more=_more(work, line, reader, words),
    )


def _why(line: OutboxRow, task: TaskRow, words: _Words) -> str:
    """Return why the line is there; of a deadline that moved, from when and in Danish also why."""
    moves = task.deadline.get("moved", ())
    if line.kind != MOVED or not moves:
        return words.kinds.get(line.kind, words.other)
    before = moves[-1]["before"]
    return words.moved.format(before=_day(date.fromisoformat(before) if before else None, words))


def _more(work: Work, line: OutboxRow, reader: EmployeeRow, words: _Words) -> str:
    task = work.session.get_one(TaskRow, line.task_id)
    if task.closed_at is not None:
        return words.done
    if line.kind == MOVED and words is _DANISH_WORDS:
        return f". {why_moved(task.deadline)}".rstrip(".")
    if task.assignee_id in (None, reader.id):
        return ""
    query = select(EmployeeRow.name).where(EmployeeRow.id == task.assignee_id)
    name = work.session.scalar(query)
    return words.held_by.format(name=name) if name else ""


def _due(work: Work, task: TaskRow, words: _Words) -> str:
    day = _day(task.due_on, words)
    if task.due_at is None or not is_by_the_hour(task):
        return day
    local = task.due_at.astimezone(work.calendar.timezone)
    return f"{day} {local:%H:%M}"


def _day(day: date | None, words: _Words) -> str:
    if day is None or words is _DANISH_WORDS:
        return day_in_words(day)
    return f"{day.day} {day:%B %Y}"

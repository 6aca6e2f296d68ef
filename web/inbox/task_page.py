"""The task page and the receipt, as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine.storage.models import TaskRow
from web.cases.glimpses import Glimpse
from web.cases.steps import Step
from web.cases.written import Written
from web.errors import Line
from web.explaining import Dated, dated_task
from web.i18n import _
from web.inbox.deadline_lines import DeadlineActs
from web.inbox.forms import Shown
from web.inbox.presenters import Act, Row, Today, state_of, when_of
from web.stops import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """A task: left the form, right what one needs to fill it."""

    title: str
    who: str
    case_href: str
    when: str
    state: str
    dated: Dated | None
    rests: str
    legal_limit: str
    limit_dated: Dated | None
    deadline: DeadlineActs
    why_now: str
    purpose: str
    answers_from: str
    consent_asked: str
    stuck: Row | None
    stop: Stop | None
    written: Sequence[Written]
    status: str  # mine, free, or other: who may do what is decided before the page
    holder: str
    holder_away: str
    take_over: Act | None
    waits_for: str
    fields: Sequence[Shown]
    questions: Sequence[str]
    problems: int
    conditions: Sequence[Mapping[str, object]]
    complete_action: str
    claim: Act | None
    release: Act | None
    version: str
    steps: Sequence[Step]
    process: str
    diagram_href: str
    glimpse: Glimpse


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and when that is; where the day was worked out, `dated` tells why."""

    text: str
    when: str = ""
    dated: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What happens now that a task is done: for whom, by when; and the next task."""

    title: str
    who: str
    case_href: str
    follows: Sequence[Row]
    sentences: Sequence[Said]
    own_answers: Sequence[Line]
    next: Row | None


def as_followed(task: TaskRow, who: str, whom: str, today: Today, answers: str = "") -> Row:
    """Return a task that has just been opened as a line: what, for whom, by when."""
    return Row(
        what=task.title,
        href=url_for("inbox.task", task_id=task.id),
        who=who,
        when=when_of(task, today),
        state=state_of(task, today),
        why=" · ".join(part for part in (_("Hos %(name)s", name=whom), answers) if part),
        act=None,
        dated=dated_task(task),
    )


def settings_of(nodes: Sequence[Any], element: str) -> Mapping[str, str]:
    """Return the settings of one node of a blueprint; none for an element it has not."""
    return next((node.settings for node in nodes if node.id == element), {})

"""Why a date is what it is, in the language of the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from engine.domain.reckonings import Reckoning
from engine.storage.models import TaskRow
from web.i18n import _, language
from workflows.explanations import Tongue, explained, sentences

_PATTERNS = {"da": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was worked out: `on` in ISO, and `why` it is that date, a sentence each."""

    on: str
    why: Sequence[str]


def dated_task(task: TaskRow) -> Dated | None:
    """Return when the task is due and why; None for one without a deadline."""
    return Dated(task.due_on.isoformat(), why(task.deadline)) if task.due_on else None


def dated(day: date, steps: Reckoning) -> Dated:
    """Return the day with the sentences of how it came about."""
    return Dated(day.isoformat(), why_that_day(steps))


def why(kept: Mapping[str, Any]) -> Sequence[str]:
    """Return why a task is due when it is; nothing for one without a deadline."""
    return explained(kept, _tongue())


def why_that_day(steps: Reckoning) -> Sequence[str]:
    """Return the sentences of a reckoning."""
    return sentences(steps, _tongue())


def _tongue() -> Tongue:
    return Tongue(translate=_, day=_written_out)


def _written_out(day: date) -> str:
    return format_date(day, _PATTERNS[language()], locale=language())

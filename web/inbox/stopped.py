"""A task whose answer led to something that broke: what was typed stands there again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.form_fields import FieldType, Form
from engine.ports import Json
from engine.services.held_answers import REASON, WHY, held
from engine.storage.work import Work
from web.i18n import _
from web.inbox.forms import Shown, Typed
from web.inbox.reading import TaskWithCase
from web.reasons import ANSWER, as_options
from web.stops import Stop, stop_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedTask:
    """Where the task stopped, and the answers that led there, None when there are none."""

    stop: Stop
    answers: Mapping[str, Json] | None


def stopped_task(work: Work, found: TaskWithCase) -> StoppedTask | None:
    """Return how the task stopped, or None for one that did not.

    A process whose tasks stand still says so itself, which spares all others the look-up.
    """
    if found.instance is not None and found.instance.incident is None:
        return None
    incident = held(work, found.task.id)
    if incident is None:
        return None
    return StoppedTask(stop=stop_of(work, incident), answers=incident.answers)


def typed_of(form: Form, answers: Mapping[str, Json]) -> Typed:
    """Return kept answers as they would have been typed."""
    typed: Typed = MultiDict()
    for field in form.questions():
        answer = answers.get(field.key)
        if answer is None or answer is False:
            continue
        if field.type is FieldType.DATE:
            day = date.fromisoformat(answer)
            parts = {"day": day.day, "month": day.month, "year": day.year}
            typed.update({f"{field.key}-{part}": str(value) for part, value in parts.items()})
        elif field.type is FieldType.CHECKBOX:
            typed.add(field.key, "1")
        else:
            for each in answer if isinstance(answer, list) else [answer]:
                typed.add(field.key, _as_typed(each))
    return typed


def why_field(chosen: str, problem: InvalidAnswers | None) -> Sequence[Shown]:
    """Return the question why an answer is changed, with what is wrong with it."""
    error = problem.problems.get(REASON, "") if problem else ""
    return (
        {
            "key": REASON,
            "type": "select",
            "label": _("Hvorfor retter du svaret?"),
            "help": _("Vælg kun noget, hvis du har ændret svaret. Det skrives i journalen."),
            "required": False,
            "value": chosen if chosen in WHY else "",
            "options": as_options(ANSWER),
            "error": _(error) if error else "",
        },
    )


def _as_typed(value: Json) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)

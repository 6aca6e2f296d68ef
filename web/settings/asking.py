"""How a process owner is asked about one setting: a form, and what its answers lead to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.domain.errors import NotFound
from engine.domain.forms import Form, parse
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Typed
from web.settings import words
from workflows.municipalities.layers import Change, setting
from workflows.municipalities.setting_rules import NAME
from workflows.municipalities.settings import REASON, settings_in_force

Answers = Mapping[str, Any]
NEW, EDIT, REMOVE, BACK = "ny", "ret", "fjern", "tilbage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A form about one setting. `change` says what its answers lead to; it raises
    `InvalidAnswers`. `filled` is how it stands before anything is typed."""

    title: str
    form: Form
    filled: Typed
    change: Callable[[Answers], Change]


def removal(work: Work, kind: str, key: str) -> Question:
    """Return the question of taking a day, or a school, away. Raises `NotFound`."""
    name = known(work, kind, key)
    change = Change(kind=kind, key=key, before=name, after=None)
    title = _("Fjern %(name)s", name=words.key_words(change, work.today))
    return question_of(title, (), lambda _answers: change)


def known(work: Work, kind: str, key: str) -> Any:
    """Return what the setting is worth. Raises `NotFound`."""
    found = setting(settings_in_force(work), kind, key)
    if found is None:
        raise NotFound("Den indstilling findes ikke.")
    return found


def question_of(
    title: str,
    fields: tuple[Mapping[str, Any], ...],
    change: Callable[[Answers], Change],
    shown: Mapping[str, str] | None = None,
) -> Question:
    """Return the question of these fields and why; `shown` is how it stands now."""
    form = parse({"id": "setting", "components": [*fields, _REASON]})
    return Question(title=title, form=form, filled=MultiDict(shown or {}), change=change)


def text(
    key: str, label: str, *, help: str = "", needed: bool = True, most: int = NAME
) -> Mapping[str, Any]:
    """Return a text box."""
    rules = {"maxLength": most, **({"required": True} if needed else {})}
    return {
        "type": "textfield",
        "key": key,
        "label": label,
        "description": help,
        "validate": rules,
    }


def day(key: str, label: str) -> Mapping[str, Any]:
    """Return a date."""
    return {"type": "date", "key": key, "label": label, "validate": {"required": True}}


def choice(key: str, label: str, options: Mapping[str, str]) -> Mapping[str, Any]:
    """Return radio buttons."""
    values = [{"value": code, "label": said} for code, said in options.items()]
    needed = {"required": True}
    return {"type": "radio", "key": key, "label": label, "values": values, "validate": needed}


def parts(key: str, written: str) -> Mapping[str, str]:
    """Return a day as the three boxes of a date are filled."""
    day = date.fromisoformat(written) if written else None
    parts = {"day": day.day, "month": day.month, "year": day.year} if day else {}
    return {f"{key}-{part}": str(number) for part, number in parts.items()}


_REASON = text(
    "reason",
    N_("Hvorfor ændrer I det?"),
    help=N_("Står i historikken sammen med dit navn"),
    most=REASON,
)
WHY = parse({"id": "why", "components": [_REASON]})

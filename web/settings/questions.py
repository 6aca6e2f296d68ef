"""What a process owner is asked when a setting is to change: a form each, and what it leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.domain.errors import NotFound
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Typed, raw_of
from web.settings import words
from workflows.forums.meetings import cadence_of
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SCHOOL_HOLIDAY,
    SERIES,
    Change,
    below,
    in_force,
    setting,
)
from workflows.municipalities.setting_rules import (
    NAME,
    check_series,
    closing_day_key,
    parameter_value,
    school_holiday_key,
)
from workflows.municipalities.settings import (
    REASON,
    forum_called,
    series_settings,
    settings_in_force,
)

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


def question(work: Work, kind: str, act: str, key: str) -> Question:
    """Return what is asked when the setting is to be changed so. Raises `NotFound`."""
    asked = _QUESTIONS.get((kind, act))
    if asked is None:
        raise NotFound("Den indstilling findes ikke.")
    return asked(work, key)


def answered(asked: Question, typed: Typed) -> tuple[Change, str]:
    """Return the change that was asked for, and why. Raises `InvalidAnswers`."""
    answers = validate(asked.form, raw_of(typed), _)
    return asked.change(answers), str(answers["reason"])


def _new_closing_day(work: Work, _key: str) -> Question:
    def change(answers: Answers) -> Change:
        key = closing_day_key(
            work.calendar,
            date.fromisoformat(answers["day"]),
            every_year=answers["often"] == "every_year",
            today=work.today,
        )
        return Change(kind=CLOSING_DAY, key=key, before=None, after=str(answers["name"]))

    often = {"once": N_("Kun den dag"), "every_year": N_("Hvert år på samme dato")}
    fields = (
        _day("day", N_("Hvilken dag holder kommunen lukket?")),
        _choice("often", N_("Hvor tit?"), often),
        _text("name", N_("Hvad hedder dagen?"), help=N_("Står bag »Hvorfor?« på hver frist")),
    )
    return _question(_("Ny lukkedag"), fields, change, {"often": "once"})


def _no_closing_day(work: Work, key: str) -> Question:
    return _removal(work, CLOSING_DAY, key)


def _new_school_holiday(work: Work, _key: str) -> Question:
    def change(answers: Answers) -> Change:
        since, until = (date.fromisoformat(answers[part]) for part in ("since", "until"))
        periods = in_force(settings_in_force(work)).get(SCHOOL_HOLIDAY, {})
        key = school_holiday_key(periods, since, until)
        return Change(kind=SCHOOL_HOLIDAY, key=key, before=None, after=str(answers["name"]))

    fields = (
        _text("name", N_("Hvad hedder ferien?"), help=N_("For eksempel: Efterårsferie")),
        _day("since", N_("Første fridag")),
        _day("until", N_("Sidste fridag")),
    )
    return _question(_("Ny skoleferie"), fields, change)


def _no_school_holiday(work: Work, key: str) -> Question:
    return _removal(work, SCHOOL_HOLIDAY, key)


def _parameter(work: Work, key: str) -> Question:
    before = _known(work, PARAMETER, key)
    parameter = work.parameters.entry(key)

    def change(answers: Answers) -> Change:
        value = parameter_value(parameter, str(answers["value"]))
        kept = list(value) if isinstance(value, tuple) else value
        after = {"value": kept, "source": str(answers["source"]).strip()}
        return Change(kind=PARAMETER, key=key, before=before, after=after)

    hint = _("Standarden er %(value)s.", value=words.value_words(parameter.default))
    fields = (
        _text("value", N_("Hvad skal der stå?"), help=f"{hint} {words.written(parameter.default)}"),
        _text(
            "source",
            N_("Hvor kommer det fra?"),
            help=N_("Lov, beslutning eller aftale. Det står bag »Hvorfor?« på fristerne."),
            most=200,
        ),
    )
    shown = {"value": words.written_value(parameter.value), "source": parameter.source}
    return _question(words.title_of(settings_in_force(work), key), fields, change, shown)


def _parameter_back(work: Work, key: str) -> Question:
    before = _known(work, PARAMETER, key)
    after = below(settings_in_force(work), PARAMETER, key)
    change = Change(kind=PARAMETER, key=key, before=before, after=after)
    title = words.title_of(settings_in_force(work), key)
    return _question(_("Tilbage til standarden: %(name)s", name=title), (), lambda _a: change)


def _series(work: Work, code: str) -> Question:
    forum = forum_called(work, code)
    before = series_settings(forum)
    cadence = cadence_of(work.parameters, forum)

    def change(answers: Answers) -> Change:
        typed = {key: str(answers.get(key) or "").strip() for key in before}
        check_series(typed, typed["cadence"])
        kept = forum.cadence if typed["cadence"] == cadence else typed["cadence"]
        return Change(kind=SERIES, key=code, before=before, after={**typed, "cadence": kept})

    often = N_(
        "P14D er hver 14. dag, P1M hver måned. Eller en regel: first Tuesday in March and September"
    )
    closes = N_("For eksempel 5 WD. Tom: tallet, som gælder for alle møder.")
    fields = (
        _text("cadence", N_("Hvor tit mødes I?"), help=often, most=100),
        _day("anchor", N_("Første møde i rækken")),
        _text("starts", N_("Fra klokken"), help=N_("For eksempel 09:00")),
        _text("ends", N_("Til klokken"), help=N_("For eksempel 11:00")),
        _text("cut_off", N_("Dagsordenen lukker før mødet"), help=closes, needed=False),
        _text("place", N_("Hvor?"), needed=False, most=200),
    )
    shown = {**before, "cadence": cadence, **_parts("anchor", before["anchor"])}
    return _question(forum.name, fields, change, shown)


def _removal(work: Work, kind: str, key: str) -> Question:
    name = _known(work, kind, key)
    change = Change(kind=kind, key=key, before=name, after=None)
    title = _("Fjern %(name)s", name=words.key_words(change, work.today))
    return _question(title, (), lambda _answers: change)


def _known(work: Work, kind: str, key: str) -> Any:
    found = setting(settings_in_force(work), kind, key)
    if found is None:
        raise NotFound("Den indstilling findes ikke.")
    return found


def _question(
    title: str,
    fields: tuple[Mapping[str, Any], ...],
    change: Callable[[Answers], Change],
    shown: Mapping[str, str] | None = None,
) -> Question:
    form = parse({"id": "setting", "components": [*fields, _REASON]})
    return Question(title=title, form=form, filled=MultiDict(shown or {}), change=change)


def _text(
    key: str, label: str, *, help: str = "", needed: bool = True, most: int = NAME
) -> Mapping[str, Any]:
    rules = {"maxLength": most, **({"required": True} if needed else {})}
    return {
        "type": "textfield",
        "key": key,
        "label": label,
        "description": help,
        "validate": rules,
    }


def _day(key: str, label: str) -> Mapping[str, Any]:
    return {"type": "date", "key": key, "label": label, "validate": {"required": True}}


def _choice(key: str, label: str, options: Mapping[str, str]) -> Mapping[str, Any]:
    values = [{"value": code, "label": said} for code, said in options.items()]
    needed = {"required": True}
    return {"type": "radio", "key": key, "label": label, "values": values, "validate": needed}


def _parts(key: str, written: str) -> Mapping[str, str]:
    day = date.fromisoformat(written) if written else None
    parts = {"day": day.day, "month": day.month, "year": day.year} if day else {}
    return {f"{key}-{part}": str(number) for part, number in parts.items()}


_REASON = _text(
    "reason",
    N_("Hvorfor ændrer I det?"),
    help=N_("Står i historikken sammen med dit navn"),
    most=REASON,
)
WHY = parse({"id": "why", "components": [_REASON]})
_QUESTIONS: Mapping[tuple[str, str], Callable[[Work, str], Question]] = {
    (CLOSING_DAY, NEW): _new_closing_day,
    (CLOSING_DAY, REMOVE): _no_closing_day,
    (SCHOOL_HOLIDAY, NEW): _new_school_holiday,
    (SCHOOL_HOLIDAY, REMOVE): _no_school_holiday,
    (PARAMETER, EDIT): _parameter,
    (PARAMETER, BACK): _parameter_back,
    (SERIES, EDIT): _series,
}

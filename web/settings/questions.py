"""What a process owner is asked when a setting is to change: a form each, and what it leads to."""

from collections.abc import Callable, Mapping
from datetime import date

from engine.domain.errors import NotFound
from engine.domain.forms import validate
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Typed, raw_of
from web.settings import words
from web.settings.asking import (
    BACK,
    EDIT,
    NEW,
    REMOVE,
    Answers,
    Question,
    choice,
    day,
    known,
    parts,
    question_of,
    removal,
    text,
)
from web.settings.schools import SCHOOL_QUESTIONS
from workflows.forums.meetings import cadence_of
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SERIES,
    Change,
    below,
)
from workflows.municipalities.setting_rules import (
    check_series,
    closing_day_key,
    parameter_value,
)
from workflows.municipalities.settings import (
    forum_called,
    series_settings,
    settings_in_force,
)


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
        day("day", N_("Hvilken dag holder kommunen lukket?")),
        choice("often", N_("Hvor tit?"), often),
        text("name", N_("Hvad hedder dagen?"), help=N_("Står bag »Hvorfor?« på hver frist")),
    )
    return question_of(_("Ny lukkedag"), fields, change, {"often": "once"})


def _no_closing_day(work: Work, key: str) -> Question:
    return removal(work, CLOSING_DAY, key)


def _parameter(work: Work, key: str) -> Question:
    before = known(work, PARAMETER, key)
    parameter = work.parameters.entry(key)

    def change(answers: Answers) -> Change:
        value = parameter_value(parameter, str(answers["value"]))
        kept = list(value) if isinstance(value, tuple) else value
        after = {"value": kept, "source": str(answers["source"]).strip()}
        return Change(kind=PARAMETER, key=key, before=before, after=after)

    hint = _("Standarden er %(value)s.", value=words.value_words(parameter.default))
    fields = (
        text("value", N_("Hvad skal der stå?"), help=f"{hint} {words.written(parameter.default)}"),
        text(
            "source",
            N_("Hvor kommer det fra?"),
            help=N_("Lov, beslutning eller aftale. Det står bag »Hvorfor?« på fristerne."),
            most=200,
        ),
    )
    shown = {"value": words.written_value(parameter.value), "source": parameter.source}
    return question_of(words.title_of(settings_in_force(work), key), fields, change, shown)


def _parameter_back(work: Work, key: str) -> Question:
    before = known(work, PARAMETER, key)
    after = below(settings_in_force(work), PARAMETER, key)
    change = Change(kind=PARAMETER, key=key, before=before, after=after)
    title = words.title_of(settings_in_force(work), key)
    return question_of(_("Tilbage til standarden: %(name)s", name=title), (), lambda _a: change)


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
        text("cadence", N_("Hvor tit mødes I?"), help=often, most=100),
        day("anchor", N_("Første møde i rækken")),
        text("starts", N_("Fra klokken"), help=N_("For eksempel 09:00")),
        text("ends", N_("Til klokken"), help=N_("For eksempel 11:00")),
        text("cut_off", N_("Dagsordenen lukker før mødet"), help=closes, needed=False),
        text("place", N_("Hvor?"), needed=False, most=200),
    )
    shown = {**before, "cadence": cadence, **parts("anchor", before["anchor"])}
    return question_of(forum.name, fields, change, shown)


_QUESTIONS: Mapping[tuple[str, str], Callable[[Work, str], Question]] = {
    (CLOSING_DAY, NEW): _new_closing_day,
    (CLOSING_DAY, REMOVE): _no_closing_day,
    **SCHOOL_QUESTIONS,
    (PARAMETER, EDIT): _parameter,
    (PARAMETER, BACK): _parameter_back,
    (SERIES, EDIT): _series,
}

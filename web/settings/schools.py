"""The calendars of the schools: how they are shown, and what is asked about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain.errors import NotFound
from engine.storage.work import Work
from web.i18n import N_, _
from web.settings import words
from web.settings.asking import (
    EDIT,
    NEW,
    REMOVE,
    Answers,
    Question,
    choice,
    day,
    known,
    question_of,
    removal,
    text,
)
from web.settings.lines import Line, address, school_years
from workflows.municipalities.configuration import closings_of
from workflows.municipalities.layers import (
    SCHOOL,
    SCHOOL_CLOSING,
    SCHOOL_HOLIDAY,
    Change,
    Content,
    in_force,
)
from workflows.municipalities.setting_rules import school_code, school_holiday_key
from workflows.municipalities.settings import settings_in_force

_COMMON = {
    "yes": N_("Kommunens skoleferier gælder også her"),
    "no": N_("Skolen har helt sin egen kalender"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school with a calendar of its own."""

    name: str
    follows: str
    closings: Sequence[Line]
    new_closing: str
    edit: str
    remove: str


def schools_of(work: Work, content: Content) -> Sequence[School]:
    """Return the schools by name; `content` is what is in force."""
    found = sorted(content.get(SCHOOL, {}).items(), key=lambda pair: pair[1]["name"].casefold())
    return [
        School(
            name=each["name"],
            follows=words.common_words(each["common"]),
            closings=_closings(work, content, code),
            new_closing=address(SCHOOL_CLOSING, NEW, code),
            edit=address(SCHOOL, EDIT, code),
            remove=address(SCHOOL, REMOVE, code),
        )
        for code, each in found
    ]


def _closings(work: Work, content: Content, code: str) -> Sequence[Line]:
    years = school_years(work, closings_of(content, code), SCHOOL_CLOSING, f"{code}/")
    return [line for year in years for line in year.holidays]


def _new_school(work: Work, _key: str) -> Question:
    def change(answers: Answers) -> Change:
        name = str(answers["name"]).strip()
        code = school_code(_in_force(work).get(SCHOOL, {}), name)
        return Change(kind=SCHOOL, key=code, before=None, after=_school(answers))

    return question_of(_("Ny skole"), _fields(), change, {"common": "yes"})


def _edit_school(work: Work, code: str) -> Question:
    before = known(work, SCHOOL, code)
    shown = {"name": before["name"], "common": "yes" if before["common"] else "no"}

    def change(answers: Answers) -> Change:
        return Change(kind=SCHOOL, key=code, before=before, after=_school(answers))

    return question_of(before["name"], _fields(), change, shown)


def _school(answers: Answers) -> Mapping[str, object]:
    return {"name": str(answers["name"]).strip(), "common": answers["common"] == "yes"}


def _fields() -> tuple[Mapping[str, object], ...]:
    hint = N_("Skolen kan vælges for en ung. Navnet står bag »Hvorfor?« på fristerne")
    return (
        text("name", N_("Hvad hedder skolen?"), help=hint),
        choice("common", N_("Hvilke fridage har skolen?"), _COMMON),
    )


def _new_school_holiday(work: Work, _key: str) -> Question:
    def key_of(since: date, until: date) -> str:
        return school_holiday_key(_in_force(work).get(SCHOOL_HOLIDAY, {}), since, until)

    return _days_off(_("Ny skoleferie"), N_("Hvad hedder ferien?"), SCHOOL_HOLIDAY, key_of)


def _new_school_closing(work: Work, code: str) -> Question:
    school = known(work, SCHOOL, code)

    def key_of(since: date, until: date) -> str:
        return f"{code}/{school_holiday_key(closings_of(_in_force(work), code), since, until)}"

    title = _("Nye fridage: %(school)s", school=school["name"])
    return _days_off(title, N_("Hvad hedder dagene?"), SCHOOL_CLOSING, key_of)


def _days_off(title: str, called: str, kind: str, key_of: Callable[[date, date], str]) -> Question:
    def change(answers: Answers) -> Change:
        since, until = (date.fromisoformat(answers[part]) for part in ("since", "until"))
        return Change(kind=kind, key=key_of(since, until), before=None, after=str(answers["name"]))

    fields = (
        text("name", called, help=N_("For eksempel: Efterårsferie")),
        day("since", N_("Første fridag")),
        day("until", N_("Sidste fridag")),
    )
    return question_of(title, fields, change)


def _no_school_closing(work: Work, key: str) -> Question:
    if key.partition("/")[0] not in _in_force(work).get(SCHOOL, {}):
        raise NotFound("Den indstilling findes ikke.")
    return removal(work, SCHOOL_CLOSING, key)


def _in_force(work: Work) -> Content:
    return in_force(settings_in_force(work))


SCHOOL_QUESTIONS: Mapping[tuple[str, str], Callable[[Work, str], Question]] = {
    (SCHOOL_HOLIDAY, NEW): _new_school_holiday,
    (SCHOOL_HOLIDAY, REMOVE): lambda work, key: removal(work, SCHOOL_HOLIDAY, key),
    (SCHOOL, NEW): _new_school,
    (SCHOOL, EDIT): _edit_school,
    (SCHOOL, REMOVE): lambda work, key: removal(work, SCHOOL, key),
    (SCHOOL_CLOSING, NEW): _new_school_closing,
    (SCHOOL_CLOSING, REMOVE): _no_school_closing,
}

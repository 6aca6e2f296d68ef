"""Starting a referral: who it is about and who has custody, asked on the page before the form."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.services.definitions import form_of, newest_definition
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Typed, problems_of, raw_of
from workflows.cases.corrections import schools
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import REFERRAL, start_referral
from workflows.people.cpr import digits_of, fits
from workflows.people.services import NewGuardian, NewYoungPerson

GUARDIANS = (1, 2)
_OF_GUARDIAN = ("name", "relation", "custody", "phone", "email")
_CUSTODY = [
    {"value": "joint", "label": N_("Fælles forældremyndighed")},
    {"value": "sole", "label": N_("Fuld forældremyndighed")},
]
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def box(key: str, label: str, **more: Any) -> dict[str, Any]:
    """Return a text box of a form, as it is written in JSON."""
    return {"type": "textfield", "key": key, "label": label, **more}


def who_boxes(cpr_note: str) -> list[dict[str, Any]]:
    """Return the boxes that say who the young person is; `cpr_note` stands under the number's."""
    return [
        box("first_name", N_("Fornavn"), validate={"required": True, "maxLength": 100}),
        box("last_name", N_("Efternavn"), validate={"required": True, "maxLength": 100}),
        {
            "type": "date",
            "key": "birth_date",
            "label": N_("Fødselsdag"),
            "validate": {"required": True},
        },
        box(
            "cpr",
            N_("CPR-nummer"),
            description=cpr_note,
            validate={"pattern": r"^\d{6}-?\d{4}$"},
        ),
        box("phone", N_("Telefon"), validate={"maxLength": 30}),
        box("email", N_("E-mail"), validate={"pattern": EMAIL, "maxLength": 200}),
    ]


def who_of(given: Mapping[str, Any]) -> NewYoungPerson:
    """Return the young person whom the checked answers to `who_boxes` tell of."""
    return NewYoungPerson(
        first_name=given["first_name"],
        last_name=given["last_name"],
        birth_date=date.fromisoformat(given["birth_date"]),
        cpr=digits_of(given["cpr"] or "") or None,
        phone=given["phone"] or "",
        email=given["email"] or "",
    )


def who_problems(form: Form, typed: Typed, today: date) -> Mapping[str, str]:
    """Return what is wrong with the answers to a form with `who_boxes`, by their keys."""
    if problems := problems_of(form, typed):
        return problems
    given = who_of(validate(form, raw_of(typed)))
    if given.birth_date > today:
        return {"birth_date": _("Fødselsdagen er ikke kommet endnu.")}
    if given.cpr and not fits(given.cpr, given.birth_date):
        return {"cpr": _("CPR-nummeret passer ikke til fødselsdagen. Se begge efter.")}
    return {}


def _guardian_group(number: int) -> dict[str, Any]:
    key = f"guardian{number}_"
    title = N_("Forælder med forældremyndighed") if number == 1 else N_("En forælder mere")
    return {
        "type": "group",
        "label": title,
        "components": [
            box(f"{key}name", N_("Navn"), validate={"maxLength": 200}),
            box(f"{key}relation", N_("Relation"), description=N_("Fx mor, far eller værge.")),
            {
                "type": "radio",
                "key": f"{key}custody",
                "label": N_("Forældremyndighed"),
                "values": _CUSTODY,
            },
            box(f"{key}phone", N_("Telefon"), validate={"maxLength": 30}),
            box(f"{key}email", N_("E-mail"), validate={"pattern": EMAIL, "maxLength": 200}),
        ],
    }


OTHER = "other"
EXEMPT = {
    "type": "checkbox",
    "key": "digital_post_exempt",
    "label": N_("Den unge er fritaget for Digital Post"),
}


def school_boxes(schools: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the fields that ask for the school: one of those with a calendar of their own (by
    code), or the name of another."""
    name = box("school", N_("Skole"), validate={"maxLength": 200})
    if not schools:
        return [name]
    options = [{"value": code, "label": each} for code, each in schools.items()]
    return [
        {
            "type": "select",
            "key": "school_code",
            "label": N_("Skole"),
            "description": N_("Skolen bestemmer, hvilke dage der er skoledage."),
            "values": [*options, {"value": OTHER, "label": N_("En anden skole, eller ingen")}],
        },
        {**name, "label": N_("Skolens navn, hvis den ikke er på listen")},
    ]


def chosen_school(answers: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return the code of the school that was chosen, None for another, and what that is called."""
    code = answers.get("school_code")
    return (None if code == OTHER else code or None), str(answers.get("school") or "")


def people_form(schools: Mapping[str, str]) -> Form:
    """Return the half of the page that asks who it is about; `schools` are names by code."""
    return _people_form(tuple(schools.items()))


@lru_cache(maxsize=8)
def _people_form(schools: tuple[tuple[str, str], ...]) -> Form:
    young_person = {
        "type": "group",
        "label": N_("Den unge"),
        "components": [
            *who_boxes(N_("Ti cifre. Henvisningen kan sendes uden.")),
            *school_boxes(dict(schools)),
            {
                "type": "checkbox",
                "key": "protected_address",
                "label": N_("Den unge har beskyttet adresse"),
            },
            EXEMPT,
        ],
    }
    guardians = (_guardian_group(number) for number in GUARDIANS)
    return parse({"id": "people", "components": [young_person, *guardians]})


PEOPLE = people_form({})


def referral_form(work: Work) -> Form:
    """Return the form that starts a referral, of the version in force."""
    return form_of(newest_definition(work, REFERRAL), REFERRAL)


def both_forms(work: Work) -> tuple[Form, Form]:
    """Return the two halves of the page: who it is about, and the form of the referral."""
    return people_form(schools(work)), referral_form(work)


def check(people: Form, form: Form, typed: Typed, today: date) -> None:
    """Raise `InvalidAnswers` with every problem of both halves of the page, in one go."""
    problems = {**who_problems(people, typed, today), **_guardian_problems(typed)}
    problems |= problems_of(form, typed)
    if problems:
        raise InvalidAnswers(problems)


def refer(work: Work, typed: Typed) -> YouthCaseRow:
    """Open the case and start the referral; return the case. Raises `InvalidAnswers`."""
    asked, form = both_forms(work)
    check(asked, form, typed, work.today)
    people, known = validate(asked, raw_of(typed), _), schools(work)
    code, school = chosen_school(people)
    person = replace(
        who_of(people),
        school=known[code] if code else school,
        school_code=code,
        protected_address=people["protected_address"],
        digital_post_exempt=people["digital_post_exempt"],
    )
    return start_referral(work, person, list(_guardians(people)), raw_of(typed))


def _guardians(people: Mapping[str, Any]) -> Iterator[NewGuardian]:
    for number in GUARDIANS:
        given = {key: people[f"guardian{number}_{key}"] or "" for key in _OF_GUARDIAN}
        if given["name"]:
            yield NewGuardian(
                name=given["name"],
                relation=given["relation"],
                custody=given["custody"] or "joint",
                phone=given["phone"],
                email=given["email"],
            )


def _guardian_problems(typed: Typed) -> Mapping[str, str]:
    """Return what no single field can know: that a parent has no name."""
    problems: dict[str, str] = {}
    for number in GUARDIANS:
        given = any(typed.get(f"guardian{number}_{key}") for key in _OF_GUARDIAN)
        if given and not typed.get(f"guardian{number}_name"):
            problems[f"guardian{number}_name"] = _("Skriv navnet på forælderen.")
    return problems

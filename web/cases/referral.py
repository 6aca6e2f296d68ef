"""Starting a referral: who it is about and who has custody, asked on the page before the form."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.services.definitions import form_of, newest_definition
from engine.storage.work import Work
from web.i18n import N_, _
from web.inbox.forms import Typed, problems_of, raw_of
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import REFERRAL, start_referral
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


PEOPLE = parse(
    {
        "id": "people",
        "components": [
            {
                "type": "group",
                "label": N_("Den unge"),
                "components": [
                    box("first_name", N_("Fornavn"), validate={"required": True, "maxLength": 100}),
                    box(
                        "last_name", N_("Efternavn"), validate={"required": True, "maxLength": 100}
                    ),
                    {
                        "type": "date",
                        "key": "birth_date",
                        "label": N_("Fødselsdag"),
                        "validate": {"required": True},
                    },
                    box(
                        "cpr",
                        N_("CPR-nummer"),
                        description=N_("Ti cifre. Henvisningen kan sendes uden."),
                        validate={"pattern": r"^\d{6}-?\d{4}$"},
                    ),
                    box("phone", N_("Telefon"), validate={"maxLength": 30}),
                    box("email", N_("E-mail"), validate={"pattern": EMAIL, "maxLength": 200}),
                    box("school", N_("Skole"), validate={"maxLength": 200}),
                    {
                        "type": "checkbox",
                        "key": "protected_address",
                        "label": N_("Den unge har beskyttet adresse"),
                    },
                    {
                        "type": "checkbox",
                        "key": "digital_post_exempt",
                        "label": N_("Den unge er fritaget for Digital Post"),
                    },
                ],
            },
            *(_guardian_group(number) for number in GUARDIANS),
        ],
    }
)


def referral_form(work: Work) -> Form:
    """Return the form that starts a referral, of the version in force."""
    return form_of(newest_definition(work, REFERRAL), REFERRAL)


def check(form: Form, typed: Typed, today: date) -> None:
    """Raise `InvalidAnswers` with every problem of both halves of the page, in one go."""
    problems = {**problems_of(PEOPLE, typed), **_people_problems(typed, today)}
    problems |= problems_of(form, typed)
    if problems:
        raise InvalidAnswers(problems)


def refer(work: Work, typed: Typed) -> YouthCaseRow:
    """Open the case and start the referral; return the case. Raises `InvalidAnswers`."""
    check(referral_form(work), typed, work.today)
    people = validate(PEOPLE, raw_of(typed), _)
    person = NewYoungPerson(
        first_name=people["first_name"],
        last_name=people["last_name"],
        birth_date=date.fromisoformat(people["birth_date"]),
        cpr=(people["cpr"] or "").replace("-", "") or None,
        phone=people["phone"] or "",
        email=people["email"] or "",
        school=people["school"] or "",
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


def _people_problems(typed: Typed, today: date) -> Mapping[str, str]:
    """Return what no single field can know: a day to come, a parent without a name."""
    problems: dict[str, str] = {}
    for number in GUARDIANS:
        given = any(typed.get(f"guardian{number}_{key}") for key in _OF_GUARDIAN)
        if given and not typed.get(f"guardian{number}_name"):
            problems[f"guardian{number}_name"] = _("Skriv navnet på forælderen.")
    try:
        born = validate(PEOPLE, raw_of(typed))["birth_date"]
    except InvalidAnswers:
        return problems
    if date.fromisoformat(born) > today:
        problems["birth_date"] = _("Fødselsdagen er ikke kommet endnu.")
    return problems

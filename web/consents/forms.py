"""The forms of the consent pages: what is asked, and what was typed as the use cases take it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.i18n import N_, _, language
from web.inbox.forms import Typed, raw_of
from web.sentences import translated
from web.words import channel, purpose
from workflows.consent.bases import Use
from workflows.consent.requests import PURPOSES, Asked
from workflows.consent.scope import TEAM, UNIT, name_of_recipient
from workflows.consent.services import CHANNELS
from workflows.consent.vocabulary import Basis, InformationType, vocabulary
from workflows.municipalities.records import UnitRow
from workflows.people.parties import (
    GUARDIAN,
    YOUNG_PERSON,
    guardians_on,
    party_name,
    party_of,
    young_person_of,
)

_CHANNELS = ("oral", "paper", "mitid")
_LINES = 20  # names on a list
Choices = Sequence[Mapping[str, str]]


def asking_form(work: Work, case_id: UUID) -> Form:
    """Return the form in which a consent is asked for."""
    return _form(
        _choice("radio", "purpose", N_("Hvad beder du om lov til?"), _purposes(), required=True),
        _choice(
            "checklist", "types", N_("Hvilke oplysninger handler det om?"), _types(), required=True
        ),
        _recipients(work, case_id, N_("Hvem må få dem?")),
        _text("sources", N_("Hvor kommer oplysningerne fra?"), _("Uden noget: fra os selv.")),
        _needed(
            _text("what_for", N_("Hvad skal de bruges til?"), _("Skriv det, som du siger det."))
        ),
        _date("lasts_until", N_("Til og med hvilken dag?"), _("Uden en dag gælder det et år.")),
    )


def basis_form(work: Work, case_id: UUID) -> Form:
    """Return the form in which something rests on the law."""
    told = [{"value": "yes", "label": _("Ja")}, {"value": "no", "label": _("Nej, ikke endnu")}]
    return _form(
        _choice("radio", "basis", N_("Hvad i loven giver lov?"), _bases(), required=True),
        _choice("checklist", "types", N_("Hvilke oplysninger deles?"), _types(), required=True),
        _recipients(work, case_id, N_("Hvem får dem?"), parents=False),
        _needed(_text("reason", N_("Hvorfor er det nødvendigt nu?"), _("Den unge kan læse det."))),
        _needed(_date("until", N_("Til og med hvilken dag?"))),
        _choice("radio", "told", N_("Har den unge fået det at vide?"), told, required=True),
    )


def withdrawing_form(work: Work, case_id: UUID, signatories: Sequence[str]) -> Form:
    """Return the form in which a consent is withdrawn: who said it, and how."""
    names = [{"value": each, "label": _who(work, case_id, each)} for each in signatories]
    ways = [{"value": each, "label": _capital(channel(each))} for each in _CHANNELS]
    return _form(
        _choice("radio", "party", N_("Hvem siger nej?"), names, required=True),
        _choice("radio", "channel", N_("Hvordan blev det sagt?"), ways, required=True),
    )


def asked_from(form: Form, typed: Typed) -> Asked:
    """Return what is asked for. Raises `InvalidAnswers` in the language of the request."""
    answers = validate(form, raw_of(typed), _)
    return Asked(
        purpose=str(answers["purpose"]),
        types=_several(answers.get("types")),
        to_parties=_several(answers.get("to")),
        outside=_named(answers.get("outside")),
        sources=_named(answers.get("sources")),
        what_for=str(answers.get("what_for") or ""),
        lasts_until=_day(answers.get("lasts_until")),
    )


def use_from(form: Form, typed: Typed) -> Use:
    """Return what is to rest on the law. Raises `InvalidAnswers` as `asked_from` does."""
    answers = validate(form, raw_of(typed), _)
    return Use(
        basis=str(answers["basis"]),
        reason=str(answers.get("reason") or ""),
        types=_several(answers.get("types")),
        to_parties=_several(answers.get("to")),
        outside=_named(answers.get("outside")),
        until=_day(answers.get("until")),
        told=answers["told"] == "yes",
    )


def withdrawn_from(form: Form, typed: Typed) -> tuple[str, str]:
    """Return who said no, and how. Raises `InvalidAnswers` as `asked_from` does."""
    answers = validate(form, raw_of(typed), _)
    way = str(answers["channel"])
    return str(answers["party"]), way if way in CHANNELS else _CHANNELS[0]


def in_this_language(invalid: InvalidAnswers) -> InvalidAnswers:
    """Return what a use case refused, in the language of the request."""
    return InvalidAnswers({key: translated(said) for key, said in invalid.problems.items()})


def title_of(each: InformationType | Basis) -> str:
    """Return what a type of information or a basis in law is called to the reader."""
    return each.title_en if language() == "en" else each.title


def _purposes() -> Choices:
    return [{"value": code, "label": _capital(purpose(code))} for code in PURPOSES]


def _types() -> Choices:
    return [{"value": code, "label": title_of(e)} for code, e in vocabulary().types.items()]


def _bases() -> Choices:
    return [
        {"value": code, "label": f"{title_of(each)} ({each.source})"}
        for code, each in vocabulary().bases.items()
    ]


def _recipients(
    work: Work, case_id: UUID, label: str, *, parents: bool = True
) -> Mapping[str, Any]:
    known = _known_recipients(work, case_id, parents=parents)
    return {
        "type": "group",
        "label": label,
        "description": _("Mindst én, blandt dem vi kender, eller som du skriver."),
        "components": [
            _choice("checklist", "to", N_("Dem, vi kender"), known),
            _text("outside", N_("Andre"), _("Navn og sted, én på hver linje.")),
        ],
    }


def _known_recipients(work: Work, case_id: UUID, *, parents: bool) -> Choices:
    units = work.session.scalars(select(UnitRow).order_by(UnitRow.name))
    person = young_person_of(work, case_id)
    custody = guardians_on(work, person.id, work.today) if parents else []
    return [
        {"value": TEAM, "label": name_of_recipient(work, case_id, TEAM)},
        *({"value": f"{UNIT}{each.code}", "label": each.name} for each in units),
        *(
            {"value": party_of(each), "label": _("%(name)s (læser med)", name=each.name)}
            for each in custody
        ),
    ]


def _who(work: Work, case_id: UUID, party: str) -> str:
    if party == YOUNG_PERSON:
        return _("Den unge selv")
    return party_name(work, case_id, party) if party.startswith(GUARDIAN) else party


def _form(*components: Mapping[str, Any]) -> Form:
    return parse({"id": "consent", "components": list(components)})


def _choice(
    kind: str, key: str, label: str, options: Choices, *, required: bool = False
) -> Mapping[str, Any]:
    asked = {"type": kind, "key": key, "label": label, "values": list(options)}
    return _needed(asked) if required else asked


def _needed(component: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**component, "validate": {**component.get("validate", {}), "required": True}}


def _text(key: str, label: str, help_: str) -> Mapping[str, Any]:
    limit = {"validate": {"maxLength": 2000}}
    return {"type": "textarea", "key": key, "label": label, "description": help_, **limit}


def _date(key: str, label: str, help_: str = "") -> Mapping[str, Any]:
    return {"type": "date", "key": key, "label": label, "description": help_}


def _several(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _named(value: object) -> tuple[str, ...]:
    lines = (line.strip() for line in str(value or "").splitlines())
    return tuple(line[:200] for line in lines if line)[:_LINES]


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

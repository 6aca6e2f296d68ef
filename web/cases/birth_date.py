"""The page where a birth date is corrected, with what moves by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed, Over
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.cases.views import cases
from web.current import casework, current_actor
from web.i18n import N_, _, age_in_words, ngettext
from web.inbox.forms import Shown, Typed, drawn, raw_of
from web.sentences import translated
from web.words import why_birth_date
from workflows.cases.birth_date import REASONS, change_birth_date, may_change_birth_date


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthDatePage:
    """Whose birth date, as it stands now, and the form."""

    who: str
    born: str
    was: str
    fields: Sequence[Shown]
    case_href: str
    action: str


@cases.get("/sager/<uuid:case_id>/foedselsdato")
def birth_date(case_id: UUID) -> ResponseReturnValue:
    """Ask for the right birth date, and why."""
    return _page(case_id, typed_before())


@cases.post("/sager/<uuid:case_id>/foedselsdato")
def change(case_id: UUID) -> ResponseReturnValue:
    """Correct the birth date; every milestone ahead follows."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        number = casework().act(current_actor(), lambda work: _change(work, case_id, typed))
    except InvalidAnswers as problem:
        return _page(case_id, typed, problem), 422
    said = ngettext("%(num)d dato er flyttet.", "%(num)d datoer er flyttet.", number)
    flash(_("Fødselsdatoen er rettet.") + " " + said, "success")
    return redirect(url_for("cases.case", case_id=case_id), code=303)


def _change(work: Work, case_id: UUID, typed: Typed) -> int:
    look_at(work, case_id, "birth_date")
    answers = validate(_form(), raw_of(typed), _)
    try:
        was = date.fromisoformat(typed.get("was", ""))
    except ValueError:
        was = None
    try:
        moved = change_birth_date(
            work, case_id, date.fromisoformat(answers["birth_date"]), answers["reason"], was=was
        )
    except InvalidAnswers as invalid:
        raise InvalidAnswers(
            {key: translated(said) for key, said in invalid.problems.items()}
        ) from None
    return len(moved)


def _page(case_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems: Mapping[str, str] = problem.problems if problem else {}

    def read(work: Work) -> BirthDatePage:
        look_at(work, case_id, "birth_date")
        case, person = case_with_person(work, case_id)
        if case.closed_at is not None:
            raise Over("Sagen er lukket.")
        if not may_change_birth_date(work, case):
            raise NotAllowed("Kun den, der holder tråden, tovholderen og lederen kan rette datoen.")
        return BirthDatePage(
            who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
            born=f"{person.birth_date:%d.%m.%Y}",
            was=person.birth_date.isoformat(),
            fields=drawn(_form(), typed, problems),
            case_href=url_for("cases.case", case_id=case_id),
            action=url_for("cases.change", case_id=case_id),
        )

    page = casework().act(current_actor(), read)
    return render_template("cases/birth_date.html", page=page, problems=problems)


def _form() -> Form:
    reasons = [{"value": code, "label": _capital(why_birth_date(code))} for code in REASONS]
    needed = {"required": True}
    return parse(
        {
            "id": "birth_date",
            "components": [
                {
                    "type": "date",
                    "key": "birth_date",
                    "label": N_("Hvilken dag er den unge født?"),
                    "validate": needed,
                },
                {
                    "type": "radio",
                    "key": "reason",
                    "label": N_("Hvorfor rettes datoen?"),
                    "values": reasons,
                    "validate": needed,
                },
            ],
        }
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

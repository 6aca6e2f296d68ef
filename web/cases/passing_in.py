"""Passing a wish for treatment in to the drug centre: a hand-over, and nothing comes back.

Whoever passes it on learns only that it has been received; the page is the same for everybody, and
says the same whatever the centre knows already.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import Form, parse, validate
from engine.domain.manifests import start_form
from engine.services.definitions import form_of, newest_definition
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.referral import EMAIL, box
from web.cases.views import cases
from web.current import casework, current_actor
from web.errors import WayOn, keep_in_sight
from web.i18n import N_, _
from web.inbox.forms import Typed, drawn, problems_of, raw_of, typed_in_words
from workflows.compartments.services import DRUG_TREATMENT, pass_in
from workflows.people.services import NewYoungPerson

WHO = parse(
    {
        "id": "who",
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
                        description=N_("Ti cifre. Ønsket kan gives videre uden."),
                        validate={"pattern": r"^\d{6}-?\d{4}$"},
                    ),
                    box("phone", N_("Telefon"), validate={"maxLength": 30}),
                    box("email", N_("E-mail"), validate={"pattern": EMAIL, "maxLength": 200}),
                ],
            }
        ],
    }
)


@cases.get("/behandling/ny")
def new_wish() -> ResponseReturnValue:
    """The page that passes a wish for treatment on."""
    return _page(typed_before())


@cases.post("/behandling/ny")
def pass_wish_in() -> ResponseReturnValue:
    """Pass it on; the answer is the same whatever is there already."""
    typed = MultiDict(
        (key, value) for key, value in request.form.items(multi=True) if key != "csrf_token"
    )
    keep_in_sight(
        lambda: typed_in_words(WHO, typed),
        lambda: WayOn(url_for("cases.new_wish"), _("Til ønsket om behandling")),
    )
    actor = current_actor()
    try:
        casework().act(actor, lambda work: _pass_in(work, typed))
    except InvalidAnswers as problem:
        return _page(typed, problem), 422
    flash(_("Ønsket er modtaget i rusmiddelcentret. De kontakter selv den unge."), "success")
    return redirect(url_for("inbox.index"), code=303)


def _pass_in(work: Work, typed: Typed) -> UUID:
    form = _form(work)
    if problems := {**problems_of(WHO, typed), **problems_of(form, typed)}:
        raise InvalidAnswers(problems)
    who = validate(WHO, raw_of(typed), _)
    born = date.fromisoformat(who["birth_date"])
    if born > work.today:
        raise InvalidAnswers({"birth_date": _("Fødselsdagen er ikke kommet endnu.")})
    person = NewYoungPerson(
        first_name=who["first_name"],
        last_name=who["last_name"],
        birth_date=born,
        cpr=(who["cpr"] or "").replace("-", "") or None,
        phone=who["phone"] or "",
        email=who["email"] or "",
    )
    return pass_in(work, DRUG_TREATMENT, person, raw_of(typed))


def _form(work: Work) -> Form:
    definition = newest_definition(work, DRUG_TREATMENT)
    return form_of(definition, start_form(definition.files))


def _page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems: Mapping[str, str] | None = problem.problems if problem else None
    form = casework().act(current_actor(), _form)
    fields = [*drawn(WHO, typed, problems), *drawn(form, typed, problems)]
    return render_template("cases/wish.html", drawn=fields, problems=problems)

"""Passing a wish for treatment in to the drug centre: a hand-over, and nothing comes back.

Whoever passes it on learns only that it has been received; the page is the same for everybody, and
says the same whatever the centre knows already.
"""

from collections.abc import Mapping
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
from web.cases.referral import who_boxes, who_of, who_problems
from web.cases.views import cases
from web.current import casework, current_actor
from web.errors import WayOn, keep_in_sight
from web.i18n import N_, _
from web.inbox.forms import Typed, drawn, problems_of, raw_of, typed_in_words
from web.pace import at_an_even_pace
from workflows.compartments.services import DRUG_TREATMENT, pass_in

WHO = parse(
    {
        "id": "who",
        "components": [
            {
                "type": "group",
                "label": N_("Den unge"),
                "components": who_boxes(N_("Ti cifre. Ønsket kan gives videre uden.")),
            }
        ],
    }
)


@cases.get("/behandling/ny")
def new_wish() -> ResponseReturnValue:
    """The page that passes a wish for treatment on."""
    return _page(typed_before())


@cases.post("/behandling/ny")
@at_an_even_pace  # to join a treatment is less work than to begin one
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
    if problems := {**who_problems(WHO, typed, work.today), **problems_of(form, typed)}:
        raise InvalidAnswers(problems)
    person = who_of(validate(WHO, raw_of(typed), _))
    return pass_in(work, DRUG_TREATMENT, person, raw_of(typed))


def _form(work: Work) -> Form:
    definition = newest_definition(work, DRUG_TREATMENT)
    return form_of(definition, start_form(definition.files))


def _page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems: Mapping[str, str] | None = problem.problems if problem else None
    form = casework().act(current_actor(), _form)
    fields = [*drawn(WHO, typed, problems), *drawn(form, typed, problems)]
    return render_template("cases/wish.html", drawn=fields, problems=problems)

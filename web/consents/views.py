"""Consents of a case: what is open to whom, asked for, withdrawn, or done because of the law."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed, Over
from engine.domain.forms import Form
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.consents import forms
from web.consents.presenters import Consents, consents_page
from web.consents.withdrawing import (
    Withdrawing,
    consent_to_withdraw,
    foreseen,
    who_may_say_no,
    withdrawing,
)
from web.current import casework, current_actor
from web.i18n import _, age_in_words, format_day
from web.inbox.forms import Shown, Typed, drawn
from workflows.consent.bases import note_told, use_legal_basis
from workflows.consent.counting import counts_by_unit, may_count
from workflows.consent.objections import object_to_consent
from workflows.consent.requests import ask_for_consent
from workflows.consent.rights import check_answers_for
from workflows.consent.services import withdraw_consent

consents = Blueprint("consents", __name__)

MakeForm = Callable[[Work, UUID], Form]


@consents.get("/sager/<uuid:case_id>/samtykker")
def index(case_id: UUID) -> ResponseReturnValue:
    """What is open to whom until when, and because of what."""

    def read(work: Work) -> Consents:
        look_at(work, case_id, "consent")
        return consents_page(work, case_id)

    return render_template("consents/index.html", page=casework().act(current_actor(), read))


@consents.get("/sager/<uuid:case_id>/samtykker/nyt")
def ask(case_id: UUID) -> ResponseReturnValue:
    """The page on which a consent to something concrete is asked for."""
    return _form_page(case_id, "consents/ask.html", forms.asking_form, typed_before())


@consents.post("/sager/<uuid:case_id>/samtykker/nyt")
def ask_now(case_id: UUID) -> ResponseReturnValue:
    """Ask for it."""

    def act(work: Work, form: Form, typed: Typed) -> None:
        ask_for_consent(work, case_id, forms.asked_from(form, typed))

    said = _("Nu spørges der om præcis det. Svaret skrives ind i opgaven.")
    return _act(case_id, "consents/ask.html", forms.asking_form, act, said)


@consents.get("/sager/<uuid:case_id>/uden-samtykke")
def basis(case_id: UUID) -> ResponseReturnValue:
    """The page on which something is shared because the law says so."""
    return _form_page(case_id, "consents/basis.html", forms.basis_form, typed_before())


@consents.post("/sager/<uuid:case_id>/uden-samtykke")
def basis_now(case_id: UUID) -> ResponseReturnValue:
    """Share it, with the basis and the reason on record."""

    def act(work: Work, form: Form, typed: Typed) -> None:
        use_legal_basis(work, case_id, forms.use_from(form, typed))

    said = _("Grundlaget og grunden er skrevet ind. Det står i den unges log.")
    return _act(case_id, "consents/basis.html", forms.basis_form, act, said)


@consents.post("/sager/<uuid:case_id>/uden-samtykke/<uuid:use_id>/fortalt")
def told(case_id: UUID, use_id: UUID) -> ResponseReturnValue:
    """Note that the young person knows what was shared."""

    def act(work: Work) -> None:
        look_at(work, case_id, "consent")
        note_told(work, case_id, use_id)

    casework().act(current_actor(), act)
    flash(_("Det er noteret, at den unge ved det."), "success")
    return redirect(url_for("consents.index", case_id=case_id), code=303)


@consents.get("/sager/<uuid:case_id>/samtykker/<uuid:consent_id>/traek-tilbage")
def withdraw(case_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Show what happens when the consent is withdrawn; nothing is written but the look."""
    return _withdraw_page(case_id, consent_id, typed_before() or MultiDict())


@consents.post("/sager/<uuid:case_id>/samtykker/<uuid:consent_id>/traek-tilbage")
def withdraw_now(case_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Withdraw the consent: everything that rests on it alone stops now."""

    def act(work: Work) -> str:
        look_at(work, case_id, "consent")
        row = consent_to_withdraw(work, case_id, consent_id)
        parties = who_may_say_no(work, row)
        form = forms.withdrawing_form(work, case_id, parties)
        party, way = forms.withdrawn_from(form, _typed_or_usual(request.form, parties))
        if party not in row.signatories:
            object_to_consent(work, consent_id, party, way)
            return _("Den unges eget ja gælder. Den, der holder tråden, afklarer forælderens nej.")
        withdraw_consent(work, consent_id, way, party)
        return _("Samtykket er trukket tilbage. Det, der byggede på det, er stoppet.")

    try:
        said = casework().act(current_actor(), act)
    except InvalidAnswers as problem:
        return _withdraw_page(case_id, consent_id, request.form, problem.problems), 422
    flash(said, "success")
    return redirect(url_for("consents.index", case_id=case_id), code=303)


@consents.get("/uden-samtykke")
def counts() -> ResponseReturnValue:
    """How many young people it happened to, by unit; few are not told apart."""
    actor = current_actor()
    if not casework().act(actor, may_count):
        raise NotAllowed("Tallene er for ledere.")
    since, found = casework().act(actor, counts_by_unit)
    today = casework().act(actor, lambda work: work.today)
    return render_template("consents/counts.html", since=format_day(since, today), counts=found)


def _withdraw_page(
    case_id: UUID, consent_id: UUID, typed: Typed, problems: Mapping[str, str] | None = None
) -> str:
    def look(work: Work) -> None:
        look_at(work, case_id, "consent")
        consent_to_withdraw(work, case_id, consent_id)

    def read(work: Work) -> tuple[Withdrawing, list[Shown]]:
        work.reads_for("consent", f"consent:{consent_id}")  # the look is written down by now
        page = withdrawing(work, consent_to_withdraw(work, case_id, consent_id), effects)
        form = forms.withdrawing_form(work, case_id, page.parties)
        return page, drawn(form, _typed_or_usual(typed, page.parties), problems)

    actor = current_actor()
    casework().act(actor, look)
    effects = casework().try_out(actor, lambda work: foreseen(work, consent_id))
    page, fields = casework().act(actor, read)
    return render_template("consents/withdraw.html", page=page, fields_=fields)


def _typed_or_usual(typed: Typed, parties: Sequence[str]) -> Typed:
    """Return what was typed; what is usual where nothing was: it is as easy as saying yes."""
    usual = {"party": parties[0] if parties else "", "channel": "oral"}
    return MultiDict({key: typed.get(key, value) for key, value in usual.items()})


def _act(
    case_id: UUID,
    template: str,
    make: MakeForm,
    use: Callable[[Work, Form, Typed], None],
    said: str,
) -> ResponseReturnValue:
    """Carry out what a form asks for, or show the form again with what must be mended."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")

    def act(work: Work) -> None:
        look_at(work, case_id, "consent")
        use(work, make(work, case_id), typed)

    try:
        casework().act(current_actor(), act)
    except InvalidAnswers as problem:
        problems = forms.in_this_language(problem).problems
        return _form_page(case_id, template, make, typed, problems), 422
    flash(said, "success")
    return redirect(url_for("consents.index", case_id=case_id), code=303)


def _form_page(
    case_id: UUID,
    template: str,
    make: MakeForm,
    typed: Typed | None,
    problems: Mapping[str, str] | None = None,
) -> str:
    def read(work: Work) -> tuple[str, list[Shown]]:
        look_at(work, case_id, "consent")
        case, person = case_with_person(work, case_id)
        if case.closed_at is not None:
            raise Over("Sagen er lukket.")
        check_answers_for(work, case)
        who = f"{person.first_name}, {age_in_words(person.birth_date, work.today)}"
        return who, drawn(make(work, case_id), typed, problems)

    who, fields = casework().act(current_actor(), read)
    back = url_for("consents.index", case_id=case_id)
    return render_template(template, who=who, fields_=fields, problems=problems, back_href=back)

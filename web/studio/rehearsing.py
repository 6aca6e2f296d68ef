"""»Prøv på de åbne sager«: asked for here, played by the worker, read here."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import Conflict, InvalidAnswers, InvalidDefinition
from engine.domain.forms import validate
from engine.services.drafts import open_draft, require_designer
from engine.spiff.checks.findings import Severity
from engine.storage.work import Work
from web.current import casework, current_actor
from web.i18n import _
from web.inbox.forms import Typed, raw_of
from web.sentences import translated
from web.studio import rehearsal_presenters as presenters
from web.studio.reading import findings_of, known_here
from web.studio.views import studio
from workflows.rehearsal import requests
from workflows.rehearsal.records import RehearsalRow, State


@studio.get("/<process>/proeve")
def rehearsals(process: str) -> ResponseReturnValue:
    """The form, and what has been tried before."""
    return _form(process)


@studio.post("/<process>/proeve")
def rehearse(process: str) -> ResponseReturnValue:
    """Ask for a rehearsal; the worker plays it."""
    require_designer(current_actor())
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        asked = casework().act(current_actor(), lambda work: _ask(work, process, typed))
    except InvalidAnswers as problem:
        return _form(process, typed, problem.problems), 422
    except Conflict:
        return _form(process, typed), 409  # the page says that there is one already
    return redirect(url_for("studio.rehearsal", process=process, rehearsal_id=asked), code=303)


@studio.get("/<process>/proeve/<uuid:rehearsal_id>")
def rehearsal(process: str, rehearsal_id: UUID) -> ResponseReturnValue:
    """How far it has come, and at last its report."""

    def read(work: Work) -> str:
        row = requests.found(work, rehearsal_id)
        page = presenters.rehearsal_page(work, row)
        return render_template("studio/rehearsal.html", page=page)

    return casework().act(current_actor(), read)


@studio.get("/<process>/proeve/<uuid:rehearsal_id>.json")
def rehearsal_progress(process: str, rehearsal_id: UUID) -> ResponseReturnValue:
    """How far it has come, for the script that shows it without a new page."""

    def read(work: Work) -> RehearsalRow:
        return requests.found(work, rehearsal_id)

    row = casework().act(current_actor(), read)
    open_still = State(row.state).is_open
    return jsonify(open=open_still, doing=presenters.doing(row), percent=row.thousandths // 10)


@studio.post("/<process>/proeve/<uuid:rehearsal_id>/afbryd")
def cancel_rehearsal(process: str, rehearsal_id: UUID) -> ResponseReturnValue:
    """End it before it is done."""
    casework().act(current_actor(), lambda work: requests.cancel(work, rehearsal_id))
    flash(_("Prøven er afbrudt. Intet er ændret."), "success")
    return redirect(url_for("studio.rehearsals", process=process), code=303)


def _form(
    process: str, typed: Typed | None = None, problems: Mapping[str, str] | None = None
) -> str:
    def read(work: Work) -> str:
        page = presenters.form_page(work, process, typed, problems)
        return render_template("studio/rehearsals.html", page=page, problems=problems)

    return casework().act(current_actor(), read)


def _ask(work: Work, process: str, typed: Typed) -> UUID:
    answers = validate(presenters.form_of(work, process), raw_of(typed), _)
    if answers["tried"] == requests.DRAFT:
        _check(work, process)
    try:
        row = requests.ask(
            work,
            process,
            tried="" if answers["tried"] == presenters.IN_FORCE else str(answers["tried"]),
            until=date.fromisoformat(answers["until"]),
            behaviour=str(answers["behaviour"]),
            seed=int(answers["seed"]),
        )
    except InvalidAnswers as invalid:
        raise InvalidAnswers(
            {key: translated(said) for key, said in invalid.problems.items()}
        ) from None
    return row.id


def _check(work: Work, process: str) -> None:
    found = findings_of(open_draft(work, process), known_here(work, process))
    if any(each.severity is Severity.ERROR for each in found):
        raise InvalidDefinition("Kladden har fejl og kan ikke prøves. Ret dem, og prøv igen.")

"""Absence: who is away from when to when, and who stands in."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.storage.work import Work
from web.absence.presenters import AbsencePage, absence_page, register
from web.auth.carrying import typed_before
from web.current import casework, current_actor
from web.i18n import _
from web.inbox.forms import Typed
from workflows.municipalities.absences import end_absence

absence = Blueprint("absence", __name__, url_prefix="/fravaer")


@absence.get("")
def index() -> ResponseReturnValue:
    """Who is away, and the form that registers it."""
    return _page(typed_before())


@absence.post("")
def add() -> ResponseReturnValue:
    """Register that somebody is away: oneself, or one of the unit that one leads."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        said = casework().act(current_actor(), lambda work: register(work, typed))
    except InvalidAnswers as problem:
        return _page(typed, problem), 422
    flash(said, "success")
    return redirect(url_for("absence.index"), code=303)


@absence.post("/<uuid:absence_id>/slut")
def end(absence_id: UUID) -> ResponseReturnValue:
    """Note that somebody is back, or will not be away after all."""
    casework().act(current_actor(), lambda work: end_absence(work, absence_id))
    flash(_("Fraværet gælder ikke længere."), "success")
    return redirect(url_for("absence.index"), code=303)


def _page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems = problem.problems if problem else None

    def read(work: Work) -> AbsencePage:
        return absence_page(work, typed, problems)

    page = casework().act(current_actor(), read)
    return render_template("absence/index.html", page=page, problems=problems)

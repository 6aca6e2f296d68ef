"""Competence that a leader lends to a named employee for a time."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.current import casework, current_actor, has_role
from web.i18n import _
from web.inbox.forms import Typed
from web.postings.presenters import PostingsPage, lend_as_typed, postings_page
from workflows.municipalities.postings import end_posting

postings = Blueprint("postings", __name__, url_prefix="/udlaan")

LEADER = "unit_leader"


@postings.before_request
def only_leaders() -> None:
    """Refuse everybody else."""
    if not has_role(LEADER):
        raise NotAllowed("Siden er for dem, der leder en enhed.")


@postings.get("")
def index() -> ResponseReturnValue:
    """What the reader's units have lent, and the form that lends."""
    return _page(typed_before())


@postings.post("")
def add() -> ResponseReturnValue:
    """Lend a competence."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        said = casework().act(current_actor(), lambda work: lend_as_typed(work, typed))
    except InvalidAnswers as problem:
        return _page(typed, problem), 422
    flash(said, "success")
    return redirect(url_for("postings.index"), code=303)


@postings.post("/<uuid:posting_id>/slut")
def end(posting_id: UUID) -> ResponseReturnValue:
    """Take a competence back now."""
    casework().act(current_actor(), lambda work: end_posting(work, posting_id))
    flash(_("Udlånet er slut. Det gælder fra nu af."), "success")
    return redirect(url_for("postings.index"), code=303)


def _page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems = problem.problems if problem else None

    def read(work: Work) -> PostingsPage:
        return postings_page(work, typed, problems)

    page = casework().act(current_actor(), read)
    return render_template("postings/index.html", page=page, problems=problems)

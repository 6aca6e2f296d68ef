"""Erasing a young person, by two: a rule or a decision, a proposal, another's approval."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed
from engine.domain.forms import validate
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.current import casework, current_actor, settings
from web.erasing import erase_person
from web.erasures.presenters import HOLDING, PROPOSING, CaseToErase, case_page, overview
from web.i18n import _
from web.inbox.forms import Typed, raw_of
from web.sentences import translated
from workflows.erasing.services import (
    hold_erasure,
    may_erase,
    propose_erasure,
    release_erasure,
)

erasures = Blueprint("erasures", __name__, url_prefix="/sletning")


@erasures.before_request
def only_leaders() -> None:
    """Refuse those who neither lead nor enter a compartment."""
    if not casework().act(current_actor(), may_erase):
        raise NotAllowed("Siden er for dem, der leder en enhed, og for chefkonsulenten.")


@erasures.get("")
def index() -> ResponseReturnValue:
    """The closed cases whose time has passed, by the rules of the house."""

    def read(work: Work) -> object:
        work.reads_for("erasure")
        return overview(work)

    return render_template("erasures/index.html", lines=casework().act(current_actor(), read))


@erasures.get("/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """One case: where its erasure stands, and what may be done."""
    return _page(case_id, typed_before())


@erasures.post("/<uuid:case_id>/foreslaa")
def propose(case_id: UUID) -> ResponseReturnValue:
    """Propose that the person of the case is erased."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        decision = str(validate(PROPOSING, raw_of(typed), _)["decision"]).strip()
        casework().act(current_actor(), lambda work: propose_erasure(work, case_id, decision))
    except InvalidAnswers as problem:
        return _page(case_id, typed, problem), 422
    except Conflict as problem:
        refused = InvalidAnswers({"decision": translated(str(problem))})
        return _page(case_id, typed, refused), 422
    return _back(case_id, _("Det er foreslået. En anden leder skal godkende det."))


@erasures.post("/<uuid:case_id>/godkend")
def approve(case_id: UUID) -> ResponseReturnValue:
    """Erase the person of the case: nobody reads them again."""
    erase_person(casework(), settings(), current_actor(), case_id)
    return _back(case_id, _("Den unge er slettet. Journalen står tilbage uden ord."))


@erasures.post("/<uuid:case_id>/hold")
def hold(case_id: UUID) -> ResponseReturnValue:
    """Hold the erasure back."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        why = str(validate(HOLDING, raw_of(typed), _)["why"])
    except InvalidAnswers as problem:
        return _page(case_id, typed, problem), 422
    return _do(case_id, lambda work: hold_erasure(work, case_id, why), _("Det er holdt tilbage."))


@erasures.post("/<uuid:case_id>/slip")
def release(case_id: UUID) -> ResponseReturnValue:
    """Let the erasure go on."""
    return _do(case_id, lambda work: release_erasure(work, case_id), _("Det er givet fri."))


def _do(case_id: UUID, act: Callable[[Work], None], said: str) -> ResponseReturnValue:
    casework().act(current_actor(), act)
    return _back(case_id, said)


def _back(case_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("erasures.case", case_id=case_id), code=303)


def _page(case_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems = problem.problems if problem else None

    def read(work: Work) -> CaseToErase:
        return case_page(work, case_id, typed, problems)

    page = casework().act(current_actor(), read)
    return render_template("erasures/case.html", page=page, problems=problems)

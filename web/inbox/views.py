"""The inbox and the task page: claim, release, complete, and what happens next."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed, Stopped, TaskClosed
from engine.services.held_answers import REASON, correct_answer, noting_failures
from engine.services.tasks import claim_task, complete_task, release_task
from engine.storage.inbox import my_tasks, team_tasks, unclaimed_tasks
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.current import casework, current_actor
from web.errors import keep_in_sight
from web.i18n import _
from web.inbox import composing, receipts
from web.inbox.forms import Typed, raw_of
from web.inbox.presenters import COVER, MINE, TEAM, UNCLAIMED, InboxPage, unpack_key
from workflows.cases.covering import take_over_for
from workflows.municipalities.absences import Away, covered_by

inbox = Blueprint("inbox", __name__)

PAGE = 50
_VIEWS = {MINE: my_tasks, TEAM: team_tasks, UNCLAIMED: unclaimed_tasks}
STOPPED = "stopped"  # the form of a task that stands still says so
_NOT_ANSWERS = {"csrf_token", "version", STOPPED, REASON}


@inbox.get("/indbakke")
def index() -> ResponseReturnValue:
    """What bites first: mine, my teams', or what nobody has taken."""
    view = request.args.get("vis", MINE)
    after = unpack_key(request.args.get("efter"))

    def read(work: Work) -> InboxPage:
        work.reads_for("inbox")
        covered = covered_by(work, work.actor.id)
        covering = next((each for each in covered if _is_asked_for(each)), None)
        shown = view if view in _VIEWS else COVER if covering else MINE
        whose = replace(work.actor, id=covering.employee_id) if covering else work.actor
        page = _VIEWS.get(shown, my_tasks)(work.session, whose, PAGE, after)
        return composing.inbox_page(
            work, shown, page, first=after is None, covered=covered, covering=covering
        )

    return render_template("inbox/index.html", page=casework().act(current_actor(), read))


@inbox.get("/opgaver/<uuid:task_id>")
def task(task_id: UUID) -> ResponseReturnValue:
    """One task: its form, and what one needs to fill it."""
    return _show(task_id, typed_before())


@inbox.post("/opgaver/<uuid:task_id>")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Complete the task and go on to what happens next."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k not in _NOT_ANSWERS)
    _keep(task_id, typed)
    try:
        with noting_failures(casework(), current_actor(), task_id, raw_of(typed)):
            casework().act(current_actor(), lambda work: _complete(work, task_id, typed))
    except InvalidAnswers as problem:
        return _show(task_id, typed, problem)
    except Stopped:
        return redirect(url_for("inbox.task", task_id=task_id), code=303)
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    except NotAllowed as refused:
        raise _taken_meanwhile(task_id) or refused from refused
    return redirect(url_for("inbox.receipt", task_id=task_id), code=303)


@inbox.get("/opgaver/<uuid:task_id>/kvittering")
def receipt(task_id: UUID) -> ResponseReturnValue:
    """What happens now, for whom, by when."""
    page = casework().act(current_actor(), lambda work: receipts.receipt(work, task_id))
    return render_template("inbox/receipt.html", page=page)


@inbox.post("/opgaver/<uuid:task_id>/tag")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Make the task one's own."""
    try:
        casework().act(current_actor(), lambda work: claim_task(work, task_id))
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    except Conflict as conflict:
        raise _taken_meanwhile(task_id) or conflict from conflict
    flash(_("Opgaven er din nu."), "success")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@inbox.post("/opgaver/<uuid:task_id>/overtag")
def take_over(task_id: UUID) -> ResponseReturnValue:
    """Take the task of a colleague who is away, as their deputy."""
    try:
        casework().act(current_actor(), lambda work: take_over_for(work, task_id))
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    flash(_("Opgaven er din nu."), "success")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@inbox.post("/opgaver/<uuid:task_id>/laeg-tilbage")
def release(task_id: UUID) -> ResponseReturnValue:
    """Put the task back for the others."""
    try:
        casework().act(current_actor(), lambda work: release_task(work, task_id))
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    flash(_("Opgaven er lagt tilbage. En kollega kan tage den."), "success")
    return redirect(url_for("inbox.index"), code=303)


def _is_asked_for(away: Away) -> bool:
    asked = (request.args.get("vis"), request.args.get("hvem"))
    return asked == (COVER, str(away.employee_id))


def _show(
    task_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None
) -> ResponseReturnValue:
    page = casework().act(
        current_actor(), lambda work: composing.task_page(work, task_id, typed, problem)
    )
    if page is None:
        return redirect(url_for("inbox.receipt", task_id=task_id), code=303)
    return render_template("inbox/task.html", page=page), 422 if problem else 200


def _complete(work: Work, task_id: UUID, typed: Typed) -> None:
    """Complete the task in the version the page was made for, or nothing at all."""
    if STOPPED in request.form:
        done = correct_answer(work, task_id, raw_of(typed), request.form.get(REASON, ""))
    else:
        done = complete_task(work, task_id, raw_of(typed))
    if (version := request.form.get("version")) and version != done.definition_id:
        raise Conflict(_("Processen er ændret, siden du hentede siden. Hent opgaven igen."))


def _keep(task_id: UUID, typed: Typed) -> None:
    """Let every error show what was typed, so that nothing is lost."""
    actor = current_actor()
    keep_in_sight(
        lambda: casework().act(actor, lambda work: composing.typed_lines(work, task_id, typed)),
        lambda: casework().act(actor, lambda work: composing.way_on(work, task_id)),
    )


def _taken_meanwhile(task_id: UUID) -> Conflict | None:
    """Return who has the task, when somebody else has."""
    name = casework().act(current_actor(), lambda work: composing.taken_by(work, task_id))
    if not name:
        return None
    return Conflict(_("%(name)s har taget opgaven, siden du hentede siden.", name=name))

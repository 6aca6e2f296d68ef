"""Calendar and deadlines: what a process owner may set, previewed, kept and taken back."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import Conflict, InvalidAnswers, InvalidDefinition, NotAllowed, NotFound
from engine.services.drafts import DESIGNER, require_designer
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.current import casework, current_actor, has_role
from web.frame import DESIGNERS
from web.i18n import _
from web.inbox.forms import Typed
from web.security import SAFE_METHODS
from web.sentences import translated
from web.settings import presenters
from web.settings.lines import SLUGS
from web.settings.questions import answered, question
from workflows.municipalities.settings import change_setting, undo_change

settings = Blueprint("settings", __name__, url_prefix="/kalender-og-frister")

KINDS = {slug: kind for kind, slug in SLUGS.items()}
CONFIRMED, AGAIN, SEEN = "confirmed", "again", "seen"
_NOT_ANSWERS = {"csrf_token", CONFIRMED, AGAIN, SEEN}


@settings.before_request
def only_designers() -> None:
    """Refuse everybody else; who may look but not change is told so when they try."""
    if not has_role(*DESIGNERS):
        raise NotAllowed("Kalender og frister er for procesejere. Har du en idé, så fortæl den.")
    if request.method not in SAFE_METHODS:
        require_designer(current_actor())


@settings.get("")
def index() -> ResponseReturnValue:
    """Closing days, school holidays, numbers and series of meetings, as they are in force."""
    page = casework().act(current_actor(), presenters.overview)
    may_change = has_role(DESIGNER)
    return render_template("settings/index.html", page=page, may_change=may_change)


@settings.get("/historik")
def history() -> ResponseReturnValue:
    """Who changed what, when and why."""
    page = casework().act(current_actor(), presenters.history_page)
    may_change = has_role(DESIGNER)
    return render_template("settings/history.html", page=page, may_change=may_change)


@settings.get("/historik/<int:number>/fortryd")
def undo(number: int) -> ResponseReturnValue:
    """Ask why a change is taken back, and show what that does."""
    return _undoing(number)


@settings.post("/historik/<int:number>/fortryd")
def undo_now(number: int) -> ResponseReturnValue:
    """Take a change back in a new version."""
    reason, seen = request.form.get("reason", ""), request.form.get(SEEN, -1, int)
    try:
        casework().act(
            current_actor(), lambda work: undo_change(work, number, reason=reason, seen=seen)
        )
    except InvalidAnswers as problem:
        return _undoing(number, reason, problem.problems), 422
    flash(_("Ændringen er taget tilbage. Den står stadig i historikken."), "success")
    return redirect(url_for("settings.index"), code=303)


@settings.get("/<kind>/<act>", defaults={"key": ""})
@settings.get("/<kind>/<act>/<path:key>")
def ask(kind: str, act: str, key: str) -> ResponseReturnValue:
    """The form of one setting."""
    return _form(_kind(kind), act, key, typed_before())


@settings.post("/<kind>/<act>", defaults={"key": ""})
@settings.post("/<kind>/<act>/<path:key>")
def answer(kind: str, act: str, key: str) -> ResponseReturnValue:
    """Show what the change would do; put it into force when that has been seen."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k not in _NOT_ANSWERS)
    name = _kind(kind)
    if AGAIN in request.form:
        return _form(name, act, key, typed)
    try:
        if CONFIRMED not in request.form:
            return _preview(name, act, key, typed)
        casework().act(current_actor(), lambda work: _change(work, name, act, key, typed))
    except InvalidAnswers as problem:
        return _form(name, act, key, typed, problem.problems), 422
    except InvalidDefinition as problem:
        return _form(name, act, key, typed, {"": str(problem)}), 422
    except Conflict as problem:
        return _form(name, act, key, typed, {"": str(problem)}), 409
    flash(_("Ændringen gælder nu. Frister og møder, der følger af den, regnes om."), "success")
    return redirect(url_for("settings.index"), code=303)


def _kind(slug: str) -> str:
    if slug not in KINDS:
        raise NotFound("Den indstilling findes ikke.")
    return KINDS[slug]


def _change(work: Work, kind: str, act: str, key: str, typed: Typed) -> None:
    change, reason = answered(question(work, kind, act, key), typed)
    change_setting(work, change, reason=reason, seen=request.form.get(SEEN, -1, int))


def _form(
    kind: str,
    act: str,
    key: str,
    typed: Typed | None,
    problems: Mapping[str, str] | None = None,
) -> str:
    said = {name: translated(sentence) for name, sentence in (problems or {}).items()}
    page = casework().act(
        current_actor(),
        lambda work: presenters.form_page(question(work, kind, act, key), typed, said),
    )
    return render_template("settings/form.html", page=page, problems=said)


def _preview(kind: str, act: str, key: str, typed: Typed) -> str:
    def read(work: Work) -> presenters.PreviewPage:
        asked = question(work, kind, act, key)
        change, reason = answered(asked, typed)
        return presenters.preview_page(work, asked.title, change, reason, typed)

    page = casework().act(current_actor(), read)
    return render_template("settings/preview.html", page=page)


def _undoing(number: int, reason: str = "", problems: Mapping[str, str] | None = None) -> str:
    said = {name: translated(sentence) for name, sentence in (problems or {}).items()}
    page = casework().act(
        current_actor(), lambda work: presenters.undo_page(work, number, reason, said)
    )
    return render_template("settings/undo.html", page=page, problems=said)

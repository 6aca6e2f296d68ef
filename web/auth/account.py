"""My account: where I am signed in, how that ends, and my password."""

import logging
from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.ports import SYSTEM
from engine.storage.work import Work
from web.auth import sessions
from web.auth.arriving import ask_there_again
from web.auth.passwords import hash_password, is_password
from web.auth.presenters import AccountPage, account_page, new_password_fields, wait_in_words
from web.auth.tries import count, forget, tries_for, tries_of_codes
from web.auth.views import auth
from web.current import casework, current_actor, person
from web.i18n import _
from web.security import clear_browser
from web.sentences import translated
from workflows.identity.passwords import employee_of_code, problem_with, set_password, use_code
from workflows.identity.sign_ins import end_sign_in, end_sign_ins_of
from workflows.municipalities.records import EmployeeRow

log = logging.getLogger("tovholder.security")


@auth.get("/konto")
def account() -> ResponseReturnValue:
    """Who I am here, and where I am signed in."""
    return _account()


@auth.post("/konto/adgangskode")
def change_password() -> ResponseReturnValue:
    """Set another password, for one who knows the present one; other browsers are signed out."""
    who = _me()
    if refused := _password_refused(who, "password_now"):
        return refused
    if problems := _problems_with_new(who):
        return _account(problems), 422
    kept = hash_password(request.form["password_new"])
    casework().act(current_actor(), lambda work: set_password(work, who.id, kept))
    sessions.begin(who.id)
    log.info("password changed: employee %s", who.id)
    flash(_("Adgangskoden er skiftet. Du er logget ud alle andre steder."), "success")
    return redirect(url_for("auth.account"), code=303)


@auth.post("/konto/log-ud-overalt")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of mine, this one as well, for one who shows again who they are."""
    who = _my_id()
    if refused := _not_shown_again():
        return refused
    casework().act(current_actor(), lambda work: end_sign_ins_of(work, who))
    sessions.end()
    clear_browser()
    flash(_("Du er logget ud alle steder."), "success")
    return redirect(url_for("auth.sign_in"), code=303)


@auth.post("/konto/log-ud/<digest>")
def sign_out_there(digest: str) -> ResponseReturnValue:
    """End one session of mine, in another browser, for one who shows again who they are."""
    if refused := _not_shown_again():
        return refused
    casework().act(current_actor(), lambda work: end_sign_in(work, digest))
    flash(_("Du er logget ud dér."), "success")
    return redirect(url_for("auth.account"), code=303)


@auth.get("/log-ind/kode")
def enter_code() -> ResponseReturnValue:
    """The page where one who was given a code sets a password."""
    return _code_page()


@auth.post("/log-ind/kode")
def set_by_code() -> ResponseReturnValue:
    """Set the password of the one whom the code was made for."""
    code = request.form.get("code", "").strip()
    way, left = count(tries_of_codes())
    if left:
        return _code_page({"code": wait_in_words(left)}), 429
    problems = casework().act(SYSTEM, lambda work: _problems_with_code(work, code))
    if problems:
        return _code_page(problems), 422
    kept = hash_password(request.form["password_new"])
    who = casework().act(SYSTEM, lambda work: use_code(work, code, kept))
    forget(way)
    log.info("password set by code: employee %s", who)
    flash(_("Adgangskoden er gemt. Log ind med den."), "success")
    return redirect(url_for("auth.sign_in"), code=303)


def _not_shown_again() -> ResponseReturnValue | None:
    """Return the answer to one who has not shown again who they are: by password, or over there."""
    who = _me()
    if who.password_hash:
        return _password_refused(who, "password_end")
    return None if sessions.is_shown_again() else ask_there_again(url_for("auth.account"))


def _password_refused(who: EmployeeRow, field: str) -> ResponseReturnValue | None:
    way, left = count(tries_for(who.username, who.id))
    if left:
        return _account({field: wait_in_words(left)}), 429
    if not is_password(who.password_hash, request.form.get(field, "")):
        return _account({field: _("Det er ikke din nuværende adgangskode.")}), 422
    forget(way)
    return None


def _account(problems: Mapping[str, str] | None = None) -> str:
    def read(work: Work) -> AccountPage:
        return account_page(work, _row(work), sessions.this_sign_in(), problems)

    page = casework().act(current_actor(), read)
    return render_template("auth/account.html", page=page, problems=problems)


def _code_page(problems: Mapping[str, str] | None = None) -> str:
    typed = MultiDict({"code": request.form.get("code", "")})
    fields = new_password_fields(problems, typed, with_code=True)
    return render_template("auth/code.html", fields=fields, problems=problems)


def _problems_with_code(work: Work, code: str) -> dict[str, str]:
    who = employee_of_code(work, code)
    if who is None:
        return {"code": _("Koden gælder ikke længere. Bed driften om en ny.")}
    return _problems_with_new(who)


def _problems_with_new(who: EmployeeRow) -> dict[str, str]:
    new = request.form.get("password_new", "")
    if problem := problem_with(new, (who.name, who.username, who.email)):
        return {"password_new": translated(problem)}
    if new != request.form.get("password_again", ""):
        return {"password_again": _("De to nye adgangskoder er ikke ens.")}
    return {}


def _me() -> EmployeeRow:
    return casework().act(current_actor(), _row)


def _row(work: Work) -> EmployeeRow:
    return work.session.get_one(EmployeeRow, work.actor.id)


def _my_id() -> UUID:
    found = person().actor.id
    assert found is not None  # noqa: S101  # only employees sign in
    return found

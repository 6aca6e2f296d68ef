"""Signing in and out, and who asks: before every request, and in one statement."""

import logging

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import NotAllowed
from web import errors, limiting
from web.auth import sessions
from web.auth.carrying import pack, show_again, unpack
from web.auth.devices import remember_device
from web.auth.passwords import is_password
from web.auth.presenters import SignInPage, show_sign_in, wait_in_words
from web.auth.provider import sign_out_address
from web.auth.reading import Login, find_login
from web.auth.tries import count, forget, source_in_log, tries_for
from web.current import SignInNeeded, casework, settings, signed_in
from web.i18n import _, choose_language
from web.security import SAFE_METHODS, clear_browser, is_own_post, page_was_made_for, safe_address

auth = Blueprint("auth", __name__)
log = logging.getLogger("tovholder.security")

PUBLIC = {
    "static",
    "auth.sign_in",
    "auth.try_sign_in",
    "auth.enter_code",
    "auth.set_by_code",
    "auth.to_provider",
    "auth.from_provider",
    "auth.change_language",
    "calendars.own",  # calendar programs have an address that is secret, and no sign-in
    "calendars.team",
}


def guard() -> ResponseReturnValue | None:
    """Before every request: who asks, from a page of their own session, to a page they may see."""
    sessions.load_signed_in()
    if request.endpoint is None or request.endpoint == "static":
        return None
    if signed_in() is None and request.endpoint not in PUBLIC:
        raise SignInNeeded
    if limiting.is_too_much():
        return errors.page(429)
    if request.method not in SAFE_METHODS and not is_own_post():
        return _from_another_session()
    return None


def ask_who() -> ResponseReturnValue:
    """Show the sign-in page; what was posted goes with it if it came from a page of ours."""
    if request.method in SAFE_METHODS:
        return redirect_to_sign_in()
    who = page_was_made_for()
    page = SignInPage(
        next=safe_address(request.full_path.rstrip("?"), "/"),
        expired=True,
        carried=pack(who) if who else "",
    )
    return show_sign_in(page), 401


def redirect_to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page, and back afterwards."""
    back = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=back if back != "/" else None), code=303)


@auth.get("/log-ind")
def sign_in() -> ResponseReturnValue:
    """The page that asks who it is."""
    if signed_in():
        return redirect(safe_address(request.args.get("next"), "/"), code=303)
    return show_sign_in(SignInPage(next=safe_address(request.args.get("next"), "/")))


@auth.post("/log-ind")
def try_sign_in() -> ResponseReturnValue:
    """Check name and password, then go on to where the person was going.

    Raises `NotAllowed` where everybody signs in through the provider.
    """
    if not settings().local_accounts:
        raise NotAllowed("Her logger man ind gennem kommunens login.")
    username = request.form.get("username", "").strip().lower()[:60]
    page = SignInPage(
        next=safe_address(request.form.get("next"), "/"),
        username=username,
        carried=request.form.get("carried", ""),
    )
    login = find_login(casework().database, username)
    way, left = count(tries_for(username, login.employee_id if login else None))
    if left:
        log.warning("sign-in put off: source %s", source_in_log())
        return show_sign_in(page.with_problem(wait_in_words(left))), 429
    password = request.form.get("password", "")
    if not is_password(login.password_hash if login else None, password):
        log.warning("sign-in refused: source %s", source_in_log())
        return show_sign_in(page.with_problem(_("Navn eller adgangskode er forkert."))), 422
    assert login is not None  # noqa: S101  # nobody has no password
    forget(way)
    return _welcome(login, page)


@auth.post("/log-ud")
def sign_out() -> ResponseReturnValue:
    """Forget who it was; who came through the provider is led to signing out there as well."""
    came_from_provider = sessions.end()
    clear_browser()
    there = sign_out_address() if came_from_provider else ""
    if there:
        return redirect(there, code=303)
    flash(_("Du er logget ud."), "success")
    if came_from_provider:
        flash(_("Hos kommunen er du stadig logget ind. Luk browseren, når du går."), "warning")
    return redirect_home()


@auth.post("/sprog")
def change_language() -> ResponseReturnValue:
    """Show the pages in another language for the rest of the sign-in."""
    choose_language(request.form.get("language", ""))
    return redirect(safe_address(request.form.get("back"), "/"), code=303)


def redirect_home() -> ResponseReturnValue:
    """Go to the sign-in page."""
    return redirect(url_for("auth.sign_in"), code=303)


def _welcome(login: Login, page: SignInPage) -> ResponseReturnValue:
    sessions.begin(login.employee_id)
    answer = current_app.make_response(
        _what_was_typed(login, page) or redirect(page.next, code=303)
    )
    remember_device(answer, login.employee_id)
    return answer


def _what_was_typed(login: Login, page: SignInPage) -> ResponseReturnValue | None:
    carried = unpack(page.carried) if page.carried else None
    if carried is None or carried.who != str(login.employee_id):
        return None
    flash(_("Du er logget ind igen. Det, du havde skrevet, står her endnu."), "success")
    return show_again(carried.path, carried.fields)


def _from_another_session() -> ResponseReturnValue:
    """Answer a post of a page from another session: fill the form again, or refuse."""
    person = signed_in()
    if person is None:
        return show_sign_in(SignInPage(next="/", expired=True, problem=_("Prøv igen."))), 400
    if page_was_made_for() == str(person.actor.id):
        fields = {
            key: values
            for key, values in request.form.lists()
            if key != "csrf_token" and not key.startswith("password")
        }
        flash(_("Du har logget ind igen, siden siden blev hentet. Se den igennem, og send igen."))
        if shown := show_again(request.path, fields):
            return shown
    return errors.page(400)

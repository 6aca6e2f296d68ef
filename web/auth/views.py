"""Signing in and out, and who asks: before every request, and in one statement."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from web import errors
from web.auth.carrying import pack, show_again, unpack
from web.auth.passwords import is_password
from web.auth.presenters import SignInPage, wait_in_words
from web.auth.reading import Login, find_login, load_person
from web.auth.throttle import FREE_TRIES, Throttle
from web.current import SignInNeeded, casework, now, signed_in
from web.i18n import LANGUAGES, _, choose_language
from web.security import (
    SAFE_METHODS,
    is_own_post,
    new_csrf_token,
    page_was_made_for,
    safe_address,
)

auth = Blueprint("auth", __name__)

SIGNED_IN_FOR = timedelta(hours=8)
TRIES_FROM_ONE_ADDRESS = 50  # a whole town hall may share one
PUBLIC = {"auth.sign_in", "auth.try_sign_in", "auth.change_language", "static"} | {
    "calendars.own",  # calendar programs have an address that is secret, and no sign-in
    "calendars.team",
}
_THROTTLE = "tovholder-throttle"


def guard() -> ResponseReturnValue | None:
    """Before every request: who asks, from a page of their own session, to a page they may see."""
    load_signed_in()
    if request.endpoint is None or request.endpoint == "static":
        return None
    if signed_in() is None and request.endpoint not in PUBLIC:
        raise SignInNeeded
    if request.method not in SAFE_METHODS and not is_own_post():
        return _from_another_session()
    return None


def load_signed_in() -> None:
    """Put who is signed in on the request; the roles are those of this very moment."""
    employee, until = session.get("employee"), session.get("until", 0)
    if employee and request.endpoint != "static" and now().timestamp() < until:
        g.person = load_person(casework().database, UUID(employee))


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
    return _page(page), 401


def redirect_to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page, and back afterwards."""
    from flask import url_for

    back = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=back if back != "/" else None), code=303)


@auth.get("/log-ind")
def sign_in() -> ResponseReturnValue:
    """The page that asks who it is."""
    if signed_in():
        return redirect(safe_address(request.args.get("next"), "/"), code=303)
    return _page(SignInPage(next=safe_address(request.args.get("next"), "/")))


@auth.post("/log-ind")
def try_sign_in() -> ResponseReturnValue:
    """Check name and password, then go on to where the person was going."""
    username = request.form.get("username", "").strip().lower()[:60]
    page = SignInPage(
        next=safe_address(request.form.get("next"), "/"),
        username=username,
        carried=request.form.get("carried", ""),
    )
    keys = {f"name:{username}": FREE_TRIES, f"from:{request.remote_addr}": TRIES_FROM_ONE_ADDRESS}
    if left := _throttle().wait(keys, now()):
        return _page(page.with_problem(wait_in_words(left))), 429
    login = find_login(casework().database, username)
    if not is_password(login.password_hash if login else None, request.form.get("password", "")):
        _throttle().failed(keys, now())
        return _page(page.with_problem(_("Navn eller adgangskode er forkert."))), 422
    assert login is not None  # noqa: S101  # nobody has no password
    _throttle().succeeded(f"name:{username}")
    return _welcome(login, page)


@auth.post("/log-ud")
def sign_out() -> ResponseReturnValue:
    """Forget who it was."""
    session.clear()
    flash(_("Du er logget ud."), "success")
    return redirect_home()


@auth.post("/sprog")
def change_language() -> ResponseReturnValue:
    """Show the pages in another language for the rest of the sign-in."""
    choose_language(request.form.get("language", ""))
    return redirect(safe_address(request.form.get("back"), "/"), code=303)


def redirect_home() -> ResponseReturnValue:
    """Go to the sign-in page."""
    from flask import url_for

    return redirect(url_for("auth.sign_in"), code=303)


def _throttle() -> Throttle:
    found = current_app.extensions.setdefault(_THROTTLE, Throttle())
    assert isinstance(found, Throttle)  # noqa: S101  # nobody else writes there
    return found


def _welcome(login: Login, page: SignInPage) -> ResponseReturnValue:
    language = session.get("language")
    session.clear()
    session["employee"] = str(login.employee_id)
    session["until"] = int((now() + SIGNED_IN_FOR).timestamp())
    session["csrf"] = new_csrf_token(str(login.employee_id))
    load_signed_in()
    person = signed_in()
    if person is None:
        raise SignInNeeded
    if language or person.language in LANGUAGES:
        choose_language(language or person.language)
    return _what_was_typed(login, page) or redirect(page.next, code=303)


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
        return _page(SignInPage(next="/", expired=True, problem=_("Prøv igen."))), 400
    if page_was_made_for() == str(person.actor.id):
        fields = {key: values for key, values in request.form.lists() if key != "csrf_token"}
        flash(_("Du har logget ind igen, siden siden blev hentet. Se den igennem, og send igen."))
        if shown := show_again(request.path, fields):
            return shown
    return errors.page(400)


def _page(page: SignInPage) -> str:
    return render_template("auth/sign_in.html", page=page, demo=page.demo(casework().database))

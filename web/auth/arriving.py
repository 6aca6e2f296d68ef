"""Signing in through the provider: there, back, and who that is here."""

import logging

from flask import flash, redirect, request, session
from flask.typing import ResponseReturnValue

from engine.domain.errors import InvalidDefinition, NotAllowed
from engine.ports import SYSTEM
from web.auth import provider, sessions
from web.auth.presenters import SignInPage, show_sign_in
from web.auth.provider import NotSignedInThere, Told
from web.auth.tries import source_in_log
from web.auth.views import auth
from web.current import casework
from web.i18n import _
from web.security import safe_address
from web.sentences import translated
from workflows.identity.arrivals import Arrival, arrive
from workflows.identity.groups import given_to, read_groups

log = logging.getLogger("tovholder.security")


@auth.get("/log-ind/kommune")
def to_provider() -> ResponseReturnValue:
    """Go to the provider; afterwards on to `next`."""
    session["after_provider"] = safe_address(request.args.get("next"), "/")
    try:
        return provider.send_there()
    except NotSignedInThere as refused:
        return _refused(refused, 502)


def ask_there_again(then: str) -> ResponseReturnValue:
    """Send one who is signed in to the provider, to show again who they are; back to `then`."""
    session["after_provider"], session["again"] = safe_address(then, "/"), True
    try:
        return provider.send_there(anew=True)
    except NotSignedInThere as refused:
        return _refused(refused, 502)


@auth.get("/log-ind/retur")
def from_provider() -> ResponseReturnValue:
    """Where the provider sends people back to."""
    going = safe_address(session.pop("after_provider", ""), "/")
    again = session.pop("again", False)
    try:
        told = provider.come_back()
    except NotSignedInThere as refused:
        return _refused(refused, 400)
    try:
        given = given_to(
            told.texts(provider.provider().groups_claim), read_groups(provider.provider().groups)
        )
        who = casework().act(SYSTEM, lambda work: arrive(work, _arrival(told), given))
    except (NotAllowed, InvalidDefinition) as refused:
        return _refused(refused, 403)
    sessions.begin(who, told.text("sid") or told.text("sub"))
    if again and sessions.show_again(told.claims.get("auth_time")):
        flash(_("Du har vist, hvem du er. Tryk igen på det, du ville."), "success")
    return redirect(going, code=303)


def _arrival(told: Told) -> Arrival:
    mail, subject = told.text("email"), told.text("sub")
    proven = told.claims.get("email_verified", True) is True
    username = told.text("preferred_username") or mail or subject
    return Arrival(
        issuer=provider.provider().issuer,
        subject=subject,
        username=username.lower()[:60],
        name=told.text("name")[:200] or username,
        email=mail[:200] if proven else "",
    )


def _refused(refused: Exception, status: int) -> ResponseReturnValue:
    log.warning("sign-in through the provider refused: source %s", source_in_log())
    log.debug("why", exc_info=refused)
    page = SignInPage(next="/").with_problem(translated(str(refused)))
    return show_sign_in(page), status

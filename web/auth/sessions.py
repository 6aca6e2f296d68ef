"""The session of a browser: how it begins, who stands behind it, and how it ends.

The cookie holds a secret and when it was last used; the database knows whose it is and until when.
"""

import logging
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from flask import g, request, session

from engine.ports import SYSTEM, Actor
from engine.storage.work import Work
from web.auth.devices import device_in_words
from web.auth.reading import load_person
from web.current import SignInNeeded, casework, now, signed_in
from web.i18n import LANGUAGES, choose_language
from web.security import new_csrf_token
from workflows.identity.sign_ins import begin_sign_in, digest_of, end_sign_in

log = logging.getLogger("tovholder.security")

UNUSED_FOR = timedelta(hours=2)  # a sign-in that nobody uses ends; the whole one is 8 hours
SHOWN_FOR = timedelta(minutes=5)  # who has shown again who they are need not do it a third time
_NOTED_EVERY = timedelta(minutes=1)


def load_signed_in() -> None:
    """Put who is signed in on the request; the roles are those of this very moment."""
    secret = session.get("sign_in")
    if not secret or request.endpoint == "static":
        return
    unused = now() - datetime.fromtimestamp(session.get("used", 0), now().tzinfo)
    if unused >= UNUSED_FOR:
        return
    g.person, g.sign_in = load_person(casework().database, secret, now()), digest_of(secret)
    if unused >= _NOTED_EVERY:
        session["used"] = int(now().timestamp())


def this_sign_in() -> str:
    """Return the digest that names the sign-in of this request; "" without one."""
    return cast(str, g.get("sign_in", ""))


def show_again(when: object) -> bool:
    """Note that this browser's person was asked again who they are, `when` (seconds); say if so.

    A provider that does not say when it asked, or asked long ago, has not asked again.
    """
    if isinstance(when, int):
        session["shown_again"] = min(when, int(now().timestamp()))
    return is_shown_again()


def is_shown_again() -> bool:
    """Tell whether this browser's person was asked again who they are just now."""
    asked = datetime.fromtimestamp(session.get("shown_again", 0), now().tzinfo)
    return now() - asked < SHOWN_FOR


def begin(employee_id: UUID, provider_sid: str | None = None) -> None:
    """Begin a new session for one who has shown who they are; what was of the old one goes.

    Raises `SignInNeeded` for one who has left meanwhile.
    """
    former = session.get("sign_in")

    def act(work: Work) -> str:
        work.actor = Actor(id=employee_id, name="")
        if former:
            end_sign_in(work, digest_of(former))
        return begin_sign_in(work, employee_id, device_in_words(), provider_sid)

    _renew(employee_id, casework().act(SYSTEM, act))
    log.info("signed in: employee %s", employee_id)
    found = signed_in()
    if found is None:
        raise SignInNeeded


def _renew(employee_id: UUID, secret: str) -> None:
    language = session.get("language")
    session.clear()
    session["sign_in"], session["used"] = secret, int(now().timestamp())
    session["csrf"] = new_csrf_token(str(employee_id))
    load_signed_in()
    chosen = language or (found.language if (found := signed_in()) else None)
    if chosen in LANGUAGES:
        choose_language(str(chosen))


def end() -> bool:
    """End the session of this browser, here and in the database; say if it came of a provider."""
    digest, found = this_sign_in(), signed_in()
    session.clear()
    if found is None:
        return False
    log.info("signed out: employee %s", found.actor.id)
    return bool(casework().act(found.actor, lambda work: end_sign_in(work, digest)))

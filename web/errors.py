"""The one place where errors become pages: a kind sentence, the right status, nothing lost."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError

from engine.domain.errors import (
    Already,
    CaseworkError,
    Conflict,
    DatabaseBusy,
    InvalidAnswers,
    InvalidDefinition,
    NotAllowed,
    NotFound,
    NotPossible,
    Over,
    SomethingFirst,
    TooEarly,
)
from web.current import SignInNeeded, signed_in
from web.i18n import N_, _
from web.security import SAFE_METHODS
from web.sentences import translated

log = logging.getLogger(__name__)
security_log = logging.getLogger("tovholder.security")

STATUS: tuple[tuple[type[CaseworkError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (InvalidAnswers, 422),
    (InvalidDefinition, 422),
)
BROKEN, FORBIDDEN, TOO_OFTEN = 500, 403, 429
_REFUSED = frozenset({400, 404, 405, 409, 413, 422})

_HEADINGS = {
    400: N_("Siden kunne ikke læse det, du sendte"),
    403: N_("Det er ikke din opgave"),
    404: N_("Siden findes ikke"),
    405: N_("Siden findes ikke"),
    409: N_("Nogen kom først"),
    413: N_("Det var for meget på én gang"),
    422: N_("Noget skal rettes"),
    429: N_("Det gik for hurtigt"),
    BROKEN: N_("Noget gik galt hos os"),
}
# Of what cannot be done as things are: what is true of it. Any other was overtaken by somebody.
_CONFLICTS: tuple[tuple[type[Conflict], str], ...] = (
    (Already, N_("Det er allerede sådan")),
    (Over, N_("Det kan ikke ændres længere")),
    (TooEarly, N_("Det er for tidligt")),
    (SomethingFirst, N_("Noget andet skal gøres først")),
    (NotPossible, N_("Det kan ikke lade sig gøre")),
    (DatabaseBusy, N_("Systemet har travlt lige nu")),
)
_WHAT = {
    400: N_("Gå tilbage og prøv igen."),
    404: N_("Adressen er forkert, eller det, den førte til, er flyttet."),
    405: N_("Adressen er forkert, eller det, den førte til, er flyttet."),
    413: N_("Del det op i mindre stykker, og prøv igen."),
    429: N_("Der er bedt om meget på kort tid. Vent et minut, og prøv igen."),
}
_NOT_OURS = N_("Tovholder har en anden adresse. Brug den, du har fået af kommunen.")
_NOTHING_LOST = N_("Intet er ændret i sagen, og alle frister løber videre som før.")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was typed, with the question it answers; a date names its `record`.

    `remarks` is what the person whom it is about says of it.
    """

    label: str
    value: str
    record: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayOn:
    """Where to go from a page that stops."""

    href: str
    text: str


def keep_in_sight(typed: Callable[[], Sequence[Line]], way_on: Callable[[], WayOn]) -> None:
    """Let an error of this request show what was typed, and lead on; asked only if it comes."""
    g.kept, g.way_on = typed, way_on


def install(app: Flask) -> None:
    """Answer every error of `app` with a page."""
    app.register_error_handler(CaseworkError, casework_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SignInNeeded, sign_in_needed)
    app.register_error_handler(Exception, bug)
    app.after_request(note_refusal)


def casework_error(error: CaseworkError) -> ResponseReturnValue:
    """Say what cannot be done and why."""
    status = next((code for kind, code in STATUS if isinstance(error, kind)), BROKEN)
    if status == BROKEN:
        return bug(error)
    heading = next((words for kind, words in _CONFLICTS if isinstance(error, kind)), "")
    return page(status, what=translated(str(error)), heading=_(heading) if heading else "")


def note_refusal(answer: Response) -> Response:
    """Log who was refused where, and never what was typed.

    That is every form that was not taken, and every page that somebody may not see.
    """
    refused = answer.status_code in _REFUSED and request.method not in SAFE_METHODS
    if refused or answer.status_code in (FORBIDDEN, TOO_OFTEN):
        found = signed_in()
        security_log.warning(
            "refused: employee %s at %s: %d",
            found.actor.id if found else None,
            request.endpoint,
            answer.status_code,
        )
    return answer


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Say it in our own words; one line for a host that is not ours."""
    status = error.code or BROKEN
    if isinstance(error, SecurityError):
        return _(_NOT_OURS), status, {"Content-Type": "text/plain; charset=utf-8"}
    if status < 400:
        return error.get_response()
    if status not in _HEADINGS:
        return page(400, code=status)
    return page(status)


def sign_in_needed(_error: SignInNeeded) -> ResponseReturnValue:
    """Ask who it is."""
    from web.auth.views import ask_who

    return ask_who()


def bug(error: Exception) -> ResponseReturnValue:
    """Log what happened under a number, and show the number and nothing else.

    The log has the pattern of the address: the address of a feed is a secret.
    """
    number = secrets.token_hex(4)
    where = request.url_rule or "an unknown address"
    log.error("bug %s at %s %s", number, request.method, where, exc_info=error)
    return page(BROKEN, what=_(_NOTHING_LOST), incident=number)


def page(
    status: int,
    *,
    what: str = "",
    now: str = "",
    incident: str = "",
    heading: str = "",
    code: int | None = None,
) -> ResponseReturnValue:
    """Return the page that stops a person, with what was typed and a way on."""
    way_on = cast(Callable[[], WayOn] | None, g.get("way_on"))
    kept = cast(Callable[[], Sequence[Line]] | None, g.get("kept"))
    return (
        render_template(
            "error.html",
            heading=heading or _(_HEADINGS[status]),
            what=what or _(_WHAT.get(status, "")),
            now=now,
            typed=_asked(kept) or (),
            link=_asked(way_on) or _home(),
            incident=incident,
        ),
        code or status,
    )


def _asked(ask: Callable[[], object] | None) -> object:
    """Return what `ask` tells; an error page must not fail for want of an extra."""
    try:
        return ask() if ask else None
    except CaseworkError:
        return None


def _home() -> WayOn:
    if signed_in() is None:
        return WayOn(url_for("auth.sign_in"), _("Log ind"))
    return WayOn(url_for("inbox.index"), _("Til indbakken"))

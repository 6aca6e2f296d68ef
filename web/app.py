"""`create_app`: one Flask application around one casework, without global state."""

from datetime import timedelta

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.settings import Settings
from engine.storage.work import Casework
from web import current, errors, i18n, limiting, security
from web.absence.views import absence
from web.admin import incidents, staff  # noqa: F401  # their pages join the blueprint
from web.admin.views import admin
from web.api.views import api
from web.auth import account, arriving, post, provider  # noqa: F401  # their pages join the blueprint
from web.auth.views import auth, guard
from web.board.views import board
from web.calendars.views import calendars
from web.cases import (  # noqa: F401  # they join the blueprint
    birth_date,
    correcting,
    cpr,
    export,
    looks,
    passing_in,
    remarks,
)
from web.cases.views import cases
from web.consents.views import consents
from web.erasures.views import erasures
from web.frame import frame
from web.inbox import deadlines  # noqa: F401  # its pages join the blueprint
from web.inbox.views import inbox
from web.meetings.views import meetings
from web.postings.views import postings
from web.settings.views import settings as house_settings
from web.studio import importing, moving, rehearsing  # noqa: F401  # their pages join the blueprint
from web.studio.views import studio

_PEOPLE = (auth, inbox, api, cases, consents, board, meetings, absence, calendars)
_HOUSE = (studio, admin)
MOST_BYTES = 4 * 1024 * 1024  # a diagram of 2 MB, sent as a form
# The signature outlives the sign-in (8 hours, by our own clock) so that we know whose it was.
COOKIE_SIGNED_FOR = timedelta(days=2)


def create_app(casework: Casework, settings: Settings) -> Flask:
    """Return the application of `casework`. Several may live side by side in one process."""
    app = Flask("web")
    app.session_interface = security.Sessions()
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=security.cookie_name(settings, "session"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=COOKIE_SIGNED_FOR,
        TRUSTED_HOSTS=security.hosts(settings),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
    )
    current.wire(app, casework, settings)
    i18n.install(app)
    security.install(app, settings)
    errors.install(app)
    provider.install(app, settings)
    limiting.install(app)
    app.before_request(guard)
    app.context_processor(frame)
    for blueprint in (
        auth,
        inbox,
        api,
        cases,
        consents,
        board,
        meetings,
        absence,
        postings,
        erasures,
        calendars,
        studio,
        house_settings,
        admin,
    ):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", "home", _home)
    return app


def _home() -> ResponseReturnValue:
    return redirect(url_for("inbox.index"), code=303)

"""What guards every request: headers, the CSRF token, and addresses to go back to."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, after_this_request, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.settings import Settings
from web.current import settings as current_settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
NOBODY = "-"

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)
ONLY_TLS = "max-age=31536000; includeSubDomains"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # names no host
CARRIED_FILES_ARE_KEPT_SECONDS = 86_400  # vendored files, which change with a release only


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer and give the templates `csrf_token()`."""
    headers = {**HEADERS, "Content-Security-Policy": policy(settings)}
    if settings.proxies:
        trusted = {f"x_{what}": settings.proxies for what in ("for", "proto", "host")}
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = ONLY_TLS
    app.after_request(partial(add_headers, headers))
    app.jinja_env.globals["csrf_token"] = csrf_token


def policy(settings: Settings) -> str:
    """Return what a page may load and where its forms lead: to us, and signing out to the provider.

    A redirect counts as where a form leads.
    """
    provider = f" {origin(settings.oidc.issuer)}" if settings.oidc else ""
    return "; ".join((*POLICY, f"form-action 'self'{provider}"))


def hosts(settings: Settings) -> list[str] | None:
    """Return the hosts that people type; None, for any, where the settings do not say.

    Nothing is made of the host of a request: where a page leads is a path, and the links of mails
    begin with the public address.
    """
    named = urlsplit(settings.public_url).hostname
    if named in (None, *_EVERY_ADDRESS):
        return None
    return [str(named), "localhost", "127.0.0.1"]


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def add_headers(headers: Mapping[str, str], response: Response) -> Response:
    """Return the answer with the guarding headers; pages are never kept by the browser."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif "/vendor/" in request.path:
        response.cache_control.max_age = CARRIED_FILES_ARE_KEPT_SECONDS
    return response


def clear_browser() -> None:
    """Let the browser forget the pages of the one who signs out with this request."""

    @after_this_request
    def clear(response: Response) -> Response:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def cookie_name(settings: Settings, what: str) -> str:
    """Return the name of a cookie of ours. Over TLS the browser itself keeps it to this host."""
    if settings.secure_cookies:
        return f"__Host-tovholder-{what}"
    return f"tovholder_{what}_{settings.port}"  # a port is no part of a cookie's home


def csrf_token() -> str:
    """Return the token of this session; it names who the page was made for, signed by us."""
    if "csrf" not in session:
        session["csrf"] = _signer().sign(f"{NOBODY}.{secrets.token_urlsafe(24)}").decode()
    return str(session["csrf"])


def new_csrf_token(employee_id: str) -> str:
    """Return a fresh token for one who has just signed in."""
    return _signer().sign(f"{employee_id}.{secrets.token_urlsafe(24)}").decode()


def posted_token() -> str:
    """Return the token that came with the request: in its form, or in `X-CSRF-Token`."""
    return request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", "")


def is_own_post() -> bool:
    """Say whether the request was made from a page of this very session."""
    return hmac.compare_digest(posted_token().encode(), csrf_token().encode())


def page_was_made_for() -> str | None:
    """Return for whom we made the page that posts, in whatever session; None if we did not."""
    try:
        return _signer().unsign(posted_token()).decode().partition(".")[0]
    except BadSignature:
        return None


def safe_address(address: str | None, otherwise: str) -> str:
    """Return `address` if it is a path on this server, else `otherwise`."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    if any(sign.isspace() or ord(sign) < ord(" ") or sign == "\\" for sign in address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions, signed with HMAC-SHA256 instead of HMAC-SHA1."""

    digest_method = staticmethod(hashlib.sha256)


def serializer(salt: str) -> URLSafeTimedSerializer:
    """Return what packs and signs something of ours for a browser to keep; `salt` names what."""
    kinds = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(current_settings().secret, salt=salt, signer_kwargs=kinds)


def _signer() -> Signer:
    return Signer(current_settings().secret, salt="csrf", digest_method=hashlib.sha256)

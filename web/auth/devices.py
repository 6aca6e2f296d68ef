"""Browsers in which somebody has signed in before, and what a browser is called."""

import secrets
from datetime import timedelta
from uuid import UUID

from flask import Response, request
from itsdangerous import BadSignature

from web.current import settings
from web.security import cookie_name, serializer

KNOWN_FOR = timedelta(days=90)
_MOST = 5  # of one shared computer
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def known_device(employee_id: UUID) -> str | None:
    """Return the mark of this browser for the employee who has signed in with it before."""
    return _marks().get(str(employee_id))


def remember_device(response: Response, employee_id: UUID) -> None:
    """Let the browser show next time that the employee has signed in with it."""
    others = {who: mark for who, mark in _marks().items() if who != str(employee_id)}
    newest = dict(list(others.items())[-(_MOST - 1) :])
    mark = known_device(employee_id) or secrets.token_urlsafe(16)
    response.set_cookie(
        _name(),
        serializer("device").dumps({**newest, str(employee_id): mark}),
        max_age=KNOWN_FOR,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def device_in_words() -> str:
    """Return what the browser of this request is called, for the one who looks for it later."""
    agent = request.user_agent.string
    found = [next((name for mark, name in names if mark in agent), "") for names in _NAMES]
    return ", ".join(name for name in found if name)


_NAMES = (_BROWSERS, _SYSTEMS)


def _marks() -> dict[str, str]:
    try:
        marks: dict[str, str] = serializer("device").loads(
            request.cookies.get(_name(), ""), max_age=int(KNOWN_FOR.total_seconds())
        )
    except BadSignature:
        return {}
    return marks


def _name() -> str:
    return cookie_name(settings(), "known")

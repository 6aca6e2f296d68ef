"""How often what costs much may be asked for: by one person, or at one secret address.

Counted in this process (signing in is counted in the database, see `auth/tries.py`): it keeps one
browser from holding up the others, and guards nothing that is secret.
"""

from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from web.current import signed_in
from web.security import SAFE_METHODS

_LIMITER = "tovholder-limiter"
# Checks, imports, rehearsals and moves read whole diagrams or many cases.
WORKSHOP = RateLimitItemPerMinute(60)
# Ten thousand tries would tell the hidden digits of a number.
NUMBERS = RateLimitItemPerHour(60)
FEED = RateLimitItemPerHour(60)
_WORKSHOPS = {"studio", "settings"}
_NUMBERS = {"cases.find_by_cpr"}
_FEEDS = {"calendars.own", "calendars.team"}


def install(app: Flask) -> None:
    """Give `app` counters of its own."""
    app.extensions[_LIMITER] = FixedWindowRateLimiter(MemoryStorage())


def is_too_much() -> bool:
    """Count this request if it costs much; say whether it is one too many."""
    found = _limited()
    if found is None:
        return False
    limit, who = found
    return not current_app.extensions[_LIMITER].hit(limit, who)


def _limited() -> tuple[RateLimitItem, str] | None:
    if request.endpoint in _FEEDS:
        return FEED, request.path
    person = signed_in()
    if person and request.endpoint in _NUMBERS:
        return NUMBERS, f"number:{person.actor.id}"
    if person and request.blueprint in _WORKSHOPS and request.method not in SAFE_METHODS:
        return WORKSHOP, str(person.actor.id)
    return None

"""How often a password may be tried, and by whom: a guesser never locks out the one it is about.

A browser in which the same person has signed in before has tries of its own. Everybody else
shares those of the account, and one address gets only some of them. So an account is tried by
strangers at most `STRANGERS` times in a quarter of an hour, and at most `STRANGERS + KNOWN` times
in all by those and one browser of its owner. Names that do not exist are counted alike.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import request

from engine.ports import SYSTEM
from web.auth.devices import known_device
from web.current import casework, settings
from workflows.identity.tries import count_try, forget_try

STRANGERS = 7
FROM_ONE_ADDRESS = 4
KNOWN = 3
ADDRESS_OVER_ALL_NAMES = 50  # a whole town hall may share one
_NOBODY = UUID(int=0)

Tries = Mapping[str, int]


def tries_for(username: str, employee_id: UUID | None) -> list[Tries]:
    """Return the ways in which this browser may try this name, best first."""
    address = {_key("address", _address()): ADDRESS_OVER_ALL_NAMES}
    strangers = {
        _key("name", username): STRANGERS,
        _key("name from", username, _address()): FROM_ONE_ADDRESS,
    }
    device = known_device(employee_id or _NOBODY)  # asked of every name: it takes its time
    own = [{_key("device", device): KNOWN}] if device else []
    return [{**each, **address} for each in (*own, strangers)]


def tries_of_codes() -> list[Tries]:
    """Return how often a code may be tried from the address of this request."""
    return [{_key("codes from", _address()): STRANGERS}]


def count(ways: list[Tries]) -> tuple[Tries, timedelta]:
    """Count one try in the first of the ways that is open; return it, and how long to wait."""
    for way in ways:
        left = casework().act(SYSTEM, partial(count_try, most=way))
        if not left:
            break
    return way, left


def forget(way: Tries) -> None:
    """Take back a try that was no guess."""
    casework().act(SYSTEM, lambda work: forget_try(work, list(way)))


def source_in_log() -> str:
    """Return what stands in the log for the address of this request: the same for the same one."""
    return _key("log", _address())[:12]


def _address() -> str:
    return request.remote_addr or ""


def _key(*parts: str) -> str:
    """Return a digest that only this installation can make: no name is kept that was typed."""
    secret = settings().secret.encode()
    return hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

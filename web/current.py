"""What a request may reach: the casework and settings it was wired to, and who is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g

from engine.ports import Actor
from engine.settings import Settings
from engine.storage.work import Casework
from workflows.access.matrix import matrix

_CASEWORK, _SETTINGS = "tovholder-casework", "tovholder-settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in: `actor` is what they may do, as the database says it now."""

    actor: Actor
    username: str
    language: str


class SignInNeeded(Exception):  # not an error of anybody's
    """The page is for those who have signed in."""


def wire(app: Flask, casework: Casework, settings: Settings) -> None:
    """Let the requests of `app` reach `casework` and `settings`."""
    app.extensions[_CASEWORK], app.extensions[_SETTINGS] = casework, settings


def casework() -> Casework:
    """Return where every act of this request begins."""
    return cast(Casework, current_app.extensions[_CASEWORK])


def settings() -> Settings:
    """Return the settings of this installation."""
    return cast(Settings, current_app.extensions[_SETTINGS])


def now() -> datetime:
    """Return the moment of this request (UTC), the same for as long as it lasts."""
    if "now" not in g:
        g.now = casework().clock.now()
    return cast(datetime, g.now)


def person() -> Person:
    """Return who is signed in. Raises `SignInNeeded`."""
    found = signed_in()
    if found is None:
        raise SignInNeeded
    return found


def signed_in() -> Person | None:
    """Return who is signed in, or None; loaded once, before the request is answered."""
    return cast(Person | None, g.get("person"))


def current_actor() -> Actor:
    """Return who acts. Raises `SignInNeeded`."""
    return person().actor


def leads_inside() -> bool:
    """Say whether the one signed in leads in a closed compartment, where no one else may look."""
    found = signed_in()
    return found is not None and matrix().leads_inside(found.actor.roles, found.actor.compartments)


def has_role(*roles: str) -> bool:
    """Say whether the one signed in holds one of these roles."""
    found = signed_in()
    return found is not None and not found.actor.roles.isdisjoint(roles)

"""Calendars that a calendar program reads by a secret address, and the page that gives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request, url_for

from engine.ports import SYSTEM, Purpose
from engine.storage.work import Work
from web.current import casework, current_actor
from workflows.access.services import log_read
from workflows.calendars.feeds import (
    Given,
    forums_of,
    has_address,
    owner_of,
    personal_calendar,
    renew_address,
    team_calendar,
)

calendars = Blueprint("calendars", __name__, url_prefix="/kalender")

TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Address:
    """A calendar by name, and where a program reads it."""

    name: str
    href: str


@calendars.get("/<token>.ics")
def own(token: str) -> Response:
    """The meetings and deadlines of whoever has this token."""
    return _given(token, personal_calendar)


@calendars.get("/<token>/<code>.ics")
def team(token: str, code: str) -> Response:
    """The meetings of a forum, for one who sits in it."""
    return _given(token, lambda work, link: team_calendar(work, code, link))


@calendars.get("")
def index() -> str:
    """What a calendar shows, and the button that makes an address."""

    def read(work: Work) -> bool:
        return has_address(work)

    return _page(casework().act(current_actor(), read), ())


@calendars.post("")
def renew() -> str:
    """Make a new address and show it this once; the one before is worth nothing."""

    def act(work: Work) -> list[Address]:
        token = renew_address(work)
        first = Address("", url_for("calendars.own", token=token, _external=True))
        return [
            first,
            *(
                Address(
                    each.name,
                    url_for("calendars.team", token=token, code=each.code, _external=True),
                )
                for each in forums_of(work)
            ),
        ]

    return _page(True, casework().act(current_actor(), act))


def _given(token: str, read: Callable[[Work, str], Given]) -> Response:
    link = url_for("home", _external=True).rstrip("/")

    def act(work: Work) -> Response:
        work.actor = owner_of(work, token)
        given = read(work, link)
        response = _answer(given)
        if response.status_code == HTTPStatus.OK:  # a calendar that is as before is not sent again
            log_read(work, given.cases, "/kalender")
        return response

    return casework().act(SYSTEM, act, Purpose(code="calendar"))


def _answer(given: Given) -> Response:
    response = make_response(given.text)
    response.headers["Content-Type"] = TYPE
    response.set_etag(given.digest)
    response.last_modified = given.since
    response.make_conditional(request)
    return response


def _page(made: bool, addresses: Sequence[Address]) -> str:
    return render_template("calendars/index.html", made=made, addresses=addresses)

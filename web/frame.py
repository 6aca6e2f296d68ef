"""What the frame of every page shows: the areas this person uses, and who they are."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for

from web.current import Person, leads_inside, signed_in
from web.i18n import N_, _
from web.words import role_name

MEETINGS = "meetings.index"  # for those who sit in a forum
OPERATORS = ("system_admin",)
LEADERS = ("unit_leader", "chief_consultant")
DESIGNERS = ("process_designer", "chief_consultant")

# text, endpoint, the roles that use it (all, when empty)
_AREAS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (N_("Indbakke"), "inbox.index", ()),
    (N_("Sager"), "cases.index", ()),
    (N_("Møder"), MEETINGS, ()),
    (N_("Fylder 18"), "board.index", LEADERS),
    (N_("Studie"), "studio.index", DESIGNERS),
    (N_("Drift"), "admin.index", OPERATORS),
)

# A blueprint within the area of another.
_BELONGS = {"settings": "studio", "consents": "cases", "erasures": "cases"}


def frame() -> dict[str, Any]:
    """Return the variables of the frame; nothing of a person for those who are not signed in."""
    person = signed_in()
    language = {"language": url_for("auth.change_language")}
    if person is None:
        return {"frame": language}
    return {
        "frame": {
            **language,
            "home": url_for("inbox.index"),
            "nav": [_area(*area) for area in _AREAS if _uses(person, *area)],
            "me": {"name": person.actor.name, "role": _roles(person)},
            "account": url_for("auth.account"),
            "absence": url_for("absence.index"),
            "calendar": url_for("calendars.index"),
            "search": url_for("cases.index"),
            "sign_out": url_for("auth.sign_out"),
        }
    }


def _uses(person: Person, _text: str, endpoint: str, roles: tuple[str, ...]) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    if endpoint == MEETINGS:
        return bool(person.actor.forums)
    if roles == OPERATORS and leads_inside():
        return True
    return not roles or not person.actor.roles.isdisjoint(roles)


def _area(text: str, endpoint: str, _roles: tuple[str, ...]) -> Mapping[str, Any]:
    blueprint = endpoint.partition(".")[0]
    return {
        "text": _(text),
        "href": url_for(endpoint),
        "current": _BELONGS.get(request.blueprint or "", request.blueprint) == blueprint,
    }


def _roles(person: Person) -> str:
    names = sorted(role_name(role) for role in person.actor.roles)
    return ", ".join(names[:2]) + (" …" if len(names) > 2 else "")

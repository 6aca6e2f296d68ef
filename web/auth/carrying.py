"""What a person had typed when the sign-in ran out is carried through signing in again.

Nothing is kept on the server: the fields travel in the sign-in page, signed, with the address
they were meant for and the one who typed them. Nobody else gets to see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from web.security import serializer

KEPT_SECONDS = 7 * 24 * 3600
_SECRET = ("csrf_token", "password", "code")  # beginnings of names

Typed = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Carried:
    """The fields of a form that `who` (an employee's id) had sent to `path`."""

    who: str
    path: str
    fields: Mapping[str, list[str]]


def pack(who: str) -> str:
    """Return the posted fields of this request, signed, for `who` to get back."""
    return serializer("carried").dumps([who, request.full_path.rstrip("?"), what_may_travel()])


def what_may_travel() -> Mapping[str, list[str]]:
    """Return the posted fields but those of one session only, and passwords."""
    return {key: values for key, values in request.form.lists() if not key.startswith(_SECRET)}


def unpack(packed: str) -> Carried | None:
    """Return what `pack` packed, or None when it is not ours or too old."""
    try:
        who, path, fields = serializer("carried").loads(packed, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return Carried(who, path, fields)


def show_again(path: str, fields: Mapping[str, list[str]]) -> ResponseReturnValue | None:
    """Return the page at `path` with its form filled in; None where no page has that address."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    g.typed = MultiDict({key: list(values) for key, values in fields.items()})
    return cast(ResponseReturnValue, current_app.view_functions[endpoint](**values))


def typed_before() -> Typed | None:
    """Return what was typed before the sign-in ran out, for the form that is shown again."""
    found = g.get("typed")
    return found if isinstance(found, MultiDict) else None

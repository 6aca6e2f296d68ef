"""The crawl: every route by every method, in every role, in every relation; each taken back."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from tests.access.crawl.answers import CASES, expected
from tests.access.crawl.bodies import body
from tests.access.crawl.house import PROCESS, House
from tests.access.crawl.roles import NOT_SIGNED_IN, WALKED
from tests.access.crawl.routes import ROUTES
from tests.access.crawl.stages import case_of_the_walker
from tests.access.crawl.standings import (
    INSIDE,
    RELATIONS,
    asked,
    cannot,
    standing,
    walking,
)
from web.limiting import _LIMITER

METHODS = ("GET", "POST", "HEAD", "OPTIONS")
# HEAD is the page of GET without its body, and what OPTIONS tells is no object's: they are asked
# where nothing is known and where nothing may be.
ALWAYS, SELDOM = ("GET", "POST"), ("none", "stranger")
UNKNOWN: Mapping[str, Any] = {
    "process": "findes_ikke",
    "number": 9999,
    "kind": "findes_ikke",
    "act": "findes_ikke",
    "key": "findes_ikke",
    "filename": "findes_ikke.css",
    "token": "findes_ikke",
    "code": "findes_ikke",
    "digest": "findes_ikke",
}
FIXED: Mapping[str, Any] = {
    "what": "forlaeng",
    "process": PROCESS,
    "number": 1,
    "kind": "lukkedage",
    "act": "ny",
    "key": "2026-12-30",
    "filename": "app.css",
    "code": "team2",
    "digest": "findes_ikke",
}
# What a name means in one address and not in the others.
HERE = {
    "/processer/<process>/udgave-<int:number>.bpmn": {"number": 1},
    "/kalender-og-frister/<kind>/<act>/<path:key>": {"act": "fjern"},
}
# What a treatment has, by the names in the addresses; and what it can never have.
IDS_INSIDE = ("case_id", "instance_id", "task_id", "line_id", "mail_id", "incident_id")
NEVER_INSIDE = {
    "consent_id": "a consent belongs to the ordinary case, also one that names the compartment",
    "use_id": "a use of the law instead of a consent belongs to the ordinary case",
    "meeting_id": "nothing in the compartment comes on an agenda",
    "item_id": "nothing in the compartment comes on an agenda",
}
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
_PLACE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
_FRAME = re.compile(rb"<header.*?</header>", re.DOTALL)
_SENTENCE = re.compile(rb'<p class="lead">\w|"sentence":"\w')
_TOKEN = "the-token-of-the-session"


# Under a case or task of one's own: what is another's.
STRANGE = {
    "/sager/<uuid:case_id>/processer/<uuid:instance_id>": "GET",
    "/sager/<uuid:case_id>/samtykker/<uuid:consent_id>/traek-tilbage": "POST",
    "/sager/<uuid:case_id>/uden-samtykke/<uuid:use_id>/fortalt": "POST",
    "/opgaver/<uuid:task_id>/frist/<uuid:line_id>/fortryd": "POST",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of the crawl."""

    rule: str
    method: str
    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule} as {self.role} ({self.relation})"


@dataclass(slots=True)
class Walked:
    """How many cells were asked, and which were answered otherwise than they must be."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)


def planned(relation: str) -> Iterator[Cell]:
    """Yield the cells of a relation, those of a role together."""
    for role in WALKED:
        if not cannot(relation, role):
            for rule in ROUTES:
                if relation in relations_of(rule):
                    for method in METHODS if relation in SELDOM else ALWAYS:
                        yield Cell(rule, method, role, relation)


def relations_of(rule: str) -> tuple[str, ...]:
    """Return in which relations the route is walked."""
    inside = () if not_inside(rule) else INSIDE
    if ROUTES[rule].kind in CASES:
        return (*(each for each in RELATIONS if each not in INSIDE), *inside)
    return ("none", "stranger", *inside) if _PLACE.search(rule) else ("none",)


def not_inside(rule: str) -> str:
    """Return why the route names nothing that can lie in the compartment, or "" where it does."""
    named = set(_PLACE.findall(rule))
    missing = (why for name, why in NEVER_INSIDE.items() if name in named)
    return next(missing, "" if named & {*IDS_INSIDE} else "it names no object of a case")


class Walker:
    """Asks the pages of a house as whoever the walker is at the moment."""

    def __init__(self, house: House) -> None:
        """Sign in once; the roles are read anew at every request."""
        self._house = self._asked = house
        self._client = house.app.test_client(use_cookies=False)
        used = int(house.casework.clock.now().timestamp())
        self._known = self._cookie({"sign_in": house.secret, "used": used, "csrf": _TOKEN})
        self._stranger = self._cookie({"csrf": _TOKEN})
        self._unknown: dict[tuple[str, str], bytes] = {}

    def walk(self, relation: str, cells: Iterable[Cell]) -> Walked:
        """Ask these cells of the relation, and take each back."""
        walked = Walked()
        self._asked = asked(self._house, relation)
        with standing(self._house, relation):
            for role, those in _by_role(cells):
                with walking(self._house, relation, role):
                    for cell in those:
                        walked.cells += 1
                        walked.wrong.extend(self._look(cell))
        return walked

    def status_without_token(self, rule: str) -> int:
        """Return how a post with another token is answered to one who is signed in."""
        with self._house.undone.taken_back():
            return self._client.post(
                self._path(rule, unknown=False),
                headers={"Cookie": self._known},
                data={"csrf_token": "another"},
            ).status_code

    def strange_children(self) -> dict[str, int]:
        """Return the routes that find, under the walker's own case, what belongs to another."""
        mine, found = dict(self._house.ids), {}
        with walking(self._house, "mine", "case_worker"):
            mine |= case_of_the_walker(self._house)
            for rule, method in STRANGE.items():
                self._house.ids, kept = mine, self._house.ids
                cell = Cell(rule, method, "case_worker", "mine")
                status = self._ask(cell, "mine")[0].status_code
                self._house.ids = kept
                if status != 404:
                    found[rule] = status
        return found

    def _look(self, cell: Cell) -> Iterator[str]:
        kind = ROUTES[cell.rule].kind
        answer, path = self._ask(cell, cell.relation)
        wanted = expected(kind, cell.method, cell.relation, cell.role)
        if answer.status_code != wanted:
            yield f"{cell}: {answer.status_code} and not {wanted}"
        elif wanted == 404 and cell.relation != "none" and _is_object(cell):
            if _bare(answer, path) != self._bare_unknown(cell):
                yield f"{cell}: 404, but not the bytes of what is unknown"
        elif wanted == 403 and cell.method in ALWAYS and not _SENTENCE.search(answer.data):
            yield f"{cell}: 403 without a sentence"

    def _bare_unknown(self, cell: Cell) -> bytes:
        """Return what is answered for an id that nothing has, asked by the same person.

        Who is asking stands in the frame, which `_bare` leaves out: so once is enough.
        """
        key = cell.rule, cell.method
        if key not in self._unknown:
            self._unknown[key] = _bare(*self._ask(cell, "none"))
        return self._unknown[key]

    def _ask(self, cell: Cell, relation: str) -> tuple[TestResponse, str]:
        path = self._path(cell.rule, unknown=relation == "none")
        cookie = self._stranger if cell.role == NOT_SIGNED_IN else self._known
        more = self._sent(cell) if cell.method == "POST" else {}
        self._house.app.extensions[_LIMITER].storage.reset()
        with self._house.undone.taken_back():
            headers = {"Cookie": cookie, **more.pop("headers", {})}
            found = self._client.open(path, method=cell.method, headers=headers, **more)
            found.get_data()
            found.close()  # a file
        return found, path

    def _sent(self, cell: Cell) -> dict[str, Any]:
        form = dict(body(self._asked, ROUTES[cell.rule].sends))
        if ROUTES[cell.rule].sends == "draft":
            return {"json": form, "headers": {"X-CSRF-Token": _TOKEN}}
        return {"data": {"csrf_token": _TOKEN, **form}}

    def _path(self, rule: str, *, unknown: bool) -> str:
        def fill(place: re.Match[str]) -> str:
            name = place.group(1)
            if unknown:
                return str(UNKNOWN.get(name, FIXED.get(name, NOBODY)))
            return str({**FIXED, **self._asked.ids, **HERE.get(rule, {})}[name])

        return _PLACE.sub(fill, rule)

    def _cookie(self, session: Mapping[str, Any]) -> str:
        app: Any = self._house.app
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))
        return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


def _is_object(cell: Cell) -> bool:
    return ROUTES[cell.rule].kind in CASES or cell.relation in INSIDE


def _by_role(cells: Iterable[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.role, []).append(cell)
    yield from found.items()


def _bare(answer: TestResponse, path: str) -> bytes:
    """Return headers and page without the frame, and without the address that was asked for."""
    page = answer.data
    for part in path.split("/"):
        if len(part) == len(str(NOBODY)):
            page = page.replace(part.encode(), b"an id")
    names = sorted(name for name, _value in answer.headers if name != "Content-Length")
    return b"\n".join([repr(names).encode(), _FRAME.sub(b"", page)])

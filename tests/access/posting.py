"""Every form of the two houses, sent by everybody outside, each taken back; and what is answered.

What a post leads to is looked at too, before it is taken back: there stands what it has changed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, select
from werkzeug.test import TestResponse

from engine.ports import SYSTEM
from engine.services.tasks import claim_task
from engine.storage.database import Database
from engine.storage.models import AnswersRow, DayRow, IncidentRow, TaskRow
from engine.storage.work import Work
from tests.access.crawl.bodies import of_any_house
from tests.access.crawl.routes import ROUTES
from tests.access.crawl.undone import Undone
from tests.access.houses import House, Pair, answer_of, filled, watch
from tests.conftest import reading
from tests.town import staff_of
from tests.web.conftest import SCREENING, Visitor, act_as
from web.limiting import _LIMITER
from workflows.access.persons import ABOUT_PERSONS
from workflows.municipalities.records import UnitRow
from workflows.records import METADATA

Form = Mapping[str, Any]
# What a wish, a referral and a broken glass are about: Emil, who has an ordinary case and a
# treatment; Jonas, whom only the centre knows; Maja, whom nobody knows.
EMIL = {
    "first_name": "Emil",
    "last_name": "Opdigtet",
    "birth_date-day": "4",
    "birth_date-month": "10",
    "birth_date-year": "2005",
}
BY_NUMBER = {**EMIL, "cpr": "0410050000"}
JONAS = {
    **EMIL,
    "first_name": "Jonas",
    "birth_date-day": "1",
    "birth_date-month": "2",
    "birth_date-year": "2004",
}
MAJA = {**EMIL, "first_name": "Maja"}
ABOUT = {
    "/sager/ny": (EMIL, BY_NUMBER, JONAS, MAJA),
    "/behandling/ny": (EMIL, BY_NUMBER, JONAS, MAJA),
    "/sager/aabn": (EMIL, JONAS, MAJA),
    "/sager/cpr": ({}, {"cpr": BY_NUMBER["cpr"]}),
}
DAYS = {
    **{"since-day": "9", "since-month": "3", "since-year": "2026"},
    **{"until-day": "10", "until-month": "3", "until-year": "2026"},
}
# What they do goes on inside, and is another work where there is a treatment: a wish joins it, and
# one who leaves lets go of it. The database is told so; the answer, and the page after it, are not.
WORKS_INSIDE = ("cases.pass_wish_in", "admin.let_go")
# They end the sign-in by which everything else is asked.
LEAVES = ("auth.sign_out", "auth.sign_out_everywhere", "auth.sign_out_there")
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# A secret that is made by the post: of a calendar's address, or a code for a password.
_SECRET = re.compile(rb"(?<=/kalender/)[\w-]{20,}|(?<=<strong>)[0-9a-f]{32}(?=</strong>)")


@dataclass(frozen=True, slots=True)
class Post:
    """One form on its way: the one of its route, with whom it is about."""

    endpoint: str
    rule: str
    path: str
    about: Form

    def __str__(self) -> str:
        return f"{self.path} {self.about.get('first_name', '')}".rstrip()


class Sender:
    """Sends forms to one of the houses, in which every transaction is taken back."""

    def __init__(self, pair: Pair, house: House) -> None:
        """Put an engine that keeps nothing in the place of the house's own, until `end`."""
        self._house, self._known = house, _ids(pair.without) | _ids(pair.within)
        self._forms, own = _of_the_houses(pair), house.casework.database
        self._undone = Undone(own)
        house.casework.database = Database(
            own.url, engine=self._undone.engine, keyring=own.keyring, about_persons=ABOUT_PERSONS
        )
        self._seen = str(house.casework.act(SYSTEM, lambda work: work.configuration.number))
        act_as(house.casework, "intake", _claim)
        watch(house)

    def send(self, visitor: Visitor, post: Post) -> tuple[Any, ...]:
        """Return what is answered and done, and what stands where that leads."""
        self._house.app.extensions[_LIMITER].storage.reset()
        kept = dict(visitor.client._cookies)  # as they were before the post
        with self._undone.taken_back():
            response, found = self._ask(visitor, "POST", post.path, self._sent(visitor, post))
            if address := response.headers.get("Location"):
                found += self._ask(visitor, "GET", address)[1]
        visitor.client._cookies = kept
        return found

    def end(self) -> None:
        """Take everything back."""
        self._undone.end()

    def _sent(self, visitor: Visitor, post: Post) -> Form:
        name = ROUTES[post.rule].sends
        form = of_any_house(name) or self._forms[name]
        if name == "draft":
            return {"json": form, "headers": {"X-CSRF-Token": visitor.token}}
        more = SCREENING if name == "task" else {"seen": self._seen} if "seen" in form else {}
        return {"data": {"csrf_token": visitor.token, **form, **more, **post.about}}

    def _ask(
        self, visitor: Visitor, method: str, path: str, sent: Form | None = None
    ) -> tuple[TestResponse, tuple[Any, ...]]:
        self._house.asked.clear()
        response = visitor.client.open(path, method=method, **(sent or {}))
        status, headers, body, asked = answer_of(self._house, response)
        bare = [(name, self._bare(text)) for name, text in headers]
        return response, (status, bare, self._bare(body), asked)

    def _bare(self, text: bytes) -> bytes:
        """Leave out the ids and secrets that the post itself has made."""
        bare = _UUID.sub(lambda found: found[0] if found[0] in self._known else b"new", text)
        return _SECRET.sub(b"secret", bare)


def posts(pair: Pair) -> Iterator[Post]:
    """Yield every form of every route that takes one, to every object that there is."""
    app, places = pair.without.app, {**pair.places, **_places(pair)}
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "POST" in (rule.methods or ()) and rule.endpoint not in LEAVES:
            for path in filled(app, rule, places):
                for about in ABOUT.get(rule.rule, ({},)):
                    yield Post(rule.endpoint, rule.rule, path, about)


def apart(pair: Pair, viewers: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return where the houses answer a form differently, and the endpoints that never took one."""
    senders = Sender(pair, pair.without), Sender(pair, pair.within)
    found, well, every = [], set(), list(posts(pair))
    for viewer in viewers:
        visitors = [_arrived(house, viewer) for house in (pair.without, pair.within)]
        for post in every:
            first, second = map(Sender.send, senders, visitors, (post, post))
            if post.endpoint in WORKS_INSIDE:
                first, second = _but_its_work(first), _but_its_work(second)
            well |= {post.endpoint} if first[0] < 400 else set()
            names = [n for n, a, b in zip(_PARTS, first, second, strict=False) if a != b]
            names += ["a bug"] if first[0] >= 500 else []
            found += [f"{viewer} {post}: {', '.join(names)}"] if names else []
    for each in senders:
        each.end()
    return found, {post.endpoint for post in every} - well


def _but_its_work(found: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*found[:3], (), *found[4:])


_PARTS = ("status", "headers", "bytes", "statements", *(f"{n} there" for n in range(4)))


def _arrived(house: House, viewer: str) -> Visitor:
    visitor = house.visitor(viewer)
    visitor.get("/konto")  # for the token of its forms
    return visitor


def _of_the_houses(pair: Pair) -> Mapping[str, Form]:
    staff = {name: str(each) for name, each in staff_of(pair.without.casework).items()}
    unit, text = (pair.without.casework.act(SYSTEM, each) for each in (_unit, _text))
    return {
        "absence": {"employee": staff["job_adviser2"], "deputy": staff["job_adviser"], **DAYS},
        "thread": {
            "employee": staff["job_adviser2"],
            "held_by": staff["job_adviser"],
            "reason": "workload",
        },
        "loan": {
            "employee": staff["mentor"],
            "role": f"{unit}:teacher",
            "reason": "Ferie i enheden.",
            **DAYS,
        },
        "post": {"role": "guide", "unit": str(unit)},
        "annotation": {"tekst": text, "text": "Det er ikke rigtigt."},
        "instance": {"sag": pair.places["instance_id"][0], "fra": "1", "til": "1"},
    }


def _claim(work: Work) -> None:
    """Let the screening of Sofie be done by who asks."""
    query = select(TaskRow.id).where(TaskRow.element == "screening")
    claim_task(work, work.session.scalars(query).one())


def _unit(work: Work) -> UUID:
    return work.session.scalars(select(UnitRow.id).where(UnitRow.code == "ungecenter")).one()


def _text(work: Work) -> str:
    work.reads_for("test")
    first = select(AnswersRow.id).where(AnswersRow.form == "referral").order_by(AnswersRow.id)
    return f"{work.session.scalars(first).first()}.referrer_name"


def _places(pair: Pair) -> Mapping[str, list[str]]:
    """Return what the parts of addresses that only take posts can be."""
    staff, nobody = staff_of(pair.within.casework), [str(UUID(int=0))]

    def ids(work: Work, column: Any) -> list[str]:
        return [str(each) for each in work.session.scalars(select(column))] or nobody

    def found(work: Work) -> dict[str, list[str]]:
        work.reads_for("test")
        return {"incident_id": ids(work, IncidentRow.id), "line_id": ids(work, DayRow.id)}

    return {
        **pair.within.casework.act(SYSTEM, found),
        "employee_id": [str(staff[each]) for each in ("drug_adviser", "drug_adviser2", "mentor")],
        **dict.fromkeys(("absence_id", "posting_id", "post_id", "use_id"), nobody),
        "digest": ["-"],
    }


def _ids(house: House) -> set[bytes]:
    """Return every id in the database."""
    found: set[bytes] = set()
    with reading(house.casework.database).connect() as connection:
        for table in METADATA.sorted_tables:
            for column in (each for each in table.c if isinstance(each.type, Uuid)):
                found |= {str(each).encode() for each in connection.scalars(select(column))}
    return found

"""Everybody's way through the house, with what each answer names and what was logged of it."""

import base64
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from flask import request

from engine.ports import SYSTEM
from tests.access.marks import Marks, logged_at, marks_of, may_know, people_in
from tests.explanations.walking import (
    LINK,
    PEOPLE,
    STARTS,
    House,
    erasures_of,
    feed_of,
    kind_of,
    receipts_of,
)
from tests.web.conftest import Page, Visitor
from workflows.calendars.feeds import forums_of

NO_LINK_LEADS_THERE = (
    "/",
    "/log-ind",
    "/nowhere",
    "/sager?q=xquv",
    "/sager?vis=alle",
    "/indbakke?vis=team",
    "/konto/post",
    "/processer/follow_up/kladde.bpmn",
    "/processer/follow_up/udgave-1.bpmn",
    "/processer/follow_up/tegning.json",
    "/sager/00000000-0000-4000-8000-000000000000",
)
TASK = re.compile(r"/opgaver/[0-9a-f-]{36}")
REHEARSAL = re.compile(r"/processer/\w+/proeve/[0-9a-f-]{36}")
FILES = re.compile(r"/static/|/log-ud")
LEAVES_THE_HOUSE = {"/log-ud", "/sprog", "/konto/adgangskode", "/konto/log-ud-overalt"}
MOST = 2  # pages of a kind that one person finds by links
_FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request was answered: young people by id. `travels` are those of cookie and address.

    `named` by words, `led_to` by an address that the reader may open; `asked` are in the request.
    """

    username: str
    kind: str
    address: str
    status: int
    named: frozenset[str]
    led_to: frozenset[str]
    asked: frozenset[str]
    travels: frozenset[str]
    logged: frozenset[str]
    rows: int

    @property
    def is_right(self) -> bool:
        """Say whether the one row of the request says exactly whom its answer names.

        An answer that only leads on names nobody; what was done to a case may be logged with it.
        """
        if 300 <= self.status < 400:
            return not self.named and self.logged <= self.asked and self.rows <= 1
        return self.named | self.led_to == self.logged and self.rows == bool(self.logged)


@dataclass(slots=True)
class Asker:
    """One person at a browser; every request has a moment of its own."""

    house: House
    username: str
    visitor: Visitor
    marks: Marks

    def get(self, address: str, **more: object) -> tuple[Page, Answer]:
        return self._asked(address, lambda: self.visitor.get(address, **more))

    def post(self, address: str, sent: Mapping[str, str]) -> tuple[Page, Answer]:
        page, answer = self._asked(address, lambda: self.visitor.post(address, sent), "POST")
        if answer.status < 400:  # it may have made what has an id
            self.marks = marks_of(self.house.casework)
        return page, answer

    def _asked(self, address, ask, method="GET") -> tuple[Page, Answer]:
        clock = self.house.casework.clock
        clock.move_to(clock.now() + timedelta(seconds=1))
        before = may_know(self.house.casework, self.house.actor(self.username).id)
        page = ask()
        rows, text = logged_at(self.house.casework), page.html
        logged, asked = people_in(rows), self.marks.led_to(address)
        may = before | logged
        led_to = (self.marks.led_to(text) & may) - (set() if page.status == 200 else asked - logged)
        return page, Answer(
            username=self.username,
            kind=f"{method} {_rule(self.house, address, method)}",
            address=address,
            status=page.status,
            named=frozenset(self.marks.named(text)),
            led_to=frozenset(led_to),
            asked=frozenset(asked),
            travels=frozenset(self.marks.named(_beside(page))),
            logged=frozenset(logged),
            rows=len(rows),
        )


def askers(house: House) -> Sequence[Asker]:
    """Return everybody at a browser of their own."""
    marks = marks_of(house.casework)
    return [Asker(house, each, house.visitor(each), marks) for each in PEOPLE]


def walked(asker: Asker) -> Iterator[tuple[Page, Answer]]:
    """Yield the pages that links lead to, some of every kind."""
    seen, kinds, ahead = set[str](), Counter[str](), [*STARTS, *_others(asker)]
    while ahead:
        address = ahead.pop(0)
        kind = kind_of(asker.house.app, address)
        if address in seen or kinds[kind] >= MOST or FILES.search(address):
            continue
        seen.add(address)
        page, answer = asker.get(address)
        kinds[kind] += answer.status == 200
        yield page, answer
        if "text/html" in page.response.content_type:
            ahead += [unescape(each) for each in LINK.findall(page.html)]
        ahead += [f"/api{address}/frist"] if TASK.fullmatch(address) else []
        ahead += [f"{address}.json"] if REHEARSAL.fullmatch(address) else []


def posted(asker: Asker, pages: Sequence[Page]) -> Iterator[Answer]:
    """Yield the answers to the forms of these pages, sent with nothing filled in; some of each."""
    done, asker.marks = Counter[str](), marks_of(asker.house.casework)
    for page in pages:
        for form in _FORM.findall(page.html):
            found = re.search(r'action="([^"]*)"', form)
            address = unescape(found[1]) if found and found[1] else page.response.request.path
            rule = _rule(asker.house, address, "POST")
            done[rule] += 1
            if rule not in LEAVES_THE_HOUSE and "log-ud" not in rule and done[rule] <= MOST:
                asker.visitor.get(page.response.request.path)  # for its token
                yield asker.post(address, _hidden(form))[1]


def _others(asker: Asker) -> list[str]:
    """Return the addresses of feeds, and of what else no link leads to."""
    house = asker.house
    with house.casework.work(SYSTEM) as work:
        work.actor = house.actor(asker.username)
        codes = [each.code for each in forums_of(work)]
    feed = feed_of(house, asker.username)
    teams = [f"{feed.removesuffix('.ics')}/{code}.ics" for code in codes]
    unlinked = [*NO_LINK_LEADS_THERE, *receipts_of(house, asker.username), *erasures_of(house)]
    return [*unlinked, feed, *teams]


def _hidden(form: str) -> Mapping[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def _rule(house: House, address: str, method: str) -> str:
    with house.app.test_request_context(address, method=method):
        return request.url_rule.rule if request.url_rule else ""


def _beside(page: Page) -> str:
    """Return what travels beside the body: where it leads, and what the cookies hold."""
    headers = page.response.headers
    cookies = " ".join(headers.getlist("Set-Cookie"))
    packed = re.findall(r"session=(\.?)([\w-]+)\.", cookies)
    opened = [_opened(text, is_deflated=bool(dot)) for dot, text in packed]
    return " ".join((headers.get("Location", ""), cookies, *opened))


def _opened(text: str, *, is_deflated: bool) -> str:
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return (zlib.decompress(content) if is_deflated else content).decode()

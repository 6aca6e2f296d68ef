"""Fills any form of a page: a mark of its own in every box for text, something in every choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from lxml import html

from tests.web.conftest import Page, Visitor

LETTERS = "abcdefghijklmnop"
_TEXT = ("text", "search", "email", "tel", "")


@dataclass(slots=True)
class Marks:
    """Every mark that was typed, by the form and field it was typed in."""

    places: dict[str, str] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)

    def new(self, place: str) -> str:
        """Return a word that stands nowhere else, and that every text may hold."""
        number = len(self.places)
        digits = "".join(LETTERS[number >> shift & 15] for shift in (12, 8, 4, 0))
        mark = f"Zqx{digits}kvj"
        self.places[mark] = place
        return mark

    def cpr(self, place: str) -> str:
        """Return ten digits with a day of birth that no calendar has."""
        mark = f"740610{len(self.places):04d}"
        self.places[mark] = place
        return mark


@dataclass(slots=True)
class Pen:
    """One who fills in forms in a browser."""

    visitor: Visitor
    app: Flask
    marks: Marks
    silent: Mapping[str, str]  # the endpoints that take no text

    def get(self, address: str) -> Page:
        """Open a page; a form on it that takes text says so in the table of routes."""
        page = self.visitor.get(address)
        for form in _forms(page):
            endpoint = self._endpoint(form, address)
            boxes = [name for name, kind, _ in _boxes(form) if kind in _TEXT]
            assert endpoint not in self.silent or not boxes, f"{endpoint} takes {boxes}"
        return page

    def fill(self, address: str, choice: int = 0, /, action: str = "", **known: Any) -> Page:
        """Fill in the form of the page that is sent to `action` (the page itself) and send it.

        Of what can be chosen the option number `choice` is. `known` is typed as it is.
        """
        page = self.get(address)
        wanted = action or address
        found = [each for each in _forms(page) if (each.get("action") or address) == wanted]
        assert found, f"no form to {wanted}: {page.text}"
        form = found[0]
        endpoint = self._endpoint(form, address)
        sent = {**self._typed(form, endpoint, choice), **known}
        answer = self.visitor.post(form.get("action") or address, sent)
        assert answer.status in (200, 303), f"{endpoint}: {answer.text}"
        self.marks.filled.add(endpoint)
        return answer

    def _endpoint(self, form: Any, address: str) -> str:
        action = form.get("action") or address
        with self.app.test_request_context(action, method="POST"):
            return str(request.endpoint)

    def _typed(self, form: Any, endpoint: str, choice: int) -> dict[str, Any]:
        hidden = [each for each in form.iter("input") if each.get("type") == "hidden"]
        typed: dict[str, Any] = {each.get("name"): each.get("value") for each in hidden}
        for name, kind, options in _boxes(form):
            if kind in ("radio", "select"):
                typed[name] = options[min(choice, len(options) - 1)] if options else ""
            elif kind == "checkbox":
                typed[name] = options[:1]
            elif kind == "number":
                typed[name] = _number(name)
            elif kind in _TEXT:
                typed[name] = self._text(f"{endpoint}.{name}", name)
        return typed

    def _text(self, place: str, name: str) -> str:
        if name == "cpr":
            return self.marks.cpr(place)
        mark = self.marks.new(place)
        return f"{mark}@borger.example" if name.endswith("email") else f"{mark} {mark}"


def _number(name: str) -> str:
    """Return a part of a day, or a number."""
    parts = {"-day": "30", "-month": "6", "-year": "2026"}
    return next((value for end, value in parts.items() if name.endswith(end)), "3")


def _forms(page: Page) -> list[Any]:
    tree = html.fromstring(page.html) if page.html.strip() else html.fromstring("<p></p>")
    return [each for each in tree.iter("form") if (each.get("method") or "").lower() == "post"]


def _boxes(form: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Yield every box of a form once: name, kind and what can be chosen."""
    chosen: dict[tuple[str, str], list[str]] = {}
    for each in form.iter("input", "textarea", "select"):
        name, kind = each.get("name"), _kind(each)
        if name and kind not in ("hidden", "submit", "file"):
            options = (
                [o.get("value") for o in each.iter("option")]
                if kind == "select"
                else [each.get("value") or ""]
            )
            chosen.setdefault((name, kind), []).extend(value for value in options if value)
    for (name, kind), options in chosen.items():
        yield name, kind, options


def _kind(box: Any) -> str:
    if box.tag != "input":
        return "select" if box.tag == "select" else "text"
    takes_digits = box.get("inputmode") in ("numeric", "decimal")
    return "number" if takes_digits else str(box.get("type") or "text")

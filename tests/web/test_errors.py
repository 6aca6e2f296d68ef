"""When something stops a person: a kind sentence, the right status, and never a stack trace."""

import logging

import pytest

from engine.domain.errors import (
    Already,
    Conflict,
    DatabaseBusy,
    NotPossible,
    NotWaiting,
    Over,
    SomethingFirst,
    StaleCase,
    TooEarly,
)
from tests.web.conftest import Page

_FORM = "application/x-www-form-urlencoded"


def test_an_unknown_address_is_a_kind_page(intake):
    page = intake.get("/findes/ikke")

    assert (page.status, page.heading) == (404, "Siden findes ikke")
    assert page.href("Til indbakken") == "/indbakke"


def test_an_unknown_address_does_not_ask_a_stranger_who_they_are(visitor):
    assert visitor().get("/findes/ikke").status == 404


def test_a_bug_shows_a_number_and_is_logged_under_it(app, signed_in, caplog):
    @app.get("/gaar-galt")
    def broken() -> str:
        raise RuntimeError("hemmeligheden")

    visitor = signed_in("intake")
    with caplog.at_level(logging.ERROR):
        page = visitor.get("/gaar-galt")

    assert page.status == 500
    assert "Noget gik galt hos os" in page.text
    assert "hemmeligheden" not in page.html
    number = page.text.split("så sig nummer ")[1].split(".")[0]
    assert number in caplog.text


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (Conflict("Mette har fået tråden, siden du hentede siden."), "Nogen kom først"),
        (StaleCase("Sagen er ændret af en anden imens. Prøv igen."), "Nogen kom først"),
        (DatabaseBusy("Databasen er optaget. Prøv igen om lidt."), "Systemet har travlt lige nu"),
        (Already("Fristen er allerede i bero."), "Det er allerede sådan"),
        (Over("Sagen er lukket."), "Det kan ikke ændres længere"),
        (NotWaiting("Opgaven venter ikke længere."), "Det kan ikke ændres længere"),
        (TooEarly("Mødet kan først holdes på dagen."), "Det er for tidligt"),
        (SomethingFirst("Skriv fremmødet ind."), "Noget andet skal gøres først"),
        (NotPossible("Opgaven har ingen frist."), "Det kan ikke lade sig gøre"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Conflict) else None,
)
def test_each_kind_of_conflict_has_a_heading_that_is_true(app, signed_in, error, heading):
    @app.get("/kan-ikke")
    def refused() -> str:
        raise error

    page = signed_in("intake").get("/kan-ikke")

    assert (page.status, page.heading) == (409, heading)
    assert str(error) in page.text


def test_a_flood_of_text_is_refused_in_words(intake):
    flood = b"reason_referrer=" + b"a" * 5_000_000
    page = Page(intake.client.post("/sager/ny", data=flood, content_type=_FORM))

    assert (page.status, page.heading) == (413, "Det var for meget på én gang")


def test_the_pages_can_be_read_in_english(intake):
    intake.post("/sprog", {"language": "en", "back": "/indbakke"})

    assert intake.get("/indbakke").heading == "Inbox"

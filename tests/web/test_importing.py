"""Import help on the pages: from a drawing of another tool to a draft that opens in the editor."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest

from tests.web.conftest import Page, Visitor

DRAWINGS = Path(__file__).parents[1] / "spiff" / "adapting"
SIGNAVIO = (DRAWINGS / "tools" / "signavio.bpmn").read_bytes()
REFUSED = (DRAWINGS / "miwg" / "A.3.0.bpmn").read_bytes()
TWO_POOLS = (DRAWINGS / "miwg" / "A.4.1.bpmn").read_bytes()


@pytest.fixture
def owner(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A process owner, signed in."""
    found = signed_in("process_designer")
    found.get("/processer")
    return found


def send(visitor: Visitor, path: str, content: bytes, **fields: str) -> Page:
    sent = {**fields, "file": (BytesIO(content), "drawing.bpmn")}
    return visitor.post(path, sent, content_type="multipart/form-data")


def adapt(visitor: Visitor, content: bytes) -> Page:
    return send(visitor, "/processer/referral/tilpas", content)


def kept_in(page: Page) -> str:
    """Return the copy that the page would send back."""
    found = re.search(r'<textarea name="xml" hidden>(.*?)</textarea>', page.html, re.DOTALL)
    return unescape(found[1]) if found else ""


def keep(visitor: Visitor, page: Page, **fields: str) -> Page:
    return visitor.post("/processer/referral/tilpas/gem", {"xml": kept_in(page), **fields})


def test_the_page_says_what_was_done_and_what_is_left(owner):
    page = adapt(owner, SIGNAVIO)

    assert (page.status, page.heading) == (200, "Tegningen er gjort kørbar")
    assert "Det har vi ændret" in page.text
    assert "Tal med den unge, Journalisér Opgaven er nu en brugeropgave" in page.text
    assert "Afgør Kommer familien? Vælg den vej, der er mest forsigtig for den unge" in page.text
    assert "Fejl Journalisér Opgaven har ingen rolle" in page.text


def test_the_page_shows_the_adapted_drawing(owner):
    page = adapt(owner, SIGNAVIO)

    assert '<svg class="drawn' in page.html
    assert ">Journalisér</text>" in page.html


def test_nothing_is_kept_before_the_owner_says_so(owner):
    adapt(owner, SIGNAVIO)

    assert "ingen kladde" in owner.get("/processer/referral").text


def test_what_is_kept_is_the_draft_and_opens_in_the_editor(owner):
    page = adapt(owner, SIGNAVIO)

    kept = keep(owner, page, version="0")

    assert (kept.status, kept.response.location) == (303, "/processer/referral/tegning")
    assert owner.get("/processer/referral/kladde.bpmn").html == kept_in(page)


def test_a_draft_of_somebody_else_is_not_overwritten(owner):
    page = adapt(owner, SIGNAVIO)
    keep(owner, page, version="0")

    assert keep(owner, page, version="0").status == 409


def test_a_refused_drawing_is_told_why_and_is_not_lost(owner):
    page = adapt(owner, REFUSED)

    assert (page.status, page.heading) == (422, "Tegningen kan ikke gøres kørbar endnu")
    assert "Fejl Boundary Intermediate Event Interrupting Escalation En hændelse" in page.text
    assert "Din fil er, som den var." in page.text


def test_a_refused_drawing_in_utf_8_can_be_kept_as_it_is(owner):
    text = REFUSED.decode("iso-8859-1").replace("ISO-8859-1", "UTF-8")

    page = adapt(owner, text.encode())

    assert "Gem som kladde, som den er" in page.text
    assert keep(owner, page, version="0").status == 303


def test_another_process_of_the_file_can_be_chosen_without_sending_it_again(owner):
    page = adapt(owner, TWO_POOLS)
    original = re.search(r'name="original" value="([^"]*)"', page.html)
    wanted = re.search(r'<option value="([^"]*)">Pool 1<', page.html)
    assert original
    assert wanted

    again = owner.post("/processer/referral/tilpas", {"original": original[1], "wanted": wanted[1]})

    assert '<option value="sid-54D696FD-DEDC-45F3-99DB-1404DA433FC4">Pool 2<' in again.html


@pytest.mark.parametrize("content", [b"", b"x" * (2 * 1024 * 1024 + 1)])
def test_no_file_and_one_that_is_too_large_are_told_in_a_sentence(owner, content):
    page = adapt(owner, content)
    page.response.request.environ["wsgi.input"].close()  # the client leaves a large one open

    assert page.response.location == "/processer/referral"
    text = owner.get("/processer/referral").text
    assert ("2 MB." in text) if content else ("Der kom ingen fil med." in text)


def test_a_file_that_is_no_drawing_is_refused_with_a_sentence(owner):
    page = adapt(owner, b"%PDF-1.7")

    assert page.status == 422
    assert "Filen er ikke gyldig XML" in page.text


def test_a_new_process_begins_with_a_drawing(owner):
    page = send(owner, "/processer/ny", SIGNAVIO, process="home_visit")
    kept = owner.post(
        "/processer/home_visit/tilpas/gem", {"xml": kept_in(page), "version": "0", "new": "yes"}
    )

    assert kept.response.location == "/processer/home_visit/tegning"
    assert owner.get("/processer/home_visit/tegning").status == 200
    assert "Ungecentret ikke i drift endnu" in owner.get("/processer").text
    assert "ikke i drift endnu" in owner.get("/processer/home_visit").text


def test_a_new_process_that_is_thrown_away_leaves_the_list_as_it_was(owner):
    page = send(owner, "/processer/ny", SIGNAVIO, process="home_visit")
    owner.post(
        "/processer/home_visit/tilpas/gem", {"xml": kept_in(page), "version": "0", "new": "yes"}
    )

    gone = owner.post("/processer/home_visit/kladde/slet", {"version": "1"})

    assert gone.response.location == "/processer"
    assert "Ungecentret" not in owner.get("/processer").text


@pytest.mark.parametrize("name", ["referral", "Hjemme besøg", "", "x" * 80, "../etc"])
def test_a_new_process_has_a_name_that_is_free_and_plain(owner, name):
    page = send(owner, "/processer/ny", SIGNAVIO, process=name)

    assert page.status == 303
    text = owner.get("/processer").text
    assert "Vælg et andet navn." in text or "Navnet skal begynde med et lille bogstav" in text


def test_only_process_owners_get_import_help(intake, signed_in):
    chief = signed_in("chief_consultant")
    chief.get("/processer")

    assert adapt(intake, SIGNAVIO).status == 403
    assert adapt(chief, SIGNAVIO).status == 403
    assert "Begynd en ny proces" not in chief.get("/processer").text

"""The studio without the editor: lists, files in and out, and who may do what."""

from collections.abc import Callable
from io import BytesIO

import pytest

from tests.conftest import BPMN
from tests.web.conftest import Page, Visitor

REFERRAL = (BPMN / "processes/referral/referral.bpmn").read_text("utf-8")
CHANGED = REFERRAL.replace('name="Screen henvisningen"', 'name="Læs henvisningen"')
FAULTY = REFERRAL.replace('camunda:formKey="screening" ', "")


@pytest.fixture
def owner(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A process owner, signed in."""
    found = signed_in("process_designer")
    found.get("/processer/referral")
    return found


def upload(visitor: Visitor, content: bytes, version: int = 0) -> Page:
    sent = {"version": str(version), "file": (BytesIO(content), "referral.bpmn")}
    page = visitor.post("/processer/referral/fil", sent, content_type="multipart/form-data")
    page.response.request.environ["wsgi.input"].close()  # the client leaves a large one open
    return page


def send(visitor: Visitor, path: str, data: object) -> Page:
    headers = {"X-CSRF-Token": visitor.token, "Accept": "application/json"}
    return Page(visitor.client.post(path, json=data, headers=headers))


def save(visitor: Visitor, xml: str, version: int = 0) -> Page:
    return send(visitor, "/processer/referral/kladde", {"xml": xml, "version": version})


def draft_of(visitor: Visitor) -> str:
    return visitor.get("/processer/referral/kladde.bpmn").html


def test_the_list_says_what_is_in_force_and_who_works_on_it(owner, names):
    save(owner, CHANGED)

    text = owner.get("/processer").text

    assert "Henvisning udgave 1 i dag kl. 10.00" in text
    assert f"gemt i dag kl. 10.00 af {names['process_designer']}" in text


def test_the_page_says_what_people_do_and_by_when(owner):
    text = owner.get("/processer/referral").text

    assert (
        "Screen henvisningen modtagelsen screening 5 arbejdsdage efter, at opgaven oprettes "
        "A – ordinær"
    ) in text
    assert "Skriv dit bidrag til mødet regnes ud (discipline)" in text


def test_a_process_that_nobody_has_is_not_found(owner):
    assert owner.get("/processer/lunch").status == 404


@pytest.mark.parametrize("path", ["", "/referral", "/referral/tegning", "/referral/kladde.bpmn"])
def test_the_studio_is_for_process_owners(intake, path):
    page = intake.get(f"/processer{path}")

    assert (page.status, "Studiet er for procesejere" in page.text) == (403, True)


def test_the_editor_is_told_so_in_a_sentence(intake):
    page = save(intake, CHANGED)

    assert (page.status, page.response.json) == (
        403,
        {"sentence": "Studiet er for procesejere. Har du en idé, så fortæl den til en af dem."},
    )


def test_a_chief_consultant_may_look_but_not_change(signed_in):
    chief = signed_in("chief_consultant")

    page = chief.get("/processer/referral")

    assert (page.status, "Læg en fil ind" in page.text) == (200, False)
    assert save(chief, CHANGED).status == 403


def test_what_is_saved_is_what_comes_back_as_a_file(owner):
    assert save(owner, CHANGED).response.json["version"] == 1

    assert draft_of(owner) == CHANGED


def test_a_save_over_a_colleague_is_told_and_changes_nothing(owner, signed_in, names):
    colleague = signed_in("process_designer")
    colleague.get("/processer/referral")
    save(colleague, CHANGED)

    page = save(owner, FAULTY)

    assert page.status == 409
    assert page.response.json["sentence"].startswith(f"{names['process_designer']} har gemt")
    assert draft_of(owner) == CHANGED


def test_a_save_without_the_token_of_the_session_is_refused(owner):
    owner.token = "made up"

    assert save(owner, CHANGED).status == 400
    assert draft_of(owner) == REFERRAL


@pytest.mark.parametrize("sent", [None, [], {}, {"xml": 7}, {"xml": CHANGED}])
def test_a_save_of_something_else_is_refused_with_a_sentence(owner, sent):
    page = send(owner, "/processer/referral/kladde", sent)

    assert page.status in (409, 422)
    assert page.response.json["sentence"].endswith(".")


def test_the_check_says_what_is_wrong_where(owner):
    save(owner, FAULTY)

    found = send(owner, "/processer/referral/kontrol", {}).response.json["findings"]

    assert [(each["code"], each["element"], each["severity"]) for each in found] == [
        ("task_without_form", "screening", "error")
    ]
    assert found[0]["text"].startswith("Opgaven har ingen formular")


def test_the_page_shows_the_faults_and_no_way_to_deploy_them(owner):
    save(owner, FAULTY)

    page = owner.get("/processer/referral")

    assert "1 fejl og 0 advarsler" in page.text
    assert "Hvad er nyt?" not in page.text


def test_a_draft_is_deployed_from_its_page(owner):
    save(owner, CHANGED)
    page = owner.get("/processer/referral")

    owner.post("/processer/referral/drift", {"version": page.hidden("version"), "note": "Nye ord"})

    text = owner.get("/processer/referral").text
    assert "Udgave 2 er i drift." in text
    assert "Læs henvisningen" in text
    assert "Nye ord" in text
    assert owner.get("/processer/referral/udgave-1.bpmn").html == REFERRAL


def test_a_draft_with_faults_cannot_be_deployed_past_its_page(owner):
    save(owner, FAULTY)

    page = owner.post("/processer/referral/drift", {"version": "1"})

    assert (page.status, "har fejl" in page.text) == (422, True)
    assert draft_of(owner) == FAULTY


def test_a_draft_is_thrown_away(owner):
    save(owner, CHANGED)

    owner.post("/processer/referral/kladde/slet", {"version": "1"})

    assert draft_of(owner) == REFERRAL


def test_a_file_becomes_the_draft(owner):
    assert upload(owner, CHANGED.encode()).status == 303

    assert draft_of(owner) == CHANGED


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Der kom ingen fil med"),
        (b"%PDF-1.7 \xff\xfe", "ikke tekst i UTF-8"),
        (b"Kaere Tovholder", "Filen er ikke gyldig XML"),
        (b"<svg/>", "ikke et BPMN-diagram"),
        (CHANGED.encode()[:-20], "Filen er ikke gyldig XML"),
        (b"<!DOCTYPE x><x/>", "DOCTYPE"),
        (b"<a>" + b"x" * 2_100_000 + b"</a>", "mere end 2 MB"),
    ],
    ids=["nothing", "pdf", "words", "svg", "cut off", "doctype", "large"],
)
def test_a_file_that_cannot_be_read_leaves_what_was_there(owner, content, sentence):
    save(owner, CHANGED)

    page = upload(owner, content, version=1)

    assert page.status == 422
    assert sentence in page.text
    assert "Det, der var her før, er her endnu." in page.text
    assert draft_of(owner) == CHANGED


def test_the_editor_is_told_what_the_house_offers(owner):
    offered = owner.get("/processer/referral/tegning.json").response.json

    assert offered["version"] == 0
    assert {"value": "intake", "label": "modtagelsen"} in offered["roles"]
    assert {"value": "consent", "label": "Samtykke"} in offered["processes"]
    assert "screening" in {each["value"] for each in offered["forms"]}
    assert "acute" in {each["value"] for each in offered["tables"]}
    assert [each["words"] for each in offered["parameters"] if each["key"] == "screening"] == [
        "5 arbejdsdage"
    ]
    assert {"cut_off", "meets_on"} <= set(offered["dates"])


def test_the_studio_speaks_english_too(owner):
    save(owner, FAULTY)
    owner.get("/processer/referral")
    owner.post("/sprog", {"language": "en", "back": "/processer/referral"})

    text = owner.get("/processer/referral").text

    assert "The task has no form" in text
    assert "5 working days after the task is made" in text

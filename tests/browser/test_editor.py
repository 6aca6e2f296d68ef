"""The editor when things go wrong, and what it says: faults, colleagues, files, sign-ins."""

import re
from pathlib import Path

import pytest

from engine.ports import SYSTEM
from engine.services.drafts import open_draft, save_draft
from tests.browser.trees import differences
from tests.conftest import BPMN

pytestmark = pytest.mark.browser

REFERRAL = (BPMN / "processes/referral/referral.bpmn").read_text("utf-8")


@pytest.fixture
def editor(page, sign_in):
    """The editor with the referral, opened by a process owner."""
    sign_in("process_designer")
    open_editor(page)
    return page


def open_editor(page) -> None:
    page.goto("/processer/referral/tegning")
    page.locator("#editor[data-ready]").wait_for()


def choose(page, element: str) -> None:
    """Select an element as a click in the list of findings does."""
    page.locator(f'g[data-element-id="{element}"]').first.click(force=True)
    page.locator("#panel").get_by_label("Navn").wait_for()


def rename(page, element: str, name: str) -> None:
    choose(page, element)
    page.locator("#panel").get_by_label("Navn").fill(name)
    page.keyboard.press("Tab")


def press(page, button: str) -> None:
    page.get_by_role("button", name=button).press("Enter")


def kept(house) -> str:
    """Return the diagram of the draft that the server keeps."""
    return house.casework.act(SYSTEM, lambda work: open_draft(work, "referral")).xml


def test_a_fault_is_shown_in_the_list_and_on_the_element(house, editor, axe):
    choose(editor, "send_receipt")
    editor.locator("#panel").get_by_label("Funktion").select_option("")
    press(editor, "Kontrollér")

    finding = editor.locator("#findings").get_by_role("button", name=re.compile("Kvittér"))
    finding.wait_for()
    assert "Serviceopgaven siger ikke, hvad den skal gøre" in finding.inner_text()
    assert editor.locator(".finding-badge").inner_text() == "Fejl"
    assert editor.get_by_role("button", name="Læg i drift").is_disabled()
    assert axe() == []
    choose(editor, "acute_check")
    finding.press("Enter")
    assert editor.locator("#panel").get_by_label("Navn").input_value() == "Kvittér til henviser"


def test_every_change_can_be_undone(editor):
    choose(editor, "send_receipt")
    panel = editor.locator("#panel")

    panel.get_by_label("Funktion").select_option("place_in_team")
    assert panel.get_by_label("team får at vide").is_visible()
    press(editor, "Fortryd")

    assert panel.get_by_label("Funktion").input_value() == "send_receipt"
    assert editor.get_by_role("button", name="Fortryd").is_disabled()


def test_a_draft_of_a_colleague_is_not_overwritten_and_nothing_is_lost(house, editor):
    rename(editor, "send_receipt", "Sig tak")
    theirs = REFERRAL.replace('name="Screen henvisningen"', 'name="Læs den"')
    house.casework.act(SYSTEM, lambda work: save_draft(work, "referral", theirs, 0))

    press(editor, "Gem kladde")

    editor.get_by_text("Systemet har gemt en kladde").wait_for()
    assert kept(house) == theirs
    with editor.expect_download() as file:
        press(editor, "Hent min tegning som fil")
    assert 'name="Sig tak"' in Path(file.value.path()).read_text("utf-8")


def test_who_has_been_signed_out_signs_in_elsewhere_and_saves(house, editor, page):
    rename(editor, "send_receipt", "Sig tak")
    cookies = page.context.cookies()
    page.context.clear_cookies()

    press(editor, "Gem kladde")
    editor.get_by_text("Du er blevet logget ud.").wait_for()
    page.context.add_cookies(cookies)
    press(editor, "Gem kladde")

    editor.get_by_text("Kladden er gemt.").wait_for()
    assert 'name="Sig tak"' in kept(house)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("brev.bpmn", "Kære Tovholder"),
        ("afbrudt.bpmn", REFERRAL[:5000]),
        ("tom.bpmn", ""),
        ("billede.bpmn", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_a_file_that_is_no_diagram_leaves_the_drawing(editor, name, content):
    rename(editor, "send_receipt", "Sig tak")

    editor.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/xml", "buffer": content.encode()}
    )

    editor.get_by_text("kan ikke åbnes").wait_for()
    choose(editor, "send_receipt")
    assert editor.locator("#panel").get_by_label("Navn").input_value() == "Sig tak"


def test_what_cannot_be_read_must_be_confirmed_before_it_is_lost(house, editor):
    odd = REFERRAL.replace("<camunda:property ", "<camunda:colour />\n<camunda:property ", 1)
    editor.locator("#file").set_input_files(
        {"name": "odd.bpmn", "mimeType": "application/xml", "buffer": odd.encode()}
    )
    editor.get_by_text("Noget i filen kunne ikke læses", exact=True).wait_for()

    press(editor, "Gem kladde")
    editor.get_by_text("ville gå tabt").wait_for()
    assert kept(house) == REFERRAL
    editor.get_by_label("Jeg har set det og vil gemme alligevel").press("Space")
    press(editor, "Gem kladde")

    editor.get_by_text("Kladden er gemt.").wait_for()
    assert differences(REFERRAL, kept(house)) == ([], [])


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_the_studio_have_no_faults_of_accessibility(editor, axe, width):
    editor.set_viewport_size({"width": width, "height": 900})
    found = {"tegning": axe()}
    for path in ("", "/referral"):
        editor.goto(f"/processer{path}")
        found[path] = axe()

    assert found == {"tegning": [], "": [], "/referral": []}


def test_the_editor_speaks_danish(editor):
    choose(editor, "send_receipt")
    editor.locator(".djs-context-pad [data-action='replace']").click()
    editor.locator(".djs-popup").wait_for()

    missing = editor.evaluate("import('/static/studio/language.js').then(m => [...m.untranslated])")
    assert missing == []


def test_a_copy_of_a_task_keeps_its_settings(editor):
    choose(editor, "screening")
    editor.locator("#canvas svg").first.focus()
    editor.keyboard.press("Control+c")
    editor.keyboard.press("Control+v")
    editor.mouse.move(500, 700)
    editor.mouse.click(500, 700)

    panel = editor.locator("#panel")
    panel.get_by_label("Rolle").wait_for()
    assert panel.get_by_label("Rolle").input_value() == "intake"
    assert panel.get_by_label("Formular").input_value() == "screening"
    assert panel.get_by_label("Parameter", exact=True).input_value() == "screening"


@pytest.mark.parametrize(
    ("feel", "parts"),
    [
        (
            'after(created, "7 WD")',
            {"direction": "after", "from": "created", "period": {"number": 7, "unit": "WD"}},
        ),
        (
            'before(meets_on, param("meeting.prep"))',
            {"direction": "before", "from": "meets_on", "key": "meeting.prep"},
        ),
        (
            'after(created, "P3M")',
            {"direction": "after", "from": "created", "period": {"number": 3, "unit": "M"}},
        ),
    ],
)
def test_a_deadline_reads_and_writes_as_the_same(editor, feel, parts):
    script = """feel => import('/static/studio/deadline.js').then(m => {
        const parts = m.read(feel);
        return [parts, m.write(parts)];
    })"""

    read, written = editor.evaluate(script, feel)

    assert (read, written) == ({"period": None, "key": None, **parts}, feel)


@pytest.mark.parametrize("feel", ["answer_due", "", "if x then y else z", 'after(f(x), "1 WD")'])
def test_a_deadline_that_says_more_is_left_as_it_is_written(editor, feel):
    script = "feel => import('/static/studio/deadline.js').then(m => m.read(feel))"

    assert editor.evaluate(script, feel) is None


def test_what_one_adds_is_a_task_that_a_person_gets(editor):
    choose(editor, "screening")

    editor.locator(".djs-context-pad [data-action='append.append-task']").click()

    heading = editor.locator("#panel h2")
    heading.get_by_text("Brugeropgave").wait_for()
    assert editor.locator("#panel").get_by_label("Rolle").input_value() == ""


@pytest.mark.parametrize(
    ("element", "offered"),
    [
        ("is_acute", {"parallel-gateway", "inclusive-gateway", "event-based-gateway"}),
        ("referral_received", {"message-start", "none-end", "none-intermediate-throwing"}),
    ],
)
def test_the_menus_offer_what_the_engine_runs(editor, element, offered):
    choose(editor, element)
    editor.locator(".djs-context-pad [data-action='replace']").click()

    entries = editor.locator(".djs-popup [data-id^='replace-with-']")
    entries.first.wait_for()
    found = {each.get_attribute("data-id") for each in entries.all()}
    assert found == {f"replace-with-{name}" for name in offered}

"""A caseworker's day: sign in, take a task, make a mistake, mend it, and see what comes next."""

import pytest

from tests.browser.test_process_owner import refer

pytestmark = pytest.mark.browser


def tab_to(page, name: str) -> None:
    """Go on by Tab until what is called `name` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const it = document.activeElement;
                const labels = [...(it.labels ?? [])].map(each => each.textContent);
                return [it.textContent, ...labels].join(" ");
            }"""
        )
        if name in focused:
            return
    raise AssertionError(f"nothing called {name!r} can be reached by Tab")


def test_a_task_is_taken_answered_wrongly_mended_and_done(house, page, sign_in, axe):
    refer(house.casework, "Malte")
    sign_in("intake")
    page.goto("/indbakke?vis=ledige")
    assert axe() == []

    tab_to(page, "Tag opgaven")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Screen henvisningen").wait_for()
    assert axe() == []
    tab_to(page, "Hvilke sager kender vi i forvejen?")
    page.keyboard.type("Skolen har skrevet to gange.")
    tab_to(page, "Afslut opgaven")
    page.keyboard.press("Enter")

    page.get_by_role("alert").wait_for()
    assert "Er mere end ét fagområde i spil?" in page.get_by_role("alert").inner_text()
    kept = page.get_by_label("Hvilke sager kender vi i forvejen?").input_value()
    assert kept == "Skolen har skrevet to gange."
    assert axe() == []
    for question, answer in (
        ("Handler det kun om sprog?", "Nej"),
        ("Er mere end ét fagområde i spil?", "Ja"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer).press("Space")
    page.get_by_role("group", name="Hvad har den unge brug for nu?").get_by_role(
        "radio"
    ).first.press("Space")
    page.get_by_label("Hvad bygger du det på?").focus()
    page.keyboard.type("Samtale med skolen.")
    tab_to(page, "Afslut opgaven")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Opgaven er afsluttet").wait_for()
    assert page.get_by_text("Det sker der nu").is_visible()
    assert page.get_by_text("Indhent og registrér samtykke").first.is_visible()
    assert axe() == []


def test_fifteen_tasks_are_seen_without_scrolling(house, page, sign_in):
    for number in range(15):
        refer(house.casework, f"Malte {number}")
    sign_in("intake")

    page.goto("/indbakke?vis=ledige")

    boxes = [row.bounding_box() for row in page.locator(".row").all()]
    assert len(boxes) == 15
    assert max(box["y"] + box["height"] for box in boxes) <= 900

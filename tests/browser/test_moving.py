"""A process owner moves running cases by keyboard; a caseworker mends an answer that stopped."""

import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.services.deployments import deploy_process
from engine.storage.models import InstanceRow, TaskRow
from tests.browser.test_caseworker import tab_to
from tests.browser.test_process_owner import refer, screening_of

pytestmark = pytest.mark.browser

BASIS = "Hvad bygger du det på?"
PICTURES = os.environ.get(
    "TOVHOLDER_PICTURES"
)  # a folder: what the pages look like, wide and narrow


def picture(page, name: str) -> None:
    """Keep what the page looks like, when somebody wants to see it."""
    if PICTURES is None:
        return
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def fits(page) -> bool:
    """Say whether a narrow screen shows the page without scrolling sideways."""
    page.set_viewport_size({"width": 390, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return bool(wide)


def fill(page) -> None:
    """Answer the screening."""
    for question, answer in (
        ("Handler det kun om sprog?", "Nej"),
        ("Er mere end ét fagområde i spil?", "Ja"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer).press("Space")
    page.get_by_role("group", name="Hvad har den unge brug for nu?").get_by_role(
        "radio"
    ).first.press("Space")
    page.get_by_label(BASIS).focus()
    page.keyboard.type("Samtale med skolen.")


@pytest.fixture
def cases(house):
    """Two cases in the first version, and a second with a longer deadline for the screening."""
    found = [refer(house.casework, name) for name in ("Malte", "Sofie")]

    def deploy(work):
        files = dict(newest_definition(work, "referral").files)
        drawn = files["referral.bpmn"]
        files["referral.bpmn"] = drawn.replace('param("screening")', '"10 WD"')
        deploy_process(work, "referral", files)

    house.casework.act(SYSTEM, deploy)
    return found


def test_cases_are_moved_one_signed_for_and_taken_back_by_keyboard(
    house, page, sign_in, axe, cases
):
    sign_in("process_designer")
    page.goto("/processer/referral")
    tab_to(page, "Flyt igangværende sager")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Flyt igangværende sager").wait_for()
    assert axe() == []
    assert fits(page)
    picture(page, "move")

    page.get_by_role("checkbox", name="Skift til man. 16. mar.").first.focus()
    page.keyboard.press("Space")
    tab_to(page, "Flyt de valgte sager")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Vælg en grund til, at fristen skifter.").wait_for()
    assert axe() == []
    picture(page, "move-error")
    page.get_by_role("combobox", name="Grund – Fristen for").first.focus()
    page.keyboard.type("Loven")
    tab_to(page, "Flyt de valgte sager")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 sager er flyttet").wait_for()
    assert axe() == []
    assert fits(page)
    picture(page, "moved")
    dues = [screening_of(house.casework, case)[0] for case in cases]
    assert sorted(dues) == [date(2026, 3, 9), date(2026, 3, 16)]

    tab_to(page, "Flytninger, der er gjort")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Flytninger").wait_for()
    assert axe() == []
    assert fits(page)
    picture(page, "moves")
    for _ in cases:
        tab_to(page, "Fortryd")
        page.keyboard.press("Enter")
        page.get_by_text("Flytningen er fortrudt.").wait_for()
    page.get_by_text("Ingen sager er flyttet.").wait_for()
    dues = [screening_of(house.casework, case)[0] for case in cases]
    assert dues == [date(2026, 3, 9)] * 2


def test_what_cannot_move_is_told_with_the_reason(house, page, sign_in, axe, cases):
    def deploy(work):
        files = dict(newest_definition(work, "referral").files)
        drawn = files["referral.bpmn"]
        for mark in ("id", "sourceRef", "targetRef"):
            drawn = drawn.replace(f'{mark}="screening"', f'{mark}="reading"')
        files["referral.bpmn"] = drawn
        deploy_process(work, "referral", files)

    house.casework.act(SYSTEM, deploy)
    sign_in("process_designer")
    page.goto("/processer/referral/flyt")

    assert page.get_by_text("Sagen venter i »Screen henvisningen«").count() == 2
    assert axe() == []
    assert fits(page)
    picture(page, "move-refused")


def test_an_answer_that_stopped_is_found_again_mended_and_told_by_keyboard(
    house, page, sign_in, axe
):
    case = refer(house.casework, "Malte")
    sign_in("intake")
    page.goto("/indbakke?vis=ledige")
    page.get_by_role("button", name="Tag opgaven").first.press("Enter")
    page.get_by_role("heading", name="Screen henvisningen").wait_for()
    with house.casework.work(SYSTEM) as work:
        row = work.session.scalars(select(InstanceRow).where(InstanceRow.case_id == case)).one()
        state, row.state = row.state, b"not a state"
    fill(page)
    page.get_by_role("button", name="Afslut opgaven").press("Enter")

    page.get_by_role("heading", name="Sagen er stoppet her").wait_for()
    with house.casework.work(SYSTEM) as work:
        row = work.session.scalars(select(InstanceRow).where(InstanceRow.case_id == case)).one()
        row.state = state
    assert axe() == []
    assert fits(page)
    picture(page, "stopped")
    page.goto("/indbakke")
    picture(page, "stopped-inbox")
    page.goto(f"/sager/{case}")
    assert axe() == []
    picture(page, "stopped-case")
    page.context.clear_cookies()
    sign_in("system_admin")
    page.goto("/drift/")
    assert page.get_by_role("button", name="Prøv igen").is_visible()
    assert "Malte" not in page.locator("main").inner_text()
    assert axe() == []
    assert fits(page)
    picture(page, "operations")
    page.context.clear_cookies()
    sign_in("intake")
    page.goto(f"/sager/{case}")
    tab_to(page, "Ret svaret og prøv igen")
    page.keyboard.press("Enter")
    assert page.get_by_label(BASIS).input_value() == "Samtale med skolen."
    page.get_by_label(BASIS).focus()
    page.keyboard.type("Også med moren. ")
    tab_to(page, "Hvorfor retter du svaret?")
    page.keyboard.type("Der er kommet")
    tab_to(page, "Ret svaret og prøv igen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kvittering")
    with house.casework.work(SYSTEM) as work:
        assert work.session.scalars(select(TaskRow.status)).first() == "completed"

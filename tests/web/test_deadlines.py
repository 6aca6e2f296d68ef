"""A deadline rests, goes on or is extended on pages of its task, and everyone sees why."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.ports import SYSTEM
from engine.storage.models import TaskRow
from tests.web.conftest import Visitor

REST = {"until-day": "18", "until-month": "3", "until-year": "2026"}
WHY = {"reason": "missing_information", "source": "own"}
LONGER = {"period": "5", "unit": "WD", "reason": "more_to_examine", "source": "own"}


def post(visitor: Visitor, address: str, fields: dict[str, str]):
    visitor.get(address)
    return visitor.post(address, fields)


def test_a_deadline_rests_and_the_page_tells_until_when_why_and_by_whom(
    screening, intake, names
) -> None:
    assert intake.get(screening).href("Sæt fristen i bero") == f"{screening}/frist/bero"

    sent = post(intake, f"{screening}/frist/bero", {**REST, **WHY})

    assert (sent.status, sent.address) == (303, f"{screening}#fristen")
    page = intake.get(screening)
    assert "Fristen er nu 25.3.2026." in page.text
    assert f"sat af {names['intake']}: vi venter på oplysninger" in page.text
    assert "Hjemmel: ingen lov, fristen er vores egen" in page.text
    assert "12 arbejdsdage, som ikke er brugt" in page.text


def test_a_resting_deadline_goes_on_again(screening, intake, clock, signed_in) -> None:
    post(intake, f"{screening}/frist/bero", {**REST, **WHY})
    clock.forward(timedelta(days=2))
    intake = signed_in("intake")

    sent = post(intake, f"{screening}/frist/loeb", {})

    assert sent.status == 303
    assert "Fristen er nu 11.3.2026." in intake.get(screening).text


def test_the_inbox_tells_since_when_a_deadline_rests_and_behind_the_date_why(
    screening, intake, clock, signed_in
) -> None:
    post(intake, f"{screening}/frist/bero", {**REST, **WHY})
    clock.forward(timedelta(days=1))
    inbox = signed_in("intake").get("/indbakke")

    assert "i bero siden i går" in inbox.text
    assert "vi venter på oplysninger" in inbox.text
    assert "i bero siden i går" in signed_in("intake").get(screening).text


def test_one_that_goes_on_again_no_longer_rests_in_the_inbox(screening, intake) -> None:
    post(intake, f"{screening}/frist/bero", {**REST, **WHY})
    post(intake, f"{screening}/frist/loeb", {})

    assert "i bero siden" not in intake.get("/indbakke").text


def test_a_deadline_is_extended_and_that_is_taken_back(screening, intake) -> None:
    post(intake, f"{screening}/frist/forlaeng", LONGER)
    page = intake.get(screening)
    assert "Fristen er nu 16.3.2026." in page.text
    assert "Forlænget med 5 arbejdsdage" in page.text

    undo = next(each for each in page.html.split('"') if each.endswith("/fortryd"))
    intake.post(undo, {})

    page = intake.get(screening)
    assert "Fristen er nu 9.3.2026." in page.text
    assert "Forlænget med" not in page.text.split("Hvorfor?")[0]


def test_why_is_told_behind_the_date(screening, intake, names) -> None:
    post(intake, f"{screening}/frist/forlaeng", LONGER)

    page = intake.get(screening)
    assert f"{names['intake']} forlængede fristen med 5 arbejdsdage" in page.text
    assert "Fristen er flyttet fra mandag 9. marts 2026 til mandag 16. marts 2026" in page.text


def test_the_case_tells_it_in_its_journal(screening, case, intake) -> None:
    post(intake, f"{screening}/frist/bero", {**REST, **WHY})

    assert "i bero til og med" in intake.get(case).text


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        (
            "bero",
            {**WHY, "until-day": "1", "until-month": "3", "until-year": "2026"},
            "Vælg en dag",
        ),
        ("bero", REST, "skal udfyldes"),
        ("forlaeng", {**LONGER, "period": "0"}, "mindst 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    screening, intake, what, fields, said
) -> None:
    page = post(intake, f"{screening}/frist/{what}", fields)

    assert page.status == 422
    assert said in page.text
    assert 'value="2026"' in page.html or 'value="0"' in page.html


def test_a_colleague_who_has_not_the_task_may_not(screening, signed_in) -> None:
    other = signed_in("intake2")

    assert "Sæt fristen i bero" not in other.get(screening).text
    assert other.get(f"{screening}/frist/bero").status == 403


def test_a_deadline_of_the_law_is_the_leaders_to_change(screening, intake, signed_in, town) -> None:
    with town.work(SYSTEM) as work:
        work.session.execute(update(TaskRow).values(ladder="B"))

    assert "Sæt fristen i bero" not in intake.get(screening).text
    page = intake.get(f"{screening}/frist/forlaeng")
    assert page.status == 403
    assert "Fristen er lovens. Kun lederen kan" in page.text
    assert signed_in("leader_ungecenter").get(f"{screening}/frist/forlaeng").status == 200


def test_the_leader_of_the_unit_may(screening, signed_in) -> None:
    leader = signed_in("leader_ungecenter")

    assert post(leader, f"{screening}/frist/forlaeng", LONGER).status == 303


def test_one_who_only_receives_material_does_not_find_it(screening, signed_in) -> None:
    assert signed_in("job_adviser").get(f"{screening}/frist/bero").status in (403, 404)


def test_a_deadline_that_has_passed_is_not_offered(screening, clock, signed_in) -> None:
    clock.forward(timedelta(days=8))
    page = signed_in("intake").get(screening)

    assert page.status == 200
    assert "Sæt fristen i bero" not in page.text

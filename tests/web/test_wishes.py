"""A wish for treatment is passed in: the drug adviser finds it, whoever passed it on does not."""

from time import monotonic

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM, Purpose
from web.pace import EVEN
from workflows.cases.records import YouthCaseRow

WISH = {
    "first_name": "Emil",
    "last_name": "Opdigtet",
    "birth_date-day": "4",
    "birth_date-month": "10",
    "birth_date-year": "2005",
    "asked_on-day": "2",
    "asked_on-month": "3",
    "asked_on-year": "2026",
    "passed_on": "yes",
    "own_words": "Jeg vil gerne stoppe.",
}


@pytest.fixture
def adviser(signed_in):
    found = signed_in("job_adviser")
    found.get("/behandling/ny")
    return found


def treatments(town) -> list[YouthCaseRow]:
    with town.work(SYSTEM, purpose=Purpose(code="test")) as work:
        closed = YouthCaseRow.compartment == "drug_treatment"
        return list(work.session.scalars(select(YouthCaseRow).where(closed)))


def test_a_wish_is_received_and_the_drug_adviser_finds_it_in_the_inbox(adviser, signed_in, town):
    receipt = adviser.post("/behandling/ny", WISH)

    assert receipt.address == "/indbakke"
    (case,) = treatments(town)
    inside = signed_in("drug_adviser")
    assert "Aftal en tid hos lægen" in inside.get("/indbakke").text
    page = inside.get(f"/sager/{case.case_id}")
    assert page.status == 200
    assert "Emil Opdigtet" in page.heading
    assert "Rusmiddelbehandling" in page.text
    assert "Jeg vil gerne stoppe." in page.text


def test_who_passed_it_on_finds_nothing(adviser, town):
    adviser.post("/behandling/ny", WISH)

    (case,) = treatments(town)
    assert adviser.get(f"/sager/{case.case_id}").status == 404
    assert "Emil Opdigtet" not in adviser.get("/sager?q=Emil").text


def test_the_receipt_is_the_same_for_one_who_is_in_treatment_already(adviser, town):
    first = adviser.post("/behandling/ny", WISH)
    adviser.get("/behandling/ny")
    second = adviser.post("/behandling/ny", WISH)

    assert (first.status, first.address) == (second.status, second.address)
    assert len(treatments(town)) == 1


@pytest.mark.parametrize("times", [1, 2], ids=["a first wish", "one that joins a treatment"])
def test_the_receipt_comes_at_an_even_pace(adviser, times):
    for _ in range(times):
        adviser.get("/behandling/ny")
        began = monotonic()
        adviser.post("/behandling/ny", WISH)
        took = monotonic() - began

    assert took >= EVEN.total_seconds()


def test_a_wish_that_the_young_person_does_not_want_passed_on_stays_here(adviser, town):
    page = adviser.post("/behandling/ny", {**WISH, "passed_on": ""})

    assert page.status == 422
    assert treatments(town) == []

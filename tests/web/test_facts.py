"""What is known of a young person is corrected on a page of the case: school and post."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import CaseRow, JournalRow
from tests.web.conftest import SOFIE, Visitor
from tests.web.test_settings import HARBOUR, confirm
from workflows.people.records import YoungPersonRow


@pytest.fixture
def harbour(signed_in: Callable[[str], Visitor]) -> None:
    """A school with a calendar of its own."""
    confirm(signed_in("process_designer"), "/skoler/ny", HARBOUR)


def calendar_of(town, case: str) -> str | None:
    with town.work(SYSTEM) as work:
        return work.session.get_one(CaseRow, UUID(case.rsplit("/", 1)[-1])).calendar


def journal(town, act: str) -> list[dict[str, object]]:
    with town.work(SYSTEM) as work:
        return list(work.session.scalars(select(JournalRow.data).where(JournalRow.act == act)))


def test_the_case_leads_to_the_page_and_back(intake, case):
    assert intake.get(case).href("Ret skole og post") == f"{case}/oplysninger"

    sent = intake.post(f"{case}/oplysninger", {"school": "Skole Øst"})

    assert (sent.status, sent.address) == (303, case)
    page = intake.get(case)
    assert "Oplysningerne er rettet." in page.text
    assert "Skole Skole Øst" in page.text
    assert "Skolen blev rettet." in page.text


def test_a_school_of_the_list_gives_the_case_its_calendar(harbour, intake, case, town):
    sent = intake.post(f"{case}/oplysninger", {"school_code": "havneskolen"})

    assert sent.status == 303
    assert calendar_of(town, case) == "havneskolen"
    assert "Skole Havneskolen" in intake.get(case).text
    assert 'value="havneskolen" selected' in intake.get(f"{case}/oplysninger").html


def test_a_school_that_nobody_knows_is_refused_at_its_field(harbour, intake, case):
    assert intake.post(f"{case}/oplysninger", {"school_code": "x"}).status == 422


def test_the_referral_asks_for_it_too(harbour, intake, town):
    sent = intake.post("/sager/ny", {**SOFIE, "school_code": "havneskolen"})

    assert sent.status == 303, sent.text
    assert calendar_of(town, sent.address) == "havneskolen"


def test_without_schools_of_their_own_the_referral_asks_for_a_name_alone(intake):
    assert "school_code" not in intake.get("/sager/ny").html


def test_behind_a_protected_address_the_calendar_of_the_case_has_no_name(
    harbour, intake, case, town
):
    with town.work(SYSTEM) as work:
        work.session.scalars(select(YoungPersonRow)).one().protected_address = True

    assert intake.post(f"{case}/oplysninger", {"school_code": "havneskolen"}).status == 303

    assert calendar_of(town, case) == "havneskolen*"
    with town.work(SYSTEM) as work:
        assert work.configuration.schools["havneskolen*"].school == "–"


def test_one_may_become_exempt_from_digital_post_and_not_any_more(intake, case, town):
    intake.post(f"{case}/oplysninger", {"digital_post_exempt": "on"})
    assert "På papir: fritaget for Digital Post" in intake.get(case).text

    intake.post(f"{case}/oplysninger", {})
    assert "På papir" not in intake.get(case).text
    assert journal(town, "post_changed") == [{"exempt": True}, {"exempt": False}]


def test_nothing_new_writes_nothing(intake, case, town):
    intake.post(f"{case}/oplysninger", {})

    assert journal(town, "post_changed") == []


def test_one_who_does_not_work_with_the_case_may_not(case, signed_in):
    assert signed_in("job_adviser").get(f"{case}/oplysninger").status == 404
    assert signed_in("intake2").get(f"{case}/oplysninger").status == 403

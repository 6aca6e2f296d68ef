"""A birth date is corrected on a page of the case, and everything ahead follows."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import TimerRow
from tests.web.conftest import Visitor


@pytest.fixture
def send(intake: Visitor, case: str):
    """What the intake sends: another day of birth, and why."""

    def correct(day: str, reason: str = "register"):
        page = intake.get(f"{case}/foedselsdato")
        typed = {"birth_date-day": day, "birth_date-month": "6", "birth_date-year": "2011"}
        return intake.post(
            f"{case}/foedselsdato", {**typed, "reason": reason, "was": page.hidden("was")}
        )

    return correct


def test_the_case_leads_to_the_page_and_the_page_back_with_the_new_date(
    intake, case, send, town
) -> None:
    assert intake.get(case).href("Ret fødselsdatoen") == f"{case}/foedselsdato"

    sent = send("21")

    assert (sent.status, sent.address) == (303, case)
    page = intake.get(case)
    assert "Fødselsdatoen er rettet. 11 datoer er flyttet." in page.text
    assert "21.06.2011" in page.text
    assert "den stemte ikke med folkeregistret" in page.text
    with town.work(SYSTEM) as work:
        query = select(TimerRow.planned_at).where(
            TimerRow.case_id == UUID(case.rsplit("/", 1)[-1]), TimerRow.start_key == "age_18:1"
        )
        assert f"{work.session.scalars(query).one():%d.%m.%Y}" == "21.06.2029"


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(case, send) -> None:
    page = send("14")

    assert page.status == 422
    assert "Det er den dato, der står i forvejen. Skriv den rigtige." in page.text
    assert 'value="2011"' in page.html


def test_a_reason_is_asked_for(case, send) -> None:
    assert send("21", reason="").status == 422


def test_one_who_only_receives_material_may_not(case, signed_in) -> None:
    assert signed_in("job_adviser").get(f"{case}/foedselsdato").status == 404


def test_a_colleague_with_a_task_is_told_whom_to_ask(case, signed_in, intake, task_of) -> None:
    page = signed_in("intake2").get(f"{case}/foedselsdato")

    assert page.status == 403
    assert "Kun den, der holder tråden" in page.text
    assert "Ret fødselsdatoen" not in signed_in("intake2").get(case).text

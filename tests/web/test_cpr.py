"""CPR numbers: hidden, shown to one who says what for, found by the whole; none is anybody's."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, select

from engine.ports import SYSTEM
from engine.services.rotation import rewrap_keys
from tests.web.conftest import SOFIE
from workflows.access.records import ReadLogRow
from workflows.people.cpr import digits_of, fits, masked
from workflows.people.records import YoungPersonRow

BORN = date(2011, 6, 14)
NUMBER, WRITTEN, HIDDEN = "7406110001", "740611-0001", "740611-••••"


@pytest.fixture
def case(intake) -> str:
    """Sofie's case; her number has a day of birth that no calendar has."""
    return intake.post("/sager/ny", {**SOFIE, "cpr": WRITTEN}).address


@pytest.mark.parametrize(
    ("cpr", "may"),
    [
        (NUMBER, True),  # a replacement number: no century in it
        ("1406117000", True),  # 7, year 11: 2011
        ("1406110000", False),  # 0, year 11: 1911, so it is nobody's who is born in 2011
        ("1406119000", True),
        ("1506117000", False),
        ("7506117000", False),
        ("1406107000", False),
    ],
)
def test_a_number_fits_a_day_of_birth_or_not(cpr, may):
    assert fits(cpr, BORN) is may


def test_it_is_read_however_it_is_typed():
    assert digits_of(" 740611 - 0001 ") == NUMBER
    assert [
        digits_of(each) for each in ("", "740611", "74061100012", "74o6110001", "٧406110001")
    ] == [""] * 5
    assert masked(NUMBER) == HIDDEN


def test_one_that_does_not_fit_the_birth_date_is_told_beside_what_was_typed(intake):
    page = intake.post("/sager/ny", {**SOFIE, "cpr": "750611-0001"})

    assert page.status == 422
    assert "passer ikke til fødselsdagen" in page.text
    assert "750611-0001" in page.html


def test_it_is_hidden_on_every_page_and_shown_to_one_who_says_what_for(intake, case):
    page = intake.get(case)
    number = page.href("Vis CPR-nummeret")
    asked, shown = intake.get(number), intake.post(number, {"what_for": "letter"})

    assert HIDDEN in page.text
    for each in (page, asked, intake.get("/sager"), intake.get(f"{case}/hvem-har-set")):
        assert WRITTEN not in each.html
        assert NUMBER not in each.html
    assert shown.status == 200
    assert WRITTEN in shown.text
    assert NUMBER not in number + shown.response.headers.get("Location", "")
    assert WRITTEN not in intake.get(number).html


def test_without_saying_what_for_it_stays_hidden(intake, case):
    page = intake.post(f"{case}/cpr")

    assert page.status == 422
    assert HIDDEN in page.text
    assert WRITTEN not in page.html


def test_that_it_was_shown_and_what_for_stands_in_the_log(town, intake, case):
    intake.post(f"{case}/cpr", {"what_for": "letter"})

    with town.work(SYSTEM) as work:
        purposes = [row.purpose for row in work.session.scalars(select(ReadLogRow))]
    assert purposes.count("cpr_letter") == 1
    assert "så CPR-nummeret for at sende et brev" in intake.get(f"{case}/hvem-har-set").text


def test_a_case_is_found_by_the_whole_number_only(intake, case):
    intake.get("/sager")
    found = intake.post("/sager/cpr", {"cpr": WRITTEN})
    part = intake.post("/sager/cpr", {"cpr": "740611"})
    other = intake.post("/sager/cpr", {"cpr": "740611-0002"})

    assert (found.status, found.address) == (303, case)
    assert (part.status, "ti cifre" in part.text) == (422, True)
    assert (other.status, "Ingen med det CPR-nummer" in other.text) == (200, True)
    assert "740611" not in other.html


def test_nobody_finds_whom_they_may_not_see(signed_in, case):
    stranger = signed_in("job_adviser")
    stranger.get("/sager")

    assert "Ingen med det CPR-nummer" in stranger.post("/sager/cpr", {"cpr": WRITTEN}).text


def test_a_number_in_the_address_of_a_search_is_taken_out_of_it(intake, case):
    answer = intake.get(f"/sager?q={WRITTEN}")

    assert (answer.status, answer.address) == (303, "/sager")


def test_it_is_looked_up_by_an_index_and_stands_in_no_row_of_the_log(town, intake, case):
    asked = []

    def note(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append(f"{statement} {parameters}")

    intake.get("/sager")
    event.listen(town.database.engine, "before_cursor_execute", note)
    intake.post("/sager/cpr", {"cpr": WRITTEN})

    assert any("cpr_mark IN" in each for each in asked)
    assert not [each for each in asked if NUMBER in each or WRITTEN in each]


def test_after_a_rotation_it_is_found_and_read_as_before(town, intake, case):
    rewrap_keys(town)
    with town.work(SYSTEM) as work:
        person = work.session.scalars(select(YoungPersonRow)).one()
        assert person.cpr == NUMBER
        assert person.cpr_mark == town.database.keyring.mark(NUMBER)
        assert UUID(case.rpartition("/")[2])
    assert intake.post("/sager/cpr", {"cpr": WRITTEN}).address == case


def test_whoever_tries_many_numbers_is_stopped(intake, case):
    statuses = {intake.post("/sager/cpr", {"cpr": f"740611{n:04d}"}).status for n in range(2, 70)}

    assert statuses == {200, 429}

"""Who one is, what guards every request, and a sign-in that runs out without losing a word."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from engine.ports import SYSTEM
from tests.web.conftest import PASSWORD, SCREENING
from web.auth.tries import FROM_ONE_ADDRESS
from web.security import safe_address
from workflows.municipalities.records import EmployeeRow, PostRow


def test_a_stranger_is_asked_who_it_is_and_led_back(visitor):
    stranger = visitor()

    asked = stranger.get("/sager?vis=alle")

    assert (asked.status, asked.address) == (303, "/log-ind?next=/sager?vis%3Dalle")
    welcome = stranger.sign_in("intake", next="/sager?vis=alle")
    assert (welcome.status, welcome.address) == (303, "/sager?vis=alle")


def test_a_wrong_password_says_so_and_keeps_the_name(visitor):
    somebody = visitor()
    somebody.get("/log-ind")

    page = somebody.post("/log-ind", {"username": "intake", "password": "forkert"})

    assert page.status == 422
    assert "Navn eller adgangskode er forkert." in page.text
    assert 'value="intake"' in page.html


def test_a_name_that_does_not_exist_gets_the_same_sentence(visitor):
    somebody = visitor()
    somebody.get("/log-ind")

    page = somebody.post("/log-ind", {"username": "ingen", "password": PASSWORD})

    assert (page.status, "Navn eller adgangskode er forkert." in page.text) == (422, True)


def test_who_guesses_too_often_has_to_wait_even_with_the_right_password(visitor, clock):
    guesser = visitor()
    guesser.get("/log-ind")
    for _ in range(FROM_ONE_ADDRESS):
        guesser.post("/log-ind", {"username": "intake", "password": "gæt"})

    assert guesser.sign_in("intake").status == 429
    clock.forward(timedelta(minutes=15))
    assert guesser.sign_in("intake").status == 303


def test_signing_out_ends_it(intake):
    intake.post("/log-ud")

    assert intake.get("/indbakke").status == 303


@pytest.mark.parametrize(
    "address",
    ["https://ond.example", "//ond.example", "/\\ond.example", "javascript:alert(1)", "/\t/x", ""],
)
def test_nobody_is_sent_away_from_the_house(address):
    assert safe_address(address, "/") == "/"


def test_an_address_of_the_house_is_kept():
    assert safe_address("/opgaver/1?a=b", "/") == "/opgaver/1?a=b"


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(signed_in, town, staff):
    operator = signed_in("system_admin")
    assert operator.get("/drift/").status == 200

    with town.work(SYSTEM) as work:
        work.session.execute(delete(PostRow).where(PostRow.employee_id == staff["system_admin"]))

    assert operator.get("/drift/").status == 403


def test_who_has_left_is_out_with_the_next_request(signed_in, town):
    leaver = signed_in("mentor")

    with town.work(SYSTEM) as work:
        query = select(EmployeeRow).where(EmployeeRow.username == "mentor")
        work.session.scalars(query).one().active = False

    assert leaver.get("/indbakke").status == 303


def test_a_post_without_the_token_of_the_page_changes_nothing(intake, case, task_of):
    task = task_of("screening")

    page = intake.post(f"{task}/tag", {"csrf_token": "gættet"})

    assert page.status == 400
    assert "Ingen har taget opgaven endnu." in intake.get(task).text


def test_every_answer_carries_the_guarding_headers(intake):
    headers = intake.get("/indbakke").response.headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    cookie = visitor().sign_in("intake").response.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_expired_sign_in_keeps_what_was_typed(intake, screening, clock):
    intake.get(screening)
    clock.forward(timedelta(hours=9))

    asked = intake.post(screening, {**SCREENING, "screening_note": "En lang tekst om Sofie."})

    assert (asked.status, "Intet er tabt." in asked.text) == (401, True)
    again = intake.post(
        "/log-ind",
        {"username": "intake", "password": PASSWORD, "carried": asked.hidden("carried")},
    )
    assert again.status == 200
    assert again.heading == "Screen henvisningen"
    assert "En lang tekst om Sofie.</textarea>" in again.html
    assert intake.post(screening, SCREENING).status == 303


def test_what_one_typed_is_never_shown_to_the_next_who_signs_in(intake, screening, clock):
    intake.get(screening)
    clock.forward(timedelta(hours=9))
    asked = intake.post(screening, {**SCREENING, "screening_note": "En lang tekst om Sofie."})

    other = intake.post(
        "/log-ind",
        {"username": "mentor", "password": PASSWORD, "carried": asked.hidden("carried")},
    )

    assert other.status == 303


def test_a_post_from_a_page_that_we_did_not_make_carries_nothing(visitor, screening):
    stranger = visitor()

    asked = stranger.post(screening, {"csrf_token": "fremmed", "screening_note": "Ondt"})

    assert (asked.status, 'name="carried"' in asked.html) == (401, False)


def test_a_page_from_before_signing_in_again_is_shown_with_its_text(intake, screening, clock):
    intake.get(screening)
    old_token = intake.token
    intake.sign_in("intake")

    page = intake.post(
        screening, {**SCREENING, "csrf_token": old_token, "screening_note": "Skrevet før."}
    )

    assert page.heading == "Screen henvisningen"
    assert "Skrevet før.</textarea>" in page.html

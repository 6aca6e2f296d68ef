"""Passwords: who may try them how often, how one is changed, and where a sign-in ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select

from engine.ports import SYSTEM
from tests.bench.measuring import calls
from tests.bench.statements import counting
from tests.web.conftest import PASSWORD, Visitor
from web.app import create_app
from web.auth import passwords
from web.auth.carrying import unpack
from web.auth.tries import FROM_ONE_ADDRESS, KNOWN, STRANGERS
from workflows.identity.passwords import make_code, problem_with
from workflows.identity.records import SignInRow, SignInTriesRow
from workflows.identity.tries import PAUSE

GOOD = "fem grønne både i regn"


def guess(visitor: Visitor, username: str = "intake", address: str = "127.0.0.1") -> int:
    """Try a wrong password from an address; return the status."""
    data = {"username": username, "password": "gæt"}
    return visitor.post("/log-ind", data, environ_base={"REMOTE_ADDR": address}).status


@pytest.fixture
def stranger(visitor: Callable[[], Visitor]) -> Visitor:
    """A browser in which nobody has signed in."""
    found = visitor()
    found.get("/log-ind")
    return found


def test_strangers_of_all_addresses_together_get_seven_tries_at_an_account(stranger):
    statuses = [guess(stranger, address=f"10.0.0.{number}") for number in range(30)]

    assert statuses.count(422) == STRANGERS
    assert statuses[STRANGERS:] == [429] * (30 - STRANGERS)


def test_one_address_gets_some_of_them_only(stranger):
    statuses = [guess(stranger) for _ in range(10)]

    assert statuses.count(422) == FROM_ONE_ADDRESS


def test_an_account_gets_at_most_ten_tries_in_any_quarter_of_an_hour(signed_in, stranger, clock):
    owner, begun = signed_in("intake"), clock.now()
    tried = []
    for minute in range(45):
        for number in range(3):
            for browser in (stranger, owner):
                if guess(browser, address=f"10.0.{minute}.{number}") == 422:
                    tried.append(clock.now() - begun)
        clock.forward(timedelta(minutes=1))

    quarter = timedelta(minutes=15)
    most = max(sum(1 for at in tried if since <= at < since + quarter) for since in tried)
    assert most == STRANGERS + KNOWN == 10


def test_who_has_signed_in_here_before_is_not_locked_out_by_others(signed_in, stranger):
    owner = signed_in("intake")
    for number in range(30):
        guess(stranger, address=f"10.0.0.{number}")

    assert stranger.sign_in("intake").status == 429
    assert owner.sign_in("intake").status == 303


def test_guesses_from_one_address_leave_room_for_a_new_browser_elsewhere(stranger, visitor):
    for _ in range(30):
        guess(stranger, address="10.0.0.1")

    assert visitor().sign_in("intake").status == 303


def test_tries_count_over_several_web_processes_and_restarts(stranger, town, settings):
    for _ in range(FROM_ONE_ADDRESS):
        guess(stranger)
    another = Visitor(create_app(town, settings).test_client())

    assert another.sign_in("intake").status == 429


def test_a_name_that_does_not_exist_is_counted_alike(stranger):
    known = [guess(stranger, "intake", f"10.0.0.{number}") for number in range(12)]
    unknown = [guess(stranger, "ingen", f"10.1.0.{number}") for number in range(12)]

    assert known == unknown


class Counting:
    """The hasher of the product; remembers the settings of every hash that was worked through."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hash, self._verify, self.worked = hasher.hash, hasher.verify, []

    def verify(self, kept: str, password: str) -> bool:
        self.worked.append(extract_parameters(kept))
        return self._verify(kept, password)


def test_a_known_and_an_unknown_name_cost_the_same_work(stranger, town, monkeypatch):
    hasher = Counting(passwords._HASHER)
    monkeypatch.setattr(passwords, "_HASHER", hasher)

    with counting(town.database.engine) as known:
        guess(stranger, "intake", "10.0.0.1")
    with counting(town.database.engine) as unknown:
        guess(stranger, "ingen", "10.0.0.2")

    assert known.statements == unknown.statements
    assert len(hasher.worked) == 2
    assert hasher.worked[0] == hasher.worked[1]


def test_a_known_and_an_unknown_name_make_as_many_calls(stranger, clock):
    def usual(username: str) -> float:
        return median(made_by(username) for _ in range(5))

    def made_by(username: str) -> int:
        clock.forward(PAUSE)
        return calls(lambda: guess(stranger, username))

    assert usual("ingen") == pytest.approx(usual("intake"), rel=0.005)


def test_of_a_name_that_was_typed_nothing_is_kept(stranger, town):
    guess(stranger, "min hemmelige adgangskode")

    with town.work(SYSTEM) as work:
        kept = [row.key for row in work.session.scalars(select(SignInTriesRow))]
    assert kept
    assert all(len(key) == 64 for key in kept)


def test_a_session_that_nobody_uses_ends_after_two_hours(intake, clock):
    clock.forward(timedelta(hours=1, minutes=59))
    assert intake.get("/indbakke").status == 200
    clock.forward(timedelta(hours=2))

    assert intake.get("/indbakke").status == 303


def test_a_session_ends_after_eight_hours_also_when_it_is_used(intake, clock):
    for _ in range(8):
        assert intake.get("/indbakke").status == 200
        clock.forward(timedelta(hours=1))

    assert intake.get("/indbakke").status == 303


def test_signing_in_gives_a_new_secret_and_ends_the_old(intake):
    old = intake.client.get_cookie("tovholder_session_8000")
    intake.sign_in("intake")
    new = intake.client.get_cookie("tovholder_session_8000")

    assert old.value != new.value
    intake.client.set_cookie("tovholder_session_8000", old.value)
    assert intake.get("/indbakke").status == 303


def test_a_cookie_of_before_signing_out_opens_nothing(intake):
    old = intake.client.get_cookie("tovholder_session_8000")
    intake.post("/log-ud")
    intake.client.set_cookie("tovholder_session_8000", old.value)

    assert intake.get("/indbakke").status == 303


def test_the_database_does_not_hold_what_the_cookie_holds(intake, town):
    with intake.client.session_transaction() as session:
        secret = session["sign_in"]

    with town.work(SYSTEM) as work:
        assert secret not in [row.digest for row in work.session.scalars(select(SignInRow))]


def test_signing_out_everywhere_ends_the_other_browsers_too(signed_in):
    here, there, colleague = signed_in("intake"), signed_in("intake"), signed_in("mentor")

    assert here.post("/konto/log-ud-overalt", ME).status == 303

    assert (here.get("/indbakke").status, there.get("/indbakke").status) == (303, 303)
    assert colleague.get("/indbakke").status == 200


def test_one_other_browser_is_signed_out_from_the_account_page(signed_in, town, staff):
    here, there = signed_in("intake"), signed_in("intake")
    page = here.get("/konto")
    button = page.html.split('action="/konto/log-ud/')[1].split('"')[0]

    here.post(f"/konto/log-ud/{button}", ME)

    assert (here.get("/indbakke").status, there.get("/indbakke").status) == (200, 303)


def test_nobody_signs_out_a_colleague(signed_in, town, staff):
    mine, theirs = signed_in("intake"), signed_in("mentor")
    with town.work(SYSTEM) as work:
        query = select(SignInRow.digest).where(SignInRow.employee_id == staff["mentor"])
        digest = work.session.scalars(query).one()

    mine.post(f"/konto/log-ud/{digest}", ME)

    assert theirs.get("/indbakke").status == 200


@pytest.mark.parametrize("typed", [{}, {"password_end": ""}, {"password_end": "gættet"}])
def test_who_does_not_show_again_who_they_are_ends_no_session(signed_in, typed):
    here, there = signed_in("intake"), signed_in("intake")
    digest = here.get("/konto").html.split('action="/konto/log-ud/')[1].split('"')[0]

    answers = [here.post(f"/konto/log-ud/{digest}", typed), here.post(OVERALL, typed)]

    assert [page.status for page in answers] == [422, 422]
    assert "Det er ikke din nuværende adgangskode." in answers[0].text
    assert (here.get("/indbakke").status, there.get("/indbakke").status) == (200, 200)


def test_the_password_is_not_guessed_at_on_the_account_page_either(signed_in):
    here = signed_in("intake")

    statuses = [here.post(OVERALL, {"password_end": "gættet"}).status for _ in range(20)]

    assert statuses.count(422) <= STRANGERS + KNOWN
    assert statuses[-1] == 429


OVERALL = "/konto/log-ud-overalt"
ME = {"password_end": PASSWORD}


def change(browser: Visitor, now: str = PASSWORD, new: str = GOOD, again: str = GOOD):
    """Ask for another password."""
    typed = {"password_now": now, "password_new": new, "password_again": again}
    return browser.post("/konto/adgangskode", typed)


def test_a_changed_password_is_the_one_that_opens_and_ends_the_other_sessions(signed_in, visitor):
    here, there = signed_in("intake"), signed_in("intake")

    assert change(here).status == 303

    assert (here.get("/indbakke").status, there.get("/indbakke").status) == (200, 303)
    assert visitor().sign_in("intake").status == 422
    assert visitor().sign_in("intake", password=GOOD).status == 303


def test_a_password_is_changed_only_by_one_who_knows_the_present_one(intake):
    page = change(intake, now="forkert")

    assert (page.status, "Det er ikke din nuværende adgangskode." in page.text) == (422, True)


def test_guessing_the_present_password_is_throttled_as_signing_in_is(intake):
    statuses = [change(intake, now="forkert").status for _ in range(10)]

    assert statuses.count(422) == KNOWN + FROM_ONE_ADDRESS
    assert statuses[-1] == 429


def test_two_different_new_passwords_change_nothing(intake, visitor):
    page = change(intake, again="noget andet end det")

    assert (page.status, "De to nye adgangskoder er ikke ens." in page.text) == (422, True)
    assert visitor().sign_in("intake").status == 303


@pytest.mark.parametrize(
    "password",
    ["kort", "password1234", "aaaaaaaaaaaaaaaa", "tovholder123", "Ida Fuglsang", "x" * 201],
)
def test_a_password_that_is_guessed_at_once_is_refused(password):
    assert problem_with(password, ("Ida Fuglsang", "idaf", "idaf@kommune.example"))


def test_any_sign_and_any_composition_will_do():
    assert problem_with(GOOD, ("Ida Fuglsang",)) == ""
    assert problem_with("🙂 ost og kiks på havnen i regnvejr " * 3, ("Ida Fuglsang",)) == ""


def test_a_code_sets_a_password_once(visitor, town, staff):
    code = town.act(SYSTEM, lambda work: make_code(work, staff["mentor"]))
    newcomer = visitor()
    newcomer.get("/log-ind/kode")
    typed = {"code": code, "password_new": GOOD, "password_again": GOOD}

    assert newcomer.post("/log-ind/kode", typed).status == 303

    assert newcomer.sign_in("mentor", password=GOOD).status == 303
    newcomer.get("/log-ind/kode")
    assert newcomer.post("/log-ind/kode", typed).status == 422


def test_a_code_holds_for_a_day(visitor, town, staff, clock):
    code = town.act(SYSTEM, lambda work: make_code(work, staff["mentor"]))
    clock.forward(timedelta(hours=24))
    late = visitor()
    late.get("/log-ind/kode")

    page = late.post("/log-ind/kode", {"code": code, "password_new": GOOD, "password_again": GOOD})

    assert page.status == 422
    assert "Koden gælder ikke længere. Bed driften om en ny." in page.text


def test_codes_cannot_be_guessed_at_leisure(visitor):
    guesser = visitor()
    guesser.get("/log-ind/kode")

    statuses = [guesser.post("/log-ind/kode", {"code": str(n)}).status for n in range(12)]

    assert statuses == [422] * STRANGERS + [429] * (12 - STRANGERS)


def test_a_password_never_travels_in_a_page(app, intake, clock):
    intake.get("/konto")
    clock.forward(timedelta(hours=9))

    asked = change(intake, new="hemmelig hest på cykel")

    assert asked.status == 401
    with app.test_request_context():
        assert unpack(asked.hidden("carried")).fields == {}


@pytest.mark.parametrize("path", ["/log-ind", "/log-ind/kode"])
def test_passwords_are_masked_and_may_be_filled_in_by_a_helper(stranger, path):
    boxes = re.findall(r"<input[^>]*password[^>]*>", stranger.get(path).html)

    assert boxes
    for box in boxes:
        assert 'type="password"' in box
        assert re.search(r'autocomplete="(current|new)-password"', box)
        assert "onpaste" not in box
        assert "maxlength" not in box


@pytest.mark.parametrize("nearly", [f"{GOOD} ", f" {GOOD}", GOOD.upper(), GOOD[:-1]])
def test_a_password_counts_to_its_last_sign_and_space(intake, visitor, nearly):
    change(intake)

    assert visitor().sign_in("intake", password=nearly).status == 422

"""What guards every page against the web: hosts, headers, cookies, redirects, floods, logs."""

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from engine.settings import Settings, WrongSetting
from tests.web.conftest import PASSWORD, SOFIE, Visitor
from web.app import create_app
from web.limiting import FEED, WORKSHOP
from web.security import safe_address

TEMPLATES = sorted((Path(__file__).parents[2] / "web" / "templates").rglob("*.html"))

ELSEWHERE = [
    "https://ond.example",
    "http://ond.example/",
    "HTTPS://ond.example",
    "https:ond.example",
    "https:/ond.example",
    "//ond.example",
    "///ond.example",
    "////ond.example",
    "//ond.example/..",
    "//ond.example@tovholder",
    "/\\ond.example",
    "\\/ond.example",
    "\\\\ond.example",
    "/\\/ond.example",
    "/\\\\ond.example",
    "\\ond.example",
    "/\t/ond.example",
    "/\n/ond.example",
    "/\r/ond.example",
    "\t//ond.example",
    " //ond.example",
    "/ /ond.example",
    "/\x00/ond.example",
    "/\x0b/ond.example",
    "/\u2028/ond.example",
    "/\u00a0/ond.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:ond@ond.example",
    "ftp://ond.example",
    "ond.example",
    "ond.example/sager",
    "@ond.example",
    "http:////ond.example",
    "//[::1]/",
    "//ønd.example",
    "?next=//ond.example",
    "",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_spelling_of_another_place_leads_out_of_the_house(address):
    assert safe_address(address, "/indbakke") == "/indbakke"


@pytest.mark.parametrize("address", ["//ond.example", "/\\ond.example", "https://ond.example/"])
def test_signing_in_leads_to_the_house_whatever_was_asked(visitor, address):
    assert visitor().sign_in("intake", next=address).address == "/"


@pytest.fixture
def house(town, settings: Settings):
    """What gives the pages of the town under other settings."""

    def make(**changed: object) -> Flask:
        return create_app(town, replace(settings, **changed))

    return make


def test_a_host_that_is_not_ours_is_refused(house):
    app = house(public_url="https://tovholder.kommune.example")

    assert app.test_client().get("/log-ind", headers={"Host": "ond.example"}).status_code == 400
    ours = {"Host": "tovholder.kommune.example"}
    assert app.test_client().get("/log-ind", headers=ours).status_code == 200


def test_what_a_proxy_says_counts_only_when_there_is_one(house):
    said = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "https"}
    seen = []
    for proxies in (0, 1):
        app = house(proxies=proxies)

        @app.before_request
        def look() -> None:
            from flask import request

            seen.append((request.remote_addr, request.scheme))

        app.test_client().get("/log-ind", headers=said)

    assert seen == [("127.0.0.1", "http"), ("10.9.9.9", "https")]


def test_over_tls_cookies_stay_with_the_host_and_the_connection(house):
    browser = Visitor(house(secure_cookies=True).test_client())
    browser.get("/log-ind", base_url="https://localhost")
    answer = browser.post(
        "/log-ind", {"username": "intake", "password": PASSWORD}, base_url="https://localhost"
    )

    cookies = answer.response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-tovholder-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain=" not in cookie
        assert len(cookie.encode()) < 4096


def test_over_tls_browsers_are_told_to_stay_there_for_a_year(house):
    headers = house(secure_cookies=True).test_client().get("/log-ind").headers

    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("path", ["/log-ind", "/indbakke", "/findes/ikke", "/static/app.css"])
def test_every_answer_is_guarded_whatever_it_is(intake, path):
    response = intake.client.get(path)
    response.close()  # a file would stay open
    headers = response.headers

    said = headers["Content-Security-Policy"].split("; ")
    policy = dict(part.partition(" ")[::2] for part in said)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert "charset=utf-8" in headers["Content-Type"]


def test_pages_are_not_kept_by_the_browser(intake):
    assert intake.get("/indbakke").response.headers["Cache-Control"] == "no-store"


def test_signing_out_clears_what_the_browser_has(intake):
    assert intake.post("/log-ud").response.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_page_carries_a_script_or_a_style_of_its_own(template):
    text = template.read_text("utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH"])
def test_methods_that_nobody_uses_do_nothing(intake, method):
    assert intake.client.open("/indbakke", method=method).status_code in (400, 405)


@pytest.mark.parametrize("path", ["/static/", "/static", "/.git/config", "/static/../app.py"])
def test_no_folder_and_no_source_is_shown(intake, path):
    assert intake.get(path).status in (404, 308)


def test_who_asks_too_often_for_what_costs_much_waits(signed_in):
    owner = signed_in("process_designer")
    statuses = [
        owner.post("/processer/follow_up/kontrol", {"csrf_token": "fremmed"}).status
        for _ in range(WORKSHOP.amount + 2)
    ]

    assert statuses == [400] * WORKSHOP.amount + [429] * 2
    assert "Vent et minut" in owner.post("/processer/follow_up/kontrol").text


def test_one_who_asks_too_often_holds_up_nobody_else(signed_in):
    owner = signed_in("process_designer")
    for _ in range(WORKSHOP.amount + 1):
        owner.post("/processer/follow_up/kontrol", {"csrf_token": "fremmed"})

    chief = signed_in("chief_consultant")

    assert chief.post("/processer/follow_up/kontrol", {"csrf_token": "fremmed"}).status == 400


def test_a_calendar_address_is_not_asked_without_end(visitor):
    stranger = visitor()
    statuses = [stranger.get("/kalender/gaettet.ics").status for _ in range(FEED.amount + 1)]

    assert statuses == [404] * FEED.amount + [429]


def test_the_log_names_no_person(intake, signed_in, visitor, names, caplog):
    with caplog.at_level(logging.DEBUG):
        visitor().sign_in("mentor")
        page = intake.post("/sager/ny", SOFIE)
        intake.get(page.address)
        intake.get("/sager?q=Sofie")
        intake.get("/drift/")
        visitor().post("/log-ind", {"username": "Sofie Opdigtet", "password": "hemmelig"})
        intake.post("/log-ud")

    said = caplog.text
    assert "signed out: employee" in said
    for secret in ("Sofie", "Opdigtet", "hemmelig", "Meget fravær", PASSWORD, names["intake"]):
        assert secret not in said


def test_a_refusal_is_logged_with_who_and_where(intake, staff, caplog):
    with caplog.at_level(logging.WARNING):
        intake.get("/drift/")

    assert f"refused: employee {staff['intake']} at admin.index: 403" in caplog.text


@pytest.mark.parametrize(
    ("path", "typed", "refused"),
    [
        ("/sager/ny", {"name": "Signe Søgt", "reason": "meget hemmeligt"}, "cases.start: 422"),
        ("/konto/adgangskode", {"password_now": "gættet"}, "auth.change_password: 422"),
        ("/sager/ny", {"reason": "x" * 5_000_000}, "cases.start: 413"),
    ],
)
def test_every_form_that_is_not_taken_is_logged_without_what_was_typed(
    intake, staff, caplog, path, typed, refused
):
    with caplog.at_level(logging.WARNING):
        intake.post(path, typed)

    assert f"refused: employee {staff['intake']} at {refused}" in caplog.text
    assert not [word for word in typed.values() if word in caplog.text]


def test_a_form_without_its_token_is_logged(intake, staff, caplog):
    with caplog.at_level(logging.WARNING):
        intake.client.post("/sprog", data={"language": "en"})

    assert f"refused: employee {staff['intake']} at auth.change_language: 400" in caplog.text


def test_a_form_that_is_taken_is_no_refusal(intake, caplog):
    with caplog.at_level(logging.WARNING):
        intake.post("/sprog", {"language": "en"})

    assert "refused" not in caplog.text


@pytest.mark.parametrize("path", ["/kalender/HEMMELIG.ics", "/kalender/HEMMELIG/vu.ics"])
def test_the_secret_of_a_feed_stands_in_no_line_of_the_log(app, visitor, caplog, path):
    def broken(**_given: str) -> str:
        raise RuntimeError

    somebody = visitor()
    with caplog.at_level(logging.DEBUG):
        somebody.get(path)
        for endpoint in ("calendars.own", "calendars.team"):
            app.view_functions[endpoint] = broken
        somebody.get(path)

    assert "bug" in caplog.text
    assert "HEMMELIG" not in caplog.text


def test_a_word_that_is_searched_for_stands_in_no_line_of_the_log(app, signed_in, caplog):
    def broken() -> str:
        raise RuntimeError

    visitor = signed_in("intake")
    with caplog.at_level(logging.DEBUG):
        visitor.get("/sager?q=Hemmelig")
        app.view_functions["cases.index"] = broken
        visitor.get("/sager?q=Hemmelig")

    assert "bug" in caplog.text
    assert "Hemmelig" not in caplog.text


def test_a_line_break_in_an_address_makes_no_line_in_the_log(app, signed_in, caplog):
    @app.get("/gaar-galt/<path:what>")
    def broken(what: str) -> str:
        raise RuntimeError

    visitor = signed_in("intake")
    with caplog.at_level(logging.ERROR):
        visitor.get("/gaar-galt/x%0aINFO%20alt%20er%20godt")

    assert "\nINFO alt er godt" not in caplog.text


@pytest.mark.parametrize("value", ["tovholder.example", "ftp://tovholder.example", "https://"])
def test_a_public_address_that_is_none_is_refused_at_the_start(value):
    with pytest.raises(WrongSetting):
        Settings.from_env({"TOVHOLDER_PUBLIC_URL": value}, home="var", secret="only for tests")


def test_the_secret_is_made_for_the_house_and_readable_by_its_owner_alone(tmp_path):
    first = Settings.from_env({}, home=str(tmp_path / "a"))
    second = Settings.from_env({}, home=str(tmp_path / "b"))

    assert first.secret != second.secret
    assert len(first.secret) >= 64
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o077 == 0

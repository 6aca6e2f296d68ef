"""Every text that a page shows has its English, and days and ages read as people say them."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, session
from jinja2 import FileSystemLoader

from engine.domain.calendars import WorkingCalendar
from web import i18n, messages
from web.i18n import age_in_words, choose_language, due_in_words, format_day, language, ngettext

TODAY = date(2026, 11, 23)  # a Monday
VARIABLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture
def app() -> Flask:
    app = Flask("web", root_path=str(messages.ROOT / "web"))
    app.secret_key = "only for this test"
    i18n.install(app)
    return app


@pytest.fixture
def danish(app):
    with app.test_request_context(headers={"Accept-Language": "da"}):
        yield


@pytest.fixture
def english(app):
    with app.test_request_context(headers={"Accept-Language": "en-GB,en"}):
        yield


@pytest.fixture
def calendar() -> WorkingCalendar:
    """A town hall that is closed on Friday 20 November 2026."""
    return WorkingCalendar(
        timezone=ZoneInfo("Europe/Copenhagen"),
        holidays=lambda _year: {date(2026, 11, 20): "en fridag"},
    )


def test_every_marked_text_has_its_english():
    assert messages.untranslated(messages.marked(), messages.english()) == []


def test_the_catalogue_holds_no_text_that_nobody_shows():
    shown = messages.marked()

    assert [one.id for one in messages.english() if one.id and one.id not in shown] == []


def test_a_translation_fills_in_what_the_original_fills_in():
    for one in messages.english():
        originals = [one.id] if isinstance(one.id, str) else one.id
        translations = [one.string] if isinstance(one.string, str) else one.string
        for original, translation in zip(originals, translations, strict=True):
            if original:
                wanted, found = VARIABLE.findall(original), VARIABLE.findall(translation)
                assert sorted(wanted) == sorted(found), original


def test_a_text_without_english_is_found():
    catalogue = messages.english()
    catalogue.add("en helt ny tekst")

    assert messages.untranslated(catalogue, messages.english()) == ["en helt ny tekst"]


def test_the_browser_says_which_language(english):
    assert language() == "en"


def test_a_language_we_do_not_have_is_danish(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert language() == "da"


def test_the_chosen_language_wins_over_the_browser(english):
    choose_language("da")

    assert (language(), session["language"]) == ("da", "da")


def test_choosing_an_unknown_language_is_choosing_danish(english):
    choose_language("xx")

    assert language() == "da"


def test_outside_a_request_the_language_is_danish():
    assert language() == "da"


def test_templates_speak_the_language_of_the_request(app, english):
    template = app.jinja_env.from_string(
        '{{ _("Log ud") }} {% trans name="Bo" %}for {{ name }}{% endtrans %}'
    )

    assert template.render() == "Sign out for Bo"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 23), "i dag"),
        (date(2026, 11, 24), "i morgen"),
        (date(2026, 11, 22), "i går"),
        (date(2026, 11, 26), "tors. 26. nov."),
        (date(2027, 2, 1), "man. 1. feb. 2027"),
    ],
)
def test_a_day_reads_as_people_say_it(danish, day, words):
    assert format_day(day, TODAY) == words


def test_a_day_reads_in_english_too(english):
    assert format_day(date(2026, 11, 26), TODAY) == "Thu 26 Nov"


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 11, 26), "tors. 26. nov."),
        (date(2026, 11, 23), "i dag"),
        (date(2026, 11, 22), "1 arbejdsdag over"),
        (date(2026, 11, 19), "1 arbejdsdag over"),  # Friday the 20th does not count here
        (date(2026, 11, 18), "2 arbejdsdage over"),
    ],
)
def test_a_deadline_reads_in_the_days_that_count(danish, calendar, due_on, words):
    assert due_in_words(due_on, TODAY, calendar) == words


def test_a_deadline_that_passed_on_a_day_off_names_the_day(danish, calendar):
    assert due_in_words(date(2026, 11, 20), date(2026, 11, 22), calendar) == "udløb fre. 20. nov."


@pytest.mark.parametrize(
    ("birth", "words"),
    [
        (date(2009, 7, 20), "17 år 4 mdr."),
        (date(2009, 10, 1), "17 år 1 md."),
        (date(2008, 11, 23), "18 år"),
        (date(2008, 11, 24), "17 år 11 mdr."),
    ],
)
def test_an_age_reads_in_years_and_months(danish, birth, words):
    assert age_in_words(birth, TODAY) == words


def test_plural_follows_the_number(english):
    assert [ngettext("%(num)d arbejdsdag over", "%(num)d arbejdsdage over", n) for n in (1, 2)] == [
        "1 working day over",
        "2 working days over",
    ]


def test_no_template_carries_a_style_or_a_script_of_its_own(app):
    loader = FileSystemLoader(messages.ROOT / "web/templates")
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.I)

    for name in loader.list_templates():
        source = (messages.ROOT / "web/templates" / name).read_text("utf-8")
        assert inline.findall(source) == [], name

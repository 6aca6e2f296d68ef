"""The parts that pages are put together from: forms from data, rows, steps, the frame."""

from types import MappingProxyType

import pytest
from flask import Flask, render_template, render_template_string
from lxml import html

from web import i18n, messages

OPTIONS = ({"value": "ja", "label": "Ja"}, {"value": "nej", "label": "Nej"})
BLANK = MappingProxyType(
    {"help": None, "required": False, "error": None, "value": "", "options": ()}
)


def a_field(key, type_, **changes):
    return {**BLANK, "key": key, "type": type_, "label": key.title(), **changes}


EVERY_FIELD = [
    a_field("intro", "text"),
    a_field("navn", "textfield"),
    a_field("ord", "textarea", help="Med egne ord."),
    a_field("timer", "number", suffix="timer"),
    a_field("svar", "radio", options=OPTIONS),
    a_field("med", "checklist", options=OPTIONS),
    a_field("sted", "select", options=OPTIONS),
    a_field("dag", "date"),
    a_field("del", "group", fields=[a_field("ja_tak", "checkbox")]),
]


@pytest.fixture
def app() -> Flask:
    app = Flask("web", root_path=str(messages.ROOT / "web"))
    app.secret_key = "only for this test"
    app.jinja_env.globals["csrf_token"] = lambda: "the-token"
    i18n.install(app)
    return app


@pytest.fixture
def show(app):
    """Render one call of a macro in Danish and return the page as a tree."""

    def show(call: str, **values: object) -> html.HtmlElement:
        source = (
            "{% import 'macros/forms.html' as forms %}{% import 'macros/parts.html' as parts %}"
        )
        with app.test_request_context(headers={"Accept-Language": "da"}):
            return html.fromstring(
                f"<main>{render_template_string(source + '{{ ' + call + ' }}', **values)}</main>"
            )

    return show


def wrong(field):
    if field["type"] == "group":
        return {**field, "fields": [wrong(one) for one in field["fields"]]}
    return field if field["type"] == "text" else {**field, "error": f"{field['key']} er forkert."}


def test_every_error_of_the_summary_leads_to_a_box_of_the_form(show):
    fields = [wrong(field) for field in EVERY_FIELD]

    page = show("forms.error_summary(fields) ~ forms.fields(fields)", fields=fields)

    links = page.xpath("//*[@role='alert']//a/@href")
    assert len(links) == 8
    assert [
        link
        for link in links
        if not page.xpath(f"//*[@id='{link[1:]}'][self::input or self::textarea or self::select]")
    ] == []


def test_no_error_no_summary(show):
    assert show("forms.error_summary(fields)", fields=EVERY_FIELD).text_content() == ""


def test_every_box_has_a_label_of_its_own(show):
    page = show("forms.fields(fields)", fields=EVERY_FIELD)

    boxes = page.xpath("//input/@id | //textarea/@id | //select/@id")
    assert sorted(boxes) == sorted(page.xpath("//label/@for"))


def test_what_a_box_is_described_by_exists(show):
    page = show("forms.fields(fields)", fields=[wrong(field) for field in EVERY_FIELD])

    named = " ".join(page.xpath("//@aria-describedby")).split()
    assert [name for name in named if not page.xpath(f"//*[@id='{name}']")] == []


def test_what_was_typed_stands_in_the_boxes_also_when_it_is_wrong(show):
    typed = {"day": "31", "month": "11", "year": "tyve"}

    page = show("forms.field(field)", field=a_field("dag", "date", value=typed, error="Nej."))

    assert page.xpath("//input/@value") == ["31", "11", "tyve"]
    assert page.xpath("//input/@name") == ["dag-day", "dag-month", "dag-year"]


def test_typed_marks_are_text_and_not_markup(show):
    page = show("forms.field(field)", field=a_field("ord", "textarea", value="<b>&"))

    assert page.xpath("//textarea")[0].text == "<b>&"
    assert page.xpath("//b") == []


def test_a_number_that_is_zero_is_shown(show):
    page = show("forms.field(field)", field=a_field("timer", "number", value=0))

    assert page.xpath("//input/@value") == ["0"]


def test_the_chosen_answers_are_marked(show):
    fields = [
        a_field("svar", "radio", options=OPTIONS, value="nej"),
        a_field("med", "checklist", options=OPTIONS, value=["ja", "nej"]),
        a_field("sted", "select", options=OPTIONS, value="ja"),
    ]

    page = show("forms.fields(fields)", fields=fields)

    assert page.xpath("//*[@checked]/@id") == ["svar-2", "med-1", "med-2"]
    assert page.xpath("//option[@selected]/@value") == ["ja"]


def test_a_question_that_may_be_passed_over_says_so(show):
    page = show(
        "forms.fields(fields)",
        fields=[a_field("a", "textfield"), a_field("b", "textfield", required=True)],
    )

    assert [label.text_content() for label in page.xpath("//label")] == [
        "A (kan springes over)",
        "B",
    ]


def test_a_button_that_posts_carries_the_token_and_its_values(show):
    page = show("parts.act('Tag opgaven', '/t', fields={'version': 3}, about='Ring')")

    form = page.forms[0]
    assert dict(form.fields) == {"csrf_token": "the-token", "version": "3"}
    assert (form.method, form.action) == ("POST", "/t")
    assert form.text_content().strip() == "Tag opgaven – Ring"


def test_a_row_says_its_state_in_words(show):
    row = {
        "what": "Ring",
        "href": "/t",
        "who": "Bo",
        "when": "2 arbejdsdage over",
        "state": "overdue",
    }

    page = show("parts.rows('Over fristen', [row], 'Intet.')", row=row)

    assert " ".join(page.text_content().split()) == "Over fristen 1 Ring Bo 2 arbejdsdage over"


def test_an_empty_group_says_something(show):
    page = show("parts.rows('I dag', [], 'Der er ikke mere i dag.')")

    assert page.xpath("//p/text()") == ["Der er ikke mere i dag."]


def test_the_list_of_steps_says_where_the_process_stands(show):
    steps = [
        {"text": "Henvist", "state": "done", "when": "12. nov.", "whom": "Bo"},
        {"text": "Ring", "state": "overdue", "when": "2 arbejdsdage over"},
        {"text": "Møde", "state": "next"},
    ]

    page = show("parts.steps(steps)", steps=steps)

    assert [" ".join(one.text_content().split()) for one in page.xpath("//li")] == [
        "Henvist afsluttet, 12. nov. · Bo",
        "Ring 2 arbejdsdage over",
        "Møde senere",
    ]
    assert page.xpath("//*[@aria-current='step']/span/text()")[0] == "Ring"


def test_the_error_page_stands_without_anything_around_it(app):
    with app.test_request_context():
        page = html.fromstring(render_template("error.html", heading="Væk", what="Den er væk."))

    assert page.xpath("//h1/text()") == ["Væk"]
    assert page.xpath("//form") == []


def test_the_frame_shows_what_this_person_uses_and_how_to_leave(app):
    frame = {
        "nav": [{"text": "Sager", "href": "/sager", "current": True}],
        "me": {"name": "Alice", "role": "leder", "on_behalf_of": "Bob"},
        "sign_out": "/ud",
        "language": "/sprog",
    }

    with app.test_request_context("/sager?q=x", headers={"Accept-Language": "da"}):
        page = html.fromstring(render_template("error.html", heading="H", what="W", frame=frame))

    assert page.xpath("//nav//a[@aria-current]/text()") == ["Sager"]
    assert [(form.action, dict(form.fields)) for form in page.forms] == [
        ("/sprog", {"csrf_token": "the-token", "back": "/sager?q=x"}),
        ("/ud", {"csrf_token": "the-token"}),
    ]
    assert "for Bob" in page.xpath("//*[@class='who']")[0].text_content()

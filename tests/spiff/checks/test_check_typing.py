"""Values that do not fit, found by the fields of the forms and the columns of the tables."""

import json
from dataclasses import replace

import pytest

from engine.spiff.checks.findings import Finding
from tests.spiff.checks.checking import KNOWN, TABLE, check, files, task
from tests.spiff.drawing import after, call, catch, end, gateway, many, node, service, start

FIELDS = [
    {"type": "radio", "key": "answer", "label": "Svar", "values": [{"value": "yes"}]},
    {"type": "select", "key": "wish", "label": "Ønske", "values": [{"value": "a"}, {"value": "b"}]},
    {"type": "checklist", "key": "reasons", "label": "Grunde", "values": [{"value": "x"}]},
    {"type": "datetime", "subtype": "date", "key": "meets_on", "label": "Dag", "dateLabel": "Dag"},
    {"type": "number", "key": "cost", "label": "Pris"},
    {"type": "checkbox", "key": "agreed", "label": "Aftalt"},
    {"type": "textarea", "key": "note", "label": "Note"},
]
FORM = json.dumps({"id": "talk", "components": FIELDS})
TYPES = {
    *("wrong_type", "unknown_option", "wrong_call", "condition_not_boolean", "not_a_date"),
    *("not_a_list", "table_input_type", "table_input_value"),
}


def found_in(*nodes: str, flows: str, table: str = TABLE) -> list[Finding]:
    package = {**files(*nodes, flows=flows), "forms/talk.json": FORM, "team.dmn": table}
    return [each for each in check(package) if each.code in TYPES]


def asked(condition: str) -> set[tuple[str, str]]:
    """Return what is found when the way out of a gateway has that condition."""
    nodes = (start(), task("x"), gateway("exclusive", "g", "g_end"), end(), end("end2"))
    found = found_in(*nodes, flows=f"start > x > g > end\ng > end2 : {condition}")
    return {(each.code, each.element) for each in found}


def set_on_task(**settings: str) -> set[tuple[str, str]]:
    found = found_in(start(), task("x"), task("y", **settings), end(), flows="start > x > y > end")
    return {(each.code, each.element) for each in found}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("meets_on > 3", "wrong_type"),
        ("meets_on < today()", "wrong_type"),
        ("cost = answer", "wrong_type"),
        ('reasons = "x"', "wrong_type"),
        ("agreed and note", "wrong_type"),
        ('answer = "yess"', "unknown_option"),
        ('wish in ("a", "c")', "unknown_option"),
        ('list contains(reasons, "y")', "unknown_option"),
        ('meets_on = "soon"', "unknown_option"),
        ("after(cost, note) = null", "wrong_call"),
        ("age(meets_on, 3) > 2", "wrong_call"),
        ('upper case(cost) = "A"', "wrong_call"),
        ("answer", "condition_not_boolean"),
        ("cost + 1", "condition_not_boolean"),
        ("null", "condition_not_boolean"),
        ("today()", "condition_not_boolean"),
    ],
)
def test_a_condition_that_does_not_fit_is_found(condition: str, code: str):
    assert asked(condition) == {(code, "g_end2")}


@pytest.mark.parametrize(
    "condition",
    [
        "agreed",
        'answer = "yes"',
        "answer = null",
        "date(meets_on) < today()",
        'list contains(reasons, "x")',
        "cost > 3 and agreed",
        'note = "whatever"',
        'other = "whatever"',
        "other",
        "other > 3",
        "age(birth) >= age(meets_on)",
        'after(meets_on, param("screening")) <= today()',
    ],
)
def test_a_condition_that_may_fit_is_let_pass(condition: str):
    assert asked(condition) == set()


@pytest.mark.parametrize("place", ["deadline", "legal_limit"])
@pytest.mark.parametrize("text", ["answer", "cost", "agreed", "reasons", '"soon"', "P14D", "null"])
def test_a_deadline_that_is_no_date_is_found(place: str, text: str):
    assert ("not_a_date", "y") in set_on_task(**{place: text})


@pytest.mark.parametrize(
    "text",
    ["meets_on", "note", "other", "today()", "created", "2027-03-01", "start_of(meets_on)"],
)
def test_a_deadline_that_may_be_a_date_is_let_pass(text: str):
    assert set_on_task(deadline=text, ladder="A") == set()


def test_a_timer_that_gives_no_date_is_found():
    found = found_in(
        *(start(), task("x"), catch("t", after("cost")), end()), flows="start > x > t > end"
    )

    assert [(each.code, each.element) for each in found] == [("not_a_date", "t")]


def test_a_timer_may_be_a_duration_in_days():
    nodes = (start(), task("x"), catch("t", after("P14D")), end())

    assert found_in(*nodes, flows="start > x > t > end") == []


def test_a_step_is_repeated_for_a_list_alone():
    def repeated(collection: str) -> list[str]:
        nodes = (start(), task("x"), call("c", "consent", many(collection)), end())
        return [each.code for each in found_in(*nodes, flows="start > x > c > end")]

    assert (repeated("cost"), repeated("reasons"), repeated("other")) == (["not_a_list"], [], [])


def test_what_stands_in_a_list_is_known_where_it_is_taken_one_by_one():
    nodes = (
        *(start(), task("x"), call("c", "consent", many("reasons"), in_text='item = "z"')),
        end(),
    )

    found = found_in(*nodes, flows="start > x > c > end")

    assert [(each.code, each.element) for each in found] == [("unknown_option", "c")]


def test_a_name_that_comes_from_elsewhere_too_is_not_known():
    nodes = (
        *(start(), task("x"), service("s", "send_letter", in_text="note", out_answer="sent_on")),
        *(gateway("exclusive", "g", "g_end"), end(), end("end2")),
    )
    flows = 'start > x > s > g > end\ng > end2 : answer = "yess"'

    assert found_in(*nodes, flows=flows) == []


def test_a_text_that_a_step_writes_is_one_of_those_it_can_be():
    nodes = (
        *(start(), task("x"), service("s", "send_letter", in_text="note", out_state='"sent"')),
        *(gateway("exclusive", "g", "g_end"), end(), end("end2")),
    )
    flows = 'start > x > s > g > end\ng > end2 : state = "sendt"'

    assert [each.code for each in found_in(*nodes, flows=flows)] == ["unknown_option"]


def test_what_the_case_knows_at_its_start_has_no_type():
    nodes = (start(), task("x"), gateway("exclusive", "g", "g_end"), end(), end("end2"))
    package = files(*nodes, flows='start > x > g > end\ng > end2 : answer = "yess"')
    known = replace(KNOWN, names=frozenset({"answer"}))

    assert not {each.code for each in check(package, known)} & TYPES


def table_asked(given: str, table: str) -> list[tuple[str, str]]:
    decision = node("businessRuleTask", "b", attributes='camunda:decisionRef="team"', in_age=given)
    found = found_in(start(), task("x"), decision, end(), flows="start > x > b > end", table=table)
    return [(each.code, each.element) for each in found]


LISTED = (
    TABLE.replace('typeRef="number"><text>age', 'typeRef="string"><text>age')
    .replace(
        "</inputExpression>", '</inputExpression><inputValues><text>"a", "c"</text></inputValues>'
    )
    .replace("&lt; 15", '"a"')
)


def test_a_table_is_told_what_its_column_takes():
    assert table_asked("note", TABLE) == [("table_input_type", "b")]
    assert table_asked("cost", TABLE) == []
    assert table_asked("other", TABLE) == []


def test_a_date_of_a_form_is_read_where_the_column_is_a_date():
    dated = TABLE.replace('typeRef="number"><text>age', 'typeRef="date"><text>age').replace(
        "&lt; 15", '&lt; date("2027-01-01")'
    )

    assert table_asked("meets_on", dated) == []
    assert table_asked("cost", dated) == [("table_input_type", "b")]


def test_an_answer_that_the_column_does_not_list_is_found():
    assert table_asked("wish", LISTED) == [("table_input_value", "b")]
    assert table_asked('"a"', LISTED) == []


def test_what_a_table_gives_has_the_type_of_its_column():
    decision = node("businessRuleTask", "b", attributes='camunda:decisionRef="team"', in_age="3")
    nodes = (start(), decision, gateway("exclusive", "g", "g_end"), end(), end("end2"))

    found = found_in(*nodes, flows='start > b > g > end\ng > end2 : team = "A"')

    assert [(each.code, each.element) for each in found] == [("wrong_type", "g_end2")]


def test_the_sentences_say_what_to_do_in_both_languages():
    nodes = (start(), task("x"), gateway("exclusive", "g", "g_end"), end(), end("end2"))
    (finding,) = found_in(*nodes, flows="start > x > g > end\ng > end2 : meets_on < today()")

    assert finding.danish == (
        "Betingelsen kan ikke passe: »<« kan ikke bruges på en dato fra en formular og en dato. "
        "Skriv »date(…)« om datoen fra formularen. Ret »meets_on < today()«."
    )
    assert finding.english == (
        "The condition cannot be right: “<” cannot be used on a date of a form and a date. "
        "Write “date(…)” around it. Mend “meets_on < today()”."
    )
    assert finding.line is not None

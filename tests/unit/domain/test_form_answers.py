"""What a person typed, and the answers or sentences that come out of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import parse, validate, visible

YES_NO = [{"label": "Ja", "value": "yes"}, {"label": "Nej", "value": "no"}]


def form(*components):
    return parse({"id": "screening", "components": [*components]})


def field(kind, key="answer", label="Svaret", **more):
    return {"type": kind, "key": key, "label": label, **more}


def day_field(**more):
    return field("datetime", subtype="date", **more)


def answer(component, raw):
    return validate(form(component), raw)["answer"]


def problem(component, raw):
    with pytest.raises(InvalidAnswers) as refused:
        validate(form(component), raw)
    return refused.value.problems["answer"]


def test_a_text_is_trimmed_and_its_line_ends_are_plain():
    assert answer(field("textarea"), {"answer": "  en\r\nto\n "}) == "en\nto"


def test_letters_come_in_one_normal_form():
    assert answer(field("textfield"), {"answer": "A\u030arhus"}) == "Århus"


@pytest.mark.parametrize("kind", ["textfield", "textarea", "number"])
@pytest.mark.parametrize("raw", [{}, {"answer": ""}, {"answer": "   "}, {"answer": None}])
def test_a_blank_is_none(kind, raw):
    assert answer(field(kind), raw) is None


@pytest.mark.parametrize("raw", [{}, {"answer": " \n"}])
def test_a_required_blank_is_told_by_the_label(raw):
    assert problem(field("textfield", validate={"required": True}), raw) == (
        "»Svaret« skal udfyldes."
    )


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ud800", "\n"])
def test_signs_that_no_one_types_are_refused(sign):
    assert problem(field("textfield"), {"answer": f"a{sign}b"}) == (
        "»Svaret« indeholder tegn, der ikke kan bruges."
    )


def test_a_text_over_its_limit_is_refused_with_both_numbers():
    limited = field("textfield", validate={"maxLength": 3})

    assert answer(limited, {"answer": "æøå "}) == "æøå"
    assert problem(limited, {"answer": "æøåæ"}) == "»Svaret« må højst have 3 tegn; der er 4."


def test_a_text_without_a_limit_of_its_own_is_limited_all_the_same():
    assert "500" in problem(field("textfield"), {"answer": "a" * 501})
    assert "20000" in problem(field("textarea"), {"answer": "a" * 20_001})


def test_a_text_under_its_limit_is_refused():
    assert problem(field("textfield", validate={"minLength": 3}), {"answer": "ab"}) == (
        "»Svaret« skal have mindst 3 tegn; der er 2."
    )


def test_a_text_must_match_its_pattern():
    postal = field("textfield", validate={"pattern": "^[0-9]{4}$"})

    assert answer(postal, {"answer": "5000"}) == "5000"
    assert problem(postal, {"answer": "500"}) == "»Svaret« er ikke skrevet på den rigtige måde."


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1.234", 1234),
        ("1.234.567,25", 1234567.25),
        ("40 000", 40000),
        ("-3", -3),
        ("−3", -3),
        ("12,0", 12),
        (7, 7),
        (1.234, 1.234),
    ],
)
def test_a_number_is_read_with_a_danish_comma(typed, number):
    read = answer(field("number"), {"answer": typed})

    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize(
    "typed", ["tolv", "1,2,3", "1e5", "٣", "1.23.4", "--1", "9" * 16, "NaN", float("inf")]
)
def test_what_is_no_number_is_refused(typed):
    assert problem(field("number"), {"answer": typed}) == (
        "»Svaret« skal være et tal, fx 12 eller 12,5."
    )


@pytest.mark.parametrize(
    ("limits", "typed", "sentence"),
    [
        ({"validate": {"min": 1.5}}, "1,4", "»Svaret« skal være mindst 1,5."),
        ({"validate": {"max": 30}}, "31", "»Svaret« må højst være 30."),
        ({"decimalDigits": 0}, "1,5", "»Svaret« skal være et helt tal."),
        ({"decimalDigits": 2}, "1,555", "»Svaret« må højst have 2 decimaler."),
    ],
)
def test_a_number_outside_its_limits_is_refused(limits, typed, sentence):
    assert problem(field("number", **limits), {"answer": typed}) == sentence


@pytest.mark.parametrize("raw", [{"answer": "on"}, {"answer": "true"}, {"answer": True}])
def test_a_box_that_is_ticked_is_true(raw):
    assert answer(field("checkbox"), raw) is True


@pytest.mark.parametrize("raw", [{}, {"answer": ""}, {"answer": "false"}, {"answer": False}])
def test_a_box_that_is_not_ticked_is_false(raw):
    assert answer(field("checkbox"), raw) is False


def test_a_required_box_must_be_ticked():
    assert problem(field("checkbox", validate={"required": True}), {}) == (
        "»Svaret« skal være krydset af."
    )


@pytest.mark.parametrize(
    ("raw", "chosen"),
    [
        ({}, []),
        ({"answer": "no"}, ["no"]),
        ({"answer": ["no", "yes", "no"]}, ["yes", "no"]),
    ],
)
def test_a_checklist_gives_a_list_in_the_order_of_the_form(raw, chosen):
    assert answer(field("checklist", values=YES_NO), raw) == chosen


def test_a_required_checklist_wants_at_least_one():
    component = field("checklist", values=YES_NO, validate={"required": True})

    assert problem(component, {"answer": []}) == "Vælg mindst ét svar under »Svaret«."


@pytest.mark.parametrize("kind", ["radio", "select"])
def test_a_choice_is_one_of_the_options(kind):
    component = field(kind, values=YES_NO)

    assert answer(component, {"answer": "yes"}) == "yes"
    assert problem(component, {"answer": "maybe"}) == "»Svaret« skal vælges på listen."


@pytest.mark.parametrize("sent", [["yes", "maybe"], [{"a": 1}], {"a": 1}])
def test_a_checklist_takes_nothing_that_is_not_on_it(sent):
    assert problem(field("checklist", values=YES_NO), {"answer": sent}) == (
        "»Svaret« skal vælges på listen."
    )


def test_one_question_takes_one_answer():
    component = field("radio", values=YES_NO)

    assert answer(component, {"answer": ["yes"]}) == "yes"
    assert problem(component, {"answer": ["yes", "no"]}) == "»Svaret« kan kun have ét svar."


@pytest.mark.parametrize("sent", [{"a": 1}, True, 5, date(2026, 9, 3)])
def test_a_value_of_another_kind_is_refused(sent):
    assert problem(field("textfield"), {"answer": sent}) == (
        "»Svaret« har et svar af en forkert slags."
    )


@pytest.mark.parametrize(
    "raw",
    [
        {"answer": "3.9.2026"},
        {"answer": "03.09.2026"},
        {"answer": "03-09-2026"},
        {"answer": "3/9/2026"},
        {"answer": "3. 9. 2026"},
        {"answer": "2026-09-03"},
        {"answer": date(2026, 9, 3)},
        {"answer-day": "3", "answer-month": " 9", "answer-year": "2026"},
        {"answer-day": ["03"], "answer-month": ["09"], "answer-year": ["2026"]},
    ],
)
def test_a_day_may_be_typed_in_many_ways(raw):
    assert answer(day_field(), raw) == "2026-09-03"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"answer": "i morgen"}, "»Svaret« skal være en dato som 3.9.2026."),
        ({"answer": "3.9.26"}, "»Svaret« skal være en dato som 3.9.2026."),
        ({"answer-day": "3", "answer-year": "2026"}, "»Svaret« skal være en dato som 3.9.2026."),
        ({"answer": "31.2.2026"}, "Datoen i »Svaret« findes ikke."),
        ({"answer": "3.9.0026"}, "Årstallet i »Svaret« kan ikke være rigtigt."),
    ],
)
def test_what_is_no_day_is_refused(raw, sentence):
    assert problem(day_field(), raw) == sentence


def test_three_empty_boxes_are_a_blank():
    raw = {"answer-day": "", "answer-month": "", "answer-year": ""}

    assert answer(day_field(), raw) is None
    assert problem(day_field(validate={"required": True}), raw) == "»Svaret« skal udfyldes."


CONDITIONAL = form(
    field("radio", "parat", "Parat?", values=YES_NO),
    {
        "type": "group",
        "label": "Hvorfor ikke",
        "conditional": {"hide": '=parat != "no"'},
        "components": [field("textfield", "reason", "Grund", validate={"required": True})],
    },
    field("checkbox", "urgent", "Haster", conditional={"hide": '=parat = "yes"'}),
    field("number", "days", "Dage", conditional={"hide": "=urgent != true"}),
    field("textfield", "note", "Note", conditional={"hide": "=days = null"}),
)


def test_what_is_hidden_has_no_answer_whatever_was_sent():
    raw = {"parat": "yes", "reason": "snyd", "urgent": "on", "days": "3", "note": "x"}

    assert validate(CONDITIONAL, raw) == {"parat": "yes"}


def test_what_is_in_sight_is_asked():
    raw = {"parat": "no", "reason": "bor langt væk", "urgent": "on", "days": "3", "note": "x"}

    assert validate(CONDITIONAL, raw) == {
        "parat": "no",
        "reason": "bor langt væk",
        "urgent": True,
        "days": 3,
        "note": "x",
    }


def test_a_hidden_field_is_not_required_but_one_in_sight_is():
    with pytest.raises(InvalidAnswers) as refused:
        validate(CONDITIONAL, {"parat": "no"})

    assert refused.value.problems == {"reason": "»Grund« skal udfyldes."}


def test_the_fields_in_sight_follow_the_answers():
    def keys(answers):
        return [each.key for each in visible(CONDITIONAL, answers)]

    assert keys({}) == ["parat", "urgent"]
    assert keys({"parat": "no", "urgent": True, "days": 3.0}) == [
        "parat",
        "reason",
        "urgent",
        "days",
        "note",
    ]


def test_true_is_not_the_number_one():
    tricky = form(
        field("checkbox", "urgent", "Haster"),
        field("textfield", "note", "Note", conditional={"hide": "=urgent = 1"}),
    )

    assert [each.key for each in visible(tricky, {"urgent": True})] == ["urgent", "note"]


def test_what_the_form_does_not_ask_is_passed_over():
    assert validate(form(field("textfield")), {"answer": "a", "csrf_token": "x"}) == {"answer": "a"}


def test_every_problem_is_told_at_once():
    two = form(
        field("textfield", "a", "A", validate={"required": True}),
        field("number", "b", "B"),
        field("textfield", "c", "C"),
    )

    with pytest.raises(InvalidAnswers) as refused:
        validate(two, {"b": "x", "c": "fint"})

    assert set(refused.value.problems) == {"a", "b"}


def test_a_sentence_can_be_in_another_language():
    english = {"»{label}« skal udfyldes.": "Fill in “{label}”."}

    with pytest.raises(InvalidAnswers) as refused:
        validate(form(field("textfield", validate={"required": True})), {}, english.__getitem__)

    assert refused.value.problems == {"answer": "Fill in “Svaret”."}


@given(typed=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_typed_in_danish_comes_back_as_itself(typed):
    raw = {"answer": f"{typed.day}.{typed.month}.{typed.year}"}

    assert answer(day_field(), raw) == typed.isoformat()


@pytest.mark.parametrize("kind", ["textfield", "textarea", "number", "checkbox"])
@given(typed=st.text())
def test_whatever_is_typed_gives_an_answer_or_a_sentence(kind, typed):
    try:
        answers = validate(form(field(kind)), {"answer": typed})
    except InvalidAnswers as refused:
        answers = refused.problems

    assert set(answers) == {"answer"}

"""Reading a form in the form-js shape, and refusing what is outside the part we know."""

from decimal import Decimal

import pytest

from engine.domain.errors import InvalidDefinition
from engine.domain.forms import Condition, DataClass, Field, FieldType, Form, Option, parse


def schema(*components):
    return {"type": "default", "id": "screening", "schemaVersion": 18, "components": [*components]}


def textfield(**changes):
    return {"type": "textfield", "key": "reason", "label": "Grund", "id": "Field_1", **changes}


def test_a_textfield_is_read_whole():
    component = textfield(
        description="Med dine egne ord",
        layout={"row": "Row_1"},
        appearance={},
        validate={"required": True, "minLength": 2, "maxLength": 80, "pattern": "^[A-Z]"},
        conditional={"hide": ""},
        properties={"data_class": "K3"},
    )

    assert parse(schema(component)) == Form(
        id="screening",
        fields=(
            Field(
                type=FieldType.TEXTFIELD,
                key="reason",
                label="Grund",
                description="Med dine egne ord",
                required=True,
                min_length=2,
                max_length=80,
                pattern="^[A-Z]",
                data_class=DataClass.K3,
            ),
        ),
    )


def test_a_number_has_its_limits():
    component = {
        "type": "number",
        "key": "days",
        "label": "Dage",
        "decimalDigits": 0,
        "validate": {"min": 1, "max": 30.5},
    }

    assert parse(schema(component)).fields == (
        Field(
            type=FieldType.NUMBER,
            key="days",
            label="Dage",
            minimum=Decimal(1),
            maximum=Decimal("30.5"),
            decimals=0,
        ),
    )


@pytest.mark.parametrize("kind", ["checklist", "radio", "select"])
def test_a_choice_has_its_options(kind):
    values = [{"label": "Ja", "value": "yes"}, {"value": "no"}]
    component = {"type": kind, "key": "parat", "label": "Parat?", "values": values}

    field = parse(schema(component)).fields[0]

    assert field.options == (Option("yes", "Ja"), Option("no", "no"))


def test_a_date_is_written_as_form_js_writes_it():
    component = {"type": "datetime", "subtype": "date", "key": "born", "dateLabel": "Født"}

    assert parse(schema(component)).fields == (
        Field(type=FieldType.DATE, key="born", label="Født"),
    )


def test_a_group_holds_fields_and_a_text_only_words():
    form = parse(
        schema(
            {"type": "text", "text": "# Læs først"},
            {"type": "group", "label": "Om dig", "components": [textfield()]},
            textfield(key="more", type="textarea"),
        )
    )

    assert [field.type for field in form.fields] == ["text", "group", "textarea"]
    assert form.fields[0].text == "# Læs først"
    assert [field.key for field in form.questions()] == ["reason", "more"]


def test_a_question_is_found_by_its_key():
    form = parse(schema({"type": "group", "label": "Om dig", "components": [textfield()]}))

    assert form.question("reason") == form.fields[0].fields[0]
    assert form.question("other") is None


def test_an_answer_is_confidential_unless_the_form_says_otherwise():
    assert parse(schema(textfield())).fields[0].data_class is DataClass.K2


def test_a_text_has_a_limit_also_when_the_form_sets_none():
    form = parse(schema(textfield(), textfield(key="more", type="textarea")))

    assert [field.max_length for field in form.fields] == [500, 20_000]


@pytest.mark.parametrize(
    ("hide", "condition"),
    [
        ('=reason = "other"', Condition("reason", "=", "other")),
        ('= reason != "other"', Condition("reason", "!=", "other")),
        ("=reason = true", Condition("reason", "=", True)),
        ("=reason=null", Condition("reason", "=", None)),
        ("=reason = -2.5", Condition("reason", "=", Decimal("-2.5"))),
    ],
)
def test_a_condition_is_kept_as_field_operator_and_value(hide, condition):
    form = parse(schema(textfield(), textfield(key="more", conditional={"hide": hide})))

    assert form.fields[1].hide == condition


@pytest.mark.parametrize(
    "component",
    [
        {"type": "filepicker", "key": "papers", "label": "Bilag"},
        {"type": "datetime", "subtype": "time", "key": "papers", "label": "Tid"},
        {"type": "dynamiclist", "key": "papers", "components": []},
        {"key": "papers", "label": "Ingen type"},
    ],
)
def test_an_unknown_type_is_refused_by_the_name_of_the_field(component):
    with pytest.raises(InvalidDefinition, match=r"Feltet »papers«: typen ».+« kendes ikke"):
        parse(schema(component))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "to ord"}, "er ikke en nøgle"),
        ({"key": None}, "er ikke en nøgle"),
        ({"key": "papers-day"}, "er ikke en nøgle"),
        ({"label": ""}, "mangler en ledetekst"),
        ({"label": '="Hej " + navn'}, "må ikke være et udtryk"),
        ({"label": 5}, "skal være tekst"),
        ({"readonly": True}, "»readonly« kan ikke bruges"),
        ({"disabled": True}, "»disabled« kan ikke bruges"),
        ({"validate": {"unique": True}}, "kravet »unique« kendes ikke"),
        ({"validate": {"validationType": "email"}}, "kravet »email« kendes ikke"),
        ({"validate": {"required": "yes"}}, "true eller false"),
        ({"validate": {"minLength": "two"}}, "skal være et tal"),
        ({"validate": {"maxLength": -1}}, "et helt tal"),
        ({"validate": {"minLength": 3, "maxLength": 2}}, "større end det største"),
        ({"validate": {"pattern": "["}}, "kan ikke læses"),
        ({"validate": {"pattern": "^(a+)+$"}}, "uden grænse"),
        ({"validate": [1]}, "skal være et objekt"),
        ({"type": "number", "validate": {"min": 3, "max": 2}}, "større end det største"),
        ({"type": "number", "validate": {"min": "=today()"}}, "skal være et tal"),
        ({"type": "radio"}, "valgmulighederne"),
        ({"type": "radio", "valuesKey": "list"}, "»valuesKey« kan ikke bruges"),
        ({"type": "radio", "values": [{"label": "Ja"}]}, "som tekst"),
        ({"type": "radio", "values": [{"value": "a"}, {"value": "a"}]}, "samme værdi"),
        ({"conditional": {"hide": "=days > 5"}}, "skal ligne"),
        ({"conditional": {"hide": '=other = "x"'}}, "»other«, der ikke står før"),
        ({"conditional": {"hide": '=reason = "x"'}}, "»reason«, der ikke står før"),
        ({"properties": {"data_class": "K9"}}, "dataklassen »K9« kendes ikke"),
        ({"type": "group", "components": {"a": 1}}, "en liste af felter"),
        ({"type": "group", "path": "person", "components": []}, "»path« kan ikke bruges"),
    ],
)
def test_what_would_change_an_answer_is_refused_and_never_ignored(changes, reason):
    with pytest.raises(InvalidDefinition, match=f"Feltet .+{reason}"):
        parse(schema(textfield(**changes)))


def test_two_fields_may_not_share_a_key():
    with pytest.raises(InvalidDefinition, match="»reason«: nøglen bruges to gange"):
        parse(schema(textfield(), {"type": "group", "label": "", "components": [textfield()]}))


def test_a_form_without_a_list_of_fields_is_refused():
    with pytest.raises(InvalidDefinition, match="Formularen"):
        parse({"id": "screening", "components": "none"})


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a|a)*$",
        "(?:a?){40}a{40}",
        "a?" * 40 + "a" * 40,
        "(a|aa){1,40}$",
        ".*.*.*.*x",
        r"(a*)\1\1x",
        "(?P<n>a)",
        "a{99999999999}",
        "(" * 5_000,
        "[[a]",
        "x" * 301,
    ],
)
def test_a_pattern_that_could_hold_up_an_answer_is_refused(pattern):
    with pytest.raises(InvalidDefinition, match="mønstret"):
        parse(schema(textfield(validate={"pattern": pattern})))


@pytest.mark.parametrize(
    "pattern",
    [r"^\d{6}-?\d{4}$", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "^(?:foo|bar)-\\d+$", "[a-z]+ [a-z]+"],
)
def test_a_usual_pattern_is_let_pass(pattern):
    assert parse(schema(textfield(validate={"pattern": pattern}))).fields[0].pattern == pattern


@pytest.mark.parametrize("limit", [1e400, float("nan"), 10**30, -(10**30)])
def test_a_limit_that_no_answer_can_have_is_refused(limit):
    with pytest.raises(InvalidDefinition, match="15 cifre"):
        parse(schema(textfield(validate={"maxLength": limit})))

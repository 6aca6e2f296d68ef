"""What expressions give. One row, one fact."""

from decimal import Decimal

import pytest

from engine.domain.errors import CaseworkError, EvaluationFailed
from engine.feel.errors import FeelSyntaxError
from engine.feel.expressions import Result, parse, value

PERSON = {
    "age": 17,
    "name": "Alice",
    "accepted": True,
    "rate": 0.1,
    "missing": None,
    "birth": "2010-02-28",
    "reasons": ["ASKED_MULTI", "STUCK"],
    "home": {"town": "Viborg", "floor": 2},
    "efforts": [{"unit": "A", "cost": 10}, {"unit": "B", "cost": 30}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("rate + 0.2", 0.3),
        ("1 / 4", 0.25),
        (".5 + 1.5e1", 15.5),
        ('"a" + "b"', "ab"),
        ("age >= 18", False),
        ("age < 18 and accepted", True),
        ("age > 18 or accepted", True),
        ("not(accepted)", False),
        ('name = "Alice"', True),
        ('name != "Bob"', True),
        ("missing = null", True),
        ("age = null", False),
        ("age between 15 and 17", True),
        ("age in [15..18)", True),
        ("age in (17..18)", False),
        ("age in (1, 17, 20)", True),
        ("age in (< 10, >= 17)", True),
        ("age in ]10..17[", False),
        ('"STUCK" in reasons', True),
        ('if age < 18 then "1" else "3"', "1"),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
        ('some r in reasons satisfies r = "STUCK"', True),
        ('every r in reasons satisfies r = "STUCK"', False),
        ("home.town", "Viborg"),
        ("efforts.cost", [10, 30]),
        ("efforts[cost > 10].unit", ["B"]),
        ("efforts[2].unit", "B"),
        ("efforts[-1].cost", 30),
        ("reasons[3]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("sum(efforts.cost)", 40),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"first name": 1, second name: first name + 1}', {"first name": 1, "second name": 2}),
        ("{double: function(n) n * 2, six: double(3)}.six", 6),
        ("sort(reasons, function(a, b) a > b)", ["STUCK", "ASKED_MULTI"]),
        ("substring(string: name, start position: 2, length: 3)", "lic"),
        ("age instance of number", True),
        ("reasons instance of list<string>", True),
        ('"10:00" instance of time', False),
        ("1 // a note", 1),
        ("1 /* a\nnote */ + 1", 2),
        (r'"Åse \"siger\" \u00e6\n"', 'Åse "siger" æ\n'),
    ],
)
def test_an_expression_gives(text: str, expected: object):
    assert value(parse(text), PERSON) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2027-03-01")', "2027-03-01"),
        ('date(birth) + duration("P18Y")', "2028-02-28"),
        ('date("2024-02-29") + duration("P1Y")', "2025-02-28"),
        ('date("2027-01-31") + duration("P1M")', "2027-02-28"),
        ('date("2027-03-01") - date("2027-02-01")', "P28D"),
        ('date("2027-03-01").year', 2027),
        ('date("2027-03-01").weekday', 1),
        ('date("2027-03-01") > date("2027-02-28")', True),
        ('@"2027-03-01T09:30:00" + @"PT45M"', "2027-03-01T10:15:00"),
        ('date and time("2027-03-28T01:30:00@Europe/Copenhagen").hour', 1),
        ('years and months duration(date(birth), date("2027-02-27"))', "P16Y11M"),
        ('years and months duration(date(birth), date("2027-02-28")).years', 17),
        ('duration("P14D") * 2', "P28D"),
        ('duration("P1Y") / duration("P1M")', 12),
        ('day of week(date("2027-03-01"))', "Monday"),
        ('week of year(date("2027-01-01"))', 53),
        ('string(duration("P14DT2H"))', "P14DT2H"),
        ('last day of month(date("2028-02-10"))', "2028-02-29"),
        ('for d in @"2027-02-28"..@"2027-03-01" return d', ["2027-02-28", "2027-03-01"]),
    ],
)
def test_dates_and_durations_come_out_as_iso_texts(text: str, expected: object):
    assert value(parse(text), PERSON) == expected


def test_midnight_is_moved_along_the_time_line_when_the_clocks_change():
    before = '@"2027-03-28T01:30:00@Europe/Copenhagen"'

    assert value(parse(f'{before} + @"PT1H"'), {}) == "2027-03-28T03:30:00+02:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("= age + 1", 18),
        ("${age > 10}", True),
        ("#{age}", 17),
        ("P14D", "P14D"),
        ("PT90M", "PT1H30M"),
        ("2027-03-01", "2027-03-01"),
        ("2027-03-01T08:00:00", "2027-03-01T08:00:00"),
        ("2027 - 03 - 01", 2023),
    ],
)
def test_what_other_tools_write_is_accepted(text: str, expected: object):
    assert value(parse(text), PERSON) == expected


@pytest.mark.parametrize(
    "text",
    [
        "agee > 18",
        "age + name",
        "age > name",
        'age = "17"',
        "date(birth) > birth",
        "1 / 0",
        "missing + 1",
        "age and accepted",
        "if missing then 1 else 2",
        "home.twon",
        "unknown(1)",
        "sum(reasons)",
        'date("2027-02-30")',
        'number("seven")',
        "efforts[name]",
        "substring(name)",
        "age(1)",
        "function(x) x",
        "[1..2]",
    ],
)
def test_an_error_is_never_silent(text: str):
    with pytest.raises(EvaluationFailed):
        value(parse(text), PERSON)


@pytest.mark.parametrize("text", ["1 / 0", "0 ** -1", "0 ** (0 - 2)"])
def test_what_is_not_a_finite_number_is_an_error(text: str):
    assert parse(text).evaluate({}) == Result(
        None, ("Der deles med nul, eller et tal bliver for stort.",)
    )


def test_an_error_gives_null_and_a_record_and_the_rest_goes_on():
    result = parse('[1 / 0, "still here"]').evaluate({})

    assert result.value == [None, "still here"]
    assert result.errors == ("Der deles med nul, eller et tal bliver for stort.",)


def test_the_failure_names_the_expression_and_the_reason():
    with pytest.raises(EvaluationFailed) as caught:
        value(parse("agee > 18"), PERSON)

    assert caught.value.expression == "agee > 18"
    assert "»agee« kendes ikke" in caught.value.reasons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and missing", None),
        ("false and missing", False),
        ("true or missing", True),
        ("false or missing", None),
        ("not(missing)", None),
        ("missing > 1", None),
    ],
)
def test_null_is_unknown_and_no_error(text: str, expected: bool | None):
    result = parse(text).evaluate(PERSON)

    assert (result.value, result.errors) == (expected, ())


def test_what_need_not_be_asked_is_not_asked():
    assert parse("missing != null and missing + 1 > 1").evaluate(PERSON).errors == ()


# -- Names and functions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "context", "expected"),
    [
        ("first name", {"first name"}, {"first name": "Bo"}, "Bo"),
        ("first  name + name", {"first name"}, {"first name": "a", "name": "b"}, "ab"),
        ("a-b", {"a-b"}, {"a-b": 5, "a": 3, "b": 1}, 5),
        ("a-b", set(), {"a": 3, "b": 1}, 2),
        ("a - c", {"a-b"}, {"a": 3, "c": 1}, 2),
        ("for sent > 3", {"for sent"}, {"for sent": 4}, True),
        ("in-or-out and date and time", {"in-or-out", "date and time"}, {}, None),
        ("[{x y: 1}].x y", {"x y"}, {}, [1]),
        ("møde_dato", set(), {"møde_dato": 1}, 1),
    ],
)
def test_names_may_have_spaces_and_signs_when_they_are_known(text, names, context, expected):
    assert parse(text, frozenset(names)).evaluate(context).value == expected


def test_an_expression_tells_what_it_reads_and_calls():
    expression = parse(
        'after(created, param("x")) > today() and count(efforts[cost > limit]) > 0 '
        "and (some e in efforts satisfies e.cost > roof) and home.town != null",
        frozenset({"created", "efforts", "limit", "roof", "home"}),
    )

    assert expression.reads == {"created", "efforts", "limit", "roof", "home"}
    assert expression.calls == {"after", "param", "today", "count"}


def test_names_of_its_own_are_not_read():
    text = "{a: x, f: function(y) y + a, z: for q in a return partial[1] + q}"

    assert parse(text).reads == {"x"}


def test_written_numbers_and_durations_are_told():
    expression = parse('age > 18 and after(d, "P14D") > date("2027-03-01") and n = "text"')

    assert expression.literals == ("18", "P14D", "2027-03-01")
    assert parse("P3M").literals == ("P3M",)


def test_the_functions_of_the_caller_go_first():
    functions = {"after": lambda day, days: day + days, "count": lambda x: 99}

    assert value(parse("after(1, 2) + count([])"), {}, functions) == 102


def test_there_is_no_today_but_the_one_given():
    assert parse("today()").evaluate({}).errors != ()
    assert value(parse("today()"), {}, {"today": lambda: "2027-03-01"}) == "2027-03-01"


def _refuses(day: object) -> None:
    raise CaseworkError("Den dag findes ikke.")


@pytest.mark.parametrize(
    ("function", "reason"),
    [(_refuses, "Den dag findes ikke."), (lambda: 1, "forkert antal"), (int, "invalid literal")],
)
def test_what_a_function_of_the_caller_raises_is_recorded(function, reason: str):
    (error,) = parse('f("x")').evaluate({}, {"f": function}).errors

    assert reason in error


def test_a_bug_in_a_function_of_the_caller_is_not_hidden():
    with pytest.raises(TypeError):
        parse("f(1)").evaluate({}, {"f": lambda x: x + "a"})


def test_no_python_object_ever_gets_in():
    result = parse("thing").evaluate({"thing": object()})

    assert result.value is None
    assert "hverken tal" in result.errors[0]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(number: float):
    assert parse("x > 1").evaluate({"x": number}).errors != ()


def test_the_same_text_is_parsed_once():
    assert parse("age > 18") is parse("age > 18")


def test_numbers_are_decimal():
    assert parse("0.1 + 0.2").evaluate({}).value == Decimal("0.3")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("(1", 2),
        ("age >", 5),
        ("1 2", 2),
        ('"open', 0),
        ("a b", 2),
        ("if a then b", 11),
        ("f(1,", 4),
        ("= age >", 7),
        ("1 § 2", 2),
        ("x instance of", 13),
    ],
)
def test_a_text_that_cannot_be_read_says_where(text: str, position: int):
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)

    assert caught.value.position == position

"""What holds for every number, every text and every expression."""

from collections.abc import Callable
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.errors import FeelSyntaxError
from engine.feel.expressions import parse, parse_unary_tests, value
from engine.feel.json_values import to_json
from engine.feel.temporal import months_between, parse_temporal, plus_months, show_duration
from engine.feel.values import from_json

whole = st.integers(-(10**12), 10**12)
floats = st.floats(-1e15, 1e15)
json_values = st.recursive(
    st.none() | st.booleans() | whole | st.text() | floats,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
words = st.sampled_from(
    [
        *("a", "b", "items", "1", "2.5", '"text"', "true", "null", "item", "?", "P1D"),
        *("+", "-", "*", "/", "**", "=", "!=", "<", ">=", "..", ".", ",", ":", "@"),
        *("(", ")", "[", "]", "{", "}", "and", "or", "not(", "in", "between", "if", "then"),
        *("else", "for", "return", "some", "every", "satisfies", "instance of", "function(x)"),
        *("count(", "sum(", "date(", "string join(", "matches(", "sort(", "number", "list<"),
    ]
)
CONTEXT = {"a": 3, "b": "text", "items": [1, 2, {"x": 3}]}


@given(whole, whole, whole)
def test_whole_numbers_reckon_as_whole_numbers(a: int, b: int, c: int):
    assert value(parse("a + b * c - a"), {"a": a, "b": b, "c": c}) == a + b * c - a


@given(whole, whole)
def test_order_is_that_of_the_numbers(a: int, b: int):
    found = value(parse("[a < b, a <= b, a = b, a != b, a > b]"), {"a": a, "b": b})

    assert found == [a < b, a <= b, a == b, a != b, a > b]


@given(whole, whole.filter(bool))
def test_the_modulo_has_the_sign_of_the_divisor(a: int, b: int):
    assert value(parse("modulo(a, b)"), {"a": a, "b": b}) == a % b


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_a_number_written_out_is_the_number(number: Decimal):
    assert parse(format(number, "f")).evaluate({}).value == number


@given(st.text(max_size=300))
def test_a_text_written_out_is_the_text(text: str):
    quoted = text.replace("\\", r"\\").replace('"', r"\"")

    assert value(parse(f'"{quoted}"'), {}) == text


@given(json_values)
def test_json_goes_in_and_comes_out_the_same(given_value: object):
    assert to_json(from_json(given_value)) == given_value


@given(json_values)
def test_every_value_equals_itself(given_value: object):
    assert value(parse("x = x"), {"x": given_value}) is True


@given(st.dates(), st.integers(-1200, 1200))
def test_months_are_added_and_counted_alike(day, months: int):
    if day.year + months // 12 - 1 >= 1 and day.year + months // 12 + 1 <= 9999 and day.day <= 28:
        assert months_between(day, plus_months(day, months)) == months


@given(st.timedeltas())
def test_a_duration_written_out_is_the_duration(span):
    assert parse_temporal(show_duration(span)) == span


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_text_crashes_the_parser(text: str):
    places = [_refused_at(read, text) for read in (parse, parse_unary_tests)]

    assert all(place is None or 0 <= place <= len(text) for place in places)


def _refused_at(read: Callable[[str], object], text: str) -> int | None:
    try:
        read(text)
    except FeelSyntaxError as error:
        return error.position
    return None


@given(st.lists(words, max_size=25).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_no_expression_crashes_the_evaluation(text: str):
    try:
        expression, tests = parse(text), parse_unary_tests(text)
    except FeelSyntaxError:
        return

    assert isinstance(expression.evaluate(CONTEXT).errors, tuple)
    assert tests.matches(3, CONTEXT).value in (True, False)

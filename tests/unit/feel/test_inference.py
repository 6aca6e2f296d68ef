"""What is known of an expression before it is worked out. One row, one fact."""

import inspect
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendars import WorkingCalendar
from engine.domain.feel_functions import KINDS, functions
from engine.domain.parameters import register
from engine.feel.expressions import parse, parse_unary_tests
from engine.feel.inference import infer, passes
from engine.feel.mismatches import Mismatch, NeverEqual, NotBoolean, Problem, WrongCall
from engine.feel.sorts import BOOLEAN, DATED, LIST, NUMBER, TEXT, list_of, of, one_of

NAMES = {
    "cost": of(NUMBER),
    "note": of(TEXT),
    "born": DATED,
    "answer": one_of(["yes", "no"]),
    "accepted": of(BOOLEAN),
    "reasons": list_of(one_of(["A", "B"])),
}
CALENDAR = WorkingCalendar(timezone=ZoneInfo("Europe/Copenhagen"))
WORDS = {name: (takes, of(*gives)) for name, (takes, gives) in KINDS.items()}


def problems(text: str) -> tuple[Problem, ...]:
    return infer(parse(text).tree, NAMES, WORDS)[1]


@pytest.mark.parametrize(
    "text",
    [
        "born > 3",
        "born < today()",
        'born = date("2027-01-01")',
        "cost + note",
        "cost = note",
        "accepted < accepted",
        'reasons = "A"',
        "cost between note and 3",
        "cost in [1..note]",
        'cost in ("a", 2)',
        "-note",
        'date(born) - today() > "P3D"',
        "{a: cost, b: a + note}",
        "[cost, cost][1] + note",
        "for r in reasons return r + 1",
        "(if accepted then 1 else 2) = note",
        "after(created, param(note)) > 3",
    ],
)
def test_values_that_do_not_belong_together_are_found(text: str):
    assert [type(each) for each in problems(text)] == [Mismatch]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('answer = "yess"', "yess"),
        ('answer != "yess"', "yess"),
        ('"maybe" = answer', "maybe"),
        ('answer in ("yes", "maybe")', "maybe"),
        ('"C" in reasons', "C"),
        ('list contains(reasons, "C")', "C"),
        ('some r in reasons satisfies r = "C"', "C"),
        ('born = "tomorrow"', "tomorrow"),
        ('day of week(date(born)) = "Mandag"', "Mandag"),
    ],
)
def test_a_text_that_an_answer_can_never_be_is_found(text: str, written: str):
    assert [each.written for each in problems(text) if isinstance(each, NeverEqual)] == [(written,)]


@pytest.mark.parametrize(
    "text",
    [
        "if cost then 1 else 2",
        "accepted and note",
        "cost or accepted",
        "not(answer)",
        "some r in reasons satisfies r",
    ],
)
def test_what_is_not_yes_or_no_where_it_has_to_be_is_found(text: str):
    assert [type(each) for each in problems(text)] == [NotBoolean]


@pytest.mark.parametrize(
    "text",
    [
        "after(born)",
        "after(cost, note)",
        'after(answer, "P1D")',
        "age(accepted)",
        "birthday(born, note)",
        "substring(note)",
        "substring(cost, 1)",
        "upper case(reasons = null)",
        'date("2027-02-30")',
        '@"2027-02-30"',
        'duration("14 dage")',
        "today(1)",
        "sqrt(born)",
    ],
)
def test_a_call_that_can_only_fail_is_found(text: str):
    assert [type(each) for each in problems(text)] == [WrongCall]


@pytest.mark.parametrize(
    "text",
    [
        "cost > 3",
        'answer = "yes"',
        "answer = null",
        "note = answer",
        'unknown = "x"',
        "unknown + cost",
        "born = note",
        'born = "2027-03-01"',
        "date(born) < today()",
        "age(born) >= 18",
        'after(born, "P1M") < today()',
        "after(note, note) > today()",
        "min(reasons) = cost",
        "sum(cost, 2) > 3",
        'count(reasons) + string length(note) + number("3") > 1',
        'reasons[item = "C"]',
        "reasons[1] = note",
        "unknown.born > 3",
        '(if accepted then "a" else 3) = 4',
        "for r in unknown return r + 1",
        "function(x) x + note",
        "abs(duration(note)) > duration(note)",
        'today() - date(born) > @"P1D"',
        'string join(for r in reasons return r, ", ") = note',
        "decimal(n: cost, scale: 2) = cost",
        "[1, 2] = [cost]",
        "null > 3",
        "(function(x) x)(note) > 3",
    ],
)
def test_what_may_be_right_is_let_pass(text: str):
    assert problems(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cost > 3", BOOLEAN),
        ("cost * 2", NUMBER),
        ('answer + "!"', TEXT),
        ("for r in reasons return 1", LIST),
        ("if accepted then 1 else null", NUMBER),
        ("reasons[1]", TEXT),
        ("today()", "date"),
        ("birthday(born, 18)", "date"),
        ('@"P1Y"', "years and months duration"),
        ("today() - today()", "days and time duration"),
    ],
)
def test_what_an_expression_gives_is_known(text: str, kind: str):
    assert infer(parse(text).tree, NAMES, WORDS)[0].is_only(kind)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('"maybe"', [NeverEqual]),
        ('"yes", "no"', []),
        ('not("maybe")', [NeverEqual]),
        ("> 3", [Mismatch]),
        ("[1..3]", [Mismatch]),
        ("true", [Mismatch]),
        ("null", []),
        ('? = "maybe"', [NeverEqual]),
        ('["yes", "maybe"]', [NeverEqual]),
        ("unknown", []),
        ("-", []),
    ],
)
def test_a_cell_is_held_against_what_is_asked(cell: str, found: list[type]):
    tests = parse_unary_tests(cell).tests

    assert [type(each) for each in passes(tests, NAMES["answer"], NAMES, WORDS)] == found


def test_every_word_of_the_calendar_tells_its_kinds():
    words = functions(CALENDAR, register({}), date(2027, 3, 1))

    assert {name: len(inspect.signature(word).parameters) for name, word in words.items()} == {
        name: len(takes) for name, (takes, _) in KINDS.items()
    }


def test_a_tree_of_tests_inside_tests_is_walked_once():
    text = "x in [" * 12 + "1" + "..2]" * 12

    assert infer(parse(text).tree, {}, {})[0].is_only(BOOLEAN)

"""The cells of tables. One row, one fact."""

from datetime import date

import pytest

from engine.feel.errors import FeelSyntaxError
from engine.feel.expressions import parse_unary_tests

CONTEXT = {"limit": 18, "allowed": ["A", "B"], "opened": "2027-03-01"}


@pytest.mark.parametrize(
    ("cell", "value", "fits"),
    [
        ("-", None, True),
        ("", 5, True),
        ("18", 18, True),
        ("< 18", 17, True),
        ("< 18", 18, False),
        (">= limit", 18, True),
        ("[18..25)", 25, False),
        ("]18..25]", 25, True),
        ("< 13, >= 30", 30, True),
        ("< 13, >= 30", 20, False),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(< 18)", 20, True),
        ('"A", "B"', "B", True),
        ("!= 5", 6, True),
        ("= 5", 5, True),
        ("null", None, True),
        ("null", 1, False),
        ("not(null)", 1, True),
        ("< 18", None, False),
        ("true", True, True),
        ("false", True, False),
        ("true", None, False),
        ("allowed", "A", True),
        ("allowed", "C", False),
        ('["A", "C"]', "C", True),
        ("? > 5 and ? < 10", 7, True),
        ("? > 5 and ? < 10", 11, False),
        ('contains(?, "b")', "abc", True),
        ('list contains(?, "A")', ["A", "B"], True),
        ("count(?) >= 2", [1, 2], True),
        ("limit > 10", 99, True),
        ("limit > 100", 99, False),
        ('not(contains(?, "b"))', "abc", False),
        ("not(true) = false", "anything", True),
        ('< date("2027-01-01")', date(2026, 12, 31), True),
        ("2027-03-01", date(2027, 3, 1), True),
        ("P14D", "x", False),
    ],
)
def test_a_cell_fits(cell: str, value: object, fits: bool):
    assert parse_unary_tests(cell).matches(value, CONTEXT).value is fits


@pytest.mark.parametrize(
    ("cell", "value"),
    [("< 18", "17"), ("unknown", 1), ("18", "18"), ('< date("2027-01-01")', "2026-12-31")],
)
def test_an_error_in_a_cell_is_recorded(cell: str, value: object):
    result = parse_unary_tests(cell).matches(value, CONTEXT)

    assert result.value is False
    assert result.errors != ()


def test_a_cell_tells_what_it_reads():
    tests = parse_unary_tests("? > limit and f(?) = 3")

    assert tests.reads == {"limit"}
    assert tests.calls == {"f"}
    assert tests.literals == ("3",)


@pytest.mark.parametrize("cell", ["<", "1,", "not(1", "1 2", ", 1"])
def test_a_cell_that_cannot_be_read_is_refused(cell: str):
    with pytest.raises(FeelSyntaxError):
        parse_unary_tests(cell)

"""Holes and overlaps of tables."""

import pytest

from engine.decisions.analysis import Analysis, Overlap, analyse
from engine.decisions.tables import read_decisions
from tests.unit.decisions.test_tables import AGE, by_age, decision_xml, definitions, one

TWO = [("age", "number"), ("has_case", "boolean")]


def test_a_whole_table_has_no_findings():
    assert analyse(by_age("UNIQUE", ["< 18", "1"], ["[18..25)", "2"], [">= 25", "3"])) == Analysis()


@pytest.mark.parametrize(
    ("rows", "example"),
    [
        ([["< 18", "1"], ["> 18", "2"]], {"age": 18}),
        ([["< 18", "1"], [">= 20", "2"]], {"age": 18}),
        ([["[18..25]", "1"]], {"age": 17}),
        ([["not(18)", "1"]], {"age": 18}),
        ([["< 0.5", "1"], [">= 1", "2"]], {"age": 0.5}),
    ],
)
def test_a_gap_comes_with_an_example(rows, example):
    assert example in analyse(by_age("UNIQUE", *rows)).gaps


def test_ages_that_meet_as_whole_years_leave_no_gap():
    assert analyse(by_age("UNIQUE", ["<= 17", "1"], [">= 18", "2"])).gaps == ()


def test_a_gap_in_two_columns_names_both():
    table = one(TWO, ["team"], [["< 18", "-", "1"], [">= 18", "true", "2"]])

    assert analyse(table).gaps == ({"age": 18, "has_case": False},)


def test_a_text_that_no_row_names_is_a_gap():
    table = one([("school", "string")], ["team"], [['"grade9"', "1"], ['"none"', "2"]])

    assert analyse(table).gaps == ({"school": "(en anden tekst)"},)


def test_values_that_are_listed_are_all_there_are():
    head = "<input label='s'><inputExpression><text>s</text></inputExpression>"
    head += '<inputValues><text>"a", "b"</text></inputValues></input><output name="team"/>'
    rules = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>"
        for cell in ('"a"', '"b"')
    )
    xml = definitions(decision_xml(f"<decisionTable>{head}{rules}</decisionTable>"))

    assert analyse(read_decisions(xml)["team"]) == Analysis()


def test_a_default_leaves_no_gap():
    default = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"

    assert analyse(by_age("UNIQUE", ["< 18", "1"], output_extra=default)).gaps == ()


def test_an_overlap_names_the_rows_and_an_example():
    found = analyse(by_age("UNIQUE", ["<= 18", "1"], [">= 18", "2"]))

    assert found.overlaps == (Overlap((1, 2), {"age": 18}),)


def test_rows_of_any_may_overlap_when_they_say_the_same():
    assert analyse(by_age("ANY", ["<= 18", "1"], [">= 18", "1"])).overlaps == ()
    assert analyse(by_age("ANY", ["<= 18", "1"], [">= 18", "2"])).overlaps != ()


def test_rows_of_first_may_overlap():
    assert analyse(by_age("FIRST", ["< 18", "1"], ["-", "2"])) == Analysis()


def test_a_row_that_can_never_decide_is_found():
    found = analyse(by_age("FIRST", ["< 18", "1"], ["< 10", "2"], ["-", "3"]))

    assert found.unreachable == (2,)


def test_parameters_are_asked_for():
    table = by_age("UNIQUE", ['< param("limit")', "1"], ['> param("limit")', "2"])

    assert analyse(table, {"param": lambda key: 18}).gaps == ({"age": 18},)


@pytest.mark.parametrize("cell", ["? > 3", "< other", "unknown(1)", '"a", 1'])
def test_what_cannot_be_worked_out_beforehand_is_said(cell: str):
    table = one([("age", "Any")], ["team"], [[cell, "1"]])

    assert analyse(table) == Analysis(unclear=("age",))


def test_dates_are_ordered_too():
    rows = [['< date("2027-01-01")', "1"], ['> date("2027-01-01")', "2"]]

    assert analyse(one([("d", "date")], ["team"], rows)).gaps == ({"d": "2027-01-01"},)


def test_a_large_table_is_looked_through_in_time():
    columns = [(f"c{n}", "number") for n in range(8)]
    rows = [[f"> {(row * n) % 7}" for n in range(8)] + ["1"] for row in range(40)]

    assert analyse(one(columns, ["team"], rows, "FIRST")).gaps != ()


def test_nothing_is_found_in_what_is_no_table():
    literal = "<literalExpression><text>1</text></literalExpression>"

    assert analyse(read_decisions(definitions(decision_xml(literal)))["team"]) == Analysis()


def test_a_column_that_no_row_asks_about_may_hold_anything():
    table = one([*AGE, ("town", "string")], ["team"], [["< 18", "-", "1"]])

    assert analyse(table).gaps == ({"age": 18},)

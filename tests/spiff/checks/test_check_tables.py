"""Decision tables that lie beside a diagram: cells that do not fit, holes, and rows in conflict."""

from collections.abc import Sequence

import pytest

from engine.spiff.checks.findings import Finding, Severity
from tests.spiff.checks.checking import check, files, task
from tests.spiff.drawing import end, start
from tests.unit.decisions.test_tables import decision_xml, definitions, table_xml

DIAGRAM = files(start(), task("x"), end(), flows="start > x > end")
HEADS = [("age", "number"), ("school", "string")]
DEFAULT = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"


def findings(
    rows: Sequence[Sequence[str]], policy: str = "UNIQUE", extra: str = ""
) -> list[Finding]:
    table = table_xml(HEADS, ["team"], rows, policy, output_extra=extra)
    return of_file(definitions(decision_xml(table)))


def of_file(xml: bytes) -> list[Finding]:
    found = check({**DIAGRAM, "team.dmn": xml.decode()})
    return [each for each in found if each.code.startswith("table_")]


def codes(*args, **kwargs) -> list[str]:
    return [each.code for each in findings(*args, **kwargs)]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (['"old"', "-", "1"], "table_cell_type"),
        (['[date("2027-01-01")..5]', "-", "1"], "table_cell_type"),
        (["true", "-", "1"], "table_cell_type"),
        (["-", "< 3", "1"], "table_cell_type"),
        (["olden(?)", "-", "1"], "table_unknown_word"),
        (["-", "-", "unknown(1)"], "table_unknown_word"),
    ],
)
def test_a_cell_that_cannot_fit_is_found(cells: list[str], code: str):
    assert code in codes([cells], "COLLECT")


@pytest.mark.parametrize(
    "cells",
    [
        ["< 18, >= 30", '"a", "b"', "1"],
        ["null", "not(null)", "1"],
        ["? > 3 and ? < 5", 'starts with(?, "a")', "1"],
        ['param("screening")', "-", "1"],
        ["[1..age]", "-", "1"],
    ],
)
def test_a_cell_that_may_fit_is_let_pass(cells: list[str]):
    assert codes([cells], "COLLECT") == []


def listed(cell: str, given: str = '"A"') -> list[str]:
    head = '<input label="School"><inputExpression typeRef="string"><text>s</text>'
    head += '</inputExpression><inputValues><text>"a", "b"</text></inputValues></input>'
    head += '<output name="team" typeRef="string"><outputValues><text>"A", "B"</text>'
    head += "</outputValues></output>"
    cells = f"<inputEntry><text>{cell}</text></inputEntry>"
    cells += f"<outputEntry><text>{given}</text></outputEntry>"
    table = f'<decisionTable hitPolicy="COLLECT">{head}<rule>{cells}</rule></decisionTable>'
    return [each.code for each in of_file(definitions(decision_xml(table)))]


def test_a_value_that_the_column_does_not_list_is_found():
    assert listed('"c"') == ["table_cell_value"]
    assert listed('"a"') == []


@pytest.mark.parametrize("given", ['"C"', "3", "true"])
def test_an_output_that_the_column_does_not_list_is_found(given: str):
    assert listed('"a"', given) == ["table_output_type"]


@pytest.mark.parametrize("given", ['"A"', "null", "", "x", 'if x then "A" else "B"'])
def test_an_output_that_may_be_right_is_let_pass(given: str):
    assert listed('"a"', given) == []


def test_an_output_has_the_type_of_its_column():
    head = "<input><inputExpression><text>s</text></inputExpression></input>"
    head += '<output name="team" typeRef="date"/>'
    cells = "<inputEntry><text>-</text></inputEntry><outputEntry><text>3</text></outputEntry>"
    table = f"<decisionTable>{head}<rule>{cells}</rule></decisionTable>"

    assert [each.code for each in of_file(definitions(decision_xml(table)))] == [
        "table_output_type"
    ]


def test_two_rows_of_unique_that_fit_the_same_are_an_error_with_an_example():
    (finding,) = findings([["<= 18", "-", "1"], [">= 18", "-", "2"]])

    assert (finding.code, finding.severity, finding.file) == (
        "table_overlap",
        Severity.ERROR,
        "team.dmn",
    )
    assert finding.danish.startswith("Række 1 og 2 passer begge på »age« = 18, så")
    assert finding.english.startswith("Rows 1 and 2 both fit “age” = 18, so")


def test_rows_of_any_may_fit_the_same_when_they_say_the_same():
    rows = [["<= 18", "-", "1"], [">= 18", "-", "1"]]

    assert codes(rows, "ANY") == []
    assert codes([rows[0], [">= 18", "-", "2"]], "ANY") == ["table_overlap"]


@pytest.mark.parametrize("policy", ["FIRST", "COLLECT", "RULE ORDER"])
def test_rows_of_other_policies_may_fit_the_same(policy: str):
    assert codes([["<= 18", "-", "1"], ["-", "-", "2"]], policy) == []


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST"])
def test_a_case_without_a_row_is_a_warning_with_an_example(policy: str):
    (finding,) = findings([["< 18", "-", "1"], ["> 18", "-", "2"]], policy)

    assert (finding.code, finding.severity) == ("table_gap", Severity.WARNING)
    assert "»age« = 18" in finding.danish
    assert "“age” = 18" in finding.english


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_a_list_may_be_empty(policy: str):
    assert codes([["< 18", "-", "1"]], policy) == []


def test_a_default_or_a_row_for_the_rest_leaves_no_case_out():
    assert codes([["< 18", "-", "1"]], extra=DEFAULT) == []
    assert codes([["< 18", "-", "1"], ["-", "-", "2"]], "FIRST") == []


def test_a_text_that_no_row_names_is_told_in_both_languages():
    (finding,) = findings([["-", '"a"', "1"]])

    assert "»school« = (en anden tekst)" in finding.danish
    assert "“school” = (another text)" in finding.english


def test_a_row_that_never_decides_is_found_at_its_line():
    rows = [["< 18", "-", "1"], ["< 10", "-", "2"], ["-", "-", "3"]]
    xml = definitions(decision_xml(table_xml(HEADS, ["team"], rows, "FIRST")))
    lines = xml.replace(b"<rule>", b"\n<rule>")

    (finding,) = of_file(lines)

    assert (finding.code, finding.line) == ("table_row_never", 3)


def test_a_table_too_large_to_look_through_is_said_to_be():
    rows = [[f"{n}", f'"{n}"', "1"] for n in range(1_000)]

    assert "table_too_large" in codes(rows)


def test_a_table_of_very_many_columns_crashes_nothing():
    heads = [(f"c{n}", "number") for n in range(1_500)]
    xml = definitions(decision_xml(table_xml(heads, ["team"], [["-"] * 1_500 + ["1"]])))

    assert [each.code for each in of_file(xml)] == ["table_too_large"]


def test_holes_are_not_claimed_of_what_cannot_be_worked_out_beforehand():
    assert codes([["< other", "-", "1"]]) == []

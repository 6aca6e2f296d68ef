"""The file as a whole: what is no diagram, what is too much, and the answer to it."""

import json
from dataclasses import replace

import pytest

from engine.spiff.checks.findings import Severity
from engine.spiff.checks.safely import check_safely
from engine.spiff.checks.wire import (
    finding_from_json,
    finding_to_json,
    known_from_json,
    known_to_json,
)
from tests.spiff.checks.checking import KNOWN, check, drawn, files, said, task
from tests.spiff.drawing import HEAD, end, start

GOOD = files(start(), task("x"), end(), flows="start > x > end")


@pytest.mark.parametrize(
    "text",
    ["", "   ", "Kære Tovholder", "<a><b></a>", "%PDF-1.7 \x00", f"<!DOCTYPE x>{HEAD}"],
)
def test_a_file_that_is_no_xml_is_said_to_be_unreadable(text):
    assert said(check({"P.bpmn": text})) == {("unreadable_file", "")}


def test_a_doctype_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

    assert "DOCTYPE" in check({"P.bpmn": bomb})[0].danish


def test_a_file_of_over_two_megabytes_is_refused():
    assert "2 MB" in check({"P.bpmn": f"<a>{'x' * 2_100_000}</a>"})[0].danish


def test_a_file_of_over_twenty_thousand_elements_is_refused():
    assert "20.000" in check({"P.bpmn": f"<a>{'<b/>' * 20_001}</a>"})[0].danish


def test_xml_that_is_no_bpmn_is_refused():
    assert said(check({"P.bpmn": "<svg/>"})) == {("not_bpmn", "")}


def test_a_package_has_a_diagram():
    assert said(check({})) == {("no_file", "")}


def test_a_drawing_is_not_a_process():
    only_drawn = GOOD["P.bpmn"].replace('isExecutable="true"', 'isExecutable="false"')

    assert said(check({**GOOD, "P.bpmn": only_drawn})) == {("no_executable_process", "")}


def test_of_a_drawing_everything_is_said_at_once():
    only_drawn = GOOD["P.bpmn"].replace('isExecutable="true"', 'isExecutable="false"')
    wrong = only_drawn.replace("</bpmn:process>", '<bpmn:task id="lonely"/></bpmn:process>')

    codes = {code for code, _ in said(check({**GOOD, "P.bpmn": wrong}))}
    assert {"no_executable_process", "unsupported_element"} <= codes


def test_a_file_without_a_process_is_no_more_than_a_drawing():
    empty = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'

    assert said(check({"P.bpmn": empty})) == {("no_executable_process", "")}


def test_a_file_has_one_executable_process():
    second = '<bpmn:process id="Q" isExecutable="true"/></bpmn:definitions>'
    two = GOOD["P.bpmn"].replace("</bpmn:definitions>", second)

    assert said(check({**GOOD, "P.bpmn": two})) == {("several_executable_processes", "Q")}


def test_a_process_is_named_like_its_folder():
    other = GOOD["P.bpmn"].replace('id="P"', 'id="Q"')

    assert ("wrong_process_id", "Q") in said(check({**GOOD, "P.bpmn": other}))


def test_a_process_has_a_picture():
    process = f'<bpmn:process id="P" isExecutable="true">{task("x")}</bpmn:process>'
    bare = f"{HEAD}{process}</bpmn:definitions>"

    assert ("no_drawing", "P") in said(check({**GOOD, "P.bpmn": bare}))


def test_every_step_is_in_the_picture():
    hidden = GOOD["P.bpmn"].replace('bpmnElement="x"', 'bpmnElement="elsewhere"')

    assert said(check({**GOOD, "P.bpmn": hidden})) == {("not_drawn", "x")}


def test_all_is_found_at_once():
    package = files(start(), task("x", role="", form=""), task("y"), end(), flows="start > x > end")

    assert said(check(package)) == {
        ("task_without_role", "x"),
        ("task_without_form", "x"),
        ("isolated", "y"),
    }


def test_a_finding_says_where_and_in_two_languages():
    broken = GOOD["P.bpmn"].replace(' camunda:candidateGroups="mentor"', "").replace("><", ">\n<")

    finding = check({**GOOD, "P.bpmn": broken})[0]

    assert (finding.severity, finding.element, finding.element_name) == (
        Severity.ERROR,
        "x",
        "Tal med den unge",
    )
    assert broken.splitlines()[(finding.line or 0) - 1].startswith('<bpmn:userTask id="x"')
    assert (finding.file, finding.danish.split()[0], finding.english.split()[0]) == (
        "P.bpmn",
        "Opgaven",
        "The",
    )


def test_errors_come_before_warnings():
    package = files(
        start(),
        task("x", legal_limit="created"),
        task("y"),
        end(),
        flows="start > x > end",
    )

    assert [each.severity for each in check(package)] == ["error", "warning"]


def test_a_process_of_its_own_finds_the_same():
    broken = {**GOOD, "P.bpmn": GOOD["P.bpmn"].replace('formKey="talk"', 'formKey="lost"')}

    assert check_safely("P", broken, KNOWN) == check(broken)


def test_what_takes_too_long_is_one_finding():
    assert said(check_safely("P", GOOD, KNOWN, seconds=0.01)) == {("too_much", "")}


def test_what_takes_too_much_memory_is_one_finding():
    hungry = {**GOOD, "forms/big.json": json.dumps([[]] * 4_000_000)}  # far over the limit: 250 MB

    assert said(check_safely("P", hungry, KNOWN, memory_bytes=100_000_000)) == {("too_much", "")}


def test_deep_nesting_crashes_nothing():
    deep = f"<a>{'<b>' * 19_000}{'</b>' * 19_000}</a>"

    assert said(check_safely("P", {"P.bpmn": deep}, KNOWN)) == {("unreadable_file", "")}


def test_a_diagram_of_more_steps_than_anybody_can_read_is_refused():
    names = [f"t{number}" for number in range(250)]
    package = files(start(), *map(task, names), end(), flows=f"start > {' > '.join(names)} > end")

    assert said(check(package)) == {("too_many_nodes", "P")}


def test_question_and_answer_survive_the_way():
    known = replace(KNOWN, names=frozenset({"birth_date"}))

    assert known_from_json(known_to_json(known)) == known
    finding = check({})[0]
    assert finding_from_json(finding_to_json(finding)) == finding


def test_the_picture_of_a_package_holds_all_its_ids():
    assert drawn(GOOD["P.bpmn"]).count("BPMNShape") > GOOD["P.bpmn"].count("BPMNShape")

"""What a diagram calls, and what its expressions say."""

from dataclasses import replace

import pytest

from tests.spiff.checks.checking import KNOWN, check, files, found, said, task
from tests.spiff.drawing import (
    ANY_ERROR,
    MESSAGE,
    boundary,
    call,
    end,
    gateway,
    node,
    service,
    start,
)

IN_LINE = "start > x > end"
OWNED = {"candidateGroups": "mentor", "no_deadline_because": "Fristen står i den anden proces."}


def of(middle: str, *more: str, flows: str = IN_LINE) -> set[tuple[str, str]]:
    return found(start(), middle, end(), *more, flows=flows)


def test_a_service_task_calls_a_function():
    assert of(node("serviceTask", "x")) == {("service_without_function", "x")}


def test_a_function_stands_in_the_catalogue():
    assert of(service("x", "launch_rocket")) == {("unknown_function", "x")}


def test_a_function_gets_what_it_takes():
    assert of(service("x", "send_letter", in_text='"Hej"', out_sent_on="sent_on")) == set()
    assert of(service("x", "send_letter")) == {("missing_input", "x")}


def test_a_function_gets_nothing_else():
    wrong = service("x", "send_letter", in_text='"Hej"', in_stamp="1")

    assert of(wrong) == {("unknown_input", "x")}


def test_what_need_not_be_given_may_be_given():
    assert of(service("x", "send_letter", in_text='"Hej"', in_subject='"Brev"')) == set()


def test_only_what_a_function_gives_is_taken():
    wrong = service("x", "send_letter", in_text='"Hej"', out_sent_on="posted_on")

    assert of(wrong) == {("unknown_output", "x")}


def test_a_decision_names_a_table_that_exists():
    assert of(node("businessRuleTask", "x")) == {("no_decision", "x")}
    wrong = node("businessRuleTask", "x", attributes='camunda:decisionRef="weather"')
    assert of(wrong) == {("unknown_decision", "x")}
    right = node("businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_age="17")
    assert of(right) == set()


def test_a_table_can_be_read():
    package = files(start(), task("x"), end(), flows=IN_LINE)
    package["team.dmn"] = package["team.dmn"].replace("&lt; 15", "&lt; &lt;")

    finding = check(package)[0]

    assert (finding.code, finding.file, finding.line) == ("broken_table", "team.dmn", None)


def test_a_call_names_a_process_that_is_in_force():
    assert of(node("callActivity", "x", **OWNED)) == {("no_called_process", "x")}
    assert of(call("x", "lunch", **OWNED)) == {("unknown_process", "x")}
    assert of(call("x", "consent", **OWNED)) == set()


def test_a_process_does_not_call_itself():
    assert of(call("x", "P", **OWNED)) == {("calls_itself", "x")}


@pytest.mark.parametrize(
    "wait",
    [
        node("receiveTask", "x", **OWNED),
        node("sendTask", "x"),
        node("intermediateCatchEvent", "x", MESSAGE, **OWNED),
        node("intermediateThrowEvent", "x", MESSAGE),
    ],
)
def test_what_waits_for_a_message_or_sends_one_names_it(wait):
    assert of(wait) == {("no_message", "x")}


def test_a_message_has_somebody_to_get_it():
    lost = node("intermediateThrowEvent", "x", MESSAGE, message="bottle_post")
    heard = node("intermediateThrowEvent", "x", MESSAGE, message="plan_requested")

    assert of(lost) == {("nobody_receives", "x")}
    assert of(heard) == set()


def test_a_process_may_start_itself_again_by_a_message():
    drawing = found(
        start("start", MESSAGE, message="again"),
        task("x"),
        end("end", MESSAGE, message="again"),
        flows=IN_LINE,
    )

    assert drawing == set()


def test_an_error_has_a_code():
    wrong = end("end", ANY_ERROR)

    assert found(start(), task("x"), wrong, flows=IN_LINE) == {("no_error_code", "end")}


def test_any_error_may_be_caught():
    drawing = of(
        service("x", "send_letter", in_text='"Hej"'),
        boundary("lost", "x", ANY_ERROR),
        end("end2"),
        flows=f"{IN_LINE}\nlost > end2",
    )

    assert drawing == set()


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        ("after(created", "broken_expression"),
        ("__import__('os').system('ls')", "broken_expression"),
        ("whenever(created)", "unknown_word"),
        ('after(created, param("lunch"))', "unknown_parameter"),
        ('after(created, "7 WD")', "literal_period"),
        ('before(created, "P3M")', "literal_period"),
    ],
)
def test_a_deadline_says_something_that_can_be_worked_out(deadline, code):
    assert of(task("x", deadline=deadline)) == {(code, "x")}


def test_a_condition_says_something_that_can_be_worked_out():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        end("a"),
        end("b"),
        flows="start > x > g > b\ng > a : answer ==",
    )

    assert drawing == {("broken_expression", "g_a")}


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("age(birth_date) >= 15", {("literal_period", "g_a")}),
        ("count([answer]) = 0", set()),
        ('answer = "yes"', set()),
    ],
)
def test_a_limit_of_age_is_a_parameter(condition, codes):
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        end("a"),
        end("b"),
        flows=f"start > x > g > b\ng > a : {condition}",
    )

    assert drawing == codes


def test_a_name_that_nothing_gives_is_refused():
    package = files(
        start(), task("x", deadline='after(answred, param("screening"))'), end(), flows=IN_LINE
    )

    assert said(check(package, replace(KNOWN, names=frozenset({"birth_date"})))) == {
        ("unknown_name", "x")
    }
    assert said(check(package, replace(KNOWN, names=frozenset({"answred"})))) == set()


def test_processes_do_not_call_each_other_in_a_circle():
    package = files(start(), call("x", "consent", **OWNED), end(), flows=IN_LINE)
    around = {"consent": frozenset({"letter"}), "letter": frozenset({"P"})}

    assert said(check(package, replace(KNOWN, calls=around))) == {("calls_in_circle", "x")}


def test_a_table_is_told_what_it_asks_for():
    wrong = node("businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_year="17")

    assert of(wrong) == {("missing_table_input", "x")}

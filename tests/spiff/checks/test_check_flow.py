"""The way through the diagram."""

import pytest

from tests.spiff.checks.checking import check, files, found, task
from tests.spiff.drawing import (
    MESSAGE,
    TERMINATE,
    at,
    boundary,
    catch,
    end,
    gateway,
    node,
    start,
    subprocess,
)

IN_LINE = "start > x > end"


def test_a_process_has_a_start():
    assert ("no_start", "P") in found(task("x"), end(), flows="x > end")


def test_a_process_has_one_plain_start():
    drawing = found(start(), start("again"), task("x"), end(), flows="start > x > end\nagain > x")

    assert drawing == {("several_starts", "again")}


def test_a_message_may_start_a_process_beside_its_plain_start():
    other = start("asked", MESSAGE, message="plan_wanted")

    assert found(start(), other, task("x"), end(), flows="start > x > end\nasked > x") == set()


def test_a_process_has_an_end():
    assert ("no_end", "P") in found(start(), task("x"), flows="start > x")


def test_a_subprocess_has_a_start_and_an_end():
    drawing = found(start(), subprocess("x", task("y"), flows=""), end(), flows=IN_LINE)

    assert {("no_start", "x"), ("no_end", "x")} <= drawing


def test_a_flow_leads_somewhere():
    drawing = found(start(), task("x"), end(), flows="start > x > end\nnowhere > x")

    assert drawing == {("broken_flow", "nowhere_x")}


def test_a_flow_does_not_cross_the_edge_of_a_subprocess():
    scope = subprocess("x", start("s2"), task("y"), end("e2"), flows="s2 > y > e2")

    assert found(start(), scope, end(), flows="start > x > end\nstart > y") >= {
        ("broken_flow", "start_y")
    }


def test_a_condition_on_the_way_out_of_a_task_is_never_asked():
    drawing = found(start(), task("x"), end(), flows='start > x\nx > end : answer = "yes"')

    assert drawing == {("condition_outside_gateway", "x_end")}


def test_two_ways_out_of_a_task_need_a_gateway():
    drawing = found(start(), task("x"), end(), end("end2"), flows="start > x > end\nx > end2")

    assert drawing == {("implicit_split", "x")}


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_a_decision_has_a_default(kind):
    drawing = found(
        start(),
        task("x"),
        gateway(kind, "g"),
        end("a"),
        end("b"),
        flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
    )

    assert drawing == {("missing_default", "g")}


def test_a_way_out_of_a_decision_has_a_condition():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        end("a"),
        end("b"),
        flows="start > x > g > a\ng > b",
    )

    assert drawing == {("flow_without_condition", "g_a")}


def test_a_default_leaves_its_gateway():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="x_g"),
        end("a"),
        end("b"),
        flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
    )

    assert drawing == {("unknown_default", "g")}


def test_a_condition_on_the_default_is_worth_a_look():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        end("a"),
        end("b"),
        flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
    )

    assert drawing == {("default_with_condition", "g_b")}


def test_a_decision_with_conditions_and_a_default_is_fine():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        end("a"),
        end("b"),
        flows='start > x > g\ng > a : answer = "yes"\ng > b',
    )

    assert drawing == set()


def test_a_gateway_of_one_way_out_needs_no_condition():
    assert (
        found(start(), task("x"), gateway("exclusive", "g"), end(), flows="start > x > g > end")
        == set()
    )


def test_behind_an_event_gateway_there_are_only_waits():
    drawing = found(
        start(),
        gateway("eventBased", "g"),
        catch("w", at("today()")),
        task("x"),
        end(),
        end("end2"),
        flows="start > g > w > end\ng > x > end2",
    )

    assert drawing == {("not_a_wait", "x")}


def test_an_event_sits_on_an_activity():
    drawing = found(
        start(),
        task("x"),
        boundary("late", "start", at("today()")),
        end(),
        end("end2"),
        flows="start > x > end\nlate > end2",
    )

    assert drawing == {("attached_nowhere", "late")}


def test_a_way_does_not_stop_at_a_task():
    drawing = found(
        start(),
        gateway("parallel", "g"),
        task("x"),
        task("y"),
        end(),
        flows="start > g > x > end\ng > y",
    )

    assert drawing == {("dead_end", "y")}


def test_a_step_that_no_way_leads_to_is_found():
    drawing = found(start(), task("x"), task("y"), end(), flows="start > x > end\ny > end")

    assert drawing == {("unreachable", "y")}


def test_a_circle_off_the_way_is_found():
    drawing = found(
        start(),
        task("x"),
        task("y"),
        task("z"),
        end(),
        flows="start > x > end\ny > z > y",
    )

    assert {("unreachable", "y"), ("unreachable", "z")} <= drawing


CHOICE = 'start > x > g\ng > a : answer = "yes"\ng > b\na > j\nb > j\nj > end'


def test_a_parallel_join_after_a_choice_waits_in_vain():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        task("a"),
        task("b"),
        gateway("parallel", "j"),
        end(),
        flows=CHOICE,
    )

    assert drawing == {("join_waits_in_vain", "j")}


def test_an_exclusive_join_after_a_choice_is_fine():
    drawing = found(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        task("a"),
        task("b"),
        gateway("exclusive", "j"),
        end(),
        flows=CHOICE,
    )

    assert drawing == set()


FORKED = "start > f > a > j > end\nf > b > j"


def test_a_parallel_join_after_a_parallel_fork_is_fine():
    drawing = found(
        start(),
        gateway("parallel", "f"),
        task("a"),
        task("b"),
        gateway("parallel", "j"),
        end(),
        flows=FORKED,
    )

    assert drawing == set()


def test_a_branch_that_a_timer_cuts_off_leaves_its_join_waiting():
    drawing = found(
        start(),
        gateway("parallel", "f"),
        task("a"),
        boundary("late", "a", at("today()")),
        task("b"),
        gateway("parallel", "j"),
        end(),
        end("end2"),
        flows=f"{FORKED}\nlate > end2",
    )

    assert drawing == {("join_waits_in_vain", "j")}


def test_a_branch_that_stops_the_whole_process_leaves_no_join_waiting():
    drawing = found(
        start(),
        gateway("parallel", "f"),
        task("a"),
        boundary("late", "a", at("today()")),
        task("b"),
        gateway("parallel", "j"),
        end(),
        end("end2", TERMINATE),
        flows=f"{FORKED}\nlate > end2",
    )

    assert drawing == set()


def test_a_branch_that_tries_again_leaves_no_join_waiting():
    drawing = found(
        start(),
        gateway("parallel", "f"),
        gateway("exclusive", "m"),
        task("a"),
        gateway("exclusive", "g", default="g_m"),
        task("b"),
        gateway("parallel", "j"),
        end(),
        flows="start > f > m > a > g\ng > m\ng > j : true\nf > b > j > end",
    )

    assert drawing == {("drawn_loop", "m")}


AGAIN = 'start > m > x > g\ng > m : answer = "yes"\ng > end'


def test_a_circle_that_waits_for_nobody_is_refused():
    drawing = found(
        start(),
        gateway("exclusive", "m"),
        gateway("exclusive", "x"),
        gateway("exclusive", "g", default="g_end"),
        end(),
        flows=AGAIN,
    )

    assert ("endless_loop", "m") in drawing


def test_a_circle_with_a_task_has_a_limit():
    drawing = found(
        start(),
        gateway("exclusive", "m"),
        task("x"),
        gateway("exclusive", "g", default="g_end"),
        end(),
        flows=AGAIN,
    )

    assert drawing == {("drawn_loop", "m")}


def test_a_parallel_fork_inside_a_circle_is_refused():
    drawing = found(
        start(),
        gateway("exclusive", "m"),
        gateway("parallel", "f"),
        task("a"),
        task("b"),
        gateway("parallel", "j"),
        gateway("exclusive", "g", default="g_end"),
        end(),
        flows='start > m > f > a > j\nf > b > j > g\ng > m : answer = "yes"\ng > end',
    )

    assert drawing == {("parallel_in_loop", "f"), ("drawn_loop", "m")}


@pytest.mark.parametrize(
    ("second", "codes"), [("yes", {("same_message_twice", "y")}), ("no", set())]
)
def test_two_waits_behind_a_gateway_are_for_different_messages(second, codes):
    owned = {"candidateGroups": "mentor", "no_deadline_because": "Den unge bestemmer."}
    drawing = found(
        start(),
        gateway("eventBased", "g"),
        catch("x", MESSAGE, message="yes", **owned),
        catch("y", MESSAGE, message=second, **owned),
        end(),
        end("end2"),
        flows="start > g > x > end\ng > y > end2",
    )

    assert drawing == codes


@pytest.mark.parametrize(
    ("condition", "codes"),
    [('answer = "yes"', {("written_twice", "b")}), ("true", set())],
)
def test_two_branches_at_once_do_not_give_one_name_a_value_that_is_read(condition, codes):
    drawing = found(
        start(),
        gateway("parallel", "f"),
        task("a"),
        task("b"),
        gateway("parallel", "j"),
        gateway("exclusive", "g", default="g_end2"),
        end(),
        end("end2"),
        flows=f"start > f > a > j > g > end2\nf > b > j\ng > end : {condition}",
    )

    assert drawing == codes


def test_the_same_form_after_the_join_is_fine():
    drawing = found(
        start(),
        gateway("parallel", "f"),
        task("a", form="", deadline=""),
        task("b"),
        gateway("parallel", "j"),
        task("c"),
        gateway("exclusive", "g", default="g_end2"),
        end(),
        end("end2"),
        flows='start > f > a > j > c > g > end2\nf > b > j\ng > end : answer = "yes"',
    )

    assert "written_twice" not in {code for code, _ in drawing}


def test_what_an_inclusive_choice_sends_on_is_gathered_by_an_inclusive_gateway():
    steps = [start(), task("x"), task("a"), task("b"), end()]
    choice = gateway("inclusive", "g", default="g_b")

    (wrong,) = _sentences(*steps, choice, gateway("parallel", "j"), flows=CHOICE)
    (plain,) = _sentences(
        *steps, gateway("exclusive", "g", default="g_b"), gateway("parallel", "j"), flows=CHOICE
    )

    assert "med en inklusiv gateway" in wrong
    assert "med en eksklusiv gateway" in plain
    assert found(*steps, choice, gateway("inclusive", "j"), flows=CHOICE) == set()


def test_a_choice_on_one_of_two_ways_that_run_at_once_is_gathered_by_an_inclusive_gateway():
    steps = [start(), gateway("parallel", "f"), task("a"), task("b"), end(), end("end2")]
    flows = 'start > x > f > g\nf > b > j\ng > a : answer = "yes"\ng > end2\na > j > end'
    choice = gateway("exclusive", "g", default="g_end2")

    (said,) = _sentences(*steps, choice, task("x"), gateway("parallel", "j"), flows=flows)

    assert "with an inclusive gateway" in said


def test_of_a_link_it_is_only_said_that_it_cannot_run():
    link = '<bpmn:linkEventDefinition name="B"/>'
    there, here = node("intermediateThrowEvent", "l1", link), catch("l2", link)

    drawing = found(
        start(), task("x"), there, here, task("y"), end(), flows="start > x > l1\nl2 > y > end"
    )

    assert drawing == {("unsupported_event", "l1"), ("unsupported_event", "l2")}


def _sentences(*nodes: str, flows: str) -> list[str]:
    findings = check(files(*nodes, flows=flows))
    return [each.danish + each.english for each in findings if each.code == "join_waits_in_vain"]

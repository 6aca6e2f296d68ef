"""What may be drawn at all."""

import pytest

from tests.spiff.checks.checking import found, task
from tests.spiff.drawing import (
    ANY_ERROR,
    MESSAGE,
    REFUSED,
    after,
    at,
    boundary,
    catch,
    end,
    gateway,
    many,
    node,
    start,
    subprocess,
)

IN_LINE = "start > x > end"


def test_a_plain_process_has_no_findings():
    assert found(start(), task("x"), end(), flows=IN_LINE) == set()


@pytest.mark.parametrize("tag", ["scriptTask", "task", "manualTask", "adHocSubProcess"])
def test_an_activity_that_the_engine_does_not_run_is_refused(tag):
    drawing = found(start(), node(tag, "x"), task("y"), end(), flows="start > y > end")

    assert ("unsupported_element", "x") in drawing


def test_a_transaction_is_refused():
    drawing = found(start(), node("transaction", "x"), end(), flows="start > end")

    assert ("unsupported_element", "x") in drawing


def test_a_complex_gateway_is_refused():
    drawing = found(start(), gateway("complex", "x"), end(), flows="start > end")

    assert ("unsupported_element", "x") in drawing


@pytest.mark.parametrize("tag", ["dataObject", "dataObjectReference", "dataStoreReference"])
def test_data_that_is_drawn_is_refused_for_it_keeps_nothing(tag):
    drawing = found(start(), task("y"), node(tag, "x"), end(), flows="start > y > end")

    assert drawing == {("data_element", "x")}


def test_a_text_note_is_for_the_eye():
    text = "<bpmn:text>Husk forældrene</bpmn:text>"
    note = f'<bpmn:textAnnotation id="note">{text}</bpmn:textAnnotation>'

    assert found(start(), task("x"), end(), flows=IN_LINE, inside=note) == set()


@pytest.mark.parametrize("kind", ["link", "signal", "conditional"])
def test_a_catching_event_waits_for_a_message_or_a_timer_only(kind):
    event = catch("x", f"<bpmn:{kind}EventDefinition/>", candidateGroups="mentor")

    assert ("unsupported_event", "x") in found(start(), event, end(), flows=IN_LINE)


@pytest.mark.parametrize("kind", ["link", "signal", "escalation", "compensate"])
def test_a_throwing_event_sends_a_message_or_nothing(kind):
    event = node("intermediateThrowEvent", "x", f"<bpmn:{kind}EventDefinition/>")

    assert found(start(), event, end(), flows=IN_LINE) == {("unsupported_event", "x")}


@pytest.mark.parametrize("kind", ["signal", "compensate", "cancel", "escalation"])
def test_an_end_event_is_plain_or_a_message_an_error_or_a_stop(kind):
    event = end("x", f"<bpmn:{kind}EventDefinition/>")

    assert found(start(), task("y"), event, flows="start > y > x") == {("unsupported_event", "x")}


def test_a_process_does_not_start_by_a_timer():
    event = start("x", after("P1D"))

    assert ("unsupported_event", "x") in found(event, task("y"), end(), flows="x > y > end")


def test_an_event_has_one_meaning():
    event = catch("x", at("today()") + MESSAGE, candidateGroups="mentor")

    assert ("several_meanings", "x") in found(start(), event, end(), flows=IN_LINE)


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_timer_that_repeats_is_refused(interrupts):
    cycle = (
        "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"
        "</bpmn:timerEventDefinition>"
    )
    drawing = found(
        start(),
        task("x"),
        boundary("late", "x", cycle, interrupts=interrupts),
        end(),
        end("end2"),
        flows="start > x > end\nlate > end2",
    )

    assert drawing == {("timer_cycle", "late")}


def test_a_timer_has_a_date_or_a_duration():
    event = catch("x", "<bpmn:timerEventDefinition/>")

    assert found(start(), event, end(), flows=IN_LINE) == {("timer_without_date", "x")}


def test_of_two_timers_behind_one_gateway_only_the_earlier_could_ring():
    drawing = found(
        start(),
        gateway("eventBased", "first"),
        catch("x", at("today()")),
        catch("y", at('after(today(), param("screening"))')),
        end(),
        end("end2"),
        flows="start > first > x > end\nfirst > y > end2",
    )

    assert drawing == {("several_timers", "y")}


def test_a_subprocess_that_an_event_starts_is_refused():
    inner = start("s2", MESSAGE, message="plan_requested") + end("e2")
    scope = (
        f'<bpmn:subProcess id="x" triggeredByEvent="true">{inner}'
        '<bpmn:sequenceFlow id="f" sourceRef="s2" targetRef="e2"/></bpmn:subProcess>'
    )

    assert ("event_subprocess", "x") in found(
        start(), task("y"), scope, end(), flows="start > y > end"
    )


def test_a_subprocess_of_one_start_and_an_end_is_fine():
    scope = subprocess("x", start("s2"), task("y"), end("e2"), flows="s2 > y > e2")

    assert found(start(), scope, end(), flows=IN_LINE) == set()


def test_an_activity_for_compensation_is_refused():
    x = task("x").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')

    assert found(start(), x, end(), flows=IN_LINE) == {("compensation", "x")}


def test_what_undoes_a_step_is_refused_and_not_said_to_lack_its_flows():
    mark = 'isForCompensation="true"'
    undo = node("serviceTask", "undo", "", mark, handler="send_letter", in_text='"x"')
    drawing = found(
        start(),
        gateway("parallel", "split"),
        task("x"),
        task("y"),
        boundary("mark", "x", "<bpmn:compensateEventDefinition/>"),
        undo,
        '<bpmn:association id="tie" sourceRef="mark" targetRef="undo"/>',
        gateway("parallel", "join"),
        end(),
        flows="start > split > x > join > end\nsplit > y > join",
    )

    assert drawing == {("unsupported_event", "mark"), ("compensation", "undo")}


def test_an_activity_that_repeats_itself_needs_a_list():
    loop = "<bpmn:standardLoopCharacteristics/>"

    assert found(start(), task("x", loop), end(), flows=IN_LINE) == {("standard_loop", "x")}


def test_a_repetition_names_its_list():
    loop = "<bpmn:multiInstanceLoopCharacteristics/>"

    assert found(start(), task("x", loop), end(), flows=IN_LINE) == {
        ("loop_without_collection", "x")
    }


def test_a_repetition_for_each_of_a_list_is_fine():
    assert found(start(), task("x", many("[1, 2]")), end(), flows=IN_LINE) == set()


def test_two_elements_of_one_id_are_refused():
    drawing = found(start(), task("x"), task("x"), end(), flows=IN_LINE)

    assert ("duplicate_id", "x") in drawing


@pytest.mark.parametrize("name", ["Start", "Root", "x.EndJoin"])
def test_the_names_of_the_engines_own_steps_are_taken(name):
    drawing = found(start(), task(name), end(), flows=f"start > {name} > end")

    assert drawing == {("reserved_id", name)}


def test_an_element_has_an_id():
    drawing = found(start(), task("x"), end(), "<bpmn:userTask/>", flows=IN_LINE)

    assert ("missing_id", "") in drawing


def test_an_error_at_the_edge_of_a_call_is_fine():
    drawing = found(
        start(),
        node(
            "callActivity",
            "x",
            attributes='calledElement="consent"',
            candidateGroups="mentor",
            no_deadline_because="Fristen står i samtykket.",
        ),
        boundary("lost", "x", ANY_ERROR),
        end(),
        end("end2", REFUSED),
        flows="start > x > end\nlost > end2",
        roots='<bpmn:error id="E1" errorCode="refused"/>',
    )

    assert drawing == set()

"""What is sent, awaited and timed in a drawing of another tool."""

from itertools import pairwise

import pytest

from engine.spiff.adapting.adapted import Adapted
from engine.spiff.settings import Element, message_name, tag_of
from engine.xml import read_xml
from tests.spiff.adapting.filling import adapted
from tests.spiff.drawing import HEAD

MESSAGE = "<bpmn:messageEventDefinition/>"


def drawing(*steps: str, roots: str = "") -> Adapted:
    """Return what becomes of a drawing in which the steps follow each other."""
    names = [read_xml(f"{HEAD}{step}</bpmn:definitions>".encode())[0].get("id") for step in steps]
    flows = [
        f'<bpmn:sequenceFlow id="f_{one}" sourceRef="{one}" targetRef="{other}"/>'
        for one, other in pairwise(names)
    ]
    inner = "".join([*steps, *flows])
    return adapted(
        f'{HEAD}{roots}<bpmn:process id="P">{inner}</bpmn:process></bpmn:definitions>'.encode()
    )


def step(outcome: Adapted, name: str) -> Element:
    return next(each for each in read_xml(outcome.xml.encode()).iter() if each.get("id") == name)


START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
THROW = (
    f'<bpmn:intermediateThrowEvent id="{{}}" name="{{}}">{MESSAGE}</bpmn:intermediateThrowEvent>'
)
CATCH = (
    f'<bpmn:intermediateCatchEvent id="{{}}" name="{{}}">{MESSAGE}</bpmn:intermediateCatchEvent>'
)


def test_messages_without_any_name_are_not_taken_for_each_other():
    outcome = drawing(START, THROW.format("_1", ""), CATCH.format("_2", ""), END)

    assert [message_name(step(outcome, name)) for name in ("_1", "_2")] == ["besked", "besked_2"]
    found = [(each.code, each.element) for each in outcome.findings]
    assert {("nobody_receives", "_1"), ("nobody_sends", "_2")} <= set(found)


def test_long_names_that_begin_alike_stay_apart():
    long = "Kvittering fra den kommune, borgeren flytter "
    outcome = drawing(START, CATCH.format("a", long + "fra"), CATCH.format("b", long + "til"), END)

    assert message_name(step(outcome, "a")) != message_name(step(outcome, "b"))


def test_messages_that_are_called_the_same_are_the_same():
    outcome = drawing(START, CATCH.format("a", "Svar"), CATCH.format("b", "Svar"), END)

    assert [message_name(step(outcome, name)) for name in "ab"] == ["svar", "svar"]


def test_a_send_task_whose_message_has_no_name_still_sends_it():
    send = '<bpmn:sendTask id="t" name="Giv besked" messageRef="m"/>'

    outcome = drawing(START, send, END, roots='<bpmn:message id="m"/>')

    assert tag_of(step(outcome, "t")) == "sendTask"
    assert message_name(step(outcome, "t")) == "giv_besked"


TIMER = "<bpmn:timerEventDefinition><bpmn:timeDate/></bpmn:timerEventDefinition>"


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Event 1 Timer", ["timer_without_date"]), ("2 timer", []), ("Vent 1 time", [])],
)
def test_the_english_word_for_a_clock_is_no_danish_hour(name, codes):
    wait = (
        f'<bpmn:intermediateCatchEvent id="w" name="{name}">{TIMER}</bpmn:intermediateCatchEvent>'
    )

    outcome = drawing(START, wait, END)

    assert [each.code for each in outcome.findings if each.code == "timer_without_date"] == codes


def test_the_clock_of_a_start_is_not_read_for_it_is_taken_off():
    start = f'<bpmn:startEvent id="s" name="Hver 2 uger">{TIMER}</bpmn:startEvent>'

    outcome = drawing(start, '<bpmn:userTask id="t"/>', END)

    assert [each.code for each in outcome.changes if each.element == "s"] == ["start"]


def test_a_link_is_refused_with_the_way_that_stands_for_it():
    link = (
        '<bpmn:intermediateThrowEvent id="l"><bpmn:linkEventDefinition name="B"/>'
        "</bpmn:intermediateThrowEvent>"
    )

    (finding,) = drawing(START, link).findings

    assert "Tegn vejen direkte mellem linkets to ender, og slet dem, og prøv" in finding.danish
    assert "Draw the flow straight between the two ends of the link" in finding.english

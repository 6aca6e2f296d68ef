"""What is refused: every element that no program may adapt, all of them at once, with its line."""

import json
from time import process_time

import pytest

from engine.spiff.adapting.adapted import Adapted
from engine.spiff.adapting.adapting import adapt
from engine.spiff.adapting.safely import adapt_safely
from engine.spiff.watched import SECONDS
from engine.xml import MAX_ELEMENTS
from tests.spiff.adapting.filling import KNOWN, PROCESS, ROLES, adapted
from tests.spiff.drawing import HEAD


def drawing(*lines: str, roots: str = "") -> bytes:
    """Return a drawing with one line of the file an element, after two lines of head."""
    inner = "\n".join(lines)
    process = f'<bpmn:process id="P">\n{inner}\n</bpmn:process>'
    return f"{HEAD}{roots}\n{process}</bpmn:definitions>".encode()


def event(tag: str, kind: str, attributes: str = "") -> str:
    return f'<bpmn:{tag} id="bad" {attributes}><bpmn:{kind}EventDefinition/></bpmn:{tag}>'


HOST = '<bpmn:task id="host"/>'
BOUNDARY = 'attachedToRef="host"'
REFUSED = {
    "complex gateway": ('<bpmn:complexGateway id="bad"/>', "unsupported_element"),
    "ad hoc": ('<bpmn:adHocSubProcess id="bad"/>', "unsupported_element"),
    "transaction": ('<bpmn:transaction id="bad"/>', "unsupported_element"),
    "choreography": ('<bpmn:choreographyTask id="bad"/>', "unsupported_element"),
    "link throw": (event("intermediateThrowEvent", "link"), "unsupported_event"),
    "link catch": (event("intermediateCatchEvent", "link"), "unsupported_event"),
    "compensation throw": (event("intermediateThrowEvent", "compensate"), "unsupported_event"),
    "compensation end": (event("endEvent", "compensate"), "unsupported_event"),
    "compensation boundary": (event("boundaryEvent", "compensate", BOUNDARY), "unsupported_event"),
    "signal end": (event("endEvent", "signal"), "unsupported_event"),
    "signal catch": (event("intermediateCatchEvent", "signal"), "unsupported_event"),
    "signal boundary": (event("boundaryEvent", "signal", BOUNDARY), "unsupported_event"),
    "escalation throw": (event("intermediateThrowEvent", "escalation"), "unsupported_event"),
    "escalation boundary": (event("boundaryEvent", "escalation", BOUNDARY), "unsupported_event"),
    "conditional catch": (event("intermediateCatchEvent", "conditional"), "unsupported_event"),
    "conditional boundary": (event("boundaryEvent", "conditional", BOUNDARY), "unsupported_event"),
    "cancel end": (event("endEvent", "cancel"), "unsupported_event"),
    "error throw": (event("intermediateThrowEvent", "error"), "unsupported_event"),
    "catch of nothing": ('<bpmn:intermediateCatchEvent id="bad"/>', "unsupported_event"),
    "two meanings": (
        '<bpmn:intermediateCatchEvent id="bad"><bpmn:timerEventDefinition/>'
        "<bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>",
        "several_meanings",
    ),
    "event subprocess": (
        '<bpmn:subProcess id="bad" triggeredByEvent="true"/>',
        "event_subprocess",
    ),
    "handler of compensation": ('<bpmn:task id="bad" isForCompensation="true"/>', "compensation"),
}


def found(outcome: Adapted) -> list[tuple[str, str, int | None]]:
    return [(each.code, each.element, each.line) for each in outcome.findings]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_adapted_is_refused_at_its_element_and_line(name):
    xml, code = REFUSED[name]

    outcome = adapted(drawing(HOST, xml))

    assert outcome.is_refused
    assert found(outcome) == [(code, "bad", 4)]


def test_all_that_stands_in_the_way_is_said_at_once():
    lines = [xml.replace("bad", f"bad{n}") for n, (xml, _) in enumerate(REFUSED.values())]

    outcome = adapted(drawing(HOST, *lines))

    wanted = [(code, f"bad{n}", 4 + n) for n, (_, code) in enumerate(REFUSED.values())]
    assert found(outcome) == wanted


@pytest.mark.parametrize("around", ["adHocSubProcess", "transaction", "subProcess"])
def test_what_lies_inside_another_scope_is_found_too(around):
    inner = REFUSED["complex gateway"][0]

    outcome = adapted(drawing(f'<bpmn:{around} id="outer">', inner, f"</bpmn:{around}>"))

    assert ("unsupported_element", "bad", 4) in found(outcome)


def test_a_pool_that_does_not_run_may_hold_anything():
    other = f'<bpmn:process id="Q">{REFUSED["complex gateway"][0]}</bpmn:process>'

    outcome = adapted(drawing(HOST, '<bpmn:endEvent id="end"/>', roots=other))

    assert not outcome.is_refused
    assert outcome.others == {"Q": "Q"}


def test_ways_with_and_without_a_condition_out_of_one_task_are_not_guessed_at():
    condition = "<bpmn:conditionExpression>x</bpmn:conditionExpression>"
    flows = [
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="host" targetRef="t{n}">{inner}'
        "</bpmn:sequenceFlow>"
        for n, inner in enumerate((condition, "", ""))
    ]
    tasks = [f'<bpmn:task id="t{n}"/>' for n in range(3)]

    outcome = adapted(drawing(HOST, *tasks, *flows))

    assert found(outcome) == [("implicit_split", "host", 3)]


def test_two_steps_of_one_id_are_both_named():
    outcome = adapted(drawing(HOST, HOST))

    assert found(outcome) == [("duplicate_id", "host", 3), ("duplicate_id", "host", 4)]


def test_a_drawing_of_hundreds_of_steps_is_refused_as_too_large():
    outcome = adapted(drawing(*(f'<bpmn:task id="t{n}"/>' for n in range(251))))

    assert found(outcome) == [("too_many_nodes", "P", 2)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable_file"),
        (b"PK\x03\x04 a zip", "unreadable_file"),
        (b"\x00\xff" * 50, "unreadable_file"),
        (b"<a><b></a>", "unreadable_file"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "unreadable_file"),
        (b"<a/>" + b" " * (2 * 1024 * 1024), "unreadable_file"),
        (b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>", "unreadable_file"),
        (b"<a>" * 300 + b"</a>" * 300, "unreadable_file"),
        (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>', "not_bpmn"),
        (b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "not_bpmn"),
        (drawing(), "nothing_drawn"),
        (HEAD.encode() + b"</bpmn:definitions>", "nothing_drawn"),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(data, code):
    outcome = adapt_safely(data, PROCESS, {}, KNOWN, ROLES)

    assert [each.code for each in outcome.findings] == [code]
    assert outcome.is_refused


def test_a_drawing_that_takes_too_long_is_refused():
    outcome = adapt_safely(drawing(HOST), PROCESS, {}, KNOWN, ROLES, seconds=0.01)

    assert [each.code for each in outcome.findings] == ["too_much"]


def test_a_drawing_that_takes_too_much_memory_is_refused():
    hungry = {"forms/big.json": json.dumps([0] * 5_000_000)}

    outcome = adapt_safely(drawing(HOST), PROCESS, hungry, KNOWN, ROLES, memory_bytes=100_000_000)

    assert [each.code for each in outcome.findings] == ["too_much"]


def test_the_largest_drawing_that_may_be_sent_is_adapted_with_time_to_spare():
    large = drawing(HOST, *(f'<bpmn:group id="g{n}" name="{"x" * 60}"/>' for n in range(19_000)))
    began = process_time()  # of the processor, for other tests may keep the machine busy

    outcome = adapted(large)

    assert not outcome.is_refused
    assert process_time() - began < SECONDS / 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_of_the_file_does_not_matter(encoding):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        + drawing('<bpmn:task id="a" name="Få svar"/>').decode()
    )

    outcome = adapt(text.encode(encoding), PROCESS, {}, KNOWN, ROLES)

    assert 'name="Få svar"' in outcome.xml

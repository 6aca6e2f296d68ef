"""What a process owner would do with the to-do list, in the plainest way, and a walk to the end."""

import json
from dataclasses import replace

from lxml import etree

from engine.ports import Decided, Definition, Variables
from engine.spiff.adapting.adapted import Adapted
from engine.spiff.adapting.adapting import adapt
from engine.spiff.adapting.drawing import children, remove, set_attribute, set_setting
from engine.spiff.checks.findings import Finding, Known, Signature
from engine.spiff.checks.package import kind_of
from engine.spiff.checks.registry import check_package, has_errors
from engine.spiff.refusals import nodes_of
from engine.spiff.settings import (
    Element,
    bpmn,
    definitions_of,
    error_code,
    loop_of,
    message_name,
    settings_of,
    tag_of,
)
from engine.xml import CAMUNDA, read_xml
from tests.spiff.checks.checking import TABLE
from tests.spiff.conftest import WORLD, Play
from tests.spiff.drawing import from_xml

PROCESS = "drawn"
ROLES = {
    "intake": "modtagelsen",
    "coordinator": "tovholder",
    "uu_counsellor": "UU-vejleder",
    "case_worker": "sagsbehandler",
}
FORM = json.dumps({"id": "plain", "components": []})
KNOWN = Known(
    roles=frozenset(ROLES),
    handlers={"send_letter": Signature(inputs=frozenset(), outputs=frozenset())},
    processes=frozenset({"consent"}),
    takes={"consent": frozenset()},
    functions=frozenset({"after", "today"}),
)
_MOST_STEPS = 60


def adapted(data: bytes, wanted: str = "", known: Known = KNOWN) -> Adapted:
    """Return what becomes of the drawing in a house with four roles and one function."""
    return adapt(data, PROCESS, {}, known, ROLES, wanted)


def filled(xml: str) -> str:
    """Return the copy with the plainest answer to everything that a to-do list may ask for."""
    root = read_xml(xml.encode())
    process = next(each for each in root.iter(bpmn("process")))
    for node in nodes_of(process):
        _fill(node)
    _keep_one_start(process)
    return etree.tostring(root, encoding="unicode")


def _fill(node: Element) -> None:
    tag = tag_of(node)
    is_wait = tag in ("receiveTask", "callActivity", "intermediateCatchEvent")
    if tag == "userTask":
        _put(node, "candidateGroups", "intake")
        _put(node, "formKey", "plain")
    if is_wait and kind_of(node) != "timer":
        set_setting(node, "candidateGroups", "intake")
    if tag == "userTask" or is_wait:
        set_setting(node, "no_deadline_because", "det er en prøve")
    if tag == "serviceTask" and settings_of(node).get("handler") != "send_letter":
        for each in node.iter(f"{{{CAMUNDA}}}property"):
            each.set("name", "handler" if each.get("name") == "handler" else "was")
            each.set("value", "send_letter")
        set_setting(node, "handler", "send_letter")
    if tag == "callActivity":
        node.set("calledElement", "consent")
        _drop(node, "in.")
    _drop(node, "deadline")
    _fill_rest(node, tag)
    for timer in node.iter(bpmn("timeDuration"), bpmn("timeCycle")):
        timer.tag = bpmn("timeDuration")
        timer.text = "wait"  # a parameter of the house, where it is not a test


def _fill_rest(node: Element, tag: str) -> None:
    loop = loop_of(node)
    if tag == "businessRuleTask" and "decisionRef" not in settings_of(node):
        _put(node, "decisionRef", "team")
        set_setting(node, "in.age", "1")
        set_setting(node, "out.team", "team")
    if loop is not None and "collection" not in settings_of(node):
        set_attribute(loop, "collection", "people")
        set_attribute(loop, "elementVariable", "person")
    if tag == "userTask":
        set_setting(node, "few_rounds_because", "det er en prøve")
    if tag == "endEvent" and kind_of(node) == "error" and error_code(node) is None:
        _code(node)
    if tag == "exclusiveGateway" and not node.get("default"):
        _default(node)


def _keep_one_start(process: Element) -> None:
    plain = [each for each in children(process, "startEvent") if not definitions_of(each)]
    spare = {each.get("id") for each in plain[1:]}
    for each in list(process):
        if each.get("id") in spare or each.get("sourceRef") in spare:
            remove(each)


def _code(event: Element) -> None:
    root = event.getroottree().getroot()
    etree.SubElement(root, bpmn("error"), {"id": "went_wrong", "errorCode": "went_wrong"})
    definitions_of(event)[0].set("errorRef", "went_wrong")


def _default(gateway: Element) -> None:
    """Let the last flow be the default where each has a condition."""
    scope = gateway.getparent()
    assert scope is not None
    flows = scope.findall(bpmn("sequenceFlow"))
    ways = [each for each in flows if each.get("sourceRef") == gateway.get("id")]
    asked = [each.find(bpmn("conditionExpression")) for each in ways]
    if len(ways) > 1 and asked[-1] is not None and None not in asked:
        ways[-1].remove(asked[-1])
        gateway.set("default", ways[-1].get("id", ""))


def _drop(node: Element, prefix: str) -> None:
    for each in list(node.iter(f"{{{CAMUNDA}}}property")):
        if each.get("name", "").startswith(prefix):
            remove(each)


def _put(node: Element, name: str, value: str) -> None:
    if f"{{{CAMUNDA}}}{name}" in node.attrib:
        node.set(f"{{{CAMUNDA}}}{name}", value)
    set_attribute(node, name, value)


def errors_of(xml: str) -> list[Finding]:
    """Return what the check says of a copy whose messages have somebody at the other end."""
    root = read_xml(xml.encode())
    named = frozenset(message_name(each) for each in nodes_of(root))
    known = Known(
        roles=KNOWN.roles,
        handlers=KNOWN.handlers,
        processes=KNOWN.processes,
        takes=KNOWN.takes,
        functions=KNOWN.functions,
        messages=named,
        sent=dict.fromkeys(named, frozenset()),
    )
    files = {f"{PROCESS}.bpmn": xml, "forms/plain.json": FORM, "team.dmn": TABLE}
    found = check_package(PROCESS, files, known)
    return [each for each in found if has_errors([each])]


def walked(xml: str, **answers: object) -> Play:
    """Return the process after a walk: every task done, every call answered, every wait served."""
    definition = from_xml(xml.encode(), PROCESS)
    answers = {"wait": "P1D", **answers}
    play = Play(definition, replace(WORLD, decide=_decide))
    play.start(_start_message(definition), **answers)
    for _ in range(_MOST_STEPS):
        if play.snap.finished:
            break
        _one_step(play, answers)
    return play


def _decide(name: str, inputs: Variables) -> Decided:
    return Decided(outputs={"team": 1}, rows=(1,))


def _one_step(play: Play, answers: dict[str, object]) -> None:
    snap = play.snap
    if snap.tasks:
        play.complete_key(snap.tasks[0].key, **answers)
    elif snap.calls:
        play.resume_key(snap.calls[0].key)
    elif snap.waits:
        play.deliver(snap.waits[0].element, snap.waits[0].name)
    else:
        play.wake(days=4000)


def _start_message(definition: Definition) -> str | None:
    root = read_xml(definition.xml)
    process = next(root.iter(bpmn("process")))
    starts = list(children(process, "startEvent"))
    return message_name(starts[0]) or None if starts and kind_of(starts[0]) else None

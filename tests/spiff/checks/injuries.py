"""Ways to break a sound diagram, one fault each: what is done to it and what the check must say."""

from collections.abc import Callable, Iterator

from lxml import etree

from engine.spiff.settings import (
    Element,
    bpmn,
    definitions_of,
    loop_of,
    settings_of,
    tag_of,
)
from engine.xml import BPMNDI, CAMUNDA

# Breaks one element that is not among the ids of the second, and returns it, or None.
Injury = Callable[[Element, set[str]], Element | None]
_PROPERTY = f"./{bpmn('extensionElements')}/{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property"
_ATTRIBUTE = f"{{{CAMUNDA}}}"


def injuries() -> dict[str, Injury]:
    """Return each way by the code that the check must give, at the element that was broken."""
    return {
        "task_without_role": _attribute("userTask", f"{_ATTRIBUTE}candidateGroups", None),
        "unknown_role": _attribute("userTask", f"{_ATTRIBUTE}candidateGroups", "wizard"),
        "task_without_form": _attribute("userTask", f"{_ATTRIBUTE}formKey", None),
        "unknown_form": _attribute("userTask", f"{_ATTRIBUTE}formKey", "lost"),
        "task_without_name": _attribute("userTask", "name", None),
        "task_without_deadline": _setting("userTask", "deadline", None),
        "broken_expression": _setting("userTask", "deadline", "after(created"),
        "unknown_word": _setting("userTask", "deadline", "whenever(created)"),
        "unknown_parameter": _setting("userTask", "deadline", 'after(created, param("lunch"))'),
        "literal_period": _setting("userTask", "deadline", 'after(created, "7 WD")'),
        "unknown_name": _setting("userTask", "deadline", "answred"),
        "not_a_date": _setting("userTask", "deadline", "true"),
        "unknown_ladder": _setting("userTask", "ladder", "Å"),
        "limit_without_ladder": _setting_where("userTask", "legal_limit", "ladder", "A"),
        "service_without_function": _setting("serviceTask", "handler", None),
        "unknown_function": _setting("serviceTask", "handler", "launch_rocket"),
        "unknown_input": _added("serviceTask", "in.stamp", "true"),
        "unknown_decision": _attribute("businessRuleTask", f"{_ATTRIBUTE}decisionRef", "weather"),
        "no_decision": _attribute("businessRuleTask", f"{_ATTRIBUTE}decisionRef", None),
        "nobody_receives": _message("endEvent", "bottle_post"),
        "nobody_sends": _message("startEvent", "white_smoke"),
        "wait_without_owner": _setting(
            "intermediateCatchEvent", "candidateGroups", None, message=True
        ),
        "unknown_process": _attribute("callActivity", "calledElement", "lunch"),
        "missing_default": _attribute("exclusiveGateway", "default", None),
        "unknown_default": _attribute("exclusiveGateway", "default", "lost"),
        "broken_flow": _attribute("sequenceFlow", "targetRef", "lost"),
        "flow_without_condition": _without_condition,
        "attached_nowhere": _attribute("boundaryEvent", "attachedToRef", "lost"),
        "timer_without_date": _without_date,
        "unsupported_element": _renamed,
        "unsupported_event": _signal,
        "standard_loop": _repeated,
        "loop_without_collection": _without_list,
        "isolated": _alone,
        "dead_end": _without_way_on,
        "duplicate_id": _twice,
        "not_drawn": _hidden,
        "compensation": _attribute("serviceTask", "isForCompensation", "true", is_new=True),
    }


def _attribute(tag: str, name: str, value: str | None, *, is_new: bool = False) -> Injury:
    def injure(root: Element, taken: set[str]) -> Element | None:
        for element in _free(root, taken, tag):
            if is_new or element.get(name) is not None:
                return _written(element, name, value)
        return None

    return injure


def _written(element: Element, name: str, value: str | None) -> Element:
    if value is None:
        del element.attrib[name]
    else:
        element.set(name, value)
    return element


def _setting(tag: str, name: str, value: str | None, *, message: bool = False) -> Injury:
    def injure(root: Element, taken: set[str]) -> Element | None:
        for element in _free(root, taken, tag):
            if message and not any("message" in tag_of(each) for each in definitions_of(element)):
                continue
            for found in element.iterfind(_PROPERTY):
                if found.get("name") == name:
                    _put(found, value)
                    return element
        return None

    return injure


def _put(found: Element, value: str | None) -> None:
    if value is None:
        found.getparent().remove(found)
    else:
        found.set("value", value)


def _setting_where(tag: str, present: str, name: str, value: str) -> Injury:
    def injure(root: Element, taken: set[str]) -> Element | None:
        for element in _free(root, taken, tag):
            if present in settings_of(element):
                return _setting(tag, name, value)(
                    root, taken - {element.get("id", "")} | _others(root, element)
                )
        return None

    return injure


def _others(root: Element, element: Element) -> set[str]:
    return {each.get("id", "") for each in root.iter()} - {element.get("id", "")}


def _added(tag: str, name: str, value: str) -> Injury:
    def injure(root: Element, taken: set[str]) -> Element | None:
        for element in _free(root, taken, tag):
            if (first := element.find(_PROPERTY)) is not None:
                etree.SubElement(first.getparent(), first.tag, name=name, value=value)
                return element
        return None

    return injure


def _message(tag: str, name: str) -> Injury:
    def injure(root: Element, taken: set[str]) -> Element | None:
        for element in _free(root, taken, tag):
            if any("message" in tag_of(each) for each in definitions_of(element)):
                element.set(f"{_ATTRIBUTE}message", name)
                return element
        return None

    return injure


def _without_condition(root: Element, taken: set[str]) -> Element | None:
    for flow in _free(root, taken, "sequenceFlow"):
        if (condition := flow.find(bpmn("conditionExpression"))) is not None:
            flow.remove(condition)
            return flow
    return None


def _without_date(root: Element, taken: set[str]) -> Element | None:
    for event in _free(root, taken, "intermediateCatchEvent", "boundaryEvent"):
        for timer in event.iter(bpmn("timeDate")):
            timer.text = ""
            return event
    return None


def _renamed(root: Element, taken: set[str]) -> Element | None:
    for task in _free(root, taken, "userTask"):
        task.tag = bpmn("scriptTask")
        return task
    return None


def _signal(root: Element, taken: set[str]) -> Element | None:
    for event in _free(root, taken, "endEvent"):
        if not definitions_of(event):
            etree.SubElement(event, bpmn("signalEventDefinition"))
            return event
    return None


def _repeated(root: Element, taken: set[str]) -> Element | None:
    for task in _free(root, taken, "userTask"):
        if loop_of(task) is None:
            etree.SubElement(task, bpmn("standardLoopCharacteristics"))
            return task
    return None


def _without_list(root: Element, taken: set[str]) -> Element | None:
    for task in _free(root, taken, "userTask", "serviceTask", "subProcess"):
        if (loop := loop_of(task)) is not None:
            return _written(loop, f"{_ATTRIBUTE}collection", None).getparent()
    return None


def _alone(root: Element, taken: set[str]) -> Element | None:
    process = next(each for each in root.iter(bpmn("process")))
    return etree.SubElement(process, bpmn("serviceTask"), id="alone")


def _without_way_on(root: Element, taken: set[str]) -> Element | None:
    for task in _free(root, taken, "userTask"):
        for flow in _free(root, taken, "sequenceFlow"):
            if flow.get("sourceRef") == task.get("id"):
                flow.getparent().remove(flow)
                return task
    return None


def _twice(root: Element, taken: set[str]) -> Element | None:
    process = next(each for each in root.iter(bpmn("process")))
    end = next(process.iter(bpmn("endEvent")))
    note = etree.SubElement(process, bpmn("textAnnotation"), id=end.get("id", ""))
    return note


def _hidden(root: Element, taken: set[str]) -> Element | None:
    for task in _free(root, taken, "userTask"):
        for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
            if shape.get("bpmnElement") == task.get("id"):
                shape.getparent().remove(shape)
                return task
    return None


def _free(root: Element, taken: set[str], *tags: str) -> Iterator[Element]:
    """Yield the elements of these tags that nothing has been done to."""
    process = next(each for each in root.iter(bpmn("process")))
    for element in list(process.iter()):
        if tag_of(element) in tags and element.get("id") not in taken:
            yield element

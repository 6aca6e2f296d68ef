"""A shipped diagram made loadable for bare SpiffWorkflow, which then does less than ours.

Conditions read as Python; service tasks, tables and calls are scripts that set what ours get back;
a message start is a plain start; timers stand far off. Nothing is asked of forms, roles or people.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff.settings import Element, bpmn, loop_of, settings_of, tag_of

PAST, FAR = '"2000-01-01T00:00:00+00:00"', '"2099-01-01T00:00:00+00:00"'
BY_HAND = {
    'list contains(replies, "yes") and not(list contains(replies, "no"))': (
        '"yes" in replies and "no" not in replies'
    ),
    'some r in replies satisfies r = "no"': '"no" in replies',
}
_SCRIPTED = {"serviceTask", "businessRuleTask", "callActivity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a process comes to the step that is measured: its data, what each script sets, and the
    tasks on the way. `answers` are entered in every one of them. `passed` are timers that fire.
    """

    process: str
    measured: str
    data: Mapping[str, Any]
    scripts: Mapping[str, str]
    answers: Mapping[str, Any]
    before: Sequence[str] = ()
    passed: Sequence[str] = ()


class Plain:
    """A process where one task waits, as text; `step` loads it, completes the task and saves it."""

    def __init__(self, xml: str, course: Course) -> None:
        self.course = course
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(plain(xml, course))))
        self.serializer = BpmnWorkflowSerializer()
        spec, inner = parser.get_spec(course.process), parser.get_subprocess_specs(course.process)
        workflow = BpmnWorkflow(spec, inner)
        workflow.get_next_task(state=TaskState.READY).data.update(course.data)
        workflow.do_engine_steps()
        for element in course.before:
            self._complete(workflow, element)
        self.state = self.serializer.serialize_json(workflow)

    def step(self) -> str:
        """Return the state after the measured task, as text."""
        workflow = self.serializer.deserialize_json(self.state)
        self._complete(workflow, self.course.measured)
        return str(self.serializer.serialize_json(workflow))

    def _complete(self, workflow: BpmnWorkflow, element: str) -> None:
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(each for each in ready if each.task_spec.bpmn_id == element)
        task.data.update(self.course.answers)
        task.run()
        workflow.do_engine_steps()


def plain(xml: str, course: Course) -> bytes:
    """Return the diagram as the library's own parser takes it."""
    root = etree.fromstring(xml.encode())
    for element in list(root.iter()):
        tag = tag_of(element)
        if tag in _SCRIPTED:
            _make_script(element, course.scripts.get(element.get("id", ""), "pass"))
        elif tag in {"timeDate", "timeDuration"}:
            element.tag = bpmn("timeDate")
            element.text = PAST if _owner(element) in course.passed else FAR
        elif tag in {"conditionExpression", "completionCondition"}:
            element.text = as_python(element.text or "")
        elif tag == "startEvent":
            for definition in element.findall(bpmn("messageEventDefinition")):
                element.remove(definition)
    for element in root.iter():
        if isinstance(element.tag, str) and loop_of(element) is not None:
            _name_list(element)
    return etree.tostring(root)


def as_python(condition: str) -> str:
    """Return a shipped FEEL condition in Python."""
    text = BY_HAND.get(condition, re.sub(r" = ", " == ", condition))
    return text.replace("== true", "== True").replace("== false", "== False")


def _owner(timer: Element) -> str:
    """Return the id of the event that a date or duration belongs to."""
    definition = timer.getparent()
    event = None if definition is None else definition.getparent()
    return "" if event is None else event.get("id", "")


def _make_script(element: Element, script: str) -> None:
    element.tag = bpmn("scriptTask")
    element.attrib.pop("calledElement", None)
    etree.SubElement(element, bpmn("script")).text = script


def _name_list(element: Element) -> None:
    """Name list and item as the library wants them; it gathers what is `collected` by itself."""
    loop, settings = loop_of(element), settings_of(element)
    assert loop is not None
    collected = [name for name in settings if name.startswith("collect.")]
    parts = [("loopDataInputRef", None, settings["collection"])]
    if collected:
        parts.append(("loopDataOutputRef", None, collected[0].removeprefix("collect.")))
    parts.append(("inputDataItem", settings["elementVariable"], None))
    if collected:
        parts.append(("outputDataItem", settings[collected[0]], None))
    for place, (tag, name, text) in enumerate(parts):
        part = etree.Element(bpmn(tag), {} if name is None else {"id": name, "name": name})
        part.text = text
        loop.insert(place, part)

"""Turns a drawn process into SpiffWorkflow specs, with our classes and the settings of every node.

The table of parsers is ours alone: an allow-list. Adding to the library's would keep script tasks.
"""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.node_parser import DEFAULT_NSMAP
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ReceiveTask,
    SendTask,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.spiff.joins import Each, Exclusive, Inclusive, Parallel, ProcessSpec
from engine.spiff.settings import (
    NAMESPACES,
    Element,
    bpmn,
    definitions_of,
    error_code,
    message_name,
    settings_of,
    tag_of,
    text_of,
)
from engine.spiff.timers import Choice, ChoiceGateway, Due
from engine.spiff.waits import Begin, Condition, Decision, End, Fault, Message, Stop, Terminate


class _Node:
    """Mixed in before every parser of the library."""

    node: Element

    def parse_extensions(self, node: Element | None = None) -> dict[str, str]:
        return settings_of(self.node if node is None else node)

    def get_position(self, node: Element | None = None) -> dict[str, float]:
        # The library orders the ways out by where they are drawn; ours keep the order of the file,
        # so that moving a box on the screen never changes which condition is asked first.
        return {"x": 0.0, "y": 0.0}

    def _add_multiinstance_task(self: Any, loop: Element) -> None:
        inner, settings = self.task, self.task.extensions
        del self.spec.task_specs[inner.name]
        self.task = Each(
            self.spec,
            inner.name,
            collection=settings["collection"],
            item=settings.get("elementVariable"),
            is_sequential=loop.get("isSequential") == "true",
            enough=text_of(loop, "completionCondition"),
            lane=inner.lane,
            bpmn_name=inner.bpmn_name,
        )
        self.task.extensions = settings
        self._copy_task_attrs(inner)


class _Activity(_Node, TaskParser):
    pass


class _Stop(_Node, TaskParser):
    def create_task(self) -> Any:
        task = super().create_task()
        is_call = tag_of(self.node) == "callActivity"
        task.kind = "process" if is_call else "handler"
        task.target = (
            self.node.get("calledElement") if is_call else settings_of(self.node)["handler"]
        )
        return task


class _Subprocess(_Node, SubWorkflowParser):
    pass


class _Fork(_Node, GatewayParser):
    pass


class _Conditional(_Node, ConditionalGatewayParser):
    def connect_outgoing(self, target: Any, flow: Element, is_default: bool) -> None:
        text = None if is_default else text_of(flow, "conditionExpression")
        self.task.connect_if(Condition(text) if text else None, target)
        if not text and isinstance(self.task, Exclusive):
            self.task.default_task_spec = target.name


class _Event(_Node):
    """Events get our definitions, whatever the library would have made of them."""

    def get_event_definition(self: Any, xpaths: list[str]) -> EventDefinition:
        return event_definition(self.node)


class _Start(_Event, StartEventParser):
    pass


class _End(_Event, EndEventParser):
    pass


class _Catch(_Event, IntermediateCatchEventParser):
    pass


class _Throw(_Event, IntermediateThrowEventParser):
    pass


class _Boundary(_Event, BoundaryEventParser):
    pass


class _MessageTask(_Event, EventDefinitionParser):
    def create_task(self) -> Any:
        return self._create_task(_message(self.node))


class _Choice(_Event, EventBasedGatewayParser):
    def create_task(self) -> Any:
        return self._create_task(Choice())


class _Process(ProcessParser):
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)


class Parser(BpmnParser):
    """The library's parser with our table and nothing else."""

    PROCESS_PARSER_CLASS = _Process
    PARSER_CLASSES: ClassVar = {
        bpmn("startEvent"): (_Start, Begin),
        bpmn("endEvent"): (_End, End),
        bpmn("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        bpmn("intermediateThrowEvent"): (_Throw, IntermediateThrowEvent),
        bpmn("boundaryEvent"): (_Boundary, BoundaryEvent),
        bpmn("userTask"): (_Activity, UserTask),
        bpmn("businessRuleTask"): (_Activity, Decision),
        bpmn("serviceTask"): (_Stop, Stop),
        bpmn("callActivity"): (_Stop, Stop),
        bpmn("sendTask"): (_MessageTask, SendTask),
        bpmn("receiveTask"): (_MessageTask, ReceiveTask),
        bpmn("subProcess"): (_Subprocess, SubWorkflowTask),
        bpmn("exclusiveGateway"): (_Conditional, Exclusive),
        bpmn("inclusiveGateway"): (_Conditional, Inclusive),
        bpmn("parallelGateway"): (_Fork, Parallel),
        bpmn("eventBasedGateway"): (_Choice, ChoiceGateway),
    }

    def __init__(self) -> None:
        super().__init__(namespaces={**DEFAULT_NSMAP, **NAMESPACES})


def event_definition(event: Element) -> EventDefinition:
    """Return what `event` throws or waits for."""
    found = definitions_of(event)
    if not found:
        return NoneEventDefinition()
    kind, element = tag_of(found[0]).removesuffix("EventDefinition"), event.get("id", "")
    if kind == "timer":
        text = text_of(found[0], "timeDate") or text_of(found[0], "timeDuration")
        return Due(element, text or "")
    if kind == "error":
        return Fault(element, error_code(event))
    return Terminate() if kind == "terminate" else _message(event)


def _message(element: Element) -> Message:
    settings, is_start = settings_of(element), tag_of(element) == "startEvent"
    if is_start:  # nothing is known yet that a key could be made of
        settings.pop("message_key", None)
    message = Message(element.get("id", ""), message_name(element), settings)
    message.takes_all = is_start
    return message

"""A small builder of BPMN: nodes are XML texts, flows are lines as `a > g > b : x > 1`."""

from hashlib import sha256
from html import escape
from itertools import pairwise

from engine.ports import Definition

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="t">'
)


def definition(*nodes: str, flows: str = "", inside: str = "", roots: str = "") -> Definition:
    """Return the definition of process P with `nodes`; `inside` is further XML of the process."""
    text = (
        f'{HEAD}{roots}<bpmn:process id="P" name="Prøve" isExecutable="true">'
        f"{inside}{''.join(nodes)}{sequence(flows)}</bpmn:process></bpmn:definitions>"
    )
    return from_xml(text.encode())


def from_xml(xml: bytes, process: str = "P") -> Definition:
    return Definition(id=sha256(xml).hexdigest(), process=process, xml=xml)


def sequence(flows: str) -> str:
    """Return the flows of `a > b > c` lines; `: text` is a condition, `: default` just a mark."""
    lines = [line.strip() for line in flows.splitlines() if line.strip()]
    return "".join(_flow_line(line) for line in lines)


def _flow_line(line: str) -> str:
    path, _, condition = line.partition(" : ")
    ends = [end.strip() for end in path.split(" > ")]
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    return "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">'
        f"{inner if condition else ''}</bpmn:sequenceFlow>"
        for a, b in pairwise(ends)
    )


def node(tag: str, name: str, inner: str = "", /, attributes: str = "", **settings: str) -> str:
    """Return one element; `in_x`, `out_x` and `collect_x` become `in.x`, `out.x`, `collect.x`."""
    named = {_setting(key): value for key, value in settings.items()}
    properties = "".join(
        f'<camunda:property name="{key}" value="{escape(value)}"/>' for key, value in named.items()
    )
    extensions = (
        f"<bpmn:extensionElements><camunda:properties>{properties}</camunda:properties>"
        "</bpmn:extensionElements>"
    )
    return f'<bpmn:{tag} id="{name}" {attributes}>{extensions if named else ""}{inner}</bpmn:{tag}>'


def _setting(key: str) -> str:
    for prefix in ("in", "out", "collect"):
        if key.startswith(f"{prefix}_"):
            return f"{prefix}.{key.removeprefix(f'{prefix}_')}"
    return key


def start(name: str = "start", inner: str = "", **settings: str) -> str:
    return node("startEvent", name, inner, **settings)


def end(name: str = "end", inner: str = "", **settings: str) -> str:
    return node("endEvent", name, inner, **settings)


def user(name: str, inner: str = "", **settings: str) -> str:
    return node("userTask", name, inner, **settings)


def service(name: str, handler: str, inner: str = "", **settings: str) -> str:
    return node("serviceTask", name, inner, handler=handler, **settings)


def call(name: str, called: str, inner: str = "", **settings: str) -> str:
    return node("callActivity", name, inner, attributes=f'calledElement="{called}"', **settings)


def gateway(kind: str, name: str, default: str = "") -> str:
    return node(f"{kind}Gateway", name, attributes=f'default="{default}"' if default else "")


def catch(name: str, inner: str, **settings: str) -> str:
    return node("intermediateCatchEvent", name, inner, **settings)


def boundary(name: str, host: str, inner: str, *, interrupts: bool = True, **settings: str) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupts).lower()}"'
    return node("boundaryEvent", name, inner, attributes=attributes, **settings)


def subprocess(name: str, *nodes: str, flows: str, loop: str = "", **settings: str) -> str:
    return node("subProcess", name, loop + "".join(nodes) + sequence(flows), **settings)


def many(collection: str, item: str = "item", *, one_by_one: bool = False, enough: str = "") -> str:
    """Return the marker of a multi-instance."""
    condition = f"<bpmn:completionCondition>{escape(enough)}</bpmn:completionCondition>"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}" '
        f'camunda:collection="{escape(collection)}" camunda:elementVariable="{item}">'
        f"{condition if enough else ''}</bpmn:multiInstanceLoopCharacteristics>"
    )


def after(text: str) -> str:
    """Return a timer definition with a duration."""
    return _timer("timeDuration", text)


def at(text: str) -> str:
    """Return a timer definition with a date."""
    return _timer("timeDate", text)


def _timer(kind: str, text: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}>"
        "</bpmn:timerEventDefinition>"
    )


MESSAGE = "<bpmn:messageEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"
ANY_ERROR = "<bpmn:errorEventDefinition/>"
REFUSED = '<bpmn:errorEventDefinition errorRef="E1"/>'
LOST = '<bpmn:errorEventDefinition errorRef="E2"/>'
ERRORS = (
    '<bpmn:error id="E1" name="Afslag" errorCode="refused"/>'
    '<bpmn:error id="E2" name="Væk" errorCode="lost"/>'
)

"""What a diagram declares, read from its XML: nodes in the order of the flow, and what it reads."""

from collections.abc import Iterator

from engine.domain.errors import CaseworkError, InvalidDefinition
from engine.ports import Blueprint, Node
from engine.spiff.expressions import is_expression, is_plain_instant, reads
from engine.spiff.parsing import message_name
from engine.spiff.refusals import definitions_of, flows_of, nodes_of
from engine.spiff.settings import Element, bpmn, loop_of, settings_of, tag_of, text_of


def blueprint_of(process: Element) -> Blueprint:
    """Return what `process` declares. Raises `InvalidDefinition` when an expression is not FEEL."""
    return Blueprint(
        process=process.get("id", ""),
        name=process.get("name", process.get("id", "")),
        documentation=text_of(process, "documentation") or "",
        start_messages=tuple(
            message_name(start, definition)
            for start in process.findall(bpmn("startEvent"))
            for definition in definitions_of(start)
        ),
        reads=frozenset().union(
            *(_reads(element, text) for element, text in _expressions(process))
        ),
        nodes=tuple(_nodes(process)),
    )


def _nodes(process: Element) -> Iterator[Node]:
    lanes = _lanes(process)
    following: dict[str, list[str]] = {}
    for flow in flows_of(process):
        following.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    for element in _in_flow_order(process, following):
        name = element.get("id", "")
        yield Node(
            id=name,
            type=tag_of(element),
            name=element.get("name", ""),
            lane=_lane(element, lanes),
            settings=settings_of(element),
            following=tuple(following.get(name, ())),
        )


def _in_flow_order(process: Element, following: dict[str, list[str]]) -> Iterator[Element]:
    """Yield nodes breadth first from the starts; boundary events after, inner nodes below."""
    nodes = {node.get("id", ""): node for node in nodes_of(process)}
    starts = [name for name, node in nodes.items() if node in process.findall(bpmn("startEvent"))]
    for first in (*starts, *nodes):  # whatever no start leads to comes last
        queue = [first]
        while queue:
            node = nodes.pop(queue.pop(0), None)
            if node is None:
                continue
            yield node
            name = node.get("id", "")
            sides = [key for key, side in nodes.items() if side.get("attachedToRef") == name]
            inner = [start.get("id", "") for start in node.findall(bpmn("startEvent"))]
            queue = [*inner, *following.get(name, ()), *sides, *queue]


def _lanes(process: Element) -> dict[str, str]:
    """Return {node id: lane name}; of nested lanes the innermost, which comes last in the file."""
    return {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in process.iter(bpmn("lane"))
        for reference in lane.findall(bpmn("flowNodeRef"))
    }


def _lane(element: Element, lanes: dict[str, str]) -> str:
    place: Element | None = element
    while place is not None:
        if (lane := lanes.get(place.get("id", ""))) is not None:
            return lane
        place = place.getparent()
    return ""


def _expressions(process: Element) -> Iterator[tuple[Element, str]]:
    """Yield every FEEL text with the element that carries it."""
    for flow in flows_of(process):
        if text := text_of(flow, "conditionExpression"):
            yield flow, text
    for node in nodes_of(process):
        for name, text in settings_of(node).items():
            if is_expression(name, text):
                yield node, text
        yield from ((node, text) for text in _timers(node))
        loop = loop_of(node)
        if loop is not None and (text := text_of(loop, "completionCondition")):
            yield node, text


def _timers(node: Element) -> Iterator[str]:
    for definition in definitions_of(node):
        for tag in ("timeDate", "timeDuration"):
            text = text_of(definition, tag)
            if text and not is_plain_instant(text):
                yield text


def _reads(element: Element, text: str) -> frozenset[str]:
    try:
        return reads(text)
    except CaseworkError as cause:
        raise InvalidDefinition(f"{element.get('id')}: {cause}") from cause

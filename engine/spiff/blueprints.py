"""What a diagram declares, read from its XML: nodes in the order of the flow, and what it reads."""

from collections.abc import Callable, Iterator

from engine.domain.errors import CaseworkError, InvalidDefinition
from engine.ports import Blueprint, Node
from engine.spiff.expressions import is_expression, reads
from engine.spiff.refusals import flows_of, nodes_of
from engine.spiff.settings import (
    Element,
    bpmn,
    definitions_of,
    loop_of,
    message_name,
    settings_of,
    tag_of,
    text_of,
)

_CATCHING = {"receiveTask", "intermediateCatchEvent", "boundaryEvent"}


def blueprint_of(process: Element) -> Blueprint:
    """Return what `process` declares. Raises `InvalidDefinition` when an expression is not FEEL."""
    return Blueprint(
        process=process.get("id", ""),
        name=process.get("name", process.get("id", "")),
        documentation=text_of(process, "documentation") or "",
        start_messages=tuple(
            message_name(start)
            for start in process.findall(bpmn("startEvent"))
            if definitions_of(start)
        ),
        awaits=frozenset(
            message_name(node) for node in nodes_of(process) if tag_of(node) in _CATCHING
        )
        - {""},
        reads=frozenset().union(
            *(_reads(element, text) for element, text in _expressions(process))
        ),
        nodes=tuple(_nodes(process)),
        timers={node.get("id", ""): text for node in nodes_of(process) for text in _timers(node)},
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
    """Yield each node after those that lead to it; what no start leads to comes last."""
    nodes = {node.get("id", ""): node for node in nodes_of(process)}
    sides: dict[str, list[str]] = {}
    for name, node in nodes.items():
        sides.setdefault(node.get("attachedToRef", ""), []).append(name)

    def then(name: str) -> list[str]:
        inner = [start.get("id", "") for start in nodes[name].findall(bpmn("startEvent"))]
        return [*inner, *following.get(name, ()), *sides.get(name, ())]

    starts = [start.get("id", "") for start in process.findall(bpmn("startEvent"))]
    order = list(reversed(_depth_first(starts, then)))
    yield from (nodes[name] for name in dict.fromkeys((*order, *nodes)))


def _depth_first(starts: list[str], then: Callable[[str], list[str]]) -> list[str]:
    """Return the names, each after all that follows it. No recursion: a flow may be long."""
    seen: set[str] = set()
    done: list[str] = []
    ahead = list(starts)  # the last is looked at first, so that the first branch ends up first
    while ahead:
        name = ahead[-1]
        if name not in seen:
            seen.add(name)
            ahead.extend(after for after in then(name) if after not in seen)
        else:
            ahead.pop()
            if name not in done:
                done.append(name)
    return done


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
            if text := text_of(definition, tag):
                yield text


def _reads(element: Element, text: str) -> frozenset[str]:
    try:
        return reads(text)
    except CaseworkError as cause:
        raise InvalidDefinition(f"{element.get('id')}: {cause}") from cause

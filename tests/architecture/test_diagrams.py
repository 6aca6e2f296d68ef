"""The pictures we ship: every step is drawn, nothing lies on anything else, lines run straight."""

import pytest

from tests.architecture.shipped import (
    BPMN,
    PROCESSES,
    Box,
    Element,
    Point,
    body,
    edges,
    flows,
    labels,
    message_flows,
    nodes,
    overlap,
    segments,
    shapes,
    solid,
    within,
)

EDGE = 1  # a flow may end this far from the outline: a diamond and a circle are not boxes


@pytest.mark.parametrize("process", PROCESSES)
def test_every_node_and_flow_is_drawn(process: str) -> None:
    drawn = {*shapes(process), *edges(process)}

    assert [each.get("id") for each in nodes(process) if each.get("id") not in drawn] == []
    assert [each.get("id") for each in flows(process) if each.get("id") not in drawn] == []


@pytest.mark.parametrize("process", PROCESSES)
def test_no_shape_lies_on_another(process: str) -> None:
    attached = {node.get("id") for node in nodes(process, "boundaryEvent")}
    free = [(name, box) for name, box in solid(process).items() if name not in attached]

    clashes = [
        (one, other)
        for number, (one, here) in enumerate(free)
        for other, there in free[number + 1 :]
        if overlap(here, there)
    ]

    assert clashes == []


@pytest.mark.parametrize("process", PROCESSES)
def test_every_node_lies_inside_its_lane(process: str) -> None:
    drawn = shapes(process)
    strays = [
        reference.text
        for lane in body(process).iter(f"{{{BPMN}}}lane")
        for reference in lane.iter(f"{{{BPMN}}}flowNodeRef")
        if not within(drawn[reference.text], drawn[lane.get("id")])
    ]

    assert strays == []


@pytest.mark.parametrize("process", PROCESSES)
def test_flows_run_straight_and_at_right_angles(process: str) -> None:
    crooked = [
        name
        for name, points in edges(process).items()
        for left, top, right, bottom in segments(points)
        if left != right and top != bottom
    ]

    assert crooked == []


@pytest.mark.parametrize("process", PROCESSES)
def test_flows_end_at_the_shapes_they_connect(process: str) -> None:
    drawn, lines = shapes(process), edges(process)
    loose = [
        flow.get("id")
        for flow in (*flows(process), *message_flows(process))
        for end, point in (("sourceRef", 0), ("targetRef", -1))
        if not on_outline(drawn[flow.get(end)], lines[flow.get("id")][point])
    ]

    assert loose == []


def on_outline(shape: Box, point: Point) -> bool:
    x, y = point
    left, top, right, bottom = shape
    beside = min(abs(x - left), abs(x - right)) <= EDGE and top <= y <= bottom
    above = min(abs(y - top), abs(y - bottom)) <= EDGE and left <= x <= right
    return beside or above


@pytest.mark.parametrize("process", PROCESSES)
def test_no_flow_crosses_a_shape(process: str) -> None:
    lines = edges(process)
    hosts = {node.get("id"): node.get("attachedToRef") for node in nodes(process, "boundaryEvent")}
    crossed = [
        (flow.get("id"), name)
        for flow in flows(process)
        for name, shape in solid(process).items()
        if name not in ends_of(flow, hosts)
        if any(overlap(shape, each) for each in segments(lines[flow.get("id")]))
    ]

    assert crossed == []


def ends_of(flow: Element, hosts: dict[str, str]) -> set[str | None]:
    source, target = flow.get("sourceRef"), flow.get("targetRef")
    return {source, target, hosts.get(source)}


@pytest.mark.parametrize("process", PROCESSES)
def test_no_label_lies_on_a_shape_or_another_label(process: str) -> None:
    texts = list(labels(process).items())
    clashes = [
        (name, other)
        for number, (name, label) in enumerate(texts)
        for other, taken in (*solid(process).items(), *texts[number + 1 :])
        if overlap(label, taken)
    ]

    assert clashes == []


@pytest.mark.parametrize("process", PROCESSES)
def test_a_gateway_that_chooses_asks_and_its_ways_answer(process: str) -> None:
    ways = {node.get("id"): [] for node in nodes(process, "exclusiveGateway")}
    for flow in flows(process):
        if flow.get("sourceRef") in ways:
            ways[flow.get("sourceRef")].append(flow)
    choosing = [
        node for node in nodes(process, "exclusiveGateway") if len(ways[node.get("id")]) > 1
    ]

    assert [each.get("id") for each in choosing if not each.get("name", "").endswith("?")] == []
    assert [
        way.get("id") for each in choosing for way in ways[each.get("id")] if not way.get("name")
    ] == []

"""Reading what we ship in bpmn/, without the engine: diagrams, settings, expressions, drawing."""

import itertools
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine.domain.forms import Form, parse
from engine.feel.expressions import Expression
from engine.feel.expressions import parse as parse_feel
from engine.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, read_xml

BPMN_FOLDER = Path(__file__).parents[2] / "bpmn"
PROCESSES = sorted(folder.name for folder in (BPMN_FOLDER / "processes").iterdir())
ROLES = {
    *("primary_responsible", "coordinator", "plan_owner", "handover_receiver", "handover_sender"),
    *("unit_leader", "team_convenor", "chief_consultant", "intake", "uu_counsellor", "job_adviser"),
    *("youth_adviser", "ppr_psychologist", "health_nurse", "disability_psychiatry_authority"),
    *("mentor", "leader_forum", "drug_adviser", "physician_drug"),
}

Element = Any
Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]


@cache
def diagram(process: str) -> Element:
    return read_xml((BPMN_FOLDER / "processes" / process / f"{process}.bpmn").read_bytes())


def body(process: str) -> Element:
    return diagram(process).find(f"{{{BPMN}}}process")


def tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def nodes(process: str, *tags: str) -> list[Element]:
    kinds = ("Event", "Task", "Gateway", "callActivity", "subProcess")
    found = [each for each in body(process).iter() if tag(each).endswith(kinds) and each.get("id")]
    return [each for each in found if not tags or tag(each) in tags]


def flows(process: str) -> list[Element]:
    return list(body(process).iter(f"{{{BPMN}}}sequenceFlow"))


def message_flows(process: str) -> list[Element]:
    return list(diagram(process).iter(f"{{{BPMN}}}messageFlow"))


def settings(node: Element) -> dict[str, str]:
    own = {name.rpartition("}")[2]: value for name, value in node.attrib.items() if CAMUNDA in name}
    path = f"{{{BPMN}}}extensionElements/{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property"
    return own | {each.get("name"): each.get("value") for each in node.iterfind(path)}


def expressions(process: str) -> Iterator[tuple[str, str]]:
    """Each FEEL text of the diagram as (where it stands, text)."""
    for node in nodes(process):
        for name, text in settings(node).items():
            if name in FEEL or name.startswith(("in.", "out.", "collect.")):
                yield f"{node.get('id')}.{name}", text
        if settings(node).get("candidateGroups", "").startswith("="):
            yield f"{node.get('id')}.candidateGroups", settings(node)["candidateGroups"]
    for name in ("conditionExpression", "timeDate", "completionCondition"):
        for element in body(process).iter(f"{{{BPMN}}}{name}"):
            yield f"{element.getparent().get('id')}.{name}", element.text
    for loop in body(process).iter(f"{{{BPMN}}}multiInstanceLoopCharacteristics"):
        yield "collection", loop.get(f"{{{CAMUNDA}}}collection")


FEEL = {"deadline", "legal_limit", "outside_party"}


def feel(process: str) -> list[tuple[str, Expression]]:
    return [(place, parse_feel(text)) for place, text in expressions(process)]


@cache
def form(process: str, name: str) -> Form:
    path = BPMN_FOLDER / "processes" / process / "forms" / f"{name}.json"
    return parse(json.loads(path.read_text("utf-8")))


@cache
def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((BPMN_FOLDER / name).read_text("utf-8"))


def messages(process: str, *tags: str) -> set[str]:
    names = {
        each.get("id"): each.get("name") for each in diagram(process).iter(f"{{{BPMN}}}message")
    }
    definition = f"{{{BPMN}}}messageEventDefinition"
    return {
        names[each.get("messageRef")]
        for node in nodes(process, *tags)
        for each in node.findall(definition)
    }


def shapes(process: str) -> dict[str, Box]:
    found = diagram(process).iter(f"{{{BPMNDI}}}BPMNShape")
    return {each.get("bpmnElement"): box(each.find(f"{{{DC}}}Bounds")) for each in found}


def edges(process: str) -> dict[str, list[Point]]:
    found = diagram(process).iter(f"{{{BPMNDI}}}BPMNEdge")
    points = f"{{{DI}}}waypoint"
    return {
        each.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in each.iter(points)]
        for each in found
    }


def labels(process: str) -> dict[str, Box]:
    found = diagram(process).iter(f"{{{BPMNDI}}}BPMNLabel")
    return {
        each.getparent().get("bpmnElement"): box(each.find(f"{{{DC}}}Bounds")) for each in found
    }


def box(bounds: Element) -> Box:
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def within(inner: Box, outer: Box) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def segments(points: list[Point]) -> list[Box]:
    pairs = itertools.pairwise(points)
    return [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in pairs]


def solid(process: str) -> dict[str, Box]:
    """The boxes that nothing may cross: every node but the frames around others."""
    drawn = shapes(process)
    return {
        node.get("id"): drawn[node.get("id")]
        for node in nodes(process)
        if tag(node) != "subProcess"
    }

"""One process as the rules see it: its diagram, and the forms and tables that lie beside it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.domain.errors import InvalidDefinition
from engine.domain.forms import Form, parse
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.refusals import NODES, SILENT, flows_of
from engine.spiff.settings import Element, bpmn, definitions_of, settings_of, tag_of
from engine.xml import DMN, read_xml

FORMS = "forms/"
LADDERS = "escalation_ladders"


@dataclass(frozen=True, kw_only=True)  # not slotted: what is read from it is kept
class Package:
    """The executable process of a file, and what stands around it."""

    process: str
    files: Mapping[str, str]
    root: Element
    diagram: Element
    known: Known = field(default_factory=Known)

    @property
    def file(self) -> str:
        """The name of the file with the diagram."""
        return file_of(self.process)

    @cached_property
    def scopes(self) -> list[Element]:
        """The process and the subprocesses that run inside it, outer ones first."""
        inner = (child for child in self.diagram.iter(bpmn("subProcess")) if _runs(child))
        return [self.diagram, *inner]

    @cached_property
    def nodes(self) -> list[Element]:
        """The flow nodes that the engine runs, in the order of the file."""
        scopes = set(self.scopes)
        found = (element for element in self.diagram.iter() if tag_of(element) in NODES)
        return [element for element in found if element.getparent() in scopes]

    @cached_property
    def strange(self) -> list[Element]:
        """What is drawn among the flow nodes and is none that the engine knows."""
        drawn = (child for scope in self.scopes for child in scope)
        return [
            child
            for child in drawn
            if str(child.tag).startswith(bpmn("")) and tag_of(child) not in NODES | SILENT
        ]

    @cached_property
    def by_id(self) -> Mapping[str, Element]:
        """The first flow node of each id, strange ones included: a flow may lead there."""
        return {node.get("id", ""): node for node in reversed([*self.nodes, *self.strange])}

    @cached_property
    def flows(self) -> list[Element]:
        """The sequence flows whose ends exist in one and the same scope."""
        return [flow for flow in self.drawn_flows if self.is_whole(flow)]

    @cached_property
    def drawn_flows(self) -> list[Element]:
        """The sequence flows, also those that lead nowhere."""
        scopes = set(self.scopes)
        return [flow for flow in flows_of(self.diagram) if flow.getparent() in scopes]

    def is_whole(self, flow: Element) -> bool:
        """Tell whether both ends of `flow` exist in one and the same scope."""
        source = self.by_id.get(flow.get("sourceRef", ""))
        target = self.by_id.get(flow.get("targetRef", ""))
        if source is None or target is None:
            return False
        return source.getparent() is target.getparent()

    @cached_property
    def leaving(self) -> Mapping[str, list[Element]]:
        """The flows out of each node."""
        return _grouped(self.flows, "sourceRef")

    @cached_property
    def entering(self) -> Mapping[str, list[Element]]:
        """The flows into each node."""
        return _grouped(self.flows, "targetRef")

    @cached_property
    def loose(self) -> frozenset[str]:
        """The ids that a broken flow names as where it begins or ends, and those of links."""
        broken = (flow for flow in self.drawn_flows if not self.is_whole(flow))
        ends = {flow.get(end, "") for flow in broken for end in ("sourceRef", "targetRef")}
        events = self.of_type("intermediateThrowEvent", "intermediateCatchEvent")
        return frozenset(ends | {each.get("id", "") for each in events if kind_of(each) == "link"})

    @cached_property
    def boundaries(self) -> Mapping[str, list[Element]]:
        """The boundary events on each activity."""
        return _grouped(self.of_type("boundaryEvent"), "attachedToRef")

    @cached_property
    def forms(self) -> Mapping[str, Form | str]:
        """Each form, or the sentence that says why it cannot be read."""
        return {
            path.removeprefix(FORMS).removesuffix(".json"): _form(text)
            for path, text in self.files.items()
            if path.startswith(FORMS) and path.endswith(".json")
        }

    @cached_property
    def tables(self) -> Mapping[str, Element]:
        """The decisions of the DMN files that are XML, by name."""
        return {
            decision.get("id", ""): decision
            for path, text in self.files.items()
            if path.endswith(".dmn") and (root := _xml(text)) is not None
            for decision in root.iter(f"{{{DMN}}}decision")
        }

    @cached_property
    def ladders(self) -> frozenset[str]:
        """The ladders that the table of ladders has rungs for; A and B where there is no table."""
        table = self.tables.get(LADDERS)
        if table is None:
            return frozenset({"A", "B"})
        cells = table.iterfind(f".//{{{DMN}}}inputEntry/{{{DMN}}}text")
        return frozenset((cell.text or "").strip().strip('"') for cell in cells)

    @cached_property
    def lanes(self) -> Mapping[str, str]:
        """The name of the innermost lane of each node; an inner lane comes last in the file."""
        return {
            (reference.text or "").strip(): " ".join(lane.get("name", "").split())
            for lane in self.diagram.iter(bpmn("lane"))
            for reference in lane.findall(bpmn("flowNodeRef"))
        }

    def lane_of(self, node: Element) -> str:
        """Return the name of the lane that the node or the subprocess around it stands in."""
        around = (node, *node.iterancestors(bpmn("subProcess")))
        named_lanes = (self.lanes.get(each.get("id", "")) for each in around)
        return next((name for name in named_lanes if name), "")

    def of_type(self, *tags: str) -> Iterator[Element]:
        """Yield the flow nodes of these BPMN tags."""
        return (node for node in self.nodes if tag_of(node) in tags)

    def error(self, element: Element, code: str, danish: str, english: str) -> Finding:
        """Return the finding that stops a deployment."""
        return self._finding(element, code, danish, english, Severity.ERROR)

    def warning(self, element: Element, code: str, danish: str, english: str) -> Finding:
        """Return the finding that is worth a second look."""
        return self._finding(element, code, danish, english, Severity.WARNING)

    def _finding(
        self, element: Element, code: str, danish: str, english: str, severity: Severity
    ) -> Finding:
        return Finding(
            code=code,
            severity=severity,
            element=element.get("id", ""),
            element_name=" ".join(element.get("name", "").split()),
            line=line_of(element),
            file=self.file,
            danish=danish,
            english=english,
        )


def _runs(scope: Element) -> bool:
    """Tell whether a subprocess is reached along flows, and so is all that it stands in."""
    around = (scope, *scope.iterancestors())
    strange = ("adHocSubProcess", "transaction")
    return not any(
        each.get("triggeredByEvent") == "true" or tag_of(each) in strange for each in around
    )


Rule = Callable[[Package], Iterator[Finding]]


def file_of(process: str) -> str:
    """Return the name of the file that holds the diagram of `process`."""
    return f"{process}.bpmn"


def line_of(element: Element) -> int | None:
    """Return the line of the file, counted from 1, that the element begins on."""
    line: Any = element.sourceline  # which its types call an ellipsis
    return line or None


def setting(node: Element, name: str) -> str:
    """Return a setting of the node without space around it, or an empty text."""
    return settings_of(node).get(name, "").strip()


def named(node: Element, prefix: str) -> frozenset[str]:
    """Return the names of the settings of the node that begin with `prefix`, without it."""
    return frozenset(
        name.removeprefix(prefix) for name in settings_of(node) if name.startswith(prefix)
    )


def kind_of(event: Element) -> str:
    """Return what an event is (timer, message, error …), or an empty text for a plain one."""
    found = definitions_of(event)
    return tag_of(found[0]).removesuffix("EventDefinition") if found else ""


def _grouped(elements: Iterator[Element] | list[Element], by: str) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for element in elements:
        found.setdefault(element.get(by, ""), []).append(element)
    return found


def _form(text: str) -> Form | str:
    try:
        return parse(json.loads(text))
    except (InvalidDefinition, ValueError, TypeError, AttributeError, RecursionError) as error:
        return str(error)


def _xml(text: str) -> Element | None:
    try:
        return read_xml(text.encode())
    except InvalidDefinition:
        return None

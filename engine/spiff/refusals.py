"""What the engine will not run: drawn things that SpiffWorkflow ignores or changes the meaning of.

Each rule yields (element, Danish sentence). The deploy check says far more; these are the ones
without which a diagram would silently do something else than it shows.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from engine.spiff.settings import (
    NAMESPACES,
    Element,
    bpmn,
    definitions_of,
    lacks_code,
    loop_of,
    message_name,
    settings_of,
    tag_of,
    text_of,
)

Refusal = tuple[Element, str]

ACTIVITIES = frozenset(
    {
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
    }
)
CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = CONDITIONAL | {"parallelGateway", "eventBasedGateway"}
# What an event may be, by its kind; "" is an event without a definition.
EVENTS: dict[str, frozenset[str]] = {
    "startEvent": frozenset({"", "message"}),
    "endEvent": frozenset({"", "message", "error", "terminate"}),
    "intermediateCatchEvent": frozenset({"message", "timer"}),
    "intermediateThrowEvent": frozenset({"", "message"}),
    "boundaryEvent": frozenset({"message", "timer", "error"}),
}
NODES = ACTIVITIES | GATEWAYS | EVENTS.keys()
# Drawn for the eye, or read elsewhere.
SILENT = frozenset(
    {
        *("sequenceFlow", "laneSet", "documentation", "extensionElements", "incoming", "outgoing"),
        *("textAnnotation", "association", "group", "category", "multiInstanceLoopCharacteristics"),
        *("dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification"),
        *("dataInputAssociation", "dataOutputAssociation"),
    }
)
# Inputs and outputs in the manner of BPMN, which an event holds without anything around them.
INPUTS = frozenset({"dataInput", "dataOutput", "inputSet", "outputSet"})
# How many ways in a step waits for, and how often it goes on: once each, whatever is drawn.
QUANTITIES = ("startQuantity", "completionQuantity")
_NEEDED = {
    "serviceTask": ("handler", "Serviceopgaven siger ikke, hvad den skal kalde (handler)."),
    "businessRuleTask": ("decisionRef", "Opgaven siger ikke, hvilken beslutningstabel den bruger."),
}
# The library reads and foresees a flow by recursion, which breaks at about 400 in a row.
MOST_NODES = 250
# Steps in the tree of one instance, with what is done and what is foreseen: far above what a
# process needs, and below where the library's recursion breaks.
BIGGEST = 500
# Names that the library gives to steps of its own.
TAKEN = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
TAKEN_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")


def refusals(process: Element) -> Iterator[Refusal]:
    """Yield what stands in the way of running `process`, first things first."""
    for rule in _RULES:
        yield from rule(process)


def nodes_of(process: Element) -> Iterator[Element]:
    """Yield the flow nodes in the order of the file, those inside subprocesses included."""
    return (element for element in process.iter() if tag_of(element) in NODES)


def flows_of(process: Element) -> list[Element]:
    """Return the sequence flows in the order of the file."""
    return list(process.iter(bpmn("sequenceFlow")))


def _unknown_elements(process: Element) -> Iterator[Refusal]:
    for scope in (process, *process.iter(bpmn("subProcess"))):
        for child in scope:
            if str(child.tag).startswith(bpmn("")) and tag_of(child) not in NODES | SILENT:
                yield child, f"Elementet af typen {tag_of(child)} kan ikke bruges."


def _size(process: Element) -> Iterator[Refusal]:
    if len(list(nodes_of(process))) > MOST_NODES:
        yield process, f"Diagrammet har flere end {MOST_NODES} elementer."
    elif _steps(process) > BIGGEST:
        yield process, "Diagrammet er for stort til at køre. Del det i flere processer med kald."


def _steps(process: Element) -> int:
    """Return the most steps that the tree holds when everything is passed once.

    An activity with events on its edge brings two steps of the library's own, and each of the
    events another two; a join stands on each of its ways in.
    """
    hosts = Counter(event.get("attachedToRef") for event in process.iter(bpmn("boundaryEvent")))
    ways_in = Counter(flow.get("targetRef") for flow in flows_of(process))
    nodes = list(nodes_of(process))
    joins = (ways_in[node.get("id")] for node in nodes if tag_of(node) in GATEWAYS)
    return len(nodes) + 2 * len(hosts) + 2 * hosts.total() + sum(max(0, ways - 1) for ways in joins)


def _names(process: Element) -> Iterator[Refusal]:
    nodes = [process, *nodes_of(process)]
    count = Counter(node.get("id") for node in nodes)
    for node in nodes:
        name = node.get("id", "")
        if not name:
            yield node, "Elementet mangler et id."
        elif count[name] > 1:
            yield node, "Flere elementer har samme id."
        elif name in TAKEN or name.endswith(TAKEN_ENDINGS):
            yield node, "Id'et er forbeholdt motoren; giv elementet et andet."


def _events(process: Element) -> Iterator[Refusal]:
    for event in nodes_of(process):
        allowed, found = EVENTS.get(tag_of(event)), definitions_of(event)
        if allowed is None:
            continue
        kind = tag_of(found[0]).removesuffix("EventDefinition") if found else ""
        if len(found) > 1:
            yield event, "Hændelsen har flere betydninger; den må kun have én."
        elif kind not in allowed:
            yield event, f"Hændelsen må ikke være af typen {kind or 'ingen'}."
        elif kind == "timer" and not (
            text_of(found[0], "timeDate") or text_of(found[0], "timeDuration")
        ):
            yield event, "Uret skal have en dato eller en varighed; gentagelser kan ikke bruges."


def _references(process: Element) -> Iterator[Refusal]:
    for node in nodes_of(process):
        kinds = {tag_of(definition) for definition in definitions_of(node)}
        is_message = tag_of(node) in {"sendTask", "receiveTask"} or kinds == {
            "messageEventDefinition"
        }
        if is_message and not message_name(node):
            yield node, "Der mangler en besked at sende eller vente på."
        if kinds == {"errorEventDefinition"} and lacks_code(node):
            yield node, "Fejlen mangler en kode."


def _starts(process: Element) -> Iterator[Refusal]:
    for scope in (process, *process.iter(bpmn("subProcess"))):
        starts = scope.findall(bpmn("startEvent"))
        plain = [start for start in starts if not definitions_of(start)]
        if not starts:
            yield scope, "Der mangler en starthændelse."
        if len(plain) > 1 or (scope is not process and (len(starts) != 1 or not plain)):
            yield starts[-1] if starts else scope, "Der skal være netop én almindelig start."
        if scope is not process and scope.find(bpmn("endEvent")) is None:
            yield scope, "Delprocessen mangler en sluthændelse."
        if scope.get("triggeredByEvent") == "true":
            yield scope, "En delproces, der startes af en hændelse, kan ikke bruges."


def _flows(process: Element) -> Iterator[Refusal]:
    nodes = {node.get("id"): node for node in nodes_of(process)}
    leaving = Counter(flow.get("sourceRef") for flow in flows_of(process))
    for flow in flows_of(process):
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if not flow.get("id"):
            yield flow, "Vejen mangler et id."
        if source is None or target is None or source.getparent() is not target.getparent():
            yield flow, "Vejen begynder eller ender et sted, som ikke findes."
            continue
        choosing = tag_of(source) in CONDITIONAL and leaving[source.get("id")] > 1
        has_condition = bool(text_of(flow, "conditionExpression"))
        if has_condition and tag_of(source) not in CONDITIONAL:
            yield flow, "En betingelse virker kun på en vej ud af en beslutning (gateway)."
        if choosing and not has_condition and source.get("default") != flow.get("id"):
            yield flow, "Vejen ud af beslutningen mangler en betingelse eller at være standard."
        if leaving[source.get("id")] > 1 and tag_of(source) not in GATEWAYS:
            yield source, "Der går flere veje ud; brug en gateway til at dele dem."


def _activities(process: Element) -> Iterator[Refusal]:
    for node in nodes_of(process):
        setting, sentence = _NEEDED.get(tag_of(node), ("", ""))
        if setting and not settings_of(node).get(setting):
            yield node, sentence
        if tag_of(node) == "callActivity" and not node.get("calledElement"):
            yield node, "Kaldet siger ikke, hvilken proces det kalder."
        if node.find("./bpmn:standardLoopCharacteristics", NAMESPACES) is not None:
            yield node, "En løkke på en opgave kan ikke bruges; brug en liste (multi-instance)."
        if loop_of(node) is not None and not settings_of(node).get("collection"):
            yield node, "Opgaven gentages, men siger ikke for hvilken liste (camunda:collection)."


def _boundaries(process: Element) -> Iterator[Refusal]:
    activities = {node.get("id") for node in nodes_of(process) if tag_of(node) in ACTIVITIES}
    for event in process.iter(bpmn("boundaryEvent")):
        if event.get("attachedToRef") not in activities:
            yield event, "Hændelsen sidder ikke på kanten af en opgave."


def _event_gateways(process: Element) -> Iterator[Refusal]:
    nodes = {node.get("id"): node for node in nodes_of(process)}
    guarded = {event.get("attachedToRef") for event in process.iter(bpmn("boundaryEvent"))}
    for flow in flows_of(process):
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None or tag_of(source) != "eventBasedGateway":
            continue
        is_plain = loop_of(target) is None and target.get("id") not in guarded
        if tag_of(target) not in {"intermediateCatchEvent", "receiveTask"} or not is_plain:
            yield target, "Efter en hændelsesgateway må der kun stå ventende hændelser."


_RULES: tuple[Callable[[Element], Iterator[Refusal]], ...] = (
    _unknown_elements,
    _size,
    _names,
    _events,
    _references,
    _starts,
    _flows,
    _activities,
    _boundaries,
    _event_gateways,
)

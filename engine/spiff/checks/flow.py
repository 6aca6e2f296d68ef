"""Rules about the way through the diagram: starts, ends, decisions and what leads where."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of
from engine.spiff.refusals import CONDITIONAL, GATEWAYS
from engine.spiff.settings import Element, bpmn, definitions_of, tag_of, text_of


def no_start(package: Package) -> Iterator[Finding]:
    """A process starts somewhere, and so does a subprocess."""
    for scope in package.scopes:
        if scope.find(bpmn("startEvent")) is None:
            yield package.error(
                scope,
                "no_start",
                "Der mangler en start, så intet ville ske. Tegn en starthændelse.",
                "There is no start, so nothing would happen. Draw a start event.",
            )


def several_starts(package: Package) -> Iterator[Finding]:
    """A process has at most one plain start; a subprocess has that and no other."""
    for scope in package.scopes:
        found = scope.findall(bpmn("startEvent"))
        plain = [start for start in found if not definitions_of(start)]
        if len(plain) > 1 or (scope is not package.diagram and len(found) > 1):
            yield package.error(
                found[-1],
                "several_starts",
                "Der er flere starter på samme sted, så ingen ved, hvor det begynder. Behold én.",
                "There are several starts at one place, so nobody knows where it begins. Keep one.",
            )


def start_inside(package: Package) -> Iterator[Finding]:
    """A subprocess begins when the flow comes to it, not by a message of its own."""
    for scope in package.scopes[1:]:
        found = scope.findall(bpmn("startEvent"))
        is_event_driven = scope.get("triggeredByEvent") == "true"
        if len(found) == 1 and definitions_of(found[0]) and not is_event_driven:
            yield package.error(
                found[0],
                "start_inside",
                "En delproces begynder, når vejen når den, og ikke af sig selv. Gør starten "
                "almindelig, og vent på beskeden i et trin efter den.",
                "A subprocess begins when the flow comes to it, not by itself. Make the start a "
                "plain one, and wait for the message in a step behind it.",
            )


def no_end(package: Package) -> Iterator[Finding]:
    """Every process has an end in sight."""
    for scope in package.scopes:
        if scope.find(bpmn("endEvent")) is None:
            yield package.error(
                scope,
                "no_end",
                "Der mangler en slutning, så forløbet aldrig bliver færdigt. Tegn en sluthændelse.",
                "There is no end, so the process is never finished. Draw an end event.",
            )


def broken_flow(package: Package) -> Iterator[Finding]:
    """A flow goes from one node to another in the same scope."""
    for flow in package.drawn_flows:
        if not package.is_whole(flow):
            yield package.error(
                flow,
                "broken_flow",
                "Vejen begynder eller ender et sted, der ikke findes, eller går ind i eller ud af "
                "en delproces. Slet den, og tegn den igen.",
                "The flow begins or ends at a place that does not exist, or crosses the edge of a "
                "subprocess. Delete it and draw it again.",
            )


def condition_outside_gateway(package: Package) -> Iterator[Finding]:
    """A condition is only asked on the way out of an exclusive or inclusive gateway."""
    for flow in package.flows:
        source = package.by_id[flow.get("sourceRef", "")]
        if text_of(flow, "conditionExpression") and tag_of(source) not in CONDITIONAL:
            yield package.error(
                flow,
                "condition_outside_gateway",
                "Betingelsen bliver aldrig spurgt, fordi vejen ikke kommer fra en beslutning. "
                "Sæt en eksklusiv gateway ind før vejen, og læg betingelsen dér.",
                "The condition is never asked, because the flow does not leave a decision. "
                "Put an exclusive gateway before it and move the condition there.",
            )


def implicit_split(package: Package) -> Iterator[Finding]:
    """Only a gateway has several ways out."""
    for node in package.nodes:
        if len(package.leaving.get(node.get("id", ""), ())) > 1 and tag_of(node) not in GATEWAYS:
            yield package.error(
                node,
                "implicit_split",
                "Der går flere veje ud herfra, og det kan ikke ses, om én eller alle skal følges. "
                "Sæt en gateway ind til at dele dem.",
                "Several flows leave here, and it cannot be seen whether one or all are meant. "
                "Put a gateway in to split them.",
            )


def unknown_default(package: Package) -> Iterator[Finding]:
    """The default of a decision is one of its ways out."""
    for gateway, flows in _decisions(package):
        default = gateway.get("default")
        if default and default not in {flow.get("id") for flow in flows}:
            yield package.error(
                gateway,
                "unknown_default",
                "Den vej, der er standard, går ikke ud herfra. Vælg standardvejen igen.",
                "The default flow does not leave here. Choose the default flow again.",
            )


def missing_default(package: Package) -> Iterator[Finding]:
    """Where ways part, one is taken when no condition holds."""
    for gateway, flows in _decisions(package):
        if len(flows) > 1 and not gateway.get("default"):
            yield package.error(
                gateway,
                "missing_default",
                "Ingen vej er standard. Passer ingen af betingelserne på den unge, går sagen i stå "
                "her. Vælg den vej, der skal følges ellers.",
                "No flow is the default. When none of the conditions fits the young person, the "
                "case stops here. Choose the flow that is taken otherwise.",
            )


def flow_without_condition(package: Package) -> Iterator[Finding]:
    """Where ways part, each but the default has its condition."""
    for gateway, flows in _decisions(package):
        bare = [flow for flow in flows if not text_of(flow, "conditionExpression")]
        for flow in bare if len(flows) > 1 else ():
            if flow.get("id") != gateway.get("default"):
                yield package.error(
                    flow,
                    "flow_without_condition",
                    "Vejen har ingen betingelse og er ikke standard, så ingen ved, hvornår den "
                    "skal følges. Skriv en betingelse, eller gør den til standard.",
                    "The flow has no condition and is not the default, so nobody knows when to "
                    "take it. Write a condition, or make it the default.",
                )


def _decisions(package: Package) -> Iterator[tuple[Element, list[Element]]]:
    for gateway in package.of_type(*CONDITIONAL):
        yield gateway, package.leaving.get(gateway.get("id", ""), [])


def default_with_condition(package: Package) -> Iterator[Finding]:
    """A condition on the default flow is never asked."""
    for gateway in package.of_type(*CONDITIONAL):
        for flow in package.leaving.get(gateway.get("id", ""), []):
            if flow.get("id") == gateway.get("default") and text_of(flow, "conditionExpression"):
                yield package.warning(
                    flow,
                    "default_with_condition",
                    "Vejen er standard, så dens betingelse bliver aldrig spurgt. Slet betingelsen, "
                    "eller gør en anden vej til standard.",
                    "This is the default flow, so its condition is never asked. Delete the "
                    "condition, or make another flow the default.",
                )


def dead_end(package: Package) -> Iterator[Finding]:
    """Only an end event is where a way stops."""
    for node in package.nodes:
        name, scope = node.get("id", ""), node.getparent()
        leads_on = tag_of(node) == "endEvent" or package.leaving.get(name) or name in package.loose
        has_end = scope is not None and scope.find(bpmn("endEvent")) is not None
        if _is_step(node) and has_end and not leads_on and not _is_isolated(package, node):
            yield package.error(
                node,
                "dead_end",
                "Her er ingen vej videre, så sagen går i stå, og den unge bliver glemt. "
                "Tegn en vej til det næste trin eller til en slutning.",
                "There is no way on from here, so the case stops and the young person is "
                "forgotten. Draw a flow to the next step or to an end.",
            )


def unreachable(package: Package) -> Iterator[Finding]:
    """Every node can be reached from a start."""
    reached = reachable(package)
    for node in package.nodes:
        scope = node.getparent()
        has_start = scope is not None and scope.find(bpmn("startEvent")) is not None
        name = node.get("id", "")
        is_missed = name not in reached and not _is_isolated(package, node)
        if has_start and is_missed and _is_step(node):
            yield package.error(
                node,
                "unreachable",
                "Ingen vej fører hertil, så trinnet bliver aldrig til noget. Tegn en vej hertil "
                "fra starten, eller slet det.",
                "No flow leads here, so this step never happens. Draw a flow from the start, or "
                "delete it.",
            )


def isolated(package: Package) -> Iterator[Finding]:
    """A step that no way leads to or from would be left out without a word."""
    for node in package.nodes:
        if _is_isolated(package, node):
            yield package.error(
                node,
                "isolated",
                "Trinnet står for sig selv: ingen vej fører hertil eller herfra, så det bliver "
                "aldrig til noget. Forbind det med de andre, eller slet det.",
                "This step stands alone: no flow leads to it or from it, so it never happens. "
                "Connect it with the others, or delete it.",
            )


def _is_isolated(package: Package, node: Element) -> bool:
    name = node.get("id", "")
    has_flow = package.leaving.get(name) or package.entering.get(name) or name in package.loose
    return _is_step(node) and not has_flow and not tag_of(node).endswith("Event")


def _is_step(node: Element) -> bool:
    """Tell whether flows should lead to and from `node`."""
    return bool(node.get("id")) and node.get("triggeredByEvent") != "true" and not undoes(node)


def undoes(node: Element) -> bool:
    """Tell whether `node` is drawn for compensation: it is tied to a step, not to the flow."""
    is_mark = tag_of(node) == "boundaryEvent" and kind_of(node) == "compensate"
    return is_mark or node.get("isForCompensation") == "true"


def reachable(package: Package) -> set[str]:
    """Return the ids of the nodes that a start leads to; inner nodes count from their own start.

    Where a broken flow ends, where an event hangs loose and where a link leads counts too: that is
    said already.
    """
    starts = [node.get("id", "") for node in package.of_type("startEvent")]
    events = (node for node in package.of_type("boundaryEvent"))
    hanging = [
        event.get("id", "") for event in events if event.get("attachedToRef") not in package.by_id
    ]
    waiting = [*starts, *hanging, *package.loose]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(next_of(package, name))
    return found


def next_of(package: Package, name: str) -> list[str]:
    """Return where one gets from the node: along its flows, and over the events on its edge."""
    along = [flow.get("targetRef", "") for flow in package.leaving.get(name, ())]
    return along + [event.get("id", "") for event in package.boundaries.get(name, ())]


RULES: tuple[Rule, ...] = (
    no_start,
    several_starts,
    start_inside,
    no_end,
    broken_flow,
    condition_outside_gateway,
    implicit_split,
    unknown_default,
    missing_default,
    flow_without_condition,
    default_with_condition,
    dead_end,
    isolated,
    unreachable,
)

"""Rules about the way through the diagram: starts, ends, gateways and what leads where."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of
from engine.spiff.refusals import CONDITIONAL, GATEWAYS, flows_of
from engine.spiff.settings import Element, bpmn, definitions_of, message_name, tag_of, text_of


def starts(package: Package) -> Iterator[Finding]:
    """A process starts somewhere; a subprocess at exactly one plain start."""
    for scope in package.scopes:
        found = scope.findall(bpmn("startEvent"))
        plain = [start for start in found if not definitions_of(start)]
        if not found:
            yield package.error(
                scope,
                "no_start",
                "Der mangler en start, så intet ville ske. Tegn en starthændelse.",
                "There is no start, so nothing would happen. Draw a start event.",
            )
        elif len(plain) > 1 or (
            scope is not package.diagram and (len(found), len(plain)) != (1, 1)
        ):
            yield package.error(
                found[-1],
                "several_starts",
                "Der er flere starter på samme sted, så ingen ved, hvor det begynder. Behold én.",
                "There are several starts at one place, so nobody knows where it begins. Keep one.",
            )


def ends(package: Package) -> Iterator[Finding]:
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
    for flow in flows_of(package.diagram):
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


def deciding(package: Package) -> Iterator[Finding]:
    """Where ways part, each has its condition, and one is taken when none holds."""
    for gateway in package.of_type(*CONDITIONAL):
        flows = package.leaving.get(gateway.get("id", ""), [])
        default = gateway.get("default")
        if default and default not in {flow.get("id") for flow in flows}:
            yield package.error(
                gateway,
                "unknown_default",
                "Den vej, der er standard, går ikke ud herfra. Vælg standardvejen igen.",
                "The default flow does not leave here. Choose the default flow again.",
            )
        if len(flows) < 2:
            continue
        unconditional = [flow for flow in flows if not text_of(flow, "conditionExpression")]
        yield from _undecided(package, gateway, unconditional, default)


def _undecided(
    package: Package, gateway: Element, unconditional: list[Element], default: str | None
) -> Iterator[Finding]:
    if not default:
        yield package.error(
            gateway,
            "missing_default",
            "Ingen vej er standard. Svarer ingen af betingelserne til den unge, går sagen i stå "
            "her. Vælg den vej, der skal følges ellers.",
            "No flow is the default. When none of the conditions fits the young person, the case "
            "stops here. Choose the flow that is taken otherwise.",
        )
    for flow in unconditional:
        if flow.get("id") != default:
            yield package.error(
                flow,
                "flow_without_condition",
                "Vejen har ingen betingelse og er ikke standard, så ingen ved, hvornår den skal "
                "følges. Skriv en betingelse, eller gør den til standard.",
                "The flow has no condition and is not the default, so nobody knows when to take "
                "it. Write a condition, or make it the default.",
            )


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


def event_gateway(package: Package) -> Iterator[Finding]:
    """Behind an event gateway there are only waits, of which no two take the same message."""
    for gateway in package.of_type("eventBasedGateway"):
        for flow in package.leaving.get(gateway.get("id", ""), []):
            target = package.by_id[flow.get("targetRef", "")]
            guarded = target.get("id", "") in package.boundaries
            if tag_of(target) not in {"intermediateCatchEvent", "receiveTask"} or guarded:
                yield package.error(
                    target,
                    "not_a_wait",
                    "Lige efter en hændelsesgateway må der kun stå noget, der venter: en besked "
                    "eller et ur. Flyt dette et skridt længere frem.",
                    "Right behind an event gateway there may only be something that waits: a "
                    "message or a timer. Move this one step further on.",
                )


def same_message_twice(package: Package) -> Iterator[Finding]:
    """Behind one event gateway a message tells which way to go, so no two are the same."""
    for gateway in package.of_type("eventBasedGateway"):
        seen: set[str] = set()
        for flow in package.leaving.get(gateway.get("id", ""), []):
            target = package.by_id[flow.get("targetRef", "")]
            name = message_name(target) if kind_of(target) != "timer" else ""
            if name and name in seen:
                yield package.error(
                    target,
                    "same_message_twice",
                    f"To veje efter samme gateway venter på beskeden »{name}«, så ingen ved, "
                    "hvilken der skal følges. Giv dem hver sin besked.",
                    f"Two ways behind one gateway wait for the message “{name}”, so nobody knows "
                    "which to take. Give each a message of its own.",
                )
            seen.add(name)


def attached_nowhere(package: Package) -> Iterator[Finding]:
    """A boundary event sits on an activity."""
    for event in package.of_type("boundaryEvent"):
        host = package.by_id.get(event.get("attachedToRef", ""))
        if host is None or tag_of(host) in GATEWAYS or tag_of(host).endswith("Event"):
            yield package.error(
                event,
                "attached_nowhere",
                "Hændelsen sidder ikke på kanten af en opgave og kan derfor aldrig ske. "
                "Træk den hen på opgaven.",
                "The event does not sit on the edge of an activity and can never happen. "
                "Drag it onto the activity.",
            )


def dead_end(package: Package) -> Iterator[Finding]:
    """Only an end event is where a way stops."""
    for node in package.nodes:
        if tag_of(node) != "endEvent" and not package.leaving.get(node.get("id", "")):
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
        if node.get("id", "") not in reached:
            yield package.error(
                node,
                "unreachable",
                "Ingen vej fører hertil, så trinnet bliver aldrig til noget. Tegn en vej hertil "
                "fra starten, eller slet det.",
                "No flow leads here, so this step never happens. Draw a flow from the start, or "
                "delete it.",
            )


def reachable(package: Package) -> set[str]:
    """Return the ids of the nodes that a start leads to; inner nodes count from their own start."""
    waiting = [node.get("id", "") for node in package.of_type("startEvent")]
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
    starts,
    ends,
    broken_flow,
    condition_outside_gateway,
    implicit_split,
    deciding,
    default_with_condition,
    event_gateway,
    same_message_twice,
    attached_nowhere,
    dead_end,
    unreachable,
)

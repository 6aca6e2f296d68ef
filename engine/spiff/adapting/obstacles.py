"""What no program may adapt by itself: it would have to guess what was meant.

Asked of the drawing as it came, so ids and lines are those of the file, and always all of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.spiff.adapting.data import DATA
from engine.spiff.adapting.drawing import name_of
from engine.spiff.adapting.lanes import PERFORMERS
from engine.spiff.adapting.starts import ADAPTED_STARTS
from engine.spiff.adapting.tasks import ADAPTED_TASKS
from engine.spiff.checks.events import instead_of
from engine.spiff.checks.findings import Finding, Severity
from engine.spiff.checks.package import line_of
from engine.spiff.refusals import ACTIVITIES, EVENTS, GATEWAYS, MOST_NODES, NODES, SILENT
from engine.spiff.settings import Element, bpmn, definitions_of, tag_of
from engine.xml import BPMN
from engine.xml import name_of as qualified

# Said of the process as a whole, or of who may do a task: nothing of it is part of the way.
ASIDE = frozenset(
    {
        *("auditing", "monitoring", "ioBinding", "supportedInterfaceRef", "supports"),
        *("correlationSubscription", "artifact", *PERFORMERS),
    }
)
_SCOPES = frozenset({"process", "subProcess", "adHocSubProcess", "transaction"})
_KINDS: Mapping[str, tuple[str, str]] = {
    "": ("uden indhold", "without a definition"),
    "link": ("link", "link"),
    "compensate": ("kompensation", "compensation"),
    "signal": ("signal", "signal"),
    "escalation": ("eskalering", "escalation"),
    "conditional": ("betingelse", "conditional"),
    "cancel": ("annullering", "cancel"),
    "timer": ("ur", "timer"),
    "message": ("besked", "message"),
    "error": ("fejl", "error"),
    "terminate": ("afbrydelse", "terminate"),
}
_ELEMENTS: Mapping[str, tuple[str, str, str, str]] = {
    "complexGateway": (
        "En kompleks gateway",
        "Tegn den om til en eksklusiv, inklusiv eller parallel gateway",
        "A complex gateway",
        "Draw it as an exclusive, inclusive or parallel gateway",
    ),
    "adHocSubProcess": (
        "En ad hoc-delproces",
        "Tegn opgaverne i den rækkefølge, de skal gøres, eller hver for sig",
        "An ad-hoc subprocess",
        "Draw the tasks in the order in which they are done, or one by one",
    ),
    "transaction": (
        "En transaktion",
        "Tegn den om til en almindelig delproces med en fejlhændelse på kanten",
        "A transaction",
        "Draw it as a plain subprocess with an error event on its edge",
    ),
}


def obstacles(process: Element, file: str) -> list[Finding]:
    """Return all that stands in the way of adapting `process`, in the order of the file."""
    found = [*_size(process), *_doubles(process), *_elements(process), *_events(process)]
    found += [*_started_by_events(process), *_compensating(process), *_mixed(process)]
    findings = [_finding(file, *each) for each in found]
    return sorted(findings, key=lambda each: each.line or 0)


Said = tuple[Element, str, str, str]


def _finding(file: str, element: Element, code: str, danish: str, english: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        element=element.get("id", ""),
        element_name=name_of(element),
        line=line_of(element),
        file=file,
        danish=danish,
        english=english,
    )


def _size(process: Element) -> Iterator[Said]:
    count = sum(tag_of(each) in NODES | ADAPTED_TASKS for each in process.iter())
    if count > MOST_NODES:
        yield (
            process,
            "too_many_nodes",
            f"Diagrammet har {count} trin; der må højst være {MOST_NODES}. Del det op i flere "
            "processer, der starter hinanden.",
            f"The diagram has {count} steps; there may be {MOST_NODES} at most. Split it into "
            "several processes that start each other.",
        )


def _doubles(process: Element) -> Iterator[Said]:
    steps = [each for each in process.iter() if tag_of(each) in NODES | ADAPTED_TASKS]
    count = Counter(each.get("id") for each in steps)
    for step in steps:
        if step.get("id") and count[step.get("id")] > 1:
            yield (
                step,
                "duplicate_id",
                f"Flere trin har id'et »{step.get('id')}«, så det kan ikke ses, hvor vejene går "
                "hen. Giv dem hver sit id, og gem filen igen.",
                f"Several steps have the id “{step.get('id')}”, so it cannot be seen where the "
                "flows lead. Give each an id of its own, and save the file again.",
            )


def _elements(process: Element) -> Iterator[Said]:
    known = NODES | SILENT | ADAPTED_TASKS | DATA | ASIDE
    for scope in process.iter():
        if tag_of(scope) not in _SCOPES:
            continue
        for child in scope:
            tag = tag_of(child)
            if qualified(child)[0] != BPMN or tag in known or tag in _SCRAPS:
                continue
            danish, mend, english, mend_english = _ELEMENTS.get(
                tag,
                (
                    f"Et element af typen »{tag}«",
                    "Tegn det på en anden måde, eller slet det",
                    f"An element of type “{tag}”",
                    "Draw it in another way, or delete it",
                ),
            )
            yield (
                child,
                "unsupported_element",
                f"{danish} kan ikke køre her, og det kan ikke ses, hvad der skulle stå i stedet. "
                f"{mend}, og prøv igen.",
                f"{english} cannot run here, and it cannot be seen what should stand in its place. "
                f"{mend_english}, and try again.",
            )


# What stands inside an ad-hoc subprocess or transaction and goes with it.
_SCRAPS = frozenset({"completionCondition", "standardLoopCharacteristics"})


def _events(process: Element) -> Iterator[Said]:
    for event in process.iter(*(bpmn(tag) for tag in EVENTS)):
        found = definitions_of(event)
        kind = tag_of(found[0]).removesuffix("EventDefinition") if found else ""
        if len(found) > 1 or event.get("parallelMultiple") == "true":
            yield (
                event,
                "several_meanings",
                "Hændelsen har flere betydninger på én gang. Lad den have én, tegn en hændelse "
                "mere til den anden, og prøv igen.",
                "The event has several meanings at once. Keep one, draw a further event for the "
                "other, and try again.",
            )
        elif kind not in EVENTS[tag_of(event)] and not _is_adapted(event, kind):
            danish, english = _KINDS.get(kind, (kind, kind))
            mend, mend_english = instead_of(kind)
            yield (
                event,
                "unsupported_event",
                f"En hændelse af typen »{danish}« kan ikke køre på dette sted, og det kan ikke "
                f"ses, hvad der skulle stå i stedet. {mend}, og prøv igen.",
                f"An event of type “{english}” cannot run at this place, and it cannot be seen "
                f"what should stand in its place. {mend_english}, and try again.",
            )


def _is_adapted(event: Element, kind: str) -> bool:
    parent = event.getparent()
    started = parent is not None and parent.get("triggeredByEvent") == "true"
    return tag_of(event) == "startEvent" and (kind in ADAPTED_STARTS or started)


def _started_by_events(process: Element) -> Iterator[Said]:
    for scope in process.iter(bpmn("subProcess")):
        if scope.get("triggeredByEvent") == "true":
            yield (
                scope,
                "event_subprocess",
                "En delproces, der startes af en hændelse, kan ikke køre her. Sæt hændelsen på "
                "kanten af den opgave eller delproces, den gælder for, og prøv igen.",
                "A subprocess that an event starts cannot run here. Put the event on the edge of "
                "the activity it is about, and try again.",
            )


def _compensating(process: Element) -> Iterator[Said]:
    for node in process.iter(*(bpmn(tag) for tag in ACTIVITIES | ADAPTED_TASKS)):
        if node.get("isForCompensation") == "true":
            yield (
                node,
                "compensation",
                "Opgaven er mærket som kompensation og ville aldrig blive gjort. Fjern mærket, "
                "tegn en vej hen til den, og prøv igen.",
                "The activity is marked as compensation and would never be done. Remove the mark, "
                "draw a way to it, and try again.",
            )


def _mixed(process: Element) -> Iterator[Said]:
    """Ways out of one step of which some have conditions and several have none."""
    ways: dict[str, list[Element]] = {}
    for flow in process.iter(bpmn("sequenceFlow")):
        ways.setdefault(flow.get("sourceRef", ""), []).append(flow)
    for node in process.iter():
        tag = tag_of(node)
        if tag not in NODES | ADAPTED_TASKS or tag in GATEWAYS:
            continue
        out = ways.get(node.get("id", ""), [])
        plain = [each for each in out if each.find(bpmn("conditionExpression")) is None]
        others = [each for each in plain if each.get("id") != node.get("default")]
        if len(out) > len(plain) and others:
            yield (
                node,
                "implicit_split",
                "Nogle af vejene herfra har en betingelse, og andre har ingen, så det kan ikke "
                "ses, hvornår de skal følges. Sæt en gateway ind, og prøv igen.",
                "Some of the flows from here have a condition and some have none, so it cannot be "
                "seen when they are meant. Put a gateway in, and try again.",
            )

"""Where a scope begins and ends: what other tools leave to be understood is drawn."""

from engine.spiff.adapting.drawing import Drawing, children
from engine.spiff.adapting.picture import Box, size_of
from engine.spiff.refusals import NODES
from engine.spiff.settings import Element, bpmn, definitions_of, tag_of

# How a process may be drawn to start that nothing here can obey.
ADAPTED_STARTS = frozenset({"timer", "signal", "conditional", "error", "escalation", "message"})
_KIND_DANISH = {
    "timer": "et ur",
    "signal": "et signal",
    "conditional": "en betingelse",
    "error": "en fejl",
    "escalation": "en eskalering",
    "message": "en besked",
}
_KIND_ENGLISH = {
    "timer": "a timer",
    "signal": "a signal",
    "conditional": "a condition",
    "error": "an error",
    "escalation": "an escalation",
    "message": "a message",
}
_GAP = 50


def mend_starts(drawing: Drawing) -> None:
    """Give every scope a start that runs, and an end behind every step that leads nowhere."""
    for scope in drawing.scopes():
        starts = list(children(scope, "startEvent"))
        for start in starts:
            _plain(drawing, start, inner=scope is not drawing.process)
        if not starts:
            _begin(drawing, scope)
        for node in _loose_ends(scope):
            _end(drawing, scope, node)


def _plain(drawing: Drawing, start: Element, *, inner: bool) -> None:
    found = definitions_of(start)
    kind = tag_of(found[0]).removesuffix("EventDefinition") if found else ""
    if kind not in ADAPTED_STARTS or (kind == "message" and not inner):
        return
    said = " ".join("".join(map(str, found[0].itertext())).split())[:80]
    start.remove(found[0])
    danish, english = _KIND_DANISH[kind], _KIND_ENGLISH[kind]
    drawing.say(
        start,
        "start",
        f"Starten var tegnet med {danish}{f' ({said})' if said else ''}. Nu er den en almindelig "
        "start.",
        f"The start was drawn with {english}{f' ({said})' if said else ''}. Now it is a plain one.",
        ("", "")
        if inner
        else (
            "Afgør, hvad der starter processen: en anden proces, en besked eller en dato i den "
            "unges liv.",
            "Decide what starts the process: another process, a message or a date in the young "
            "person's life.",
        ),
    )


def _steps(scope: Element) -> list[Element]:
    return [each for each in scope if tag_of(each) in NODES]


def _begin(drawing: Drawing, scope: Element) -> None:
    """Draw the start that was understood, where it is clear what comes first."""
    targets = {flow.get("targetRef") for flow in scope.findall(bpmn("sequenceFlow"))}
    first = [
        each
        for each in _steps(scope)
        if each.get("id") not in targets and tag_of(each) != "boundaryEvent"
    ]
    if len(first) != 1:
        return  # the check says that there is no start
    start = drawing.add_node(scope, "startEvent", f"{first[0].get('id')}_start")
    _place(drawing, start, first[0], before=True)
    drawing.add_flow(scope, start, first[0])
    drawing.say(
        start,
        "no_start",
        "Der manglede en start. Den er tegnet foran det første trin.",
        "There was no start. It is drawn in front of the first step.",
    )


def _loose_ends(scope: Element) -> list[Element]:
    """Return the steps that a way leads to but none from; what stands alone is for the check."""
    flows = scope.findall(bpmn("sequenceFlow"))
    sources = {flow.get("sourceRef") for flow in flows}
    targets = {flow.get("targetRef") for flow in flows}
    return [
        each
        for each in _steps(scope)
        if each.get("id") not in sources
        and (each.get("id") in targets or tag_of(each) == "boundaryEvent")
        and tag_of(each) not in ("endEvent", "startEvent", "eventBasedGateway")
    ]


def _end(drawing: Drawing, scope: Element, node: Element) -> None:
    end = drawing.add_node(scope, "endEvent", f"{node.get('id')}_end")
    _place(drawing, end, node, before=False)
    drawing.add_flow(scope, node, end)
    drawing.say(
        node,
        "no_end",
        "Der var ingen vej videre herfra. Der er tegnet en slutning.",
        "There was no way on from here. An end is drawn.",
        (
            "Er det rigtigt, at forløbet slutter her? Ellers tegn vejen videre.",
            "Is it right that the process ends here? If not, draw the way on.",
        ),
    )


def _place(drawing: Drawing, node: Element, beside: Element, *, before: bool) -> None:
    box = drawing.picture.box(beside.get("id", ""))
    if box is None:
        return
    width, height = size_of(tag_of(node))
    _, middle = box.middle
    x = box.x - _GAP - width if before else box.x + box.width + _GAP
    y = middle - height / 2
    if tag_of(beside) == "boundaryEvent":
        x, y = box.x, box.y + box.height + _GAP
    drawing.picture.add(node.get("id", ""), Box(x, y, width, height), beside.get("id", ""))

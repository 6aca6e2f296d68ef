"""Where ways part: a gateway for each parting, conditions where they stand, and a default."""

from lxml import etree

from engine.spiff.adapting.drawing import Drawing, name_of, remove, take, title_of, word_of
from engine.spiff.adapting.picture import Box
from engine.spiff.refusals import CONDITIONAL, GATEWAYS, flows_of
from engine.spiff.settings import Element, bpmn, tag_of, text_of

_OTHERWISE = frozenset(
    {
        *("nej", "no", "ellers", "otherwise", "else", "default", "standard", "andet", "other"),
        *("nein", "non", "sonst"),
    }
)
_VALUES = {"ja": "yes", "yes": "yes", "nej": "no", "no": "no"}
_GATEWAY = 50
_GAP = 20


def mend_flows(drawing: Drawing) -> None:
    """Draw the partings that were understood, and let every gateway know when to go where."""
    for node in drawing.nodes():
        if tag_of(node) in GATEWAYS - CONDITIONAL:
            _unasked(drawing, node)
        elif tag_of(node) not in GATEWAYS and len(drawing.leaving(node)) > 1:
            if (scope := node.getparent()) is not None:
                _part(drawing, scope, node)
        elif tag_of(node) not in GATEWAYS:
            take(node, "default")
    for gateway in drawing.nodes(*CONDITIONAL):
        _decide(drawing, gateway)


def _unasked(drawing: Drawing, gateway: Element) -> None:
    """A condition behind a gateway that takes every way, or waits, is never asked."""
    take(gateway, "default")
    for flow in drawing.leaving(gateway):
        if said := text_of(flow, "conditionExpression"):
            _drop_condition(flow)
            drawing.say(
                flow,
                "unasked_condition",
                f"Vejen kommer ikke fra en beslutning, så betingelsen »{said[:80]}« blev aldrig "
                "spurgt. Den er fjernet.",
                f"The flow does not leave a decision, so the condition “{said[:80]}” was never "
                "asked. It is removed.",
                (
                    "Skal vejen kun følges nogle gange, så tegn en eksklusiv gateway.",
                    "If the flow is only taken sometimes, draw an exclusive gateway.",
                ),
            )


def _part(drawing: Drawing, scope: Element, node: Element) -> None:
    """Put the gateway that was understood behind a step with several ways out."""
    ways = drawing.leaving(node)
    asked = [each for each in ways if each.find(bpmn("conditionExpression")) is not None]
    default = take(node, "default")
    tag = "parallelGateway"
    if asked:
        tag = "exclusiveGateway" if len(asked) == 1 and len(ways) == 2 else "inclusiveGateway"
    gateway = drawing.add_node(scope, tag, f"{node.get('id')}_split")
    if default in {each.get("id") for each in ways}:
        gateway.set("default", default)
    _place(drawing, gateway, node)
    for way in ways:
        way.set("sourceRef", gateway.get("id", ""))
        drawing.picture.start_at(way.get("id", ""), gateway.get("id", ""))
    drawing.add_flow(scope, node, gateway)
    danish, english = _SPLITS[tag]
    drawing.say(
        node,
        "split",
        f"Der gik flere veje ud herfra. Der er tegnet en gateway, så {danish}.",
        f"Several flows left here. A gateway is drawn, so that {english}.",
        ("Er det det, der var ment?", "Is that what was meant?"),
    )


_SPLITS = {
    "parallelGateway": ("alle følges på én gang", "all are taken at once"),
    "exclusiveGateway": ("betingelsen afgør vejen", "the condition decides the way"),
    "inclusiveGateway": (
        "hver vej, hvis betingelse passer, følges",
        "each way whose condition holds is taken",
    ),
}


def _place(drawing: Drawing, gateway: Element, node: Element) -> None:
    box = drawing.picture.box(node.get("id", ""))
    if box is None:
        return
    _, middle = box.middle
    place = Box(box.x + box.width + _GAP, middle - _GATEWAY / 2, _GATEWAY, _GATEWAY)
    shape = drawing.picture.add(gateway.get("id", ""), place, node.get("id", ""))
    if tag_of(gateway) == "exclusiveGateway":
        shape.set("isMarkerVisible", "true")


def _decide(drawing: Drawing, gateway: Element) -> None:
    ways = drawing.leaving(gateway)
    names = [each.get("id", "") for each in ways]
    if gateway.get("default") not in names:
        take(gateway, "default")
    if len(ways) < 2:
        take(gateway, "default")
        return
    open_ways = [
        each
        for each in ways
        if not text_of(each, "conditionExpression") and each.get("id") != gateway.get("default")
    ]
    if not open_ways:
        return
    if not gateway.get("default"):
        _default(drawing, gateway, open_ways, only=len(open_ways) == 1)
    for way in open_ways:
        if way.get("id") != gateway.get("default"):
            _propose(drawing, gateway, way)


def _default(drawing: Drawing, gateway: Element, ways: list[Element], *, only: bool) -> None:
    otherwise = [each for each in ways if name_of(each).casefold().strip(" .!") in _OTHERWISE]
    chosen = (otherwise if len(otherwise) == 1 else ways)[-1]
    gateway.set("default", chosen.get("id", ""))
    where = _where(drawing, chosen)
    drawing.say(
        gateway,
        "default",
        f"Ingen vej var standard. Nu følges {where[0]}, når intet andet passer"
        + (", for den er den eneste uden betingelse." if only else "."),
        f"No flow was the default. Now {where[1]} is taken when nothing else fits"
        + (", for it is the only one without a condition." if only else "."),
        ("", "")
        if only
        else (
            "Vælg den vej, der er mest forsigtig for den unge, som standard.",
            "Choose as the default the flow that is the most careful for the young person.",
        ),
    )


def _propose(drawing: Drawing, gateway: Element, way: Element) -> None:
    """Propose the condition that the words of the drawing suggest: question = answer."""
    for empty in way.findall(bpmn("conditionExpression")):
        remove(empty)
    question = word_of(name_of(gateway), "") or word_of(_before(drawing, gateway), "svar")
    value = _value(drawing, way)
    is_one = tag_of(gateway) == "exclusiveGateway"
    text = f'{question} = "{value}"' if is_one else f'list contains({question}, "{value}")'
    etree.SubElement(way, bpmn("conditionExpression")).text = text
    drawing.say(
        way,
        "condition",
        f"Vejen havde ingen betingelse. Vi foreslår: {text}",
        f"The flow had no condition. We propose: {text}",
        (
            f"Lad en formular før gatewayen spørge om »{question}« med svaret »{value}«, eller "
            "skriv en anden betingelse.",
            f"Let a form before the gateway ask for “{question}” with the answer “{value}”, or "
            "write another condition.",
        ),
    )


def _value(drawing: Drawing, way: Element) -> str:
    said = name_of(way).casefold().strip(" .!")
    return _VALUES.get(said) or word_of(said, "") or word_of(_target(drawing, way), "vej")


def _before(drawing: Drawing, gateway: Element) -> str:
    """Return the name of the step in front of the gateway, which is where the answer comes from."""
    name = gateway.get("id")
    ways = (flow for flow in flows_of(drawing.process) if flow.get("targetRef") == name)
    sources = {flow.get("sourceRef") for flow in ways}
    return next((name_of(each) for each in drawing.nodes() if each.get("id") in sources), "")


def _target(drawing: Drawing, way: Element) -> str:
    wanted = way.get("targetRef")
    found = next((each for each in drawing.nodes() if each.get("id") == wanted), None)
    return "" if found is None else title_of(found)


def _where(drawing: Drawing, way: Element) -> tuple[str, str]:
    if name := name_of(way):
        return f"»{name}«", f"“{name}”"
    target = _target(drawing, way)
    return f"vejen til »{target}«", f"the flow to “{target}”"


def _drop_condition(flow: Element) -> None:
    for condition in flow.findall(bpmn("conditionExpression")):
        remove(condition)


def mend_ends(drawing: Drawing) -> None:
    """Let each node list the flows in and out of it as they are now."""
    flows = flows_of(drawing.process)
    ways: dict[str, list[tuple[str, str]]] = {}
    for flow in flows:
        name = flow.get("id", "")
        ways.setdefault(flow.get("targetRef", ""), []).append(("incoming", name))
        ways.setdefault(flow.get("sourceRef", ""), []).append(("outgoing", name))
    for node in drawing.nodes():
        for old in [each for each in node if tag_of(each) in ("incoming", "outgoing")]:
            node.remove(old)
        place = sum(tag_of(each) in _BEFORE for each in node)
        for tag, name in sorted(ways.get(node.get("id", ""), []), reverse=True):
            made = etree.Element(bpmn(tag))
            made.text = name
            node.insert(place, made)


_BEFORE = frozenset({"documentation", "extensionElements", "auditing", "monitoring"})

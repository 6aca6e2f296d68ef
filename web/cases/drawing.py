"""A diagram as it was drawn, from the layout in its own file, with where the process stands.

The shapes are plain values; `cases/diagram.html` makes them SVG. Screen readers get the list of
steps beside the picture, which says the same in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.xml import BPMN, BPMNDI, DC, DI, read_xml
from web.cases.steps import DONE, HERE, OVERDUE, Standing

PADDING = 16
LINE_HEIGHT = 14
LETTER = 6.1  # the width of an average letter at 12 px
FITS = 1600  # a drawing up to this wide is scaled to the page, a wider one scrolls

_EVENTS = {
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
}
_ICONS = {
    "userTask": "person",
    "serviceTask": "gear",
    "businessRuleTask": "table",
    "sendTask": "letter",
    "receiveTask": "letter",
    "callActivity": "plus",
    "exclusiveGateway": "x",
    "parallelGateway": "plus",
    "inclusiveGateway": "ring",
    "eventBasedGateway": "ring",
    "timerEventDefinition": "clock",
    "messageEventDefinition": "letter",
    "errorEventDefinition": "bolt",
}
_TITLED = {"participant", "lane"}
_KINDS = {
    "callActivity": "call",
    "subProcess": "subprocess",
    "textAnnotation": "note",
    "group": "group",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, centred at (x, y)."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One thing drawn. `kind` is pool, lane, task, call, subprocess, event, gateway, group or
    note."""

    element: str
    kind: str
    variant: str
    icon: str
    state: str
    x: float
    y: float
    width: float
    height: float
    lines: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One line drawn: `kind` is flow, message or association."""

    kind: str
    points: Sequence[tuple[float, float]]
    lines: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A whole diagram; `box` is what of it can be seen (x, y, width, height)."""

    box: tuple[float, float, float, float]
    shapes: Sequence[Shape]
    edges: Sequence[Edge]

    @property
    def fits(self) -> bool:
        """Say whether it can be read when it is scaled to the width of a page."""
        return self.box[2] <= FITS

    @property
    def here(self) -> str:
        """The first element that is overdue, else the first where the process stands, or ""."""
        standing = [shape for shape in self.shapes if shape.state in (HERE, OVERDUE)]
        first = min(standing, key=lambda each: (each.state != OVERDUE, each.x), default=None)
        return first.element if first else ""


def draw(xml: bytes, standing: Standing | None = None) -> Drawing:
    """Return the drawing of a diagram, each element marked done, here or overdue.

    Raises `InvalidDefinition` when the file is no XML. What has no place in the layout is left
    out.
    """
    root = read_xml(xml)
    elements = {element.get("id", ""): element for element in root.iter() if element.get("id")}
    states = _states(standing)
    shapes = [
        shape
        for each in root.iter(f"{{{BPMNDI}}}BPMNShape")
        if (shape := _shape(each, elements, states)) is not None
    ]
    edges = [
        edge
        for each in root.iter(f"{{{BPMNDI}}}BPMNEdge")
        if (edge := _edge(each, elements)) is not None
    ]
    return Drawing(box=_box(shapes, edges), shapes=sorted(shapes, key=_layer), edges=edges)


def calls_in(xml: bytes) -> Mapping[str, Sequence[str]]:
    """Return the call activities of a diagram by the process that they call."""
    found: dict[str, list[str]] = {}
    for call in read_xml(xml).iter(f"{{{BPMN}}}callActivity"):
        found.setdefault(call.get("calledElement", ""), []).append(call.get("id", ""))
    return found


def _states(standing: Standing | None) -> Mapping[str, str]:
    if standing is None:
        return {}
    found = dict.fromkeys(standing.done, DONE)
    found |= dict.fromkeys(standing.here, HERE)
    return found | dict.fromkeys(standing.overdue, OVERDUE)


def _layer(shape: Shape) -> int:
    """Pools lie below lanes, lanes below what stands in them, boundary events on top."""
    order = {"pool": 0, "lane": 1, "subprocess": 2, "group": 2}
    return 4 if shape.variant == "boundary" else order.get(shape.kind, 3)


def _shape(drawn: Any, elements: Mapping[str, Any], states: Mapping[str, str]) -> Shape | None:
    key = drawn.get("bpmnElement", "")
    bounds = drawn.find(f"{{{DC}}}Bounds")
    if bounds is None or key not in elements:
        return None
    element = elements[key]
    tag = _tag(element)
    x, y, width, height = _bounds(bounds)
    name = " ".join((element.get("name") or _noted(element)).split())
    return Shape(
        element=key,
        kind=_kind(tag),
        variant=_variant(element, tag),
        icon=_icon(element, tag),
        state=states.get(key, ""),
        x=x,
        y=y,
        width=width,
        height=height,
        lines=list(_label(drawn, element, name, (x, y, width, height))),
    )


def _noted(element: Any) -> str:
    """Return what stands in a text note."""
    return element.findtext(f"{{{BPMN}}}text") or ""


def _kind(tag: str) -> str:
    if tag in ("participant", "lane"):
        return "pool" if tag == "participant" else "lane"
    if tag in _EVENTS:
        return "event"
    if tag.endswith("Gateway"):
        return "gateway"
    return _KINDS.get(tag, "task")


def _variant(element: Any, tag: str) -> str:
    if _is_closed_pool(element, tag):
        return "closed"
    return _EVENTS.get(tag, "many" if _is_many(element) else "")


def _is_closed_pool(element: Any, tag: str) -> bool:
    """Say whether this is a party of whom the drawing shows nothing but the name."""
    return tag == "participant" and not element.get("processRef")


def _icon(element: Any, tag: str) -> str:
    inside = [_ICONS[_tag(child)] for child in element if _tag(child) in _ICONS]
    return next(iter(inside), _ICONS.get(tag, ""))


def _is_many(element: Any) -> bool:
    return element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is not None


def _label(
    drawn: Any, element: Any, name: str, place: tuple[float, float, float, float]
) -> Iterator[Text]:
    x, y, width, height = place
    tag = _tag(element)
    if not name:
        return
    if tag in _TITLED and not _is_closed_pool(element, tag):
        yield from _lines(name, (x + 15, y + height / 2), height, turned=True)
        return
    kind = _kind(tag)
    if kind == "pool":  # at its beginning: a long one is not seen whole
        yield Text(x + 16 + len(name) * LETTER / 2, y + height / 2 + 4, name)
    elif kind in ("task", "call", "note"):
        yield from _lines(name, (x + width / 2, y + height / 2 + 4), width - 10)
    elif kind == "subprocess":
        yield from _lines(name, (x + width / 2, y + 16), width - 16)
    else:
        yield from _outside(drawn, name, place)


def _outside(drawn: Any, name: str, place: tuple[float, float, float, float]) -> Iterator[Text]:
    """Put the label where the layout says, else below."""
    x, y, width, height = place
    bounds = drawn.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
    if bounds is None:
        lines = _wrapped(name, max(width, 90))
        middle = y + height + 6 + len(lines) * LINE_HEIGHT / 2 + 4
        yield from _lines(name, (x + width / 2, middle), max(width, 90))
        return
    left, top, wide, high = _bounds(bounds)
    yield from _lines(name, (left + wide / 2, top + high / 2 + 4), max(wide, 84))


def _lines(
    text: str, middle: tuple[float, float], width: float, *, turned: bool = False
) -> Iterator[Text]:
    lines = [text] if turned else _wrapped(text, width)
    first = middle[1] - (len(lines) - 1) * LINE_HEIGHT / 2
    for number, line in enumerate(lines):
        yield Text(middle[0], first + number * LINE_HEIGHT, line)


def _wrapped(text: str, width: float) -> list[str]:
    fits = max(int(width / LETTER), 6)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= fits or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _edge(drawn: Any, elements: Mapping[str, Any]) -> Edge | None:
    element = elements.get(drawn.get("bpmnElement", ""))
    points = [
        (float(each.get("x", 0)), float(each.get("y", 0)))
        for each in drawn.iter(f"{{{DI}}}waypoint")
    ]
    if element is None or len(points) < 2:
        return None
    kind = {"messageFlow": "message", "association": "association"}.get(_tag(element), "flow")
    name = " ".join(element.get("name", "").split())
    bounds = drawn.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
    return Edge(kind=kind, points=points, lines=list(_edge_label(name, bounds, points)))


def _edge_label(name: str, bounds: Any, points: Sequence[tuple[float, float]]) -> Iterator[Text]:
    if not name:
        return
    if bounds is not None:
        x, y, width, height = _bounds(bounds)
        yield from _lines(name, (x + width / 2, y + height / 2 + 4), max(width, 84))
        return
    (x1, y1), (x2, y2) = points[0], points[1]
    yield from _lines(name, ((x1 + x2) / 2, (y1 + y2) / 2 - 6), 120)


def _box(shapes: Sequence[Shape], edges: Sequence[Edge]) -> tuple[float, float, float, float]:
    xs = [each.x for each in shapes] + [each.x + each.width for each in shapes]
    ys = [each.y for each in shapes] + [each.y + each.height for each in shapes]
    texts = [line for shape in shapes for line in shape.lines]
    texts += [line for edge in edges for line in edge.lines]
    xs += [x for edge in edges for x, _y in edge.points] + [line.x for line in texts]
    ys += [y for edge in edges for _x, y in edge.points] + [line.y for line in texts]
    if not xs:
        return (0, 0, 1, 1)
    left, top = min(xs) - PADDING, min(ys) - PADDING
    return (left, top, max(xs) + PADDING - left, max(ys) + PADDING - top)


def _bounds(element: Any) -> tuple[float, float, float, float]:
    x, y, width, height = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
    return x, y, width, height


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]

"""The diagram interchange of a drawing: where each element lies, and new places beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.xml import BPMNDI, DC, DI

Element = etree._Element
_SIZES = {"event": (36, 36), "gateway": (50, 50), "task": (100, 80)}


@dataclass(frozen=True, slots=True)
class Box:
    """A place in the picture, in its pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2


def size_of(tag: str) -> tuple[int, int]:
    """Return how large a node of that BPMN tag is drawn."""
    kind = "event" if tag.endswith("Event") else "gateway" if tag.endswith("Gateway") else "task"
    return _SIZES[kind]


class Picture:
    """The shapes and edges of a file by the element they show. Changes the tree in place."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._shown: dict[str, list[Element]] = {}
        for kind in ("BPMNShape", "BPMNEdge"):
            for part in root.iter(f"{{{BPMNDI}}}{kind}"):
                self._shown.setdefault(part.get("bpmnElement", ""), []).append(part)

    def shows(self, name: str) -> bool:
        """Tell whether the element has a place."""
        return name in self._shown

    def is_empty(self, names: Iterable[str]) -> bool:
        """Tell whether none of these elements has a place."""
        return not any(name in self._shown for name in names)

    def box(self, name: str) -> Box | None:
        """Return where the element lies, or None."""
        for part in self._shown.get(name, ()):
            if (bounds := part.find(f"{{{DC}}}Bounds")) is not None:
                return Box(*(_number(bounds.get(key)) for key in ("x", "y", "width", "height")))
        return None

    def parts(self, name: str) -> list[Element]:
        """Return the shapes and edges of the element."""
        return list(self._shown.get(name, ()))

    def move(self, name: str, box: Box) -> None:
        """Give the element another place; its label goes back to where labels go."""
        for part in self._shown.get(name, ()):
            for child in list(part):
                part.remove(child)
            etree.SubElement(part, f"{{{DC}}}Bounds", _bounds(box))

    def add(self, name: str, box: Box, beside: str = "") -> Element:
        """Give the element a place, on the plane that shows `beside`, and return its shape."""
        attributes = {"id": self._id(f"{name}_shape"), "bpmnElement": name}
        shape = etree.SubElement(self._plane(beside), f"{{{BPMNDI}}}BPMNShape", attributes)
        etree.SubElement(shape, f"{{{DC}}}Bounds", _bounds(box))
        self._shown.setdefault(name, []).append(shape)
        return shape

    def connect(self, flow: str, source: str, target: str) -> None:
        """Draw a straight edge between two elements; nothing when one of them has no place."""
        first, last = self.box(source), self.box(target)
        if first is None or last is None:
            return
        attributes = {"id": self._id(f"{flow}_edge"), "bpmnElement": flow}
        edge = etree.SubElement(self._plane(source), f"{{{BPMNDI}}}BPMNEdge", attributes)
        for x, y in _line(first, last):
            etree.SubElement(edge, f"{{{DI}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})
        self._shown.setdefault(flow, []).append(edge)

    def start_at(self, flow: str, source: str) -> None:
        """Let the edge of `flow` begin at `source` instead of where it began."""
        box = self.box(source)
        for edge in self._shown.get(flow, ()) if box else ():
            points = edge.findall(f"{{{DI}}}waypoint")
            if len(points) > 1 and box is not None:
                after = points[1]
                x, y = _edge_of(box, (_number(after.get("x")), _number(after.get("y"))))
                points[0].set("x", f"{x:g}")
                points[0].set("y", f"{y:g}")

    def end_at_border(self, flow: str, name: str, *, at_start: bool) -> None:
        """Cut the edge of `flow` where it meets the border of `name`, at its start or its end."""
        box = self.box(name)
        for edge in self._shown.get(flow, ()) if box else ():
            points = edge.findall(f"{{{DI}}}waypoint")
            if len(points) < 2 or box is None:
                continue
            inner, outer = (points[0], points[1]) if at_start else (points[-1], points[-2])
            x, y = _number(outer.get("x")), _number(outer.get("y"))
            inner.set("x", f"{min(max(_number(inner.get('x')), box.x), box.x + box.width):g}")
            if y <= box.y or y >= box.y + box.height:
                inner.set("y", f"{box.y if y <= box.y else box.y + box.height:g}")
            elif x <= box.x or x >= box.x + box.width:
                inner.set("x", f"{box.x if x <= box.x else box.x + box.width:g}")

    def drop(self, name: str) -> None:
        """Take the element out of the picture."""
        for part in self._shown.pop(name, ()):
            if (parent := part.getparent()) is not None:
                parent.remove(part)

    def rename(self, old: str, new: str) -> None:
        """Let what shows `old` show `new`."""
        for part in self._shown.pop(old, ()):
            part.set("bpmnElement", new)
            self._shown.setdefault(new, []).append(part)

    def planes(self) -> Iterator[Element]:
        """Yield the planes of the file."""
        return self._root.iter(f"{{{BPMNDI}}}BPMNPlane")

    def put_first(self, names: Iterable[str]) -> None:
        """Let the page that shows these elements be the first, which is the one editors open.

        Pages of what is no longer in the file go.
        """
        drawn = {each.get("id") for each in self._root.iter()}
        shown = next((self._plane(name) for name in names if name in self._shown), None)
        for plane in list(self.planes()):
            diagram = plane.getparent()
            if diagram is None or diagram.getparent() is not self._root:
                continue
            if plane.get("bpmnElement") not in drawn:
                self._root.remove(diagram)
            elif plane is shown:
                first = next(each for each in self._root if each.tag == diagram.tag)
                self._root.insert(self._root.index(first), diagram)

    def around(self, names: Iterable[str]) -> Box | None:
        """Return the smallest box that holds these elements, or None when none has a place."""
        boxes = [box for name in names if (box := self.box(name)) is not None]
        if not boxes:
            return None
        x, y = min(box.x for box in boxes), min(box.y for box in boxes)
        right = max(box.x + box.width for box in boxes)
        return Box(x, y, right - x, max(box.y + box.height for box in boxes) - y)

    def start_plane(self, shows: str) -> None:
        """Put an empty diagram of the element `shows` into the file."""
        diagram = etree.SubElement(
            self._root, f"{{{BPMNDI}}}BPMNDiagram", {"id": self._id("diagram")}
        )
        attributes = {"id": self._id("plane"), "bpmnElement": shows}
        etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", attributes)

    def _plane(self, beside: str) -> Element:
        for part in self._shown.get(beside, ()):
            if (parent := part.getparent()) is not None:
                return parent
        return next(self.planes())

    def _id(self, wish: str) -> str:
        taken = {each.get("id") for each in self._root.iter()}
        number, found = 1, wish
        while found in taken:
            number += 1
            found = f"{wish}_{number}"
        return found


def _bounds(box: Box) -> dict[str, str]:
    return {
        "x": f"{box.x:g}",
        "y": f"{box.y:g}",
        "width": f"{box.width:g}",
        "height": f"{box.height:g}",
    }


def _number(text: str | None) -> float:
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if abs(found) < 1e9 else 0.0


def _line(first: Box, last: Box) -> list[tuple[float, float]]:
    return [_edge_of(first, last.middle), _edge_of(last, first.middle)]


def _edge_of(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of the side of `box` that looks `towards` a point."""
    x, y = box.middle
    right, down = towards[0] - x, towards[1] - y
    if abs(right) * box.height >= abs(down) * box.width:
        return (box.x + box.width if right > 0 else box.x), y
    return x, (box.y + box.height if down > 0 else box.y)

"""A place for what runs but was not drawn: beside what is there, or the whole in columns."""

from engine.spiff.adapting.drawing import Drawing
from engine.spiff.adapting.picture import Box, size_of
from engine.spiff.refusals import flows_of
from engine.spiff.settings import Element, bpmn, tag_of

_COLUMN, _ROW = 160, 120
_LEFT, _TOP = 160, 80


def mend_picture(drawing: Drawing) -> None:
    """Give every node and flow of the process a place, and keep all places that there are."""
    nodes = drawing.nodes()
    flows = flows_of(drawing.process)
    names = [each.get("id", "") for each in nodes]
    drawing.picture.put_first(names)
    if drawing.picture.is_empty(names):
        _draw_all(drawing)
    for node in nodes:
        if not drawing.picture.shows(node.get("id", "")):
            _draw_below(drawing, node)
    for flow in flows:
        if not drawing.picture.shows(flow.get("id", "")):
            ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
            drawing.picture.connect(flow.get("id", ""), *ends)


def _draw_all(drawing: Drawing) -> None:
    """Draw the process from left to right: each step a column behind the farthest before it."""
    collaboration = drawing.root.find(bpmn("collaboration"))
    shows = drawing.process if collaboration is None else collaboration
    if not list(drawing.picture.planes()):
        drawing.picture.start_plane(shows.get("id", ""))
    _draw_scope(drawing, drawing.process, _LEFT, _TOP)
    for pool in drawing.root.iter(bpmn("participant")):
        mine = pool.get("processRef") == drawing.process.get("id")
        box = drawing.picture.around(each.get("id", "") for each in drawing.nodes())
        if mine and box and not drawing.picture.shows(pool.get("id", "")):
            place = Box(box.x - 60, box.y - 30, box.width + 90, box.height + 60)
            shape = drawing.picture.add(pool.get("id", ""), place)
            shape.set("isHorizontal", "true")
    drawing.say(
        drawing.process,
        "layout",
        "Filen havde ingen tegning. Den er tegnet op fra venstre mod højre.",
        "The file had no picture. It is drawn from left to right.",
        ("Flyt tingene derhen, hvor de skal stå.", "Move things to where they shall stand."),
    )


def _draw_scope(drawing: Drawing, scope: Element, left: float, top: float) -> Box:
    """Draw what lies in `scope` and return the space it takes."""
    mine = {id(each): each for each in drawing.nodes() if each.getparent() is scope}
    nodes = list(mine.values())
    columns = _columns(drawing, [each for each in nodes if tag_of(each) != "boundaryEvent"])
    rows: dict[int, float] = {}
    right = left
    places: dict[str, float] = {}
    for column in sorted(set(columns.values())):
        x, width = right, 0.0
        for node in nodes:
            name = node.get("id", "")
            if columns.get(name) != column:
                continue
            y = rows.setdefault(column, top)
            w, h = _size(drawing, node, x, y)
            rows[column] = y + max(h + 40, _ROW)
            places[name] = y
            width = max(width, w)
        right = x + width + _COLUMN - 100
    for event in nodes:
        host = drawing.picture.box(event.get("attachedToRef", ""))
        if tag_of(event) == "boundaryEvent" and host is not None:
            place = Box(host.x + host.width - 26, host.y + host.height - 18, 36, 36)
            drawing.picture.add(event.get("id", ""), place)
    return Box(left, top, right - left, max(rows.values(), default=top) - top)


def _size(drawing: Drawing, node: Element, x: float, y: float) -> tuple[float, float]:
    name, (width, height) = node.get("id", ""), size_of(tag_of(node))
    if tag_of(node) != "subProcess":
        drawing.picture.add(name, Box(x, y + (80 - height) / 2, width, height))
        return width, height
    shape = drawing.picture.add(name, Box(x, y, 0, 0))
    inner = _draw_scope(drawing, node, x + 30, y + 30)
    drawing.picture.move(name, Box(x, y, inner.width + 30, inner.height + 30))
    shape.set("isExpanded", "true")
    return inner.width + 30, inner.height + 30


def _columns(drawing: Drawing, nodes: list[Element]) -> dict[str, int]:
    """Return the column of each node: one behind the step from which it is first reached."""
    names = [each.get("id", "") for each in nodes]
    after: dict[str, list[str]] = {}
    entered: set[str] = set()
    hosts = {each.get("id"): each.get("attachedToRef", "") for each in drawing.nodes()}
    for flow in flows_of(drawing.process):
        source = flow.get("sourceRef", "")
        after.setdefault(hosts.get(source) or source, []).append(flow.get("targetRef", ""))
        entered.add(flow.get("targetRef", ""))
    waiting = [(name, 0) for name in names if name not in entered] or [(names[0], 0)]
    if not names:
        return {}
    found: dict[str, int] = {}
    for name, column in waiting:  # grows on the way: breadth first
        if name in found or name not in names:
            continue
        found[name] = column
        waiting.extend((each, column + 1) for each in after.get(name, ()))
    return {name: found.get(name, 0) for name in names}


def _draw_below(drawing: Drawing, node: Element) -> None:
    everything = drawing.picture.around(each.get("id", "") for each in drawing.nodes())
    if everything is None:
        return
    width, height = size_of(tag_of(node))
    place = Box(everything.x, everything.y + everything.height + 40, width, height)
    beside = next(
        each.get("id", "") for each in drawing.nodes() if drawing.picture.shows(each.get("id", ""))
    )
    drawing.picture.add(node.get("id", ""), place, beside)
    drawing.say(
        node,
        "drawn",
        "Trinnet var ikke på tegningen. Det står nu nederst.",
        "The step was not in the picture. It now stands at the bottom.",
    )

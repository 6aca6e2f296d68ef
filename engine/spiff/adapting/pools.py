"""One process of the file runs; every other pool is closed and stands there for the eye."""

from engine.spiff.adapting.drawing import Drawing, children, name_of, remove, title_of
from engine.spiff.adapting.picture import Box
from engine.spiff.refusals import NODES
from engine.spiff.settings import Element, bpmn, tag_of
from engine.xml import BPMNDI

_MARGIN, _HEAD = 30, 30
_FLOW_NODES = NODES | {
    *("task", "manualTask", "scriptTask", "complexGateway", "adHocSubProcess", "transaction"),
}


def processes_of(root: Element) -> list[Element]:
    """Return the processes that have something drawn in them, in the order of the file."""
    return [each for each in root.findall(bpmn("process")) if content_of(each)]


def content_of(process: Element) -> int:
    """Return how many nodes are drawn in `process`, those inside subprocesses included."""
    return sum(tag_of(each) in _FLOW_NODES for each in process.iter())


def title_in(root: Element, process: Element) -> str:
    """Return what the process is called: its name, else that of its pool, else its id."""
    pools = root.iter(bpmn("participant"))
    pool = next((each for each in pools if each.get("processRef") == process.get("id")), None)
    return name_of(process) or (name_of(pool) if pool is not None else "") or process.get("id", "")


def chosen_of(processes: list[Element], wanted: str) -> Element:
    """Return the process that shall run: the one wanted, else the only executable, else the most.

    `processes` are those of `processes_of`; there is at least one.
    """
    named = [each for each in processes if wanted and each.get("id") == wanted]
    marked = [each for each in processes if each.get("isExecutable") == "true"]
    if named or len(marked) == 1:
        return (named or marked)[0]
    return max(processes, key=content_of)


def run_one(drawing: Drawing, name: str) -> None:
    """Make the chosen process the one that runs, called `name`, and close the other pools."""
    others = [each for each in drawing.root.findall(bpmn("process")) if each is not drawing.process]
    if not name_of(drawing.process):
        drawing.process.set("name", title_in(drawing.root, drawing.process))
    if drawing.process.get("isExecutable") != "true":
        drawing.process.set("isExecutable", "true")
        drawing.say(
            drawing.process,
            "executable",
            "Processen var kun en tegning. Nu er den sat til at kunne køre.",
            "The process was only a drawing. Now it is marked as executable.",
        )
    _say_choice(drawing, [each for each in others if content_of(each)])
    for other in others:
        _close(drawing, other)
    _name(drawing, name)
    _give_pool(drawing)


def _say_choice(drawing: Drawing, others: list[Element]) -> None:
    if not others:
        return
    names = ", ".join(f"»{title_in(drawing.root, each)}«" for each in others)
    chosen = title_in(drawing.root, drawing.process)
    drawing.say(
        drawing.process,
        "chosen_process",
        f"Filen har flere processer. »{chosen}« er den, der kører; {names} kører ikke.",
        f"The file has several processes. “{chosen}” is the one that runs; "
        f"{names.replace('»', '“').replace('«', '”')} {'does' if len(others) == 1 else 'do'} not "
        "run.",
        (
            "Se efter, om det er den rigtige proces, der kører. Er det ikke det, så vælg en anden.",
            "See whether the right process runs. If not, choose another one.",
        ),
    )


def _close(drawing: Drawing, other: Element) -> None:
    """Take the content of another process out; its pool stays where it is, closed."""
    gone = {each.get("id", "") for each in other.iter() if each.get("id")}
    pool = _pool_of(drawing, other)
    for flow in list(drawing.root.iter(bpmn("messageFlow"))):
        _hang_on(drawing, flow, gone, pool)
    for name in gone - {other.get("id", "")}:
        drawing.picture.drop(name)
    if pool is not None:
        del pool.attrib["processRef"]
        drawing.say(
            pool,
            "closed_pool",
            "Puljen er lukket: den er kun til øjet. Det, der var tegnet i den, er taget ud af "
            "kopien; din egen fil er, som den var.",
            "The pool is closed: it is for the eye. What was drawn in it is left out of the copy; "
            "your own file is as it was.",
        )
    elif content_of(other):
        drawing.say(
            other,
            "left_out",
            "Processen er ikke med i kopien; der kan kun være én i hver fil. Skal den køre, så "
            "gør den kørbar for sig.",
            "The process is left out of the copy; a file holds one only. If it shall run, adapt "
            "it on its own.",
        )
    remove(other)


def _hang_on(drawing: Drawing, flow: Element, gone: set[str], pool: Element | None) -> None:
    """Let a message flow that pointed into a pool end at its border; without a pool it goes."""
    for end in ("sourceRef", "targetRef"):
        if flow.get(end) not in gone:
            continue
        if pool is None:
            drawing.picture.drop(flow.get("id", ""))
            remove(flow)
            return
        flow.set(end, pool.get("id", ""))
        drawing.picture.end_at_border(
            flow.get("id", ""), pool.get("id", ""), at_start=end == "sourceRef"
        )


def _name(drawing: Drawing, name: str) -> None:
    old = drawing.process.get("id", "")
    if old == name:
        return
    for each in drawing.root.iter():
        if each is not drawing.process and each.get("id") == name:
            _step_aside(drawing, each, name)
    for pool in drawing.root.iter(bpmn("participant")):
        if pool.get("processRef") == old:
            pool.set("processRef", name)
    for plane in drawing.picture.planes():
        if plane.get("bpmnElement") == old:
            plane.set("bpmnElement", name)
    drawing.process.set("id", name)
    drawing.say(
        drawing.process,
        "process_id",
        f"Processen hed »{old}« og hedder nu »{name}«, som er det navn, andre kalder den ved.",
        f"The process was called “{old}” and is now “{name}”, the name by which others call it.",
    )


def _step_aside(drawing: Drawing, element: Element, name: str) -> None:
    new = drawing.new_id(f"{name}_{tag_of(element)}")
    element.set("id", new)
    for each in drawing.root.iter():
        for key, value in each.attrib.items():
            if value == name and key not in ("id", "name"):
                each.set(key, new)
        if not len(each) and (each.text or "").strip() == name:
            each.text = new
    drawing.picture.rename(name, new)


def _pool_of(drawing: Drawing, process: Element) -> Element | None:
    pools = drawing.root.iter(bpmn("participant"))
    name = process.get("id")
    return next((each for each in pools if name and each.get("processRef") == name), None)


def _give_pool(drawing: Drawing) -> None:
    """Where there are pools, the process that runs has one too, or no editor would show it."""
    collaboration = drawing.root.find(bpmn("collaboration"))
    if collaboration is None or _pool_of(drawing, drawing.process) is not None:
        return
    if not list(children(collaboration, "participant")):
        _drop_collaboration(drawing, collaboration)
        return
    name = title_of(drawing.process)
    pool = collaboration.makeelement(
        bpmn("participant"),
        {
            "id": drawing.new_id(f"pool_{drawing.process.get('id')}"),
            "name": name,
            "processRef": drawing.process.get("id", ""),
        },
    )
    collaboration.insert(0, pool)
    _draw_pool(drawing, pool)
    drawing.say(
        pool,
        "pool",
        "Processen havde ingen pulje. Den har fået en, så tegningen kan vises.",
        "The process had no pool. It got one, so that the drawing can be shown.",
    )


def _draw_pool(drawing: Drawing, pool: Element) -> None:
    inner = [each.get("id", "") for each in drawing.process.iter() if each.get("id")]
    box = drawing.picture.around(inner)
    if box is None:
        return
    lanes = [each.get("id", "") for each in drawing.process.iter(bpmn("lane"))]
    margin = 0 if drawing.picture.around(lanes) else _MARGIN
    place = Box(
        box.x - margin - _HEAD,
        box.y - margin,
        box.width + 2 * margin + _HEAD,
        box.height + 2 * margin,
    )
    first = next((name for name in inner if drawing.picture.shows(name)), "")
    shape = drawing.picture.add(pool.get("id", ""), place, first)
    shape.set("isHorizontal", "true")
    plane = shape.getparent()
    if plane is not None:  # a pool is drawn before what lies on it
        plane.insert(0, shape)


def _drop_collaboration(drawing: Drawing, collaboration: Element) -> None:
    name = collaboration.get("id", "")
    for each in list(drawing.process.getroottree().getroot().iter(f"{{{BPMNDI}}}BPMNPlane")):
        if each.get("bpmnElement") == name:
            each.set("bpmnElement", drawing.process.get("id", ""))
    for child in collaboration:
        if tag_of(child) in ("textAnnotation", "association", "group"):
            drawing.process.append(child)
    for flow in collaboration.iter(bpmn("messageFlow")):
        drawing.picture.drop(flow.get("id", ""))
    remove(collaboration)

"""Ids: each element has one that XML allows, that nobody else has, and that is not the engine's."""

import re
from collections import Counter

from engine.spiff.adapting.drawing import Drawing, free_id
from engine.spiff.refusals import NODES, TAKEN, TAKEN_ENDINGS
from engine.spiff.settings import Element, tag_of
from engine.xml import BPMN, BPMNDI, name_of

_NAME = re.compile(r"[^\W\d][\w.\-]*")
_ODD = re.compile(r"[^\w.\-]+")
_WITH_IDS = NODES | {
    *("sequenceFlow", "process", "participant", "lane", "message", "error", "messageFlow"),
    *("textAnnotation", "association", "group", "dataObject", "dataObjectReference"),
    *("dataStore", "dataStoreReference", "task", "manualTask", "scriptTask", "collaboration"),
}
_PICTURES = (
    *("BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge"),
    *("BPMNLabel", "BPMNLabelStyle"),
)
# Elements whose text is a reference to another one.
_REFERRING = frozenset(
    {
        *("incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef", "eventDefinitionRef"),
        *("dataInputRefs", "dataOutputRefs", "loopDataInputRef", "loopDataOutputRef"),
    }
)


def mend_references(root: Element) -> int:
    """Take the prefixes off references (`tns:Message_1`) and return how many had one."""
    known = {each.get("id") for each in root.iter()} - {None}
    return sum(_unprefix(element, known) for element in root.iter())


def _unprefix(element: Element, known: set[str | None]) -> int:
    count = 0
    namespace, local = name_of(element)
    if namespace in (BPMN, BPMNDI):
        for key, value in element.attrib.items():
            short = str(value).partition(":")[2]
            if short in known and value not in known and str(key) not in ("id", "name"):
                element.set(key, short)
                count += 1
    if namespace == BPMN and local in _REFERRING:
        text = (element.text or "").strip()
        short = text.partition(":")[2]
        if text not in known and short in known:
            text, count = short, count + 1
        element.text = text
    return count


def mend_ids(drawing: Drawing) -> None:
    """Give ids where they are missing, odd or taken, and let every reference follow."""
    _tell_pictures_apart(drawing)
    renamed: dict[str, str] = {}
    taken = Counter(each.get("id") for each in drawing.root.iter())
    seen: set[str] = set()
    for element in list(drawing.root.iter()):
        if name_of(element)[0] != BPMN:
            continue
        old = element.get("id")
        new = _wanted(element, old, seen)
        if new is None or new == old:
            seen.add(old or "")
            continue
        new = free_id(new, taken)
        taken[new] += 1
        element.set("id", new)
        if old and old not in seen:
            renamed[old] = new
        seen.add(new)
        _say(drawing, element, old)
    _follow(drawing, renamed)


def _wanted(element: Element, old: str | None, seen: set[str]) -> str | None:
    """Return the id that `element` should have; None when it needs none."""
    tag = tag_of(element)
    if not old:
        return tag if tag in _WITH_IDS else None
    if tag in NODES and (old in TAKEN or old.endswith(TAKEN_ENDINGS)):
        return f"{tag}_{old.replace('.', '_')}"
    if old in seen or not _NAME.fullmatch(old):
        plain = _ODD.sub("_", old).strip("_") or tag
        return plain if _NAME.fullmatch(plain) else f"{tag}_{plain}"
    return old


def _say(drawing: Drawing, element: Element, old: str | None) -> None:
    drawing.say(
        element,
        "id",
        f"Id'et »{old}« kunne ikke bruges, så elementet har fået et andet."
        if old
        else "Elementet havde intet id og har fået et.",
        f"The id “{old}” could not be used, so the element got another one."
        if old
        else "The element had no id and got one.",
    )


def _follow(drawing: Drawing, renamed: dict[str, str]) -> None:
    if not renamed:
        return
    for element in drawing.root.iter():
        namespace, local = name_of(element)
        if namespace in (BPMN, BPMNDI):
            for key, value in element.attrib.items():
                if str(key) not in ("id", "name", "bpmnElement") and value in renamed:
                    element.set(key, renamed[str(value)])
        if namespace == BPMN and local in _REFERRING and (element.text or "") in renamed:
            element.text = renamed[element.text or ""]
    for plane in drawing.picture.planes():
        old = plane.get("bpmnElement", "")
        plane.set("bpmnElement", renamed.get(old, old))
    for old, new in renamed.items():
        drawing.picture.rename(old, new)


def _tell_pictures_apart(drawing: Drawing) -> None:
    """Nothing refers to a part but its own page, so its id is simply made one that can be read."""
    count = Counter(each.get("id") for each in drawing.root.iter())
    for kind in _PICTURES:
        for part in drawing.root.iter(f"{{{BPMNDI}}}{kind}"):
            name = part.get("id")
            if name and (count[name] > 1 or not _NAME.fullmatch(name)):
                plain = _ODD.sub("_", name)
                new = free_id(f"{plain if _NAME.fullmatch(plain) else kind + plain}_di", count)
                count[new] += 1
                count[name] -= 1
                _rename_part(part, new)


def _rename_part(part: Element, new: str) -> None:
    """Give a part of the picture the id `new`; the labels of its page follow a style."""
    page, old = part.getparent(), part.get("id")
    for label in () if page is None else page.iter(f"{{{BPMNDI}}}BPMNLabel"):
        if label.get("labelStyle") == old:
            label.set("labelStyle", new)
    part.set("id", new)

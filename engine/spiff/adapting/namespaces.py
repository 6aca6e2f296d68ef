"""BPMN as it should be named: other tools leave the namespace out, or write one of a draft."""

import re

from lxml import etree

from engine.spiff.settings import Element
from engine.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, name_of

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_KNOWN = frozenset({BPMN, BPMNDI, DC, DI})
_DRAFTS = re.compile(r"(?:https?://)?(?:www\.|schema\.)?omg\.org/(?:spec/)?bpmn", re.IGNORECASE)
_TYPE = f"{{{XSI}}}type"
_PICTURE = {
    **dict.fromkeys(("BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge"), BPMNDI),
    **dict.fromkeys(("BPMNLabel", "BPMNLabelStyle"), BPMNDI),
    **dict.fromkeys(("Bounds", "Font"), DC),
    "waypoint": DI,
}


def with_namespaces(root: Element) -> tuple[Element, bool] | None:
    """Return the root of a BPMN file and whether names had to be mended; None for another file.

    The root that comes back is a new one, which also declares `camunda`.
    """
    namespace, local = name_of(root)
    if local != "definitions" or not (namespace == BPMN or _is_draft(namespace)):
        return None
    mended = namespace != BPMN
    if mended:
        for element in root.iter():
            _rename(element)
    made = _declared(root)
    for element in made.iter():
        _mend_type(element, made)
    return made, mended


def _is_draft(namespace: str) -> bool:
    return not namespace or bool(_DRAFTS.match(namespace))


def _rename(element: Element) -> None:
    namespace, local = name_of(element)
    if namespace not in _KNOWN and _is_draft(namespace):
        element.tag = f"{{{_PICTURE.get(local, BPMN)}}}{local}"


def _declared(root: Element) -> Element:
    """Return a copy of the root alone, with all that was in it, that declares what is needed."""
    names = dict(root.nsmap)
    wanted = (("bpmn", BPMN), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI), ("xsi", XSI))
    for prefix, uri in (*wanted, ("camunda", CAMUNDA)):
        if uri not in names.values():
            number = 2
            free = prefix
            while free in names:
                free, number = f"{prefix}{number}", number + 1
            names[free] = uri
    # The types of lxml know no prefix None, which is the default namespace.
    made = etree.Element(root.tag, dict(root.attrib.items()), nsmap=names)  # type: ignore[arg-type]
    made.sourceline = root.sourceline
    made.extend(list(root))
    return made


def _mend_type(element: Element, root: Element) -> None:
    """Let `xsi:type` name its type with a prefix that is declared."""
    said = element.get(_TYPE)
    if said is None or name_of(element)[0] != BPMN:
        return
    prefix = next(key for key, uri in root.nsmap.items() if uri == BPMN)
    local = said.rpartition(":")[2]
    element.set(_TYPE, f"{prefix}:{local}" if prefix else local)

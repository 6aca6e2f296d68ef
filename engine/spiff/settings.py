"""Reads what a drawn element carries: its `camunda:` attributes and properties, flat."""

from lxml import etree

from engine.xml import BPMN, CAMUNDA

Element = etree._Element

NAMESPACES = {"bpmn": BPMN, "camunda": CAMUNDA}
_PROPERTIES = "./bpmn:extensionElements/camunda:properties/camunda:property"
_LOOP = "./bpmn:multiInstanceLoopCharacteristics"


def bpmn(tag: str) -> str:
    """Return the full tag of a BPMN element."""
    return f"{{{BPMN}}}{tag}"


def tag_of(element: Element) -> str:
    """Return the BPMN tag without its namespace; the full tag of anything else."""
    return str(element.tag).removeprefix(f"{{{BPMN}}}")


def loop_of(element: Element) -> Element | None:
    """Return the multi-instance marker of an activity, if it has one."""
    return element.find(_LOOP, NAMESPACES)


def settings_of(element: Element) -> dict[str, str]:
    """Return {name: text} of the attributes and properties, those of a loop marker included."""
    loop = loop_of(element)
    found = {} if loop is None else _attributes(loop)
    found |= _attributes(element)
    for node in element.iterfind(_PROPERTIES, NAMESPACES):
        found[node.get("name", "")] = node.get("value", "")
    return found


def text_of(element: Element, tag: str) -> str | None:
    """Return the text of the first child of that tag, or None when there is none."""
    child = element.find(bpmn(tag))
    return None if child is None else (child.text or "").strip()


def _attributes(element: Element) -> dict[str, str]:
    prefix = f"{{{CAMUNDA}}}"
    return {
        str(name).removeprefix(prefix): str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(prefix)
    }

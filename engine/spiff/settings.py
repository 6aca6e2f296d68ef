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


def definitions_of(event: Element) -> list[Element]:
    """Return the event definitions that `event` carries."""
    return [child for child in event if tag_of(child).endswith("EventDefinition")]


def message_name(element: Element) -> str:
    """Return the name of the message at a task or event: its setting, else that of its messageRef.

    Empty when it has neither.
    """
    holder = next(iter(definitions_of(element)), element)
    return settings_of(element).get("message") or _referred(holder, "message", "name") or ""


def error_code(event: Element) -> str | None:
    """Return the code of the error that `event` refers to; None when it refers to none."""
    return _referred(definitions_of(event)[0], "error", "errorCode")


def lacks_code(event: Element) -> bool:
    """Tell whether the error event lacks its code. A boundary without an error catches them all."""
    code = error_code(event)
    return not code if tag_of(event) == "endEvent" else code == ""


def _referred(holder: Element, kind: str, attribute: str) -> str | None:
    wanted = holder.get(f"{kind}Ref")
    roots = holder.getroottree().getroot().iterfind(bpmn(kind))
    found = (each.get(attribute, "") for each in roots if each.get("id") == wanted)
    return next(found, "") if wanted else None


def _attributes(element: Element) -> dict[str, str]:
    prefix = f"{{{CAMUNDA}}}"
    return {
        str(name).removeprefix(prefix): str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(prefix)
    }

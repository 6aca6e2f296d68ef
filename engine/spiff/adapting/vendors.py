"""What other tools write beside BPMN: what has a counterpart here is carried over."""

import json
import re
from collections.abc import Iterator

from engine.domain.parameters import is_period
from engine.feel.temporal import is_temporal
from engine.spiff.adapting.drawing import (
    Drawing,
    remove,
    retag,
    set_attribute,
    set_setting,
    take,
    word_of,
)
from engine.spiff.adapting.expressions import in_feel
from engine.spiff.adapting.leftovers import OURS, leave_the_rest
from engine.spiff.adapting.tasks import ADAPTED_TASKS
from engine.spiff.checks.texts import short
from engine.spiff.refusals import ACTIVITIES, EVENTS, NODES
from engine.spiff.settings import (
    Element,
    bpmn,
    definitions_of,
    loop_of,
    message_name,
    settings_of,
    tag_of,
)
from engine.xml import BPMN, CAMUNDA, name_of

# Camunda 7 came from Activiti, and Flowable too: their attributes are called the same.
_KIN = ("http://activiti.org/bpmn", "http://flowable.org/bpmn")
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_NAMESPACES = {"zeebe": ZEEBE, "camunda": CAMUNDA, "bpmn": BPMN}
_EXTENSIONS = "bpmn:extensionElements"
_TELLING = frozenset({"serviceTask", "businessRuleTask", "callActivity", "sendTask", "receiveTask"})
_HANDED_OVER = tuple(
    f"{{{CAMUNDA}}}{name}" for name in ("inputParameter", "outputParameter", "in", "out")
)


def carry_over(drawing: Drawing) -> None:
    """Carry the settings of Camunda 7 and 8 over to ours, and say what of others has no effect."""
    for node in _steps(drawing):
        _as_camunda(node)
        _form_of_an_event(drawing, node)
        _camunda_8(drawing, node)
        _camunda_7(drawing, node)
    leave_the_rest(drawing)


def _steps(drawing: Drawing) -> list[Element]:
    """Return the nodes, those included that are of a kind that still has to be adapted."""
    return [each for each in drawing.process.iter() if tag_of(each) in NODES | ADAPTED_TASKS]


def _as_camunda(node: Element) -> None:
    """Let what Activiti or Flowable wrote on the node, or in it, be called as Camunda calls it."""
    for element in node.iter():
        namespace, local = name_of(element)
        if namespace in _KIN:
            element.tag = f"{{{CAMUNDA}}}{local}"
        for key, value in list(element.attrib.items()):
            kin, _, word = str(key).removeprefix("{").rpartition("}")
            if kin in _KIN:
                del element.attrib[key]
                element.attrib[f"{{{CAMUNDA}}}{word}"] = value


def _camunda_8(drawing: Drawing, node: Element) -> None:
    kind = tag_of(node)
    holder = node.find(_EXTENSIONS, _NAMESPACES)
    found: dict[str, str] = {}
    for each in [] if holder is None else list(holder):
        namespace, local = name_of(each)
        if namespace == ZEEBE and local in _ZEEBE:
            found |= _ZEEBE[local](node, each)
            remove(each)
    loop = loop_of(node)
    for each in [] if loop is None else list(loop.iter(f"{{{ZEEBE}}}loopCharacteristics")):
        found |= _loop(each)
        remove(each)
    _put(drawing, node, found, "Camunda 8")
    _say_job(drawing, node, kind, "Camunda 8")


def _say_job(drawing: Drawing, node: Element, kind: str, tool: str) -> None:
    """Say of a node that was of another `kind` until now that a function does it."""
    if tag_of(node) == kind:
        return
    drawing.say(
        node,
        "job",
        f"Opgaven blev gjort af et program uden for {tool}. Den er nu en serviceopgave.",
        f"The task was done by a program outside {tool}. It is now a service task.",
        (
            "Skal den spørge en beslutningstabel, så gør den til en regelopgave, og vælg tabellen.",
            "If it shall ask a decision table, make it a business rule task and choose the table.",
        )
        if kind == "businessRuleTask"
        else ("", ""),
    )


def _task(node: Element, given: Element) -> dict[str, str]:
    kind = given.get("type", "").lstrip("=").strip('"')
    if tag_of(node) in ("sendTask", "businessRuleTask", "scriptTask"):
        node.tag = bpmn("serviceTask")
    return {"handler": kind} if kind and tag_of(node) == "serviceTask" else {}


def _assignment(_: Element, given: Element) -> dict[str, str]:
    groups = given.get("candidateGroups", "")
    if groups.startswith("="):
        try:
            listed = json.loads(groups[1:])
        except ValueError:
            return {"candidateGroups": groups}
        groups = ",".join(map(str, listed)) if isinstance(listed, list) else str(listed)
    return {"candidateGroups": groups} if groups else {}


def _form(_: Element, given: Element) -> dict[str, str]:
    key = given.get("formKey") or given.get("formId") or ""
    return {"formKey": form_name(key)} if key else {}


def _schedule(_: Element, given: Element) -> dict[str, str]:
    return _due(given.get("dueDate", ""))


def _called(node: Element, given: Element) -> dict[str, str]:
    called = given.get("processId", "")
    if called and not called.startswith("=") and not node.get("calledElement"):
        node.set("calledElement", called)
    return {}


def _decision(_: Element, given: Element) -> dict[str, str]:
    name = given.get("decisionId", "")
    return {"decisionRef": name} if name and not name.startswith("=") else {}


def _mapping(node: Element, given: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given if _takes(node) else ():
        way = {"input": "in", "output": "out"}.get(name_of(each)[1], "")
        target, source = each.get("target", ""), each.get("source", "")
        if way and target and source:
            found[f"{way}.{target}"] = in_feel(source)
    return found


def _nothing(_: Element, __: Element) -> dict[str, str]:
    return {}


_ZEEBE = {
    "taskDefinition": _task,
    "assignmentDefinition": _assignment,
    "formDefinition": _form,
    "taskSchedule": _schedule,
    "calledElement": _called,
    "calledDecision": _decision,
    "ioMapping": _mapping,
    "userTask": _nothing,
}


def _loop(given: Element) -> dict[str, str]:
    found = {}
    if given.get("inputCollection"):
        found["collection"] = in_feel(given.get("inputCollection", ""))
    if given.get("inputElement"):
        found["elementVariable"] = given.get("inputElement", "")
    if given.get("outputCollection") and given.get("outputElement"):
        found[f"collect.{given.get('outputCollection')}"] = in_feel(given.get("outputElement", ""))
    return found


def _camunda_7(drawing: Drawing, node: Element) -> None:
    found: dict[str, str] = {}
    if key := take(node, f"{{{CAMUNDA}}}formRef"):
        found["formKey"] = form_name(key)
    found |= _renamed_form(node)
    if due := take(node, f"{{{CAMUNDA}}}dueDate"):
        found |= _due(due)
    kind = tag_of(node)
    if _may_be_job(node) and (topic := take(node, f"{{{CAMUNDA}}}topic")):
        found["handler"] = topic
        take(node, f"{{{CAMUNDA}}}type")
        retag(node, "serviceTask")
    if _takes(node):
        found |= dict(_camunda_mapping(node))
    for loop in [loop_of(node)]:
        key = f"{{{CAMUNDA}}}collection"
        if loop is not None and (listed := loop.get(key)):
            loop.set(key, in_feel(listed))
    _put(drawing, node, found, "Camunda")
    _say_job(drawing, node, kind, "Camunda")


def _may_be_job(node: Element) -> bool:
    """Tell whether a function may do the task: it neither sends a message nor asks a table."""
    if tag_of(node) == "businessRuleTask":
        return "decisionRef" not in settings_of(node)
    return tag_of(node) == "serviceTask" or (tag_of(node) == "sendTask" and not message_name(node))


def _renamed_form(node: Element) -> dict[str, str]:
    """Return the name of the form where the step calls it by the path of a file."""
    said = node.get(f"{{{CAMUNDA}}}formKey", "")
    if not said or tag_of(node) in EVENTS or form_name(said) == said:
        return {}
    return {"formKey": form_name(take(node, f"{{{CAMUNDA}}}formKey"))}


def _camunda_mapping(node: Element) -> Iterator[tuple[str, str]]:
    """Yield the settings for the parameters and variables that Camunda 7 hands over by name."""
    holder = node.find(_EXTENSIONS, _NAMESPACES)
    for each in [] if holder is None else list(holder.iter(*_HANDED_OVER)):
        local = name_of(each)[1]
        text, name = (each.text or "").strip(), each.get("name", "")
        if local in ("inputParameter", "outputParameter") and name and text and not len(each):
            way = "in" if local == "inputParameter" else "out"
            remove(each)
            yield f"{way}.{name}", in_feel(text) if "{" in text else json.dumps(text)
        source = each.get("source") or each.get("sourceExpression") or ""
        if local in ("in", "out") and source and each.get("target"):
            remove(each)
            yield f"{local}.{each.get('target')}", in_feel(source)


def _takes(node: Element) -> bool:
    kinds = {tag_of(each) for each in definitions_of(node)}
    return tag_of(node) in _TELLING or "messageEventDefinition" in kinds


def _due(text: str) -> dict[str, str]:
    """Return the deadline that a due date says, where it says one."""
    if re.fullmatch(r"P(\d{1,4})D", text):
        return {"deadline": f'after(created, "{text[1:-1]} CD")'}
    plain = in_feel(text)
    if not text or (plain == text and not (is_temporal(text) or is_period(text))):
        return {}
    return {"deadline": plain}


def form_name(key: str) -> str:
    """Return the name of a form of another tool: `embedded:app:forms/visit.html` is "visit"."""
    last = re.split(r"[/:]", key.strip())[-1]
    return word_of(last.rpartition(".")[0] or last, "formular")


def _form_of_an_event(drawing: Drawing, node: Element) -> None:
    """Take off the form that another tool shows at a start: here only a task has one."""
    keys = (f"{{{CAMUNDA}}}{name}" for name in ("formKey", "formRef"))
    forms = [take(node, key) for key in keys] if tag_of(node) in EVENTS else []
    for said in filter(None, forms):
        drawing.say(
            node,
            "form_of_event",
            f"Her vises ingen formular, så »{said}« er taget ud.",
            f"No form is shown here, so “{said}” is taken out.",
            (
                "Spørg i den første opgave om det, der skulle svares på her.",
                "Let the first task ask what was to be answered here.",
            ),
        )


def _put(drawing: Drawing, node: Element, found: dict[str, str], tool: str) -> None:
    there = settings_of(node)
    _say_other(drawing, node, {k: v for k, v in found.items() if there.get(k, v) != v}, tool)
    found = {name: value for name, value in found.items() if name not in there}
    if not found:
        return
    for name, value in found.items():
        if name in ("collection", "elementVariable") and (loop := loop_of(node)) is not None:
            set_attribute(loop, name, value)
        elif name in OURS - {"deadline"} and tag_of(node) in ACTIVITIES:
            set_attribute(node, name, value)
        else:
            set_setting(node, name, value)
    said = _listed(found)
    drawing.say(
        node,
        "carried_over",
        f"Det, {tool} havde skrevet på trinnet, er ført over: {said}",
        f"What {tool} had written on the step is carried over: {said}",
    )


def _say_other(drawing: Drawing, node: Element, other: dict[str, str], tool: str) -> None:
    """Say what is not carried over because the node has another word for it already."""
    if not other:
        return
    drawing.say(
        node,
        "not_carried_over",
        f"Det, {tool} også havde skrevet på trinnet, er taget ud, for der stod noget andet i "
        f"forvejen: {_listed(other)}",
        f"What {tool} had also written on the step is taken out, for something else stood there "
        f"already: {_listed(other)}",
    )


def _listed(found: dict[str, str]) -> str:
    return ", ".join(short(f"{name} = {value}") for name, value in sorted(found.items()))

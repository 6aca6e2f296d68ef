"""What other tools write beside BPMN and nothing here reads: it stays, and is told."""

from collections import Counter
from collections.abc import Iterator

from engine.spiff.adapting.drawing import Drawing, remove
from engine.spiff.adapting.namespaces import XSI
from engine.spiff.settings import Element
from engine.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, name_of

# What XML itself says of an element: its language, its spaces. No tool's, and no harm.
_XML = "http://www.w3.org/XML/1998/namespace"
# Attributes of Camunda that are read here too.
OURS = frozenset(
    {"candidateGroups", "formKey", "decisionRef", "collection", "elementVariable", "deadline"}
)
_TITLES = (
    ("zeebe", "Camunda 8"),
    ("camunda.org", "Camunda"),
    ("signavio", "Signavio"),
    ("trisotech", "Trisotech"),
    ("bpmn.io", "bpmn.io"),
    ("boc-group", "ADONIS"),
    ("boc-eu", "ADONIS"),
    ("sparxsystems", "Enterprise Architect"),
    ("bizagi", "Bizagi"),
    ("w4.eu", "W4"),
    ("bonitasoft", "Bonita"),
    ("activiti", "Activiti"),
    ("flowable", "Flowable"),
    ("jboss", "jBPM"),
    ("bpsim", "BPSim"),
)


def leave_the_rest(drawing: Drawing) -> None:
    """Say once for each tool that what it wrote is still there but has no effect."""
    count: Counter[str] = Counter()
    for element in list(drawing.root.iter()):
        namespace = name_of(element)[0]
        holder = element.getparent()
        in_bpmn = holder is not None and name_of(holder)[0] in (BPMN, BPMNDI, DC, DI)
        if not namespace and holder is not None:
            remove(element)  # no editor can read what has no namespace
        elif namespace not in (BPMN, BPMNDI, DC, DI, CAMUNDA) and in_bpmn:
            count[_title(namespace)] += 1
        elif namespace == CAMUNDA and in_bpmn and name_of(element)[1] != "properties":
            count["Camunda"] += 1
        elif namespace == BPMN:
            count.update(_foreign(element))
    for title, number in sorted(count.items()):
        if number:
            drawing.say(
                drawing.root,
                "left_alone",
                f"Det, kun {title} bruger ({_times(number)}), står der endnu, men virker ikke her.",
                f"What only {title} uses ({number} times) is still there but has no effect here.",
            )


def _foreign(element: Element) -> Iterator[str]:
    """Yield the tool of each attribute that has no effect here."""
    for key in element.attrib:
        namespace, _, local = str(key).removeprefix("{").rpartition("}")
        ours = namespace == CAMUNDA and local in OURS
        if namespace not in ("", BPMN, XSI, _XML) and not ours:
            yield _title(namespace)


def _times(number: int) -> str:
    return "1 sted" if number == 1 else f"{number} steder"


def _title(namespace: str) -> str:
    for part, title in _TITLES:
        if part in namespace:
            return title
    return namespace

"""Small diagrams with a picture, and what the deploy check says about them."""

import json
from collections.abc import Mapping

from lxml import etree

from engine.spiff.checks.findings import Finding, Known, Signature
from engine.spiff.checks.registry import check_package
from engine.xml import BPMN, BPMNDI
from tests.spiff.drawing import definition, node

FORM = json.dumps(
    {
        "id": "talk",
        "components": [
            {
                "type": "radio",
                "key": "answer",
                "label": "Svar",
                "values": [{"value": "yes"}, {"value": "no"}],
            }
        ],
    }
)
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="team" name="Team"><decisionTable id="t" hitPolicy="UNIQUE">
 <input id="i"><inputExpression id="e" typeRef="number"><text>age</text></inputExpression></input>
 <output id="o" name="team" typeRef="number"/>
 <rule id="r"><inputEntry id="c"><text>&lt; 15</text></inputEntry>
 <outputEntry id="f"><text>1</text></outputEntry></rule>
 <rule id="r2"><inputEntry id="c2"><text>&gt;= 15</text></inputEntry>
 <outputEntry id="f2"><text>2</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""
KNOWN = Known(
    roles=frozenset({"mentor", "intake"}),
    handlers={
        "send_letter": Signature(
            inputs=frozenset({"text"}),
            outputs=frozenset({"sent_on"}),
            optional=frozenset({"subject"}),
        )
    },
    parameters=frozenset({"screening"}),
    functions=frozenset({"after", "before", "param", "today", "age"}),
    processes=frozenset({"consent", "letter", "notice"}),
    calls={"letter": frozenset({"P"})},
    messages=frozenset({"plan_requested"}),
    sent={
        **dict.fromkeys(("answered", "plan_wanted", "yes", "no"), frozenset({"reply"})),
        "plan_requested": frozenset({"start_from"}),
    },
    takes={
        "consent": frozenset(),
        "letter": frozenset({"text"}),
        "notice": frozenset({"text"}),
    },
    gives={"consent": frozenset({"status"})},
    names=frozenset({"birth_date", "age_now"}),
    titles={"mentor": "mentor", "intake": "modtagelsen"},
    enters={"closed": frozenset({"mentor"})},
    receives={"plan_requested": frozenset({"notice"})},
)
DEADLINE = 'after(created, param("screening"))'


def files(*nodes: str, flows: str = "", inside: str = "", roots: str = "") -> dict[str, str]:
    """Return the package of process P: the diagram with a picture of all of it, form and table."""
    plain = definition(*nodes, flows=flows, inside=inside, roots=roots)
    return {"P.bpmn": drawn(plain.xml.decode()), "forms/talk.json": FORM, "team.dmn": TABLE}


def drawn(xml: str) -> str:
    """Return the diagram with a shape for everything in it that has an id."""
    root = etree.fromstring(xml.encode())
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id="picture")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement="P")
    ids = [element.get("id") for element in root.iterfind(f".//{{{BPMN}}}process//*[@id]")]
    for name in dict.fromkeys(ids):
        etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{name}_shape", bpmnElement=name)
    return etree.tostring(root, encoding="unicode")


def check(given: Mapping[str, str], known: Known = KNOWN) -> list[Finding]:
    """Return all that is found in process P."""
    return check_package("P", given, known)


def found(*nodes: str, flows: str = "", inside: str = "", roots: str = "") -> set[tuple[str, str]]:
    """Return the (code, element) of all that is found in the diagram."""
    return said(check(files(*nodes, flows=flows, inside=inside, roots=roots)))


def said(findings: list[Finding]) -> set[tuple[str, str]]:
    """Return the (code, element) of each finding."""
    return {(each.code, each.element) for each in findings}


def task(name: str, inner: str = "", **settings: str) -> str:
    """Return a user task that has all it needs; `settings` change it, an empty one removes it."""
    whole = {
        "label": "Tal med den unge",
        "role": "mentor",
        "form": "talk",
        "deadline": DEADLINE,
        **settings,
    }
    label, role, form = (whole.pop(key) for key in ("label", "role", "form"))
    given = {"name": label, "camunda:candidateGroups": role, "camunda:formKey": form}
    attributes = " ".join(f'{key}="{value}"' for key, value in given.items() if value)
    kept = {key: value for key, value in whole.items() if value}
    return node("userTask", name, inner, attributes=attributes, **kept)

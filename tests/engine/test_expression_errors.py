"""An error in an expression is an incident, wherever it stands; never a silent "no"."""

import pytest
from sqlalchemy import select

from engine.domain.errors import Stopped
from engine.ports import SYSTEM
from engine.services.deployments import deploy_process
from engine.services.held_answers import noting_failures
from engine.services.incidents import open_incidents
from engine.services.tasks import claim_task, complete_task
from engine.storage.models import TaskRow
from tests.conftest import BPMN
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import (
    MESSAGE,
    after,
    at,
    boundary,
    call,
    catch,
    definition,
    end,
    gateway,
    many,
    node,
    service,
    start,
)

BROKEN = ["missing > 3", "answer > 3", "1 / 0", "age(answer)", "unknown(1)", "date(answer)"]
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="team" name="Team"><decisionTable id="t" hitPolicy="FIRST">
 <input id="i"><inputExpression id="e"><text>answer</text></inputExpression></input>
 <output id="o" name="team"/><rule id="r"><inputEntry id="c"><text>CELL</text></inputEntry>
 <outputEntry id="f"><text>OUTPUT</text></outputEntry></rule></decisionTable></decision>
 </definitions>"""
ASKS_TABLE = node(
    "businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_answer="answer"
)
LADDERS = {
    "escalation_ladders.dmn": (BPMN / "decisions" / "escalation_ladders.dmn").read_text("utf-8")
}
LINE = "start > question > x > end"


def line(middle):
    return (start(), ask("question"), middle, end()), LINE


PLACES = {
    "condition": lambda text: (
        (start(), ask("question"), gateway("exclusive", "x", "x_end"), end(), end("end2")),
        f"start > question > x > end\nx > end2 : {text}",
    ),
    "inclusive condition": lambda text: (
        (start(), ask("question"), gateway("inclusive", "x", "x_end"), end(), end("end2")),
        f"start > question > x > end\nx > end2 : {text}",
    ),
    "mapping in": lambda text: line(service("x", "help", in_a=text)),
    "mapping out": lambda text: line(service("x", "help", out_a=text)),
    "mapping into a call": lambda text: line(call("x", "asking", in_a=text)),
    "deadline": lambda text: line(ask("x", deadline=text)),
    "legal limit": lambda text: line(ask("x", legal_limit=text)),
    "outside party": lambda text: line(ask("x", outside_party=text)),
    "role": lambda text: line(ask("x", candidateGroups=f"= {text}".replace('"', "&quot;"))),
    "timer of a duration": lambda text: line(catch("x", after(text))),
    "timer of a date": lambda text: line(catch("x", at(text))),
    "timer on the edge": lambda text: (
        (start(), ask("question"), ask("y"), boundary("x", "y", after(text)), end(), end("end2")),
        "start > question > y > end\nx > end2",
    ),
    "message key awaited": lambda text: line(catch("x", MESSAGE, message="m", message_key=text)),
    "message key thrown": lambda text: line(
        node("intermediateThrowEvent", "x", MESSAGE, message="m", message_key=text)
    ),
    "message content": lambda text: line(
        node("intermediateThrowEvent", "x", MESSAGE, message="m", in_a=text)
    ),
    "collection": lambda text: line(call("x", "asking", many(text.replace('"', "&quot;")))),
    "collected": lambda text: line(
        node("serviceTask", "x", many('["a"]'), handler="help", collect_found=text)
    ),
    "table input": lambda text: line(
        node("businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_answer=text)
    ),
}


def stopped_at(casework, element="x"):
    """Complete the question as the page does it, and return the incident that came of it."""
    (task,) = _tasks(casework, "question")
    casework.act(ALICE, lambda work: claim_task(work, task.id))
    answers = {"answer": "yes"}
    with pytest.raises(Stopped), noting_failures(casework, ALICE, task.id, answers):
        casework.act(ALICE, lambda work: complete_task(work, task.id, answers))
    with casework.work(SYSTEM) as work:
        (incident,) = open_incidents(work)
    assert _tasks(casework, "question")[0].closed_at is None
    return incident


def _tasks(casework, element):
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(TaskRow).where(TaskRow.element == element)).all()


@pytest.fixture
def given(casework, house, begin):
    """Put a process into force that has such text in a place, and begin it."""
    house.handlers["help"] = lambda work, instance, inputs: {}

    def begun(nodes, flows, table=TABLE):
        xml = definition(*nodes, flows=flows).xml.decode().replace('id="P"', 'id="asking"')
        files = {"asking.bpmn": xml, "forms/f.json": FORM, "team.dmn": table, **LADDERS}
        casework.act(SYSTEM, lambda work: deploy_process(work, "asking", files))
        return begin("asking")

    return begun


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("place", PLACES)
def test_an_error_stops_the_step_and_is_an_incident(casework, given, place, text):
    given(*PLACES[place](text))

    incident = stopped_at(casework)

    assert incident.element == "x"
    assert "Traceback" not in incident.cause


@pytest.mark.parametrize(
    ("cell", "output"),
    [("> 3", "1"), ("missing", "1"), ("unknown(?)", "1"), ("-", "missing"), ("-", "1 / 0")],
)
def test_an_error_in_a_table_is_an_incident(casework, given, cell, output):
    table = TABLE.replace("CELL", cell.replace(">", "&gt;")).replace("OUTPUT", output)
    given(*line(ASKS_TABLE), table=table)

    assert stopped_at(casework).element == "x"


def test_two_rows_where_one_may_fit_are_an_incident(casework, given):
    row = TABLE[TABLE.index("<rule") : TABLE.index("</rule>") + 7]
    twice = TABLE.replace(row, row + row).replace("FIRST", "UNIQUE")
    given(*line(ASKS_TABLE), table=twice.replace("CELL", "-").replace("OUTPUT", "1"))

    assert "Højst én række" in stopped_at(casework).cause


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("condition", "null"),
        ("condition", "answer"),
        ("deadline", "answer"),
        ("deadline", "null"),
        ("legal limit", "3"),
        ("timer of a duration", "answer"),
        ("timer of a date", "null"),
        ("timer of a duration", "P1M"),
        ("message key awaited", "null"),
        ("collection", "answer"),
        ("role", "null"),
        ("role", "3"),
        ("outside party", "3"),
    ],
)
def test_a_value_that_cannot_be_used_is_an_incident_too(casework, given, place, text):
    given(*PLACES[place](text))

    assert stopped_at(casework).element == "x"

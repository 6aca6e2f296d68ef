"""A diagram drawn by the server, and the same in words."""

from pathlib import Path

import pytest

from engine.domain.errors import InvalidDefinition
from engine.ports import Blueprint, Node
from tests.conftest import BPMN
from web.cases.drawing import draw
from web.cases.steps import Standing, Step, steps

REFERRAL = (BPMN / "processes/referral/referral.bpmn").read_bytes()
PROCESSES = sorted((BPMN / "processes").glob("*/*.bpmn"))


def node(key: str, *following: str, kind: str = "userTask", name: str | None = None) -> Node:
    said = key.capitalize() if name is None else name
    return Node(id=key, type=kind, name=said, lane="", settings={}, following=following)


def blueprint(*nodes: Node) -> Blueprint:
    return Blueprint(
        process="p",
        name="P",
        documentation="",
        start_messages=(),
        awaits=frozenset(),
        reads=frozenset(),
        nodes=nodes,
    )


@pytest.mark.parametrize("file", PROCESSES, ids=lambda file: file.stem)
def test_every_shipped_diagram_can_be_drawn_whole(file: Path):
    drawing = draw(file.read_bytes())

    left, top, width, height = drawing.box
    assert drawing.shapes
    assert drawing.edges
    for shape in drawing.shapes:
        assert left <= shape.x
        assert shape.x + shape.width <= left + width
        assert top <= shape.y
        assert shape.y + shape.height <= top + height


def test_each_element_is_marked_by_where_the_process_stands():
    standing = Standing(
        done={"referral_received"}, here={"screening"}, overdue={"raise_concern"}, steps={}
    )

    states = {shape.element: shape.state for shape in draw(REFERRAL, standing).shapes}

    assert states["referral_received"] == "done"
    assert states["screening"] == "here"
    assert states["raise_concern"] == "overdue"
    assert states["place_on_agenda"] == ""


def test_the_kinds_are_told_apart():
    shapes = {shape.element: shape for shape in draw(REFERRAL).shapes}

    assert (shapes["pool_referral"].kind, shapes["lane_intake"].kind) == ("pool", "lane")
    assert (shapes["screening"].kind, shapes["screening"].icon) == ("task", "person")
    assert shapes["obtain_consent"].kind == "call"
    assert (shapes["is_acute"].kind, shapes["is_acute"].icon) == ("gateway", "x")
    assert (shapes["meeting_held"].variant, shapes["meeting_held"].icon) == ("boundary", "clock")
    assert shapes["contribution"].variant == "many"


def test_a_label_is_written_whole_in_lines_that_fit():
    screening = next(s for s in draw(REFERRAL).shapes if s.element == "decide_without_consent")

    assert " ".join(line.text for line in screening.lines).startswith("Afgør")
    assert len(screening.lines) > 1


def test_a_file_that_is_no_xml_is_refused():
    with pytest.raises(InvalidDefinition):
        draw(b"hej")


def test_the_words_go_from_what_was_done_over_here_to_what_comes():
    shown = steps(
        blueprint(node("first", "second"), node("second", "third"), node("third")),
        Standing(done={"first"}, here={"second"}, steps={}),
    )

    assert [(step.text, step.state) for step in shown] == [
        ("First", "done"),
        ("Second", "here"),
        ("Third", "next"),
    ]


def test_what_the_system_does_by_itself_is_passed_over():
    shown = steps(
        blueprint(
            node("ask", "table"), node("table", "tell", kind="businessRuleTask"), node("tell")
        ),
        Standing(done=set(), here={"ask"}, steps={}),
    )

    assert [step.text for step in shown] == ["Ask", "Tell"]


def test_a_step_that_several_did_stands_there_for_each_of_them():
    both = [Step(text="Skriv", state="done", whom="Anne"), Step(text="Skriv", state="here")]

    shown = steps(
        blueprint(node("write")), Standing(done=set(), here={"write"}, steps={"write": both})
    )

    assert shown == both


def test_a_diagram_that_turns_back_is_walked_once():
    shown = steps(
        blueprint(node("ask", "again"), node("again", "ask", kind="exclusiveGateway")),
        Standing(done=set(), here={"ask"}, steps={}),
    )

    assert [step.text for step in shown] == ["Ask"]


def test_a_wait_is_called_what_the_diagram_calls_it():
    waits = {"day": [Step(text="", state="here", when="tors. 5. mar.")]}

    shown = steps(
        blueprint(node("day", kind="intermediateCatchEvent", name="Mødedagen")),
        Standing(done=set(), here={"day"}, steps=waits),
    )

    assert shown == [Step(text="Mødedagen", state="here", when="tors. 5. mar.")]

"""What a diagram declares, and what the engine refuses to run."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.errors import InvalidDefinition
from engine.spiff.facade import SpiffEngine
from engine.spiff.specs import Specifications
from tests.spiff.conftest import Play
from tests.spiff.drawing import (
    ERRORS,
    HEAD,
    MESSAGE,
    after,
    boundary,
    call,
    catch,
    definition,
    end,
    from_xml,
    gateway,
    many,
    node,
    service,
    start,
    subprocess,
    user,
)

REFERRAL = from_xml(
    Path(__file__).with_name("diagrams").joinpath("referral.bpmn").read_bytes(), "referral"
)
FINE = "start > a > end"


@pytest.fixture
def referral():
    return SpiffEngine().inspect(REFERRAL)


def test_a_blueprint_names_the_process_and_its_start_messages(referral):
    assert (referral.process, referral.name) == ("referral", "Henvisning")
    assert referral.documentation == "Fra henvisning til første møde."
    assert referral.start_messages == ("referral_received",)


def test_the_nodes_come_in_the_order_of_the_flow(referral):
    names = [one.id for one in referral.nodes]

    assert names == [
        *("received", "screen", "urgent", "prepare", "begin", "invite", "ready", "agenda"),
        *("meeting", "none", "done"),
    ]


def test_a_node_tells_type_label_lane_settings_and_what_follows(referral):
    nodes = {one.id: one for one in referral.nodes}

    assert (nodes["screen"].type, nodes["screen"].name) == ("userTask", "Visitér")
    assert nodes["screen"].settings == {
        "formKey": "screening",
        "candidateGroups": "=screener",
        "deadline": 'working_days(created, param("screening"))',
        "ladder": "A",
    }
    assert nodes["urgent"].following == ("agenda", "prepare")


def test_the_innermost_lane_counts_also_for_what_is_inside_a_subprocess(referral):
    lanes = {one.id: one.lane for one in referral.nodes}

    assert (lanes["received"], lanes["screen"]) == ("Visitator", "Leder")
    assert (lanes["invite"], lanes["done"]) == ("Koordinator", "")


def test_reads_are_the_names_of_every_expression(referral):
    assert referral.reads == {"screener", "created", "risk", "forum", "meets_on"}


def test_reads_hold_those_of_many_messages_and_settings_too():
    drawing = definition(
        *(start(), user("a", many("people", enough="count(done) > limit"), collect_done="answer")),
        node("sendTask", "s", message="m", message_key="case", in_x="one.two"),
        catch("t", after("wait_for")),
        user("b", legal_limit="born + 1", outside_party="who", about="whom", ladder="A"),
        end(),
        flows="start > a > s > t > b > end",
    )
    assert SpiffEngine().inspect(drawing).reads == {
        *("people", "done", "limit", "answer", "case", "one", "wait_for"),
        *("born", "who", "whom"),
    }


def test_a_drawing_with_pools_lanes_and_data_objects_runs():
    game = Play(REFERRAL).start("referral_received", forum="f")
    assert game.data == {"forum": "f"}

    game.complete("screen", risk=1).complete("invite").resume("agenda", meets_on="2026-03-09")
    assert game.snap.timers[0].due_at == datetime(2026, 3, 9, 7, tzinfo=UTC)
    assert game.wake(days=7).snap.finished


def test_an_error_of_the_handler_takes_its_way():
    game = Play(REFERRAL).start("referral_received", forum="f").complete("screen", risk=5)

    assert game.fail("agenda", "no_meeting").snap.reached[-2:] == ("none", "done")


REFUSED = {
    "script": (node("scriptTask", "a"), FINE, "a: "),
    "untyped": (node("task", "a"), FINE, "a: "),
    "ad hoc": (node("adHocSubProcess", "a"), FINE, "a: "),
    "transaction": (node("transaction", "a"), FINE, "a: "),
    "complex gateway": (node("complexGateway", "a"), FINE, "a: "),
    "handler": (node("serviceTask", "a"), FINE, "handler"),
    "table": (node("businessRuleTask", "a"), FINE, "beslutningstabel"),
    "called": (node("callActivity", "a"), FINE, "hvilken proces"),
    "message": (node("sendTask", "a"), FINE, "mangler en besked"),
    "receive": (node("receiveTask", "a"), FINE, "mangler en besked"),
    "reserved": (user("a") + user("End"), "start > a > End > end", "forbeholdt"),
    "doubled": (user("a") + user("a"), FINE, "samme id"),
    "conditional": (user("a"), "start > a\na > end : true", "betingelse virker kun"),
    "implicit fork": (user("a") + user("b"), "start > a > end\na > b > end", "flere veje ud"),
    "dangling": (user("a"), "start > a > nowhere", "ikke findes"),
    "unconditional": (
        gateway("exclusive", "a") + user("b"),
        "start > a > end\na > b > end",
        "mangler en betingelse",
    ),
    "cycle": (
        catch(
            "a",
            "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"
            "</bpmn:timerEventDefinition>",
        ),
        FINE,
        "gentagelser",
    ),
    "signal": (catch("a", "<bpmn:signalEventDefinition/>"), FINE, "signal"),
    "link": (catch("a", "<bpmn:linkEventDefinition/>"), FINE, "link"),
    "conditional event": (catch("a", "<bpmn:conditionalEventDefinition/>"), FINE, "conditional"),
    "none catch": (catch("a", ""), FINE, "ingen"),
    "two meanings": (catch("a", MESSAGE + after("P1D"), message="m"), FINE, "kun have én"),
    "timer start": (start("s2", after("P1D")) + user("a"), FINE, "timer"),
    "two starts": (start("s2") + user("a"), f"{FINE}\ns2 > a", "almindelig start"),
    "compensation": (
        user("a") + boundary("b", "a", "<bpmn:compensateEventDefinition/>"),
        FINE,
        "compensate",
    ),
    "boundary of nothing": (user("a") + boundary("b", "start", after("P1D")), FINE, "kanten"),
    "standard loop": (user("a", "<bpmn:standardLoopCharacteristics/>"), FINE, "løkke"),
    "many of nothing": (
        user("a", "<bpmn:multiInstanceLoopCharacteristics/>"),
        FINE,
        "camunda:collection",
    ),
    "task after event gateway": (
        gateway("eventBased", "g") + user("a"),
        "start > g > a > end",
        "hændelsesgateway",
    ),
    "subprocess without end": (
        subprocess("a", start("s1"), user("in"), flows="s1 > in"),
        FINE,
        "mangler en sluthændelse",
    ),
    "event subprocess": (
        user("a")
        + node("subProcess", "es", start("s1") + end("e1"), attributes='triggeredByEvent="true"'),
        FINE,
        "startes af en hændelse",
    ),
    "not FEEL": (service("a", "h", in_x="1 +"), FINE, "a: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_not_mean_what_it_shows_is_refused(case):
    drawn, flows, sentence = REFUSED[case]
    drawing = definition(start(), drawn, end(), flows=flows, roots=ERRORS)

    with pytest.raises(InvalidDefinition, match=sentence) as refusal:
        SpiffEngine().inspect(drawing)
    assert str(refusal.value).startswith("P: ")


def test_an_error_end_without_a_code_is_refused():
    drawing = definition(start(), end("end", "<bpmn:errorEventDefinition/>"), flows="start > end")

    with pytest.raises(InvalidDefinition, match="end: Fejlen mangler en kode"):
        SpiffEngine().inspect(drawing)


@pytest.mark.parametrize("count", [0, 2])
def test_a_file_has_one_executable_process(count):
    body = "".join(f'<bpmn:process id="P{n}" isExecutable="true"/>' for n in range(count))
    drawing = from_xml(f"{HEAD}{body}</bpmn:definitions>".encode())

    with pytest.raises(InvalidDefinition, match="netop én kørbar"):
        SpiffEngine().inspect(drawing)


def test_the_process_bears_the_name_it_is_asked_for():
    drawing = definition(start(), user("a"), end(), flows=FINE)

    with pytest.raises(InvalidDefinition, match="»P«"):
        SpiffEngine().inspect(from_xml(drawing.xml, "Q"))


def test_what_is_no_xml_is_refused():
    with pytest.raises(InvalidDefinition):
        SpiffEngine().inspect(from_xml(b"<bpmn:definitions>"))


def in_a_row(count):
    names = [f"a{n}" for n in range(count)]
    return definition(
        *(start(), *(call(name, "Q") for name in names), end()),
        flows=f"start > {' > '.join(names)} > end",
    )


def test_a_diagram_that_is_too_large_is_refused():
    with pytest.raises(InvalidDefinition, match="flere end 250"):
        SpiffEngine().inspect(in_a_row(249))


def test_the_largest_diagram_runs():
    game = Play(in_a_row(248)).start()

    assert game.resume("a0").calls == [("a1", {})]
    assert game.snap.incident is None


def test_a_flow_without_an_id_is_refused():
    drawing = definition(
        *(start(), user("a"), end()),
        inside='<bpmn:sequenceFlow sourceRef="start" targetRef="a"/>',
        flows="a > end",
    )
    with pytest.raises(InvalidDefinition, match="sequenceFlow: Vejen mangler et id"):
        SpiffEngine().inspect(drawing)


def test_an_element_without_an_id_is_refused():
    drawing = definition(start(), user(""), end(), flows="start > end")

    with pytest.raises(InvalidDefinition, match="mangler et id"):
        SpiffEngine().inspect(drawing)


def test_a_process_without_a_start_is_refused():
    with pytest.raises(InvalidDefinition, match="mangler en starthændelse"):
        SpiffEngine().inspect(definition(user("a"), end(), flows="a > end"))


def test_the_least_recently_used_specification_is_dropped():
    known = Specifications(kept=2)
    drawings = [
        definition(start(), user(name), end(), flows=f"start > {name} > end") for name in "abc"
    ]
    first, _, _ = [known.of(each) for each in drawings]

    assert known.of(drawings[2]) is known.of(drawings[2])
    assert known.of(drawings[0]) is not first

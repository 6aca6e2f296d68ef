"""Drawings as other tools write them: ours, with the constructs and namespaces of each tool."""

import re
from pathlib import Path

import pytest

from engine.spiff.settings import Element, bpmn, settings_of, tag_of, text_of
from engine.xml import BPMNDI, read_xml
from tests.spiff.adapting.filling import adapted, errors_of, filled, walked

TOOLS = Path(__file__).parent / "tools"
NAMES = sorted(path.stem for path in TOOLS.glob("*.bpmn"))
ANSWERS = {
    "wanted": True,
    "approved": True,
    "kind": "gift",
    "amount": 10,
    "total": 20,
    "receipt": "r",
    "reply": "yes",
    "parents": ["mor"],
    "people": ["mor"],
    "kommer_familien": "yes",
    "hvem_skal_hoeres": ["skolen"],
    "young": {"age": 15},
    "team": 1,
}


def copy_of(tool: str) -> str:
    return adapted((TOOLS / f"{tool}.bpmn").read_bytes()).xml


def element(xml: str, name: str) -> Element:
    return next(each for each in read_xml(xml.encode()).iter() if each.get("id") == name)


def settings(tool: str, name: str) -> dict[str, str]:
    return settings_of(element(copy_of(tool), name))


def said(tool: str, code: str) -> list[str]:
    changes = adapted((TOOLS / f"{tool}.bpmn").read_bytes()).changes
    return [each.element for each in changes if each.code == code]


@pytest.mark.parametrize("tool", NAMES)
def test_with_the_list_done_it_passes_the_check(tool):
    assert errors_of(filled(copy_of(tool))) == []


@pytest.mark.parametrize("tool", NAMES)
def test_with_the_list_done_it_walks_to_its_end(tool):
    play = walked(filled(copy_of(tool)), **ANSWERS)

    assert (play.snap.finished, play.snap.error, play.snap.incident) == (True, None, None)


@pytest.mark.parametrize("tool", NAMES)
def test_all_that_runs_has_a_place_in_the_picture(tool):
    root = read_xml(copy_of(tool).encode())
    shown = {part.get("bpmnElement") for part in root.iter(f"{{{BPMNDI}}}BPMNShape")}
    shown |= {part.get("bpmnElement") for part in root.iter(f"{{{BPMNDI}}}BPMNEdge")}
    process = next(root.iter(bpmn("process")))

    drawn = [
        each.get("id")
        for each in process.iter()
        if tag_of(each).endswith(("Task", "Event", "Gateway", "Process", "Flow", "Activity"))
    ]
    assert set(drawn[1:]) <= shown


@pytest.mark.parametrize("tool", NAMES)
def test_adapting_the_copy_again_changes_nothing_that_runs(tool):
    once = adapted((TOOLS / f"{tool}.bpmn").read_bytes())
    again = adapted(once.xml.encode())

    assert [each.code for each in again.changes if each.code != "left_alone"] == []
    assert [(each.code, each.element) for each in again.findings] == [
        (each.code, each.element) for each in once.findings
    ]


def test_what_is_left_to_do_is_told_with_the_lines_of_the_file_that_was_sent():
    outcome = adapted((TOOLS / "signavio.bpmn").read_bytes())

    found = [each.line for each in outcome.findings if each.code == "service_without_function"]
    assert found == [19]


def test_camunda_8_says_who_does_a_task_with_which_form_by_when():
    assert settings("camunda8", "Task_plan") == {
        "candidateGroups": "uu_counsellor",
        "formKey": "usertaskform_2s8",
        "deadline": 'today() + duration("P5D")',
    }


def test_camunda_8_says_which_function_table_and_process_are_called():
    assert settings("camunda8", "Task_mail") == {"handler": "send_letter"}
    assert settings("camunda8", "Task_notify") == {"handler": "notifySchool"}
    assert settings("camunda8", "Task_rule") == {
        "decisionRef": "team",
        "in.age": "young.age",
        "out.team": "team",
    }
    assert element(copy_of("camunda8"), "Call_each").get("calledElement") == "consent"


def test_camunda_8_says_for_whom_a_step_is_repeated():
    assert settings("camunda8", "Call_each") == {
        "collection": "parents",
        "elementVariable": "parent",
        "collect.replies": "reply",
    }


def test_a_cycle_that_rings_once_is_a_duration():
    timer = element(copy_of("camunda8"), "Timer_late").find(bpmn("timerEventDefinition"))

    assert timer is not None
    assert text_of(timer, "timeDuration") == "P5D"
    assert text_of(timer, "timeCycle") is None


def test_camunda_7_hands_over_by_name():
    assert settings("camunda7", "pay") == {
        "handler": "pay-out",
        "in.amount": "amount",
        "in.currency": '"DKK"',
        "out.receipt": "receipt",
    }


@pytest.mark.parametrize("kind", ["sendTask", "businessRuleTask"])
def test_camunda_7_says_which_function_does_a_task_of_another_kind(kind):
    plain = '<bpmn:manualTask id="file" name="Læg på sagen"/>'
    job = f'<bpmn:{kind} id="file" camunda:type="external" camunda:topic="send_letter"/>'
    drawn = (TOOLS / "camunda7.bpmn").read_text("utf-8").replace(plain, job)

    once = adapted(drawn.encode())
    again = adapted(once.xml.encode())

    assert tag_of(element(once.xml, "file")) == "serviceTask"
    assert settings_of(element(once.xml, "file")) == {"handler": "send_letter"}
    assert [each.code for each in once.changes if each.element == "file"] == ["carried_over", "job"]
    assert [each.code for each in again.changes if each.code != "left_alone"] == []


def test_camunda_7_conditions_are_written_in_feel():
    flow = element(copy_of("camunda7"), "f3")

    assert text_of(flow, "conditionExpression") == 'approved = true and kind != "loan"'


def test_code_is_taken_out_and_quoted():
    outcome = adapted((TOOLS / "camunda7.bpmn").read_bytes())
    change = next(each for each in outcome.changes if each.code == "script")

    assert "2 * amount" in change.danish
    assert "2 * amount" not in outcome.xml
    assert tag_of(element(outcome.xml, "compute")) == "serviceTask"


def test_a_lane_that_is_called_like_a_role_gives_it():
    assert settings("signavio", "sid-talk")["candidateGroups"] == "uu_counsellor"
    assert settings("signavio", "sid-wait")["candidateGroups"] == "uu_counsellor"
    assert "candidateGroups" not in settings("signavio", "sid-archive")


def test_data_becomes_a_note_with_lines_to_it():
    xml = copy_of("signavio")

    assert tag_of(element(xml, "sid-note")) == "textAnnotation"
    assert text_of(element(xml, "sid-note"), "text") == "Notat"
    lines = [(element(xml, n).get("sourceRef"), element(xml, n).get("targetRef")) for n in LINES]
    assert lines == [("sid-talk", "sid-note"), ("sid-note", "sid-archive")]


LINES = ("sid-doa", "sid-dia")


def test_a_gateway_asks_what_its_name_asks():
    flow, gateway = element(copy_of("signavio"), "sid-f5"), element(copy_of("signavio"), "sid-q")

    assert text_of(flow, "conditionExpression") == 'kommer_familien = "yes"'
    assert gateway.get("default") == "sid-f6"


def test_an_awaited_message_is_called_like_its_message_flow():
    wait = element(copy_of("signavio"), "sid-wait")

    assert element(copy_of("signavio"), wait.get("messageRef", "")).get("name") == (
        "svar_fra_familien"
    )


def test_what_was_left_to_be_understood_is_drawn():
    assert said("bpmn_io", "no_start") == ["Activity_0a_start"]
    assert said("bpmn_io", "no_end") == ["Activity_0c", "Activity_0d"]
    assert said("bpmn_io", "split") == ["Activity_0b"]


def test_a_spoken_length_of_time_is_a_duration():
    for tool, name, length in (
        ("bpmn_io", "Event_wait", "P2W"),
        ("enterprise_architect", "EAID_late", "P3W"),
        ("adonis", "_t", "P10D"),
    ):
        timer = element(copy_of(tool), name).find(bpmn("timerEventDefinition"))
        assert timer is not None
        assert text_of(timer, "timeDuration") == length


def test_a_shared_definition_is_put_into_the_event_that_refers_to_it():
    assert element(copy_of("adonis"), "_t").find(bpmn("timerEventDefinition")) is not None


def test_prefixes_odd_ids_and_the_engines_own_are_mended_everywhere():
    assert said("adonis", "id") == ["task_7_ask"]
    assert element(copy_of("adonis"), "_f5").get("targetRef") == "task_7_ask"
    assert said("enterprise_architect", "id")[:3] == [
        "EAID_4711",
        "startEvent_Start",
        "endEvent_End",
    ]


@pytest.mark.parametrize("tool", NAMES)
def test_every_id_of_a_copy_is_one_that_xml_allows(tool):
    found = [each.get("id") for each in read_xml(copy_of(tool).encode()).iter()]

    assert [name for name in found if name and not re.fullmatch(r"[^\W\d][\w.\-]*", name)] == []


def test_who_does_a_task_in_the_words_of_bpmn_is_taken_over():
    assert settings("enterprise_architect", "EAID_a")["candidateGroups"] == "case_worker"


def test_a_file_without_namespace_or_picture_gets_both():
    assert len(said("enterprise_architect", "namespace")) == 1
    assert said("enterprise_architect", "layout") == ["drawn"]


@pytest.mark.parametrize("tool", NAMES)
def test_what_a_tool_alone_uses_is_said_to_have_no_effect(tool):
    others = {"bpmn_io", "enterprise_architect"}

    assert bool(said(tool, "left_alone")) is (tool not in others)

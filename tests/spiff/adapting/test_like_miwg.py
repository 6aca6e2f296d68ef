"""Drawings made like the other reference models of the BPMN-MIWG: adapted, or refused for a reason.

See `like_miwg/README.md` for what they are.
"""

from collections import Counter
from pathlib import Path

import pytest

from engine.spiff.adapting.adapted import Adapted
from engine.spiff.adapting.safely import adapt_safely
from engine.spiff.checks.safely import check_safely
from engine.spiff.settings import Element, bpmn, settings_of, tag_of
from engine.xml import BPMNDI, read_xml
from tests.spiff.adapting.filling import KNOWN, PROCESS, ROLES, adapted, errors_of, filled, walked

LIKE = Path(__file__).parent / "like_miwg"
PER_TASK = ("task_without_role", "task_without_form", "task_without_deadline")

# What is left to do in the copy of each, by rule.
LEFT: dict[str, dict[str, int]] = {
    "C.1.0": {
        **{"drawn_loop": 1, "missing_default": 2, "nobody_sends": 1, "service_without_function": 1},
        **{"unknown_form": 4, "task_without_deadline": 4, "task_without_role": 2},
    },
    "C.1.1": {
        **{"drawn_loop": 1, "missing_default": 2, "service_without_function": 1},
        **{"unknown_form": 4, "task_without_deadline": 4, "task_without_role": 2},
        **{"unknown_role": 1},
    },
    "C.2.0": dict.fromkeys(PER_TASK, 4)
    | {"drawn_loop": 2, "no_error_code": 1, "nobody_receives": 1},
    "C.3.0": dict.fromkeys(PER_TASK, 5)
    | {"nobody_sends": 2, "broken_expression": 1, "literal_period": 1},
    "C.7.0": {
        **{"task_without_form": 3, "task_without_deadline": 3, "drawn_loop": 1, "no_decision": 1},
        **{"service_without_function": 2, "loop_without_collection": 1},
    },
    "C.8.0": dict.fromkeys(PER_TASK, 1) | {"service_without_function": 4, "no_decision": 1},
    "C.8.1": {
        **{"unknown_function": 5, "broken_expression": 4},
        **{"unknown_form": 1, "task_without_deadline": 1},
    },
    "C.9.1": dict.fromkeys(PER_TASK, 1)
    | {"unknown_function": 2, "wait_without_owner": 1, "nobody_sends": 1}
    | {"timer_cycle": 1, "literal_period": 1},
}
EVENT, STARTED, UNDONE = "unsupported_event", "event_subprocess", "compensation"
# All that stands in the way of each that is refused: rule and element, in the order of the file.
REFUSED = {
    "B.2.0": [(EVENT, f"_k{step}") for step in (14, 16, 18, 22, 27, 35, 40, 44, "45b", 47)],
    "C.4.0": [(EVENT, "_a9")],
    "C.5.0": [(EVENT, "_k13"), (EVENT, "_k14")],
    "C.6.0": [
        *((EVENT, "_13d"), (EVENT, "_13f"), (UNDONE, "_13g"), (UNDONE, "_13j")),
        *((STARTED, "_14"), (EVENT, "_14c"), (EVENT, "_14d"), (EVENT, "_20")),
    ],
    "C.9.0": [(STARTED, "es1"), (STARTED, "ID-es2")],
    "C.9.2": [(STARTED, "es1"), (STARTED, "es2"), (STARTED, "es3")],
}
# Processes that lie beside the one that is refused, and can be had instead.
INSTEAD = [
    ("B.2.0", "_lille"),
    ("B.2.0", "_hjem"),
    ("C.4.0", "_it"),
    ("C.4.0", "_loen"),
    ("C.4.0", "_bygning"),
]
INSTEAD += [("C.5.0", "_soeskende"), ("C.2.0", "_lager"), ("C.1.0", "sid-sekretaer")]
RUNNING = [(name, "") for name in sorted(LEFT)] + INSTEAD
# What a process owner puts in the place of a name with spaces in it, once there is a form.
BY_HAND = (("Svar på fri =", "svar ="), ("Hvor hurtigt == ", "svar = "))
ANSWERS = {
    **{"godkendt": True, "svar": "Ja", "people": ["mor"], "team": 1},
    **{"er_alt_der": "yes", "er_der_soeskende": "yes", "er_vi_faerdige": "yes", "igen": "no"},
    **{"gik_det_godt": "yes", "slags_hjaelp": "akut", "lykkedes_det": "yes"},
    **{"maa_eleven_faa_fri": "ja", "afgoer_selv": "yes"},
}


def drawn(name: str) -> bytes:
    return (LIKE / f"{name}.bpmn").read_bytes()


def done(name: str, wanted: str) -> str:
    xml = adapted(drawn(name), wanted=wanted).xml
    for old, new in BY_HAND:
        xml = xml.replace(old, new).replace("svar = 'Hurtigt'", 'svar = "Hurtigt"')
    return filled(xml)


def test_every_drawing_has_its_expectation():
    assert sorted([*LEFT, *REFUSED]) == sorted(path.stem for path in LIKE.glob("*.bpmn"))


@pytest.mark.parametrize("name", sorted(LEFT))
def test_what_is_left_to_do_is_all_that_the_check_finds(name):
    assert Counter(each.code for each in adapted(drawn(name)).findings) == LEFT[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_adapted_is_refused_with_every_reason_at_its_element(name):
    outcome = adapted(drawn(name))

    assert outcome.xml == ""
    assert [(each.code, each.element) for each in outcome.findings] == REFUSED[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_line_of_a_reason_is_that_of_its_element(name):
    lines = drawn(name).decode("latin-1").splitlines()

    for each in adapted(drawn(name)).findings:
        assert f'id="{each.element}"' in lines[(each.line or 0) - 1]


@pytest.mark.parametrize(("name", "wanted"), RUNNING)
def test_with_the_list_done_it_passes_the_check(name, wanted):
    assert errors_of(done(name, wanted)) == []


@pytest.mark.parametrize(("name", "wanted"), RUNNING)
def test_with_the_list_done_it_walks_to_its_end(name, wanted):
    said = {"godkendt": "yes"} if name == "C.7.0" else {}

    play = walked(done(name, wanted), **ANSWERS | said)

    assert (play.snap.finished, play.snap.error, play.snap.incident) == (True, None, None)


@pytest.mark.parametrize(("name", "wanted"), RUNNING)
def test_the_picture_shows_what_is_in_the_file_and_all_that_runs(name, wanted):
    root = read_xml(adapted(drawn(name), wanted=wanted).xml.encode())
    there = {each.get("id") for each in root.iter()}
    pages = root.findall(f"{{{BPMNDI}}}BPMNDiagram")
    shown = [part.get("bpmnElement") for page in pages for part in page.iter()]
    process = next(root.iter(bpmn("process")))
    running = [each.get("id") for each in process.iter() if tag_of(each).endswith(_DRAWN)][1:]

    assert {name for name in shown if name} <= there
    assert set(running) <= {part.get("bpmnElement") for part in pages[0].iter()}


_DRAWN = ("Task", "Event", "Gateway", "Process", "Flow", "Activity")


@pytest.mark.parametrize("name", sorted([*LEFT, *REFUSED]))
def test_a_process_of_its_own_says_the_same_within_its_time_and_memory(name):
    outcome: Adapted = adapt_safely(drawn(name), PROCESS, {}, KNOWN, ROLES)

    assert outcome == adapted(drawn(name))


@pytest.mark.parametrize("name", sorted([*LEFT, *REFUSED]))
def test_the_check_of_the_file_as_it_came_finds_faults_and_survives(name):
    text = drawn(name).decode("latin-1" if name == "B.2.0" else "utf-8")

    found = check_safely(PROCESS, {f"{PROCESS}.bpmn": text}, KNOWN)

    assert found
    assert "too_much" not in {each.code for each in found}


def test_what_a_process_takes_and_gives_stays_in_the_picture_as_notes():
    root = read_xml(adapted(drawn("C.7.0")).xml.encode())
    notes = {each.get("id"): each for each in root.iter(bpmn("textAnnotation"))}
    lines = {(each.get("sourceRef"), each.get("targetRef")) for each in root.iter(ASSOCIATION)}

    assert {"_ind", "_ud"} <= notes.keys()
    assert ("_3", "_ud") in lines


ASSOCIATION = bpmn("association")


def test_the_marks_of_numbers_are_taken_off_and_said():
    outcome = adapted(drawn("C.3.0"))

    assert [each.element for each in outcome.changes if each.code == "token_count"] == ["_a"]
    assert "startQuantity" not in outcome.xml


def test_activiti_is_understood_like_the_camunda_that_came_from_it():
    assert 'formKey="betal"' in adapted(drawn("C.1.0")).xml
    assert 'candidateGroups="coordinator"' in adapted(drawn("C.1.0")).xml


def test_styles_of_labels_that_share_an_id_are_told_apart_and_followed():
    page = b'<bpmndi:BPMNLabelStyle id="style"/></bpmndi:BPMNDiagram>'
    shared = drawn("C.4.0").replace(b"</bpmndi:BPMNDiagram>", page)
    shape = b'<dc:Bounds x="200" y="182" width="36" height="36"/>'
    label = shape + b'<bpmndi:BPMNLabel labelStyle="style"/>'

    root = read_xml(adapted(shared.replace(shape, label), wanted="_it").xml.encode())

    pages = root.findall(f"{{{BPMNDI}}}BPMNDiagram")
    styles = [page.findall(f"{{{BPMNDI}}}BPMNLabelStyle")[-1].get("id") for page in pages]
    labels = [part.get("labelStyle") for part in pages[0].iter() if part.get("labelStyle")]
    assert len(set(styles)) == len(pages) > 1
    assert labels == styles[:1]


def test_the_form_of_a_start_is_taken_out_and_said_and_a_renamed_form_is_said():
    outcome = adapted(drawn("C.1.0"))

    said = [(each.code, each.element) for each in outcome.changes if "form" in each.english.lower()]
    forms = [("carried_over", each) for each in ("godkend", "vaelg", "afklar", "betal")]
    assert [each for each in said if each[0] == "carried_over"] == forms
    assert ("form_of_event", "StartEvent_1") in said
    assert "app:" not in outcome.xml


def test_what_xpath_asks_of_data_is_asked_by_name():
    xml = adapted(drawn("C.1.1")).xml

    assert ">godkendt</" in xml
    assert ">not(godkendt)</" in xml
    assert '>svar = "ja"</' in xml


def changes(name: str, code: str) -> list[tuple[str, str]]:
    found = adapted(drawn(name)).changes
    return [(each.element, each.danish) for each in found if each.code == code]


def test_the_language_of_a_file_is_not_told_as_a_tool():
    assert "xml:lang" in drawn("C.8.1").decode()
    assert [said for _, said in changes("C.8.1", "left_alone") if "w3.org" in said] == []


def test_of_two_tools_that_say_different_things_the_first_is_kept_and_the_other_told():
    task = element_of(adapted(drawn("C.9.1")).xml, "Bed")

    assert settings_of(task)["handler"] == "email"
    assert changes("C.9.1", "carried_over") == [
        (name, "Det, Camunda 8 havde skrevet på trinnet, er ført over: handler = email")
        for name in ("Bed", "Ryk")
    ]
    assert [(name, said[-16:]) for name, said in changes("C.9.1", "not_carried_over")] == [
        ("Bed", ": handler = post"),
        ("Ryk", ": handler = post"),
    ]


def element_of(xml: str, name: str) -> Element:
    return next(each for each in read_xml(xml.encode()).iter() if each.get("id") == name)


def test_a_task_that_becomes_another_kind_for_its_job_is_told():
    assert [name for name, _ in changes("C.8.1", "job")] == ["_t2", "_t3", "_t5"]
    assert [name for name, _ in changes("C.9.1", "job")] == ["Bed", "Ryk"]


def test_who_was_to_do_it_is_named_when_it_is_no_role():
    aside = dict(changes("C.7.0", "set_aside"))

    assert aside.keys() == {"_5", "_7"}
    assert all("»Kontoret«" in said for said in aside.values())


def test_a_data_object_that_nothing_refers_to_is_told_when_it_is_taken_out():
    assert [name for name, _ in changes("C.8.1", "data_left_out")] == ["_brev"]


def test_a_long_setting_is_told_with_a_mark_where_it_is_cut():
    said = dict(changes("C.8.1", "carried_over"))["_t3"]

    assert 'Fraværet nu.navn + "</p> <p>Der blev sagt nej til a…, in.mailSubject = "Fri"' in said


@pytest.mark.parametrize(("name", "wanted"), RUNNING)
def test_every_way_that_a_step_names_is_one_of_its_own(name, wanted):
    root = read_xml(adapted(drawn(name), wanted=wanted).xml.encode())
    drawn_ways = {each.get("id"): each for each in root.iter(bpmn("sequenceFlow"))}

    for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        for each in root.iter(bpmn(tag)):
            step = each.getparent()
            assert step is not None
            assert drawn_ways[(each.text or "").strip()].get(end) == step.get("id")

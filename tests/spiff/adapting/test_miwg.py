"""The reference models of the BPMN-MIWG that lie here: each is adapted, or refused for a reason.

See `miwg/README.md` for where they come from.
"""

from collections import Counter
from pathlib import Path

import pytest

from engine.spiff.adapting.safely import adapt_safely
from engine.spiff.settings import bpmn
from engine.xml import BPMNDI, DC, read_xml
from tests.spiff.adapting.filling import KNOWN, PROCESS, ROLES, adapted, errors_of, filled, walked

MIWG = Path(__file__).parent / "miwg"
PER_TASK = ("task_without_role", "task_without_form", "task_without_deadline")
PER_CALL = ("wait_without_owner", "wait_without_end", "unknown_process")

# What is left to do in the copy of each, by rule; None for those that are refused.
LEFT = {
    "A.1.0": dict.fromkeys(PER_TASK, 3),
    "A.2.0": dict.fromkeys(PER_TASK, 4),
    "A.2.1": dict.fromkeys(PER_TASK, 4),
    "A.3.0": None,
    "A.4.0": dict.fromkeys(PER_TASK, 4),
    "A.4.1": dict.fromkeys(PER_TASK, 4),
    "B.1.0": dict.fromkeys(PER_TASK, 3)
    | dict.fromkeys(PER_CALL, 3)
    | {"service_without_function": 1, "nobody_receives": 1, "nobody_sends": 1},
}
REFUSED = {
    "A.3.0": [
        (
            "unsupported_event",
            "_178e16eb-4c9e-4ea0-9644-7c5fb2b71825",
            "Boundary Intermediate Event Interrupting Escalation",
            19,
        )
    ]
}
ADAPTED = sorted(name for name, left in LEFT.items() if left is not None)
# The answers that send the walk through the gateways that have no conditions of their own.
ANSWERS = {
    "gateway_split_flow": "task_2",
    "task_4": "yes",
    "exclusive_gateway_divergence_1": "",
    "exclusive_gateway_divergence_2": "collapsed_sub_process",
}


def model(name: str) -> bytes:
    return (MIWG / f"{name}.bpmn").read_bytes()


def test_every_model_that_lies_here_has_its_expectation():
    assert sorted(LEFT) == sorted(path.stem for path in MIWG.glob("*.bpmn"))


@pytest.mark.parametrize("name", ADAPTED)
def test_what_is_left_to_do_is_all_that_the_check_finds(name):
    outcome = adapted(model(name))

    assert Counter(each.code for each in outcome.findings) == LEFT[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_adapted_is_refused_with_its_element_and_line(name):
    outcome = adapted(model(name))

    found = [(each.code, each.element, each.element_name, each.line) for each in outcome.findings]
    assert (outcome.xml, found) == ("", REFUSED[name])


@pytest.mark.parametrize("name", ADAPTED)
def test_with_the_list_done_it_passes_the_check(name):
    done = filled(adapted(model(name)).xml)

    assert errors_of(done) == []


@pytest.mark.parametrize("name", ADAPTED)
def test_with_the_list_done_it_walks_to_its_end(name):
    play = walked(filled(adapted(model(name)).xml), **ANSWERS)

    assert (play.snap.finished, play.snap.error, play.snap.incident) == (True, None, None)


@pytest.mark.parametrize("name", ADAPTED)
def test_what_was_drawn_stays_where_it_was(name):
    before, after = boxes(model(name)), boxes(adapted(model(name)).xml.encode())

    kept = before.keys() & after.keys()
    notes = notes_of(adapted(model(name)).xml)
    assert {key: after[key] for key in kept - notes} == {key: before[key] for key in kept - notes}
    assert set(tasks_of(adapted(model(name)).xml)) <= after.keys()


@pytest.mark.parametrize("name", sorted(LEFT))
def test_a_process_of_its_own_says_the_same(name):
    outcome = adapt_safely(model(name), PROCESS, {}, KNOWN, ROLES)

    assert outcome == adapted(model(name))


def test_the_other_process_can_be_chosen():
    outcome = adapted(model("A.4.1"), wanted="sid-34746A54-1D7D-46CA-B219-0C4CEAE51170")

    assert list(outcome.others.values()) == ["Pool 2"]
    assert Counter(each.code for each in outcome.findings) == dict.fromkeys(PER_TASK, 2)


def boxes(xml: bytes) -> dict[str, tuple[float, ...]]:
    """Return where each element lies."""
    found = {}
    for shape in read_xml(xml).iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            place = tuple(float(bounds.get(key, "0")) for key in ("x", "y", "width", "height"))
            found[shape.get("bpmnElement", "")] = place
    return found


def tasks_of(xml: str) -> list[str]:
    return [each.get("id", "") for each in read_xml(xml.encode()).iter(bpmn("userTask"))]


def notes_of(xml: str) -> set[str]:
    """Return what became a note, which is wider than the sign for data was."""
    return {each.get("id", "") for each in read_xml(xml.encode()).iter(bpmn("textAnnotation"))}

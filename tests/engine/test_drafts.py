"""Drafts: one a process, guarded by its version, and never in force by accident."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from engine.adapters.clock import MovableClock
from engine.domain.errors import Conflict, InvalidDefinition, NotAllowed, NotFound
from engine.ports import Actor
from engine.services.definitions import newest_definition
from engine.services.deployments import configure, deploy_process
from engine.services.drafts import (
    Draft,
    check_draft,
    deploy_draft,
    discard_draft,
    drafts_by_process,
    offered_to,
    open_draft,
    save_draft,
)
from engine.spiff.checks.findings import Known
from engine.storage.work import Casework, Work

OWNER = Actor(id=uuid4(), name="Pia Procesejer", roles=frozenset({"process_designer"}))
COLLEAGUE = Actor(id=uuid4(), name="Ole Kollega", roles=frozenset({"process_designer"}))
CASEWORKER = Actor(id=uuid4(), name="Alice", roles=frozenset({"intake"}))
KNOWN = Known(roles=frozenset({"intake"}), functions=frozenset({"today"}))

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d" targetNamespace="t">
 <bpmn:process id="visit" name="Besøg" isExecutable="true">
  <bpmn:startEvent id="begin"/>
  <bpmn:userTask id="talk" name="Tal med den unge" camunda:candidateGroups="ROLE"
   camunda:formKey="talk">
   <bpmn:extensionElements><camunda:properties>
    <camunda:property name="deadline" value="today()"/>
   </camunda:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:endEvent id="done"/>
  <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="talk"/>
  <bpmn:sequenceFlow id="f2" sourceRef="talk" targetRef="done"/>
 </bpmn:process>
 <bpmndi:BPMNDiagram id="picture"><bpmndi:BPMNPlane id="plane" bpmnElement="visit">
  <bpmndi:BPMNShape id="s1" bpmnElement="begin"/><bpmndi:BPMNShape id="s2" bpmnElement="talk"/>
  <bpmndi:BPMNShape id="s3" bpmnElement="done"/><bpmndi:BPMNEdge id="e1" bpmnElement="f1"/>
  <bpmndi:BPMNEdge id="e2" bpmnElement="f2"/>
 </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>""".replace("ROLE", "intake")
CHANGED = DIAGRAM.replace("Tal med den unge", "Besøg den unge")
FAULTY = DIAGRAM.replace('camunda:candidateGroups="intake"', "")
FILES = {"visit.bpmn": DIAGRAM, "forms/talk.json": '{"id": "talk", "components": []}'}

Act = Callable[[Callable[[Work], object]], object]


@pytest.fixture
def house(casework: Casework) -> Casework:
    """A house with one process in force."""
    with casework.work(OWNER) as work:
        deploy_process(work, "visit", FILES)
    return casework


def save(house: Casework, xml: str, version: int, actor: Actor = OWNER) -> Draft:
    return house.act(actor, lambda work: save_draft(work, "visit", xml, version))


def seen(house: Casework) -> Draft:
    return house.act(OWNER, lambda work: open_draft(work, "visit"))


def in_force(house: Casework) -> tuple[int, str]:
    def read(work: Work) -> tuple[int, str]:
        row = newest_definition(work, "visit")
        return row.number, row.files["visit.bpmn"]

    return house.act(OWNER, read)


def test_without_a_draft_one_sees_what_is_in_force(house):
    draft = seen(house)

    assert (draft.xml, draft.version, draft.saved_at, draft.saved_by) == (DIAGRAM, 0, None, "")


def test_a_process_that_nobody_has_deployed_cannot_be_opened(house):
    with pytest.raises(NotFound):
        house.act(OWNER, lambda work: open_draft(work, "lunch"))


def test_a_draft_that_is_saved_is_what_one_sees(house, clock: MovableClock):
    saved = save(house, CHANGED, 0)

    assert seen(house) == saved
    assert (saved.xml, saved.saved_at, saved.saved_by) == (CHANGED, clock.now(), OWNER.name)
    assert saved.files["forms/talk.json"] == FILES["forms/talk.json"]


def test_what_is_in_force_does_not_change_by_saving(house):
    save(house, CHANGED, 0)

    assert in_force(house) == (1, DIAGRAM)


def test_every_save_is_one_version_on(house, clock: MovableClock):
    first = save(house, CHANGED, 0)
    clock.move_to(clock.now() + timedelta(minutes=1))
    second = save(house, DIAGRAM, first.version)

    assert second.version == first.version + 1


def test_who_saves_over_a_colleague_is_told_who_it_was(house):
    save(house, CHANGED, 0, COLLEAGUE)

    with pytest.raises(Conflict, match="Ole Kollega har gemt"):
        save(house, FAULTY, 0)
    assert seen(house).xml == CHANGED


def test_who_saves_a_draft_that_has_been_thrown_away_is_told_so(house):
    saved = save(house, CHANGED, 0)
    house.act(COLLEAGUE, lambda work: discard_draft(work, "visit", saved.version))

    with pytest.raises(Conflict, match="lagt i drift eller slettet"):
        save(house, FAULTY, saved.version)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Kære Tovholder", "ikke gyldig XML"),
        ("", "tom"),
        ("<svg/>", "ikke et BPMN-diagram"),
        ("<!DOCTYPE x><x/>", "DOCTYPE"),
        (f"<a>{'x' * 2_100_000}</a>", "2 MB"),
    ],
)
def test_what_is_no_diagram_is_refused_and_what_was_there_stays(house, text, sentence):
    saved = save(house, CHANGED, 0)

    with pytest.raises(InvalidDefinition, match=sentence):
        save(house, text, saved.version)
    assert seen(house) == saved


def test_a_draft_may_have_faults(house):
    assert save(house, FAULTY, 0).xml == FAULTY


def test_the_check_finds_the_faults_of_the_draft(house):
    save(house, FAULTY, 0)

    found = house.act(OWNER, lambda work: check_draft(work, "visit", KNOWN))

    assert [(each.code, each.element) for each in found] == [("task_without_role", "talk")]


def test_a_draft_that_is_deployed_is_in_force_and_no_draft_any_more(house):
    saved = save(house, CHANGED, 0)

    house.act(OWNER, lambda work: deploy_draft(work, "visit", saved.version, KNOWN, "Nye ord"))

    assert in_force(house) == (2, CHANGED)
    assert seen(house).version == 0


def test_a_draft_with_errors_is_not_deployed(house):
    saved = save(house, FAULTY, 0)

    with pytest.raises(InvalidDefinition, match="har fejl"):
        house.act(OWNER, lambda work: deploy_draft(work, "visit", saved.version, KNOWN))
    assert (in_force(house), seen(house)) == ((1, DIAGRAM), saved)


def test_nobody_deploys_a_draft_that_they_have_not_seen(house):
    saved = save(house, CHANGED, 0, COLLEAGUE)

    with pytest.raises(Conflict):
        house.act(OWNER, lambda work: deploy_draft(work, "visit", saved.version + 1, KNOWN))
    assert in_force(house) == (1, DIAGRAM)


def test_without_a_draft_there_is_nothing_to_deploy(house):
    with pytest.raises(NotFound):
        house.act(OWNER, lambda work: deploy_draft(work, "visit", 0, KNOWN))


def test_a_draft_that_is_thrown_away_leaves_what_is_in_force(house):
    saved = save(house, CHANGED, 0)

    house.act(OWNER, lambda work: discard_draft(work, "visit", saved.version))

    assert (seen(house).version, in_force(house)) == (0, (1, DIAGRAM))


@pytest.mark.parametrize(
    "change",
    [
        lambda work: save_draft(work, "visit", CHANGED, 0),
        lambda work: discard_draft(work, "visit", 0),
        lambda work: deploy_draft(work, "visit", 0, KNOWN),
    ],
    ids=["save", "discard", "deploy"],
)
def test_only_a_process_owner_changes_processes(house, change):
    with pytest.raises(NotAllowed, match="procesejere"):
        house.act(CASEWORKER, change)


def test_the_list_of_drafts_names_each_process(house):
    saved = save(house, CHANGED, 0)

    assert house.act(OWNER, drafts_by_process) == {"visit": saved}


def test_a_draft_may_rely_on_what_is_in_force(house):
    def ask(work: Work) -> Known:
        configure(work, {"parameters": {}, "closing_days": [], "milestones": {}})
        return offered_to(work, "visit", roles=["intake"], handlers={}, facts=["birth_date"])

    known = house.act(OWNER, ask)

    assert (known.processes, known.names) == ({"visit"}, {"birth_date"})
    assert "after" in known.functions

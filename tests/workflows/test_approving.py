"""Nobody approves through a deputy what they could not approve themself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.domain.errors import NotAllowed
from engine.ports import SYSTEM
from engine.services.definitions import blueprint_of, newest_definition
from engine.storage.models import DefinitionRow, InstanceRow, TaskRow
from workflows.cases.covering import take_over_for
from workflows.municipalities.records import AbsenceRow, PostRow, UnitRow

# Every step of the shipped processes where somebody approves what another has done or asked for.
APPROVING = {
    ("follow_up", "confirm_stop"),
    ("handover", "accept_handover"),
    ("handover", "accept_again"),
    ("handover", "leaders_decide"),
    ("handover", "forum_decides"),
    ("coordinator_offer", "accept_assignment"),
    ("drug_treatment", "offer_treatment"),
}
OF_A_POST = [("follow_up", "confirm_stop"), ("handover", "leaders_decide")]
PERSONAL = sorted(APPROVING - set(OF_A_POST) - {("handover", "forum_decides")})
ABSENT, DEPUTY = "leader_uu", "mentor"


@pytest.fixture
def waiting(town, case, staff):
    """What lets a step wait for one who is away, with the mentor standing in."""

    def make(process: str, element: str):
        with town.work(SYSTEM) as work:
            version = newest_definition(work, process)
            nodes = {node.id: node for node in blueprint_of(work, version).nodes}
            instance = InstanceRow(
                case_id=case.case_id,
                process=process,
                definition_id=version.id,
                state=b"",
                started_at=work.now,
            )
            task = TaskRow(
                case_id=case.case_id,
                definition_id=version.id,
                element=element,
                title=element,
                role=nodes[element].settings["candidateGroups"],
                assignee_id=staff[ABSENT],
                created_at=work.now,
            )
            away = AbsenceRow(
                employee_id=staff[ABSENT],
                since=work.today,
                until=work.today + timedelta(days=7),
                deputy_id=staff[DEPUTY],
                registered_at=work.now,
            )
            work.session.add_all([instance, away])
            work.flush()
            task.instance_id = instance.id
            work.session.add(task)
        return task

    return make


@pytest.fixture
def leads(town, staff):
    """Let the deputy lead a unit of their own."""
    with town.work(SYSTEM) as work:
        unit = work.session.scalars(select(UnitRow.id).where(UnitRow.code == "ungdomsskole")).one()
        work.session.add(PostRow(employee_id=staff[DEPUTY], role="unit_leader", unit_id=unit))


def test_these_are_the_steps_where_somebody_approves(town):
    with town.work(SYSTEM) as work:
        marked = {
            (version.process, node.id)
            for version in work.session.scalars(select(DefinitionRow))
            for node in blueprint_of(work, version).nodes
            if node.settings.get("approval") == "yes"
        }

    assert marked == APPROVING


@pytest.mark.parametrize(("process", "element"), sorted(APPROVING))
def test_a_deputy_without_the_role_does_not_approve(town, acting_as, waiting, process, element):
    task = waiting(process, element)

    with pytest.raises(NotAllowed, match="Godkendelsen kan du ikke give på en andens vegne"):
        town.act(acting_as(DEPUTY), lambda work: take_over_for(work, task.id))


@pytest.mark.parametrize(("process", "element"), OF_A_POST)
def test_a_deputy_who_has_the_role_does(town, acting_as, waiting, leads, process, element):
    task = waiting(process, element)

    taken = town.act(acting_as(DEPUTY), lambda work: take_over_for(work, task.id))

    assert taken.assignee_id == acting_as(DEPUTY).id


@pytest.mark.parametrize(("process", "element"), OF_A_POST)
def test_with_the_role_not_their_own_work_either(town, acting_as, waiting, leads, process, element):
    task, me = waiting(process, element), acting_as(DEPUTY)
    with town.work(SYSTEM) as work:
        done = TaskRow(
            case_id=task.case_id,
            instance_id=task.instance_id,
            definition_id=task.definition_id,
            element="earlier",
            title="earlier",
            role="primary_responsible",
            created_at=work.now,
            status="completed",
            closed_at=work.now,
            closed_by_id=me.id,
        )
        work.session.add(done)

    with pytest.raises(NotAllowed):
        town.act(me, lambda work: take_over_for(work, task.id))


@pytest.mark.parametrize(("process", "element"), PERSONAL)
def test_nobody_says_yes_for_somebody_who_was_asked_by_name(
    town, acting_as, waiting, leads, process, element
):
    task = waiting(process, element)

    with pytest.raises(NotAllowed):
        town.act(acting_as(DEPUTY), lambda work: take_over_for(work, task.id))


def test_what_is_no_approval_a_deputy_takes_over(town, acting_as, waiting):
    task = waiting("follow_up", "hold_follow_up")

    taken = town.act(acting_as(DEPUTY), lambda work: take_over_for(work, task.id))

    assert taken.assignee_id == acting_as(DEPUTY).id

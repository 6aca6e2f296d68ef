"""Moving running instances to a new version of their process: seen first, chosen, taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.domain.errors import Conflict, InvalidDefinition, NotAllowed, NotFound
from engine.ports import SYSTEM, Actor
from engine.services.definitions import newest_definition
from engine.services.messages import publish
from engine.services.moving import Choice, Outcome, move, move_instance, undo_move
from engine.services.settling import settle
from engine.services.tasks import claim_task, complete_task
from engine.services.timers import fire_due
from engine.services.trying import preview
from engine.services.watchdog import watchdog
from engine.storage.models import InstanceRow, JournalRow, MoveRow, TaskRow, TimerRow
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import MESSAGE, after, boundary, call, catch, end, node, service, start

DESIGNER = Actor(id=uuid4(), name="Dorte", roles=frozenset({"process_designer"}))
COMMENT = FORM.replace('"answer"', '"comment"').replace("Svar", "Bemærkning")


def rows(casework, row, *conditions):
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(row).where(*conditions)).all()


def tables(casework):
    """Everything of the tasks and the clocks, as the database has it."""
    return [
        sorted(
            (
                tuple(getattr(each, column.name) for column in row.__table__.columns)
                for each in rows(casework, row)
            ),
            key=str,
        )
        for row in (TaskRow, TimerRow)
    ]


def complete(casework, element, **answers):
    (task,) = rows(casework, TaskRow, TaskRow.element == element, TaskRow.closed_at.is_(None))
    if task.assignee_id is None:
        casework.act(ALICE, lambda work: claim_task(work, task.id))
    casework.act(ALICE, lambda work: complete_task(work, task.id, answers or {"answer": "ja"}))


def newest(casework, process="p"):
    with casework.work(SYSTEM) as work:
        return newest_definition(work, process).id


def verdicts(casework):
    with casework.work(DESIGNER) as work:
        return preview(work, "p", newest(casework))


def move_all(casework):
    chosen = [Choice(instance_id=each.instance_id) for each in verdicts(casework)]
    return move(casework, DESIGNER, chosen, newest(casework))


def undo(casework, instance):
    casework.act(DESIGNER, lambda work: undo_move(work, instance.id))


def open_elements(casework):
    return {each.element for each in rows(casework, TaskRow, TaskRow.closed_at.is_(None))}


@pytest.fixture
def put(deploy):
    """Put a version of process p into force: questions in a row, `nodes` for what is none."""

    def version(*names, late="", **nodes):
        drawn = [nodes.get(name) or ask(name, why_now=late) for name in names]
        edge = [boundary("late", names[0], after("P14D")), end("gone")] if late else []
        flows = f"start > {' > '.join(names)} > end" + ("\nlate > gone" if late else "")
        deploy("p", start(), *drawn, *edge, end(), flows=flows, f=FORM, comment=COMMENT)

    return version


@pytest.fixture
def running(put, begin, casework):
    """An instance at a question with a ladder and a boundary timer, and a version with one more."""
    put("a", "b", late="now")
    begin("p")
    put("a", "new", "b", late="then")
    return rows(casework, InstanceRow)[0]


def test_a_preview_shows_every_clock_before_and_after(casework, clock, running):
    (verdict,) = verdicts(casework)

    assert verdict.can_move
    assert (verdict.version, verdict.standing) == (1, ("a", "late"))
    assert {(each.what, each.element) for each in verdict.clocks} == {
        ("deadline", "a"),
        ("reminder", "a"),
        ("E1", "a"),
        ("E2", "a"),
        ("E3", "a"),
        ("timer", "late"),
    }
    assert all(each.before == each.after for each in verdict.clocks)
    timer = next(each for each in verdict.clocks if each.what == "timer")
    assert timer.before == clock.now() + timedelta(days=14)


def test_a_preview_changes_nothing(casework, running):
    before = tables(casework)
    verdicts(casework)

    assert tables(casework) == before
    assert rows(casework, InstanceRow)[0].state == running.state


def test_a_moved_instance_keeps_every_task_and_clock_as_it_was(casework, clock, running):
    before = tables(casework)
    clock.forward(timedelta(hours=5))

    assert move_all(casework) == [Outcome(running.id)]
    assert tables(casework) == before
    assert rows(casework, InstanceRow)[0].definition_id == newest(casework)


def test_a_moved_instance_goes_on_in_the_new_version(casework, running):
    move_all(casework)
    complete(casework, "a")

    assert open_elements(casework) == {"new"}


def test_a_clock_that_ran_before_the_move_fires_at_its_moment_after_it(casework, clock, running):
    clock.forward(timedelta(days=10))
    move_all(casework)
    clock.forward(timedelta(days=3, hours=23))
    while fire_due(casework):
        pass
    assert rows(casework, InstanceRow)[0].closed_at is None

    clock.forward(timedelta(hours=1))
    fire_due(casework)
    assert rows(casework, InstanceRow)[0].outcome == "gone"


def test_only_tasks_opened_later_follow_the_new_version(casework, running):
    old = running.definition_id
    move_all(casework)
    complete(casework, "a")

    versions = {each.element: each.definition_id for each in rows(casework, TaskRow)}
    assert versions == {"a": old, "new": newest(casework)}


def test_what_cannot_be_moved_is_refused_with_the_reason_and_stays(casework, put, begin):
    put("a", "b")
    begin("p")
    begin("p")
    first = rows(casework, InstanceRow)[0]
    task = rows(casework, TaskRow, TaskRow.instance_id == first.id)[0]
    casework.act(ALICE, lambda work: claim_task(work, task.id))
    casework.act(ALICE, lambda work: complete_task(work, task.id, {"answer": "ja"}))
    put("a", "c")

    outcomes = {each.instance_id: each.problem for each in move_all(casework)}

    assert "Sagen venter i »b«" in outcomes.pop(first.id)
    assert list(outcomes.values()) == [""]
    assert rows(casework, InstanceRow, InstanceRow.id == first.id)[0].state != b""
    assert verdicts(casework)[0].instance_id == first.id


def test_a_move_is_told_in_the_journal(casework, running):
    move_all(casework)

    (told,) = rows(casework, JournalRow, JournalRow.act == "process_moved")
    assert told.data == {"process": "p", "instance": str(running.id), "version": 2}
    assert told.actor_id == DESIGNER.id


def test_a_move_is_undone_to_the_byte(casework, running):
    before = tables(casework)
    move_all(casework)
    undo(casework, running)

    (now,) = rows(casework, InstanceRow)
    assert (now.state, now.definition_id) == (running.state, running.definition_id)
    assert tables(casework) == before
    assert rows(casework, MoveRow)[0].state_before is None
    complete(casework, "a")
    assert open_elements(casework) == {"b"}


def test_a_move_cannot_be_undone_after_a_step(casework, running):
    move_all(casework)
    complete(casework, "a")

    with pytest.raises(Conflict, match="gået videre"):
        undo(casework, running)


def test_what_was_not_moved_cannot_be_undone(casework, running):
    with pytest.raises(NotFound):
        undo(casework, running)


def test_an_undone_move_can_be_done_again(casework, running):
    move_all(casework)
    undo(casework, running)
    move_all(casework)

    assert rows(casework, InstanceRow)[0].definition_id == newest(casework)


def test_two_moves_are_undone_one_by_one(casework, put, running):
    second = newest(casework)
    move_all(casework)
    put("a", "new", "more", "b", late="later")
    move_all(casework)
    undo(casework, running)
    assert rows(casework, InstanceRow)[0].definition_id == second

    undo(casework, running)
    assert rows(casework, InstanceRow)[0].definition_id == running.definition_id


def test_only_a_process_owner_moves(casework, running):
    with pytest.raises(NotAllowed):
        casework.act(ALICE, lambda work: preview(work, "p", newest(casework)))

    (outcome,) = move(casework, ALICE, [Choice(instance_id=running.id)], newest(casework))
    assert "procesejere" in outcome.problem


def test_a_version_of_another_process_is_refused(casework, deploy, running):
    deploy("q", start(), ask("a"), end(), flows="start > a > end", f=FORM)

    choice = Choice(instance_id=running.id)
    with pytest.raises(InvalidDefinition):
        casework.act(DESIGNER, lambda work: move_instance(work, choice, newest(casework, "q")))


def test_a_finished_process_is_neither_shown_nor_moved(casework, put, begin):
    put("a")
    begin("p")
    complete(casework, "a")
    put("a", "b")
    (finished,) = rows(casework, InstanceRow)

    choice = Choice(instance_id=finished.id)

    assert verdicts(casework) == []
    with pytest.raises(Conflict, match="slut"):
        casework.act(DESIGNER, lambda work: move_instance(work, choice, newest(casework)))


def test_a_called_process_hands_back_to_a_moved_caller(casework, deploy, put, begin, house):
    deploy("inner", start(), ask("inside"), end(), flows="start > inside > end", f=FORM)
    put("c", "b", c=call("c", "inner"))
    begin("p")
    put("c", "new", "b", c=call("c", "inner"))
    move_all(casework)
    complete(casework, "inside")

    assert open_elements(casework) == {"new"}


def test_a_message_wakes_a_moved_instance(casework, deploy, put, begin):
    put("m", "b", m=catch("m", MESSAGE, message="news"))
    case = begin("p")
    put("m", "new", m=catch("m", MESSAGE, message="news"))
    move_all(casework)

    def tell(work):
        publish(work, case, "news", {}, source="test")
        settle(work)

    casework.act(SYSTEM, tell)

    assert open_elements(casework) == {"new"}


def test_what_the_new_version_reads_and_the_case_never_got_is_refused(casework, put, begin):
    put("a", "b")
    begin("p")
    complete(casework, "a")
    put("a", "b", "s", s=service("s", "h", in_said="answer2"))

    (verdict,) = verdicts(casework)
    assert verdict.reasons == ("Den nye udgave bruger »answer2«, som sagen ikke har fået med.",)


def test_an_answer_given_before_that_only_the_new_version_reads_is_refused(casework, put, begin):
    put("a", "b", b=ask("b", formKey="comment"))
    begin("p")
    complete(casework, "a")
    put("a", "b", "s", b=ask("b", formKey="comment"), s=service("s", "h", in_said="answer"))

    assert "»answer«" in verdicts(casework)[0].reasons[0]


def test_what_a_form_ahead_asks_may_be_read_by_the_new_version(casework, put, begin, house):
    heard = []
    house.handlers["h"] = lambda work, instance, inputs: heard.append(inputs["said"]) or {}
    put("a", "b")
    begin("p")
    put("a", "b", "s", b=ask("b", formKey="comment"), s=service("s", "h", in_said="comment"))
    move_all(casework)
    complete(casework, "a")
    complete(casework, "b", comment="hej")

    assert heard == ["hej"]


def test_what_the_open_form_asks_may_be_read_by_the_new_version(casework, put, begin, house):
    heard = []
    house.handlers["h"] = lambda work, instance, inputs: heard.append(inputs["said"]) or {}
    put("a", "b")
    begin("p")
    put("a", "s", "b", s=service("s", "h", in_said="answer"))
    move_all(casework)
    complete(casework, "a", answer="hej")

    assert heard == ["hej"]


def test_a_moved_instance_never_stands_still(casework, put, begin):
    put("a", "w", "b", w=catch("w", after("P2D")))
    begin("p")
    complete(casework, "a")
    put("a", "w", "n", w=catch("w", after("P9D")), n=node("userTask", "n"))
    move_all(casework)

    with casework.work(SYSTEM) as work:
        assert watchdog(work) == []

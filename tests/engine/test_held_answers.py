"""An answer that led to what broke: held, tried again by the system, or changed by its author."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.domain.errors import InvalidAnswers, NotAllowed, Stopped
from engine.ports import SYSTEM
from engine.services.held_answers import correct_answer
from engine.services.incidents import open_incidents, retry_now
from engine.services.timers import fire_due
from engine.storage.models import AnswersRow, IncidentRow, InstanceRow, JournalRow, TaskRow
from tests.engine.conftest import ALICE, BENT
from tests.engine.test_acts import FORM, ask
from tests.engine.test_incidents import complete, rows
from tests.spiff.drawing import end, service, start


@pytest.fixture
def mend(house):
    """A function of the house that takes only the answer "nej", until it is mended by this."""

    def picky(work, instance, inputs):
        if inputs["said"] != "nej":
            raise RuntimeError("the printer burns")
        return {}

    house.handlers["help"] = picky
    return lambda: house.handlers.update(help=lambda work, instance, inputs: {})


@pytest.fixture
def stopped(casework, deploy, begin, mend):
    """The task of Alice whose answer led to what broke."""
    flow = "start > question > s > end"
    helped = service("s", "help", **{"in.said": "answer"})
    deploy("asking", start(), ask("question"), helped, end(), flows=flow, f=FORM)
    begin("asking")
    with pytest.raises(Stopped):
        complete(casework, answer="ja")
    return rows(casework, TaskRow)[0]


def correct(casework, task, answer, why="", who=ALICE):
    casework.act(who, lambda work: correct_answer(work, task.id, {"answer": answer}, why))


def told(casework, act):
    found = rows(casework, JournalRow, JournalRow.act == act)
    return [(row.actor_id, row.data.get("why"), row.data.get("fields")) for row in found]


def minutes_pass(casework, clock, number):
    clock.forward(timedelta(minutes=number))
    return fire_due(casework)


def open_ones(casework):
    with casework.work(SYSTEM) as work:
        return open_incidents(work)


def test_the_answer_is_held_beside_a_case_that_stays_as_it_was(casework, stopped):
    (incident,) = rows(casework, IncidentRow)

    assert (incident.answers, incident.answered_by_id) == ({"answer": "ja"}, ALICE.id)
    assert (incident.task_id, stopped.closed_at) == (stopped.id, None)
    assert rows(casework, AnswersRow) == []


def test_the_system_tries_the_held_answer_again_as_the_one_who_wrote_it(
    casework, clock, stopped, mend
):
    mend()

    assert minutes_pass(casework, clock, 1) == 1
    assert rows(casework, InstanceRow)[0].outcome == "end"
    (answers,) = rows(casework, AnswersRow)
    assert (answers.author_id, answers.data) == (ALICE.id, {"answer": "ja"})
    assert rows(casework, TaskRow)[0].closed_by_id == ALICE.id
    assert told(casework, "answer_tried_again") == [(None, None, None)]


def test_what_was_held_is_gone_when_the_incident_is_resolved(casework, clock, stopped, mend):
    mend()
    minutes_pass(casework, clock, 1)

    (incident,) = rows(casework, IncidentRow)
    assert (incident.resolved_at, incident.answers) == (clock.now(), None)
    assert rows(casework, InstanceRow)[0].incident is None


def test_each_try_in_vain_counts_and_waits_longer(casework, clock, stopped):
    minutes_pass(casework, clock, 1)

    (incident,) = open_ones(casework)
    assert (incident.attempts, incident.tries_left) == (2, 18)
    assert incident.next_try_at == clock.now() + timedelta(minutes=4)
    assert rows(casework, AnswersRow) == []


def test_an_operator_has_the_held_answer_tried_at_once(casework, stopped, mend):
    mend()
    (incident,) = open_ones(casework)
    casework.act(SYSTEM, lambda work: retry_now(work, incident.id))

    assert fire_due(casework) == 1
    assert open_ones(casework) == []


def test_a_changed_answer_carries_the_case_on_and_is_told_with_who_and_why(casework, stopped):
    correct(casework, stopped, "nej", "typed_wrong")

    assert rows(casework, InstanceRow)[0].outcome == "end"
    assert rows(casework, AnswersRow)[0].data == {"answer": "nej"}
    assert told(casework, "answer_corrected") == [(ALICE.id, "typed_wrong", ["answer"])]
    assert open_ones(casework) == []


def test_a_changed_answer_is_not_tried_again_afterwards(casework, clock, stopped):
    correct(casework, stopped, "nej", "typed_wrong")

    assert minutes_pass(casework, clock, 1) == 0


@pytest.mark.parametrize("why", ["", "because"])
def test_an_answer_is_not_changed_without_a_known_reason(casework, stopped, why):
    with pytest.raises(InvalidAnswers) as refused:
        correct(casework, stopped, "nej", why)

    assert list(refused.value.problems) == ["correction"]
    assert rows(casework, TaskRow)[0].closed_at is None


def test_a_changed_answer_is_checked_as_usual(casework, stopped):
    with pytest.raises(InvalidAnswers) as refused:
        correct(casework, stopped, " ", "typed_wrong")

    assert list(refused.value.problems) == ["answer"]


def test_the_same_answer_is_tried_again_without_a_reason(casework, stopped, mend):
    mend()
    correct(casework, stopped, "ja")

    assert told(casework, "answer_tried_again") == [(ALICE.id, None, None)]
    assert told(casework, "answer_corrected") == []


def test_a_changed_answer_that_breaks_too_leaves_nothing_but_the_open_incident(casework, stopped):
    with pytest.raises(Exception, match="help"):
        correct(casework, stopped, "måske", "typed_wrong")

    assert told(casework, "answer_corrected") == []
    assert rows(casework, IncidentRow)[0].answers == {"answer": "ja"}


def test_only_the_one_who_has_the_task_changes_the_answer(casework, stopped):
    with pytest.raises(NotAllowed):
        correct(casework, stopped, "nej", "typed_wrong", who=BENT)


def test_an_answer_of_one_who_no_longer_has_the_task_is_not_tried(casework, clock, stopped, mend):
    mend()
    with casework.work(SYSTEM) as work:
        work.session.get_one(TaskRow, stopped.id).assignee_id = BENT.id

    minutes_pass(casework, clock, 1)

    assert rows(casework, TaskRow)[0].closed_at is None
    assert [each.next_try_at for each in open_ones(casework)] == [None]


def test_a_task_stops_at_most_once_at_a_time(casework, clock, stopped):
    with pytest.raises(Stopped):
        complete(casework, answer="måske")

    with casework.work(SYSTEM) as work:
        assert work.session.scalar(select(func.count(IncidentRow.id))) == 1
    assert rows(casework, IncidentRow)[0].answers == {"answer": "måske"}

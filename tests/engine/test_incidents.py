"""What goes wrong is seen by its owner, tried again, and never leaves a case standing still."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.domain.errors import Conflict, InvalidAnswers, NotFound, StepFailed, Stopped
from engine.ports import SYSTEM
from engine.services.held_answers import note_failure, noting_failures
from engine.services.incidents import dismiss, open_incidents, retry_now
from engine.services.instances import cancel_process
from engine.services.tasks import claim_task, complete_task
from engine.services.timers import fire_due, next_due, schedule_start
from engine.services.watchdog import watchdog
from engine.storage.models import AnswersRow, IncidentRow, InstanceRow, JournalRow, TaskRow
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import (
    MESSAGE,
    after,
    boundary,
    call,
    catch,
    end,
    gateway,
    node,
    service,
    start,
)


def rows(casework, row, *conditions):
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(row).where(*conditions)).all()


def incidents(casework):
    with casework.work(SYSTEM) as work:
        return open_incidents(work)


def standing_still(casework):
    with casework.work(SYSTEM) as work:
        return [(each.process, *each.lost) for each in watchdog(work)]


def complete(casework, element="question", **answers):
    """Complete the task as the page does it: what breaks is noted."""
    (task,) = rows(casework, TaskRow, TaskRow.element == element, TaskRow.closed_at.is_(None))
    casework.act(ALICE, lambda work: claim_task(work, task.id))
    with noting_failures(casework, ALICE, task.id, answers):
        casework.act(ALICE, lambda work: complete_task(work, task.id, answers))


@pytest.fixture
def help_fails(house):
    """A function of the house that breaks until it is mended: call it to mend it."""

    def broken(work, instance, inputs):
        raise RuntimeError("the printer burns")

    house.handlers["help"] = broken
    return lambda: house.handlers.update(help=lambda work, instance, inputs: {})


@pytest.fixture
def waiting_timer(deploy, begin, help_fails):
    """A case with a timer that is due in two days and leads to what breaks."""
    deploy(
        "waiting",
        start(),
        catch("wait", after("P2D")),
        service("s", "help"),
        end(),
        flows="start > wait > s > end",
    )
    return begin("waiting")


@pytest.fixture
def asked(deploy, begin, help_fails):
    """A case with a question whose answer leads to what breaks."""
    deploy(
        "asking",
        start(),
        ask("question"),
        service("s", "help"),
        end(),
        flows="start > question > s > end",
        f=FORM,
    )
    return begin("asking")


@pytest.fixture
def failed_timer(casework, clock, waiting_timer):
    clock.forward(timedelta(days=2))
    fire_due(casework)
    (incident,) = incidents(casework)
    return incident


def test_a_timer_that_fails_is_an_incident_of_the_step_that_broke(clock, failed_timer):
    assert failed_timer.element == "s"
    assert failed_timer.process == "waiting"
    assert failed_timer.cause == "Uventet fejl i funktionen »help« (RuntimeError)."
    assert failed_timer.owner == "system_admin"
    assert failed_timer.next_try_at == clock.now() + timedelta(minutes=1)


def test_each_try_waits_longer_and_at_most_a_day(casework, clock, failed_timer):
    waits = []
    for _ in range(15):
        due = incidents(casework)[0].next_try_at
        clock.move_to(due)
        fire_due(casework)
        waits.append(incidents(casework)[0].next_try_at - due)

    assert waits[:3] == [timedelta(minutes=4), timedelta(minutes=16), timedelta(minutes=64)]
    assert waits[-1] == timedelta(days=1)


def test_the_system_tries_twenty_times_and_then_waits_for_somebody(
    casework, clock, failed_timer, help_fails
):
    left = [failed_timer.tries_left]
    while (due := incidents(casework)[0].next_try_at) is not None:
        clock.move_to(due)
        fire_due(casework)
        left.append(incidents(casework)[0].tries_left)
    clock.forward(timedelta(days=4000))
    assert (left, fire_due(casework)) == ([*range(19, -1, -1)], 0)
    with casework.work(SYSTEM) as work:
        assert next_due(work) is None

    help_fails()
    casework.act(SYSTEM, lambda work: retry_now(work, failed_timer.id))
    fire_due(casework)
    assert incidents(casework) == []


def test_a_timer_that_succeeds_in_the_end_resolves_its_incident(
    casework, clock, failed_timer, help_fails
):
    help_fails()
    clock.move_to(failed_timer.next_try_at)
    fire_due(casework)

    assert incidents(casework) == []
    assert rows(casework, IncidentRow)[0].resolved_at == clock.now()
    assert rows(casework, InstanceRow)[0].outcome == "end"


def test_a_start_that_succeeds_in_the_end_resolves_its_incident(
    casework, clock, deploy, begin, help_fails
):
    deploy("helping", start(), service("s", "help"), end(), flows="start > s > end")
    deploy("idle", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    case, at = begin("idle"), clock.now() + timedelta(hours=1)
    casework.act(
        SYSTEM,
        lambda work: schedule_start(work, case, key="k", process="helping", inputs={}, at=at),
    )
    clock.move_to(at)
    fire_due(casework)
    (incident,) = incidents(casework)

    help_fails()
    clock.move_to(incident.next_try_at)
    fire_due(casework)

    assert incidents(casework) == []


def test_a_rung_that_succeeds_in_the_end_resolves_its_incident(casework, clock, house, asked):
    house.text, words = None, house.text
    clock.forward(timedelta(days=3))
    fire_due(casework)
    (incident,) = incidents(casework)

    house.text = words
    clock.move_to(incident.next_try_at)
    fire_due(casework)

    assert incident.element == "reminder"
    assert incidents(casework) == []


def test_trying_again_at_once_puts_the_timer_due_now(casework, clock, failed_timer, help_fails):
    help_fails()
    casework.act(SYSTEM, lambda work: retry_now(work, failed_timer.id))

    assert fire_due(casework) == 1
    assert incidents(casework) == []
    assert len(rows(casework, JournalRow, JournalRow.act == "incident_retried")) == 1


def test_trying_again_in_vain_is_one_more_try_of_the_same_incident(casework, failed_timer):
    casework.act(SYSTEM, lambda work: retry_now(work, failed_timer.id))
    fire_due(casework)

    (incident,) = incidents(casework)
    assert (incident.id, incident.attempts) == (failed_timer.id, 2)


def test_a_resolved_incident_is_not_tried_again(casework, clock, failed_timer, help_fails):
    help_fails()
    clock.move_to(failed_timer.next_try_at)
    fire_due(casework)

    with pytest.raises(Conflict, match="allerede løst"):
        casework.act(SYSTEM, lambda work: retry_now(work, failed_timer.id))


def test_an_incident_that_does_not_exist_is_not_tried_again(casework, waiting_timer):
    with pytest.raises(NotFound):
        casework.act(SYSTEM, lambda work: retry_now(work, waiting_timer))


def test_a_case_that_ends_takes_the_incident_of_its_timer_with_it(casework, failed_timer):
    def stop(work):
        instance = work.session.get_one(InstanceRow, failed_timer.instance_id)
        work.lock_case(instance.case_id)
        cancel_process(work, instance, "test")

    casework.act(SYSTEM, stop)

    assert incidents(casework) == []


def test_what_breaks_on_a_completion_moves_nothing_and_says_what(casework, asked):
    with pytest.raises(Stopped, match="funktionen »help«"):
        complete(casework, answer="ja")

    assert rows(casework, AnswersRow) == []
    assert rows(casework, TaskRow)[0].closed_at is None


def test_what_breaks_on_a_completion_is_an_incident_of_the_step(casework, clock, asked):
    with pytest.raises(Stopped):
        complete(casework, answer="ja")

    (incident,) = incidents(casework)
    assert (incident.process, incident.element) == ("asking", "s")
    assert incident.cause == "Uventet fejl i funktionen »help« (RuntimeError)."
    assert (incident.tries_left, incident.owner) == (19, "system_admin")
    assert incident.next_try_at == clock.now() + timedelta(minutes=1)
    assert rows(casework, InstanceRow)[0].incident == incident.cause


def test_the_same_failure_twice_is_one_incident(casework, asked):
    for _ in range(2):
        with pytest.raises(Stopped):
            complete(casework, answer="ja")

    assert [each.attempts for each in incidents(casework)] == [2]
    assert len(rows(casework, JournalRow, JournalRow.act == "incident")) == 1


def test_a_completion_that_succeeds_in_the_end_resolves_its_incident(casework, asked, help_fails):
    with pytest.raises(Stopped):
        complete(casework, answer="ja")
    help_fails()
    complete(casework, answer="ja")

    assert incidents(casework) == []
    assert rows(casework, InstanceRow)[0].incident is None


def test_another_answer_can_be_tried_after_a_failure(casework, deploy, begin):
    deploy(
        "choosing",
        start(),
        ask("question"),
        gateway("exclusive", "which"),
        end("a"),
        end("b"),
        flows='start > question > which\nwhich > a : answer = "a"\nwhich > b : answer = "b"',
        f=FORM,
    )
    begin("choosing")
    with pytest.raises(Stopped):
        complete(casework, answer="c")
    complete(casework, answer="b")

    assert incidents(casework) == []
    assert rows(casework, InstanceRow)[0].outcome == "b"


def test_a_step_beside_the_broken_one_leaves_its_incident_open(casework, deploy, begin, help_fails):
    deploy(
        "both",
        start(),
        gateway("parallel", "fork"),
        ask("question"),
        service("s", "help"),
        ask("other"),
        end(),
        flows="start > fork > question > s > end\nfork > other > end",
        f=FORM,
    )
    begin("both")
    with pytest.raises(Stopped):
        complete(casework, answer="ja")
    complete(casework, "other", answer="ja")
    assert [each.element for each in incidents(casework)] == ["s"]

    help_fails()
    complete(casework, answer="ja")
    assert incidents(casework) == []


def test_what_the_person_can_mend_is_no_incident(casework, asked):
    with pytest.raises(InvalidAnswers):
        complete(casework, answer=" ")

    assert incidents(casework) == []


def test_a_failure_of_a_task_that_somebody_has_done_meanwhile_is_no_incident(
    casework, asked, help_fails
):
    help_fails()
    complete(casework, answer="ja")
    done = rows(casework, TaskRow)[0].id
    noted = note_failure(casework, ALICE, done, {}, StepFailed("s", "too late"))

    assert (noted, incidents(casework)) == (False, [])


def test_a_sentence_of_the_house_is_the_cause(casework, house, asked):
    def no_forum(work, instance, inputs):
        raise NotFound("Kommunen har intet lederforum.")

    house.handlers["help"] = no_forum
    with pytest.raises(Stopped):
        complete(casework, answer="ja")

    assert incidents(casework)[0].cause == "Kommunen har intet lederforum."


def test_an_incident_that_a_task_still_stands_on_cannot_be_dismissed(casework, asked):
    with pytest.raises(Stopped):
        complete(casework, answer="ja")
    (incident,) = incidents(casework)

    with pytest.raises(Conflict, match="venter stadig"):
        casework.act(SYSTEM, lambda work: dismiss(work, incident.id))


def test_a_message_that_nobody_took_can_be_dismissed(casework, clock, deploy, begin):
    deploy(
        "teller",
        start(),
        end("end", '<bpmn:messageEventDefinition messageRef="m"/>'),
        flows="start > end",
        inside='<bpmn:message id="m" name="news"/>',
    )
    begin("teller")
    clock.forward(timedelta(days=30))
    fire_due(casework)
    (incident,) = incidents(casework)

    casework.act(SYSTEM, lambda work: dismiss(work, incident.id))

    assert incident.element == "news"
    assert incidents(casework) == []


def test_the_watchdog_finds_nothing_where_everything_waits_for_something(
    casework, deploy, begin, waiting_timer, asked
):
    deploy(
        "listening",
        start(),
        catch("wait", MESSAGE, message="news"),
        end(),
        flows="start > wait > end",
    )
    deploy("calling", start(), call("c", "asking"), end(), flows="start > c > end")
    begin("listening")
    begin("calling")

    assert standing_still(casework) == []


def test_the_watchdog_finds_an_instance_whose_timer_is_gone(casework, waiting_timer, asked):
    with casework.work(SYSTEM) as work:
        work.session.execute(text("DELETE FROM timers WHERE kind = 'drawn'"))

    assert standing_still(casework) == [("waiting", "wait")]


def test_the_watchdog_finds_an_instance_whose_task_is_gone(casework, waiting_timer, asked):
    with casework.work(SYSTEM) as work:
        closed = {"now": work.now.isoformat()}
        work.session.execute(text("UPDATE tasks SET closed_at = :now"), closed)

    assert standing_still(casework) == [("asking", "question")]


def test_the_watchdog_finds_a_timer_that_is_gone_beside_a_task_that_stands(casework, deploy, begin):
    deploy(
        "edged",
        start(),
        ask("question"),
        boundary("late", "question", after("P9D")),
        end(),
        end("gone"),
        flows="start > question > end\nlate > gone",
        f=FORM,
    )
    begin("edged")
    with casework.work(SYSTEM) as work:
        work.session.execute(text("DELETE FROM timers WHERE kind = 'drawn'"))

    assert standing_still(casework) == [("edged", "late")]


@pytest.mark.parametrize(
    ("broken", "element"),
    [
        ("DELETE FROM waits", "wait"),
        ("UPDATE instances SET closed_at = :now WHERE process = 'asking'", "call"),
    ],
)
def test_the_watchdog_finds_a_wait_or_a_call_that_nobody_answers(
    casework, deploy, begin, asked, broken, element
):
    deploy(
        "both",
        start(),
        gateway("parallel", "fork"),
        catch("wait", MESSAGE, message="news"),
        call("call", "asking"),
        end(),
        flows="start > fork > wait > end\nfork > call > end",
    )
    begin("both")
    with casework.work(SYSTEM) as work:
        given = {"now": work.now.isoformat()} if ":now" in broken else {}
        work.session.execute(text(broken), given)

    assert standing_still(casework) == [("both", element)]


def test_the_watchdog_is_content_with_an_incident(casework, deploy, begin):
    deploy(
        "stuck",
        start(),
        gateway("exclusive", "split"),
        gateway("parallel", "join"),
        node("userTask", "a", attributes='camunda:candidateGroups="worker"'),
        end(),
        flows="start > split\nsplit > join : true\nsplit > a : false\na > join > end",
    )
    begin("stuck")

    assert [each.element for each in incidents(casework)] == ["stuck"]
    assert standing_still(casework) == []

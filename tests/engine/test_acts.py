"""What one act does to a case, through the services, on a real database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed, TaskClosed
from engine.ports import SYSTEM
from engine.services.outbox import send_due
from engine.services.tasks import claim_task, complete_task, release_task
from engine.services.timers import fire_due, schedule_start
from engine.storage.models import (
    AnswersRow,
    IncidentRow,
    InstanceRow,
    JournalRow,
    MessageRow,
    OutboxRow,
    TaskRow,
    TimerRow,
)
from tests.engine.conftest import ALICE, BENT, LEADER
from tests.spiff.drawing import end, node, service, start, user

FORM = """{"type": "default", "id": "f", "components": [
  {"type": "textfield", "id": "a", "key": "answer", "label": "Svar",
   "validate": {"required": true}}]}"""
DEADLINE = 'after(created, param("short"))'
ASKED = {
    "candidateGroups": "worker",
    "formKey": "f",
    "deadline": DEADLINE,
    "ladder": "A",
}


def ask(name: str, **settings: str) -> str:
    """A user task of the office with a form, a deadline and ladder A."""
    asked = {**ASKED, **settings}
    attributes = " ".join(f'camunda:{k}="{asked.pop(k)}"' for k in ("candidateGroups", "formKey"))
    return node(
        "userTask",
        name,
        attributes=attributes,
        **asked,
    )


@pytest.fixture
def asked(deploy, begin):
    """A case in which one question waits."""
    deploy("asking", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    return begin("asking")


def rows(casework, row, *conditions):
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(row).where(*conditions)).all()


def the_task(casework, element="question"):
    return rows(casework, TaskRow, TaskRow.element == element)[-1]


def do(casework, actor, task, **answers):
    casework.act(actor, lambda work: claim_task(work, task.id))
    casework.act(actor, lambda work: complete_task(work, task.id, answers))


def test_a_waiting_user_task_is_due_at_the_end_of_its_last_working_day(casework, asked):
    task = the_task(casework)

    assert task.due_on == date(2026, 3, 9)
    assert task.due_at.isoformat() == "2026-03-09T22:59:59+00:00"


def test_a_ladder_becomes_one_timer_row_a_rung(casework, asked):
    rungs = {t.rung: t.due_at.date() for t in rows(casework, TimerRow)}

    assert rungs == {
        "reminder": date(2026, 3, 5),
        "E1": date(2026, 3, 10),
        "E2": date(2026, 3, 12),
        "E3": date(2026, 3, 19),
    }


def test_a_deadline_explains_itself(casework, asked):
    steps = the_task(casework).deadline["steps"]

    assert [(step["by"], step["to"]) for step in steps] == [
        ("given", "2026-03-02"),
        ("after", "2026-03-09"),
    ]


def test_a_task_must_be_taken_before_it_is_completed(casework, asked):
    task = the_task(casework)

    with pytest.raises(NotAllowed):
        casework.act(ALICE, lambda work: complete_task(work, task.id, {"answer": "ja"}))


def test_a_task_that_a_colleague_has_cannot_be_taken(casework, asked):
    task = the_task(casework)
    casework.act(ALICE, lambda work: claim_task(work, task.id))

    with pytest.raises(Conflict):
        casework.act(BENT, lambda work: claim_task(work, task.id))


def test_a_released_task_is_everybodys_again(casework, asked):
    task = the_task(casework)
    casework.act(ALICE, lambda work: claim_task(work, task.id))
    casework.act(ALICE, lambda work: release_task(work, task.id))

    assert the_task(casework).assignee_id is None


def test_a_completed_task_ends_its_process_and_disarms_its_ladder(casework, clock, asked):
    do(casework, ALICE, the_task(casework), answer="ja")

    assert rows(casework, InstanceRow)[0].outcome == "end"
    assert {t.outcome for t in rows(casework, TimerRow)} == {"cancelled"}


def test_a_task_cannot_be_completed_twice(casework, asked):
    task = the_task(casework)
    do(casework, ALICE, task, answer="ja")

    with pytest.raises(TaskClosed) as closed:
        casework.act(ALICE, lambda work: complete_task(work, task.id, {"answer": "ja"}))

    assert closed.value.closed_by_id == ALICE.id


def test_an_incomplete_form_keeps_nothing(casework, asked):
    task = the_task(casework)
    casework.act(ALICE, lambda work: claim_task(work, task.id))

    with pytest.raises(InvalidAnswers):
        casework.act(ALICE, lambda work: complete_task(work, task.id, {"answer": " "}))

    assert rows(casework, AnswersRow) == []
    assert the_task(casework).closed_at is None


def test_a_reminder_fires_at_eight_and_leaves_by_mail_once(casework, clock, asked):
    clock.forward(timedelta(days=3))
    assert fire_due(casework) == 1
    assert fire_due(casework) == 0

    sent = []

    class Post:
        def send(self, mail):
            sent.append(mail.subject)

    send_due(casework, Post())
    send_due(casework, Post())
    assert sent == ["Emne digest"]


def test_of_several_late_rungs_each_is_in_the_journal_and_only_the_highest_acts(
    casework, clock, house, asked
):
    clock.forward(timedelta(days=400))
    fire_due(casework)

    fired = [r.data["rung"] for r in rows(casework, JournalRow, JournalRow.act == "rung_fired")]
    assert fired == ["reminder", "E1", "E2", "E3"]
    assert house.before_forum == ["question"]
    assert rows(casework, OutboxRow) == []


def test_the_leader_gets_a_task_at_the_second_escalation_and_loses_it_with_its_reason(
    casework, clock, asked
):
    task = the_task(casework)
    clock.move_to(clock.now() + timedelta(days=10))
    fire_due(casework)
    assert the_task(casework, "relief").assignee_id == LEADER
    assert "Hjælp den, der sidder fast" in the_task(casework, "relief").why_now

    do(casework, ALICE, task, answer="sent")
    assert the_task(casework, "relief").status == "cancelled"


def test_the_journal_is_a_chain(casework, asked):
    do(casework, ALICE, the_task(casework), answer="ja")

    entries = rows(casework, JournalRow)
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    assert len({e.digest for e in entries}) == len(entries)


def test_a_process_starts_on_its_date_and_only_once(casework, clock, deploy, asked):
    deploy("later", start(), user("x", candidateGroups="worker"), end(), flows="start > x > end")
    at = clock.now() + timedelta(days=30)
    for _ in range(2):
        casework.act(
            SYSTEM,
            lambda work: schedule_start(work, asked, key="k", process="later", inputs={}, at=at),
        )

    clock.move_to(at)
    while fire_due(casework):
        pass
    assert len(rows(casework, InstanceRow, InstanceRow.process == "later")) == 1


def test_a_timer_that_fails_becomes_an_incident_and_holds_nobody_up(casework, clock, deploy, begin):
    deploy("broken", start(), service("s", "missing"), end(), flows="start > s > end")
    deploy("asking", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    case = begin("asking")
    casework.act(
        SYSTEM,
        lambda work: schedule_start(
            work, case, key="b", process="broken", inputs={}, at=clock.now() + timedelta(days=1)
        ),
    )

    clock.forward(timedelta(days=4))
    fire_due(casework)

    assert [i.attempts for i in rows(casework, IncidentRow)] == [1]
    assert len(rows(casework, JournalRow, JournalRow.act == "rung_fired")) == 1


def test_a_called_process_runs_as_an_instance_of_its_own_and_hands_its_result_back(
    casework, deploy, begin, house
):
    house.handlers["keep"] = lambda work, instance, inputs: {"kept": inputs["said"]}
    keeping = service("s", "keep", in_said="answer", out_heard="kept")
    deploy(
        "inner",
        start(),
        ask("question"),
        keeping,
        end(),
        flows="start > question > s > end",
        f=FORM,
    )
    deploy(
        "outer",
        start(),
        node("callActivity", "c", attributes='calledElement="inner"', out_party="heard"),
        ask("then", outside_party="party"),
        end(),
        flows="start > c > then > end",
        f=FORM,
    )
    begin("outer")
    do(casework, ALICE, the_task(casework), answer="hej")

    assert the_task(casework, "then").outside_party == "hej"


def test_a_message_that_nobody_waits_for_is_kept_until_one_does(casework, deploy, begin):
    message = '<bpmn:message id="m" name="news"/>'
    thrown = '<bpmn:messageEventDefinition messageRef="m"/>'
    deploy(
        "teller",
        start(),
        end("end", thrown, in_what='"hej"'),
        flows="start > end",
        inside=message,
    )
    begin("teller")
    assert rows(casework, MessageRow)[0].consumed_at is None
    assert [t.kind for t in rows(casework, TimerRow)] == ["message"]


def test_rows_are_one_per_rung_whatever_happens(casework, clock, asked):
    clock.forward(timedelta(days=400))
    for _ in range(3):
        fire_due(casework)

    with casework.work(SYSTEM) as work:
        of_a_rung = select(func.count(TimerRow.id)).group_by(TimerRow.task_id, TimerRow.rung)
        assert set(work.session.scalars(of_a_rung)) == {1}

"""Drawn timers on our calendar, carried out by the scheduler: nights of 23 and 25 hours, the ends
of months, outages, gateways and boundaries. Copenhagen is an hour ahead of UTC, in summer two.
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.messages import publish
from engine.services.settling import settle
from engine.services.tasks import claim_task, complete_task
from engine.services.timers import fire_due
from engine.storage.models import InstanceRow, JournalRow, TaskRow, TimerRow, WaitRow
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import MESSAGE, after, at, boundary, catch, end, gateway, start

A_MOMENT = timedelta(microseconds=1)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def timers(casework):
    """The drawn timers that wait: their element and moment."""
    query = select(TimerRow).where(TimerRow.done_at.is_(None), TimerRow.kind == "drawn")
    with casework.work(SYSTEM) as work:
        rows = work.session.scalars(query.order_by(TimerRow.due_at, TimerRow.element))
        return [(row.element, row.due_at) for row in rows]


def open_tasks(casework):
    query = select(TaskRow.element).where(TaskRow.closed_at.is_(None))
    with casework.work(SYSTEM) as work:
        return sorted(work.session.scalars(query))


def outcomes(casework):
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(InstanceRow.outcome)))


def journal(casework, act):
    query = select(JournalRow).where(JournalRow.act == act).order_by(JournalRow.seq)
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(query))


def answer(casework, element):
    with casework.work(SYSTEM) as work:
        open_one = select(TaskRow.id).where(TaskRow.element == element, TaskRow.closed_at.is_(None))
        task = work.session.scalars(open_one).one()
    casework.act(ALICE, lambda work: claim_task(work, task))
    casework.act(ALICE, lambda work: complete_task(work, task, {"answer": "ja"}))


def tell(casework, case_id, name):
    def act(work):
        publish(work, case_id, name, {}, source="test")
        settle(work)

    casework.act(SYSTEM, act)


@pytest.fixture
def wait_for(deploy, begin, clock):
    """What begins, at a moment, a process that waits for one timer."""

    def begun(timer, since="2026-03-02T09:00"):
        clock.move_to(moment(since))
        deploy("waiting", start(), catch("t", timer), end(), flows="start > t > end")
        return begin("waiting")

    return begun


@pytest.mark.parametrize(
    ("since", "timer", "due_at"),
    [
        # a date is 08:00 local, on both sides of a changed hour and on its very day
        ("2026-03-27T09:00", at('@"2026-03-28"'), "2026-03-28T07:00"),
        ("2026-03-27T09:00", at('@"2026-03-29"'), "2026-03-29T06:00"),
        ("2026-10-23T09:00", at('@"2026-10-24"'), "2026-10-24T06:00"),
        ("2026-10-23T09:00", at('@"2026-10-25"'), "2026-10-25T07:00"),
        # a duration is elapsed time, in hours and in days: FEEL knows one day, of 24 hours
        ("2026-03-28T11:00", after('@"PT24H"'), "2026-03-29T11:00"),
        ("2026-03-28T11:00", after('@"P1D"'), "2026-03-29T11:00"),
        ("2026-10-24T10:00", after('@"PT24H"'), "2026-10-25T10:00"),
        ("2026-10-24T10:00", after('@"P1D"'), "2026-10-25T10:00"),
        # who means the next day at 08:00 counts in days of the calendar
        ("2026-03-28T11:00", at('after(today(), "1 CD")'), "2026-03-29T06:00"),
        ("2026-10-24T10:00", at('after(today(), "1 CD")'), "2026-10-25T07:00"),
        # a local time that is there twice, or not at all
        ("2026-10-23T09:00", at('@"2026-10-25T02:30:00"'), "2026-10-25T00:30"),
        ("2026-03-27T09:00", at('@"2026-03-29T02:30:00"'), "2026-03-29T01:30"),
        # months end where they end
        ("2027-01-31T09:00", at('after(today(), "P1M")'), "2027-02-28T07:00"),
        ("2028-01-31T09:00", at('after(today(), "P1M")'), "2028-02-29T07:00"),
        ("2028-02-29T09:00", at('after(today(), "P12M")'), "2029-02-28T07:00"),
        ("2028-02-29T09:00", at('after(today(), "P48M")'), "2032-02-29T07:00"),
        ("2026-12-31T23:30", at('after(today(), "1 CD")'), "2027-01-02T07:00"),  # 2027 here
    ],
)
def test_a_timer_is_due_at(casework, wait_for, since, timer, due_at):
    wait_for(timer, since)

    assert timers(casework) == [("t", moment(due_at))]


@pytest.mark.parametrize(
    ("since", "due_at"),
    [("2026-03-27T09:00", "2026-03-29T06:00"), ("2026-10-23T09:00", "2026-10-25T07:00")],
)
def test_at_its_very_moment_a_timer_is_carried_out_and_not_before(
    casework, clock, wait_for, since, due_at
):
    wait_for(at(f'@"{due_at[:10]}"'), since)
    clock.move_to(moment(due_at) - A_MOMENT)
    assert (fire_due(casework), outcomes(casework)) == (0, [None])

    clock.move_to(moment(due_at))
    assert (fire_due(casework), outcomes(casework)) == (1, ["end"])


def test_the_journal_keeps_when_a_late_timer_was_planned_and_when_it_was_carried_out(
    casework, clock, wait_for
):
    wait_for(at('@"2026-03-03"'))
    clock.forward(timedelta(days=400))
    fire_due(casework)

    (row,) = journal(casework, "timer_fired")
    assert (row.data["planned_at"], row.at) == ("2026-03-03T07:00:00+00:00", clock.now())


def test_a_drawn_timer_that_starts_late_counts_from_the_actual_time(casework, clock, deploy, begin):
    deploy(
        "two",
        *(start(), catch("t1", after("P1D")), catch("t2", after("P1D")), end()),
        flows="start > t1 > t2 > end",
    )
    begin("two")
    clock.forward(timedelta(days=10))
    fire_due(casework)

    assert timers(casework) == [("t2", clock.now() + timedelta(days=1))]


def test_a_task_that_a_late_timer_opens_counts_its_deadline_from_the_actual_day(
    casework, clock, deploy, begin
):
    deploy(
        "later",
        *(start(), catch("t", after("P1D")), ask("question"), end()),
        flows="start > t > question > end",
        f=FORM,
    )
    begin("later")
    clock.move_to(moment("2026-05-04T09:00"))
    fire_due(casework)

    with casework.work(SYSTEM) as work:
        task = work.session.scalars(select(TaskRow)).one()
        five_working_days = work.calendar.add_days(work.today, 5)
    assert (task.created_at, task.due_on) == (clock.now(), five_working_days)


@pytest.fixture
def either(deploy, begin):
    """A case that waits for news or for a week to pass, whichever is first."""
    deploy(
        "either",
        *(start(), gateway("eventBased", "g"), catch("news", MESSAGE, message="news")),
        *(catch("week", after("P7D")), end("told"), end("silence")),
        flows="start > g > news > told\ng > week > silence",
    )
    return begin("either")


def test_a_gateway_takes_the_timer_when_it_is_first_and_waits_no_more(casework, clock, either):
    clock.forward(timedelta(days=7))
    fire_due(casework)

    assert outcomes(casework) == ["silence"]
    with casework.work(SYSTEM) as work:
        assert work.session.scalars(select(WaitRow)).all() == []


def test_a_gateway_takes_the_message_when_it_is_first_and_the_timer_is_taken_down(
    casework, clock, either
):
    tell(casework, either, "news")

    assert (outcomes(casework), timers(casework)) == (["told"], [])
    clock.forward(timedelta(days=7))
    assert fire_due(casework) == 0


def test_a_message_before_the_late_timer_was_looked_at_wins(casework, clock, either):
    clock.forward(timedelta(days=8))
    tell(casework, either, "news")

    assert (outcomes(casework), fire_due(casework)) == (["told"], 0)


@pytest.fixture
def edged(deploy, begin):
    """What begins a case with a question that a timer at its edge watches for a week."""

    def begun(*, interrupts):
        edge = boundary("late", "question", after("P7D"), interrupts=interrupts)
        deploy(
            "edged",
            *(start(), ask("question"), edge, ask("help"), end(), end("helped")),
            flows="start > question > end\nlate > help > helped",
            f=FORM,
        )
        return begin("edged")

    return begun


def test_a_timer_that_interrupts_takes_the_task_and_its_ladder_away(casework, clock, edged):
    edged(interrupts=True)
    clock.forward(timedelta(days=7))
    while fire_due(casework):
        pass

    assert open_tasks(casework) == ["help"]
    with casework.work(SYSTEM) as work:
        task = select(TaskRow).where(TaskRow.element == "question")
        question = work.session.scalars(task).one()
        left = select(TimerRow).where(TimerRow.task_id == question.id, TimerRow.done_at.is_(None))
        assert (question.status, work.session.scalars(left).all()) == ("cancelled", [])


def test_a_timer_that_does_not_interrupt_leaves_the_task_and_its_ladder(casework, clock, edged):
    edged(interrupts=False)
    clock.forward(timedelta(days=7))
    while fire_due(casework):
        pass

    assert [each for each in open_tasks(casework) if each != "relief"] == ["help", "question"]
    assert timers(casework) == []


def test_who_answers_before_the_late_timer_was_looked_at_wins(casework, clock, edged):
    edged(interrupts=True)
    clock.forward(timedelta(days=8))
    answer(casework, "question")

    assert (outcomes(casework), journal(casework, "timer_fired")) == (["end"], [])


def test_of_several_late_rungs_of_one_task_each_has_its_row_and_the_highest_acts(
    casework, clock, deploy, begin
):
    deploy("asking", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    begin("asking")
    clock.forward(timedelta(days=400))
    fire_due(casework)

    rows = [row for row in journal(casework, "rung_fired") if row.at == clock.now()]
    planned = [row.data["planned_at"] for row in rows]
    assert [row.data["rung"] for row in rows] == ["reminder", "E1", "E2", "E3"]
    assert [row.data["acted"] for row in rows] == [False, False, False, True]
    assert planned == sorted(planned)


def test_a_message_that_nobody_took_expires_when_the_parameter_says(casework, clock, deploy, begin):
    deploy("idle", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    case_id = begin("idle")
    tell(casework, case_id, "news")
    query = select(TimerRow.due_at).where(TimerRow.kind == "message")

    with casework.work(SYSTEM) as work:
        assert work.session.scalars(query).one() == moment("2026-04-01T06:00")  # 30 CD, 08:00

"""What is due: taken in order, at once, by whoever has time; and the index that answers."""

from contextlib import ExitStack
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.scheduling import Turn, start_turns
from engine.services.timers import fire_due, go_on, look, schedule_start
from engine.storage.due import due_until
from engine.storage.models import JournalRow, TaskRow, TimerRow
from tests.bench.crowds import add_timers
from tests.bench.statements import counting
from tests.bench.town import Town
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import end, service, start

NEVER = lambda: False  # noqa: E731  # a sentence, not a function


@pytest.fixture
def ladders(deploy, begin):
    """What opens a case with one task of a ladder; its first rung is due two working days before
    the fifth working day from now.
    """
    for ladder in ("A", "B"):
        task = ask("question", ladder=ladder)
        deploy(f"on_{ladder}", start(), task, end(), flows="start > question > end", f=FORM)
    return lambda ladder: begin(f"on_{ladder}")


def later(casework, case_id, at, key="later"):
    """Let a process start in the case at `at`."""
    start_in(casework, case_id, "on_A", at, key)


def start_in(casework, case_id, process, at, key="start"):
    """Let `process` start in the case at `at`."""
    casework.act(
        SYSTEM,
        lambda work: schedule_start(work, case_id, key=key, process=process, inputs={}, at=at),
    )


def starts_of(casework, case_id):
    """The starts that were carried out in the case, in order."""
    query = select(JournalRow.data).where(JournalRow.case_id == case_id)
    query = query.where(JournalRow.act == "start_fired").order_by(JournalRow.seq)
    with casework.work(SYSTEM) as work:
        return [data["key"] for data in work.session.scalars(query)]


def fired(casework):
    """The cases in which a rung or a start was carried out, in that order."""
    acts = ("rung_fired", "start_fired")
    query = select(TimerRow.case_id).join(JournalRow, JournalRow.case_id == TimerRow.case_id)
    query = query.where(JournalRow.act.in_(acts), TimerRow.outcome == "fired")
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(query.order_by(JournalRow.at)))


def in_turns(casework, clock):
    """Carry out one timer at a time, a second apart; return the cases in that order."""
    while fire_due(casework, limit=1):
        clock.forward(timedelta(seconds=1))
    return fired(casework)


def test_of_what_is_due_at_one_moment_the_statutory_goes_before_the_ordinary(
    casework, clock, ladders
):
    cases = {ladder: [ladders(ladder) for _ in range(3)] for ladder in "AB"}
    clock.forward(timedelta(days=3))

    order = in_turns(casework, clock)

    assert set(order[:3]) == set(cases["B"])
    assert set(order[3:]) == set(cases["A"])


def test_what_is_older_goes_before_what_is_statutory(casework, clock, ladders):
    ordinary = ladders("A")
    clock.forward(timedelta(days=1))
    statutory = ladders("B")
    clock.forward(timedelta(days=6))

    assert in_turns(casework, clock)[0] == ordinary
    assert statutory in fired(casework)


def test_a_rung_keeps_the_urgency_of_its_ladder(casework, ladders):
    ladders("A"), ladders("B")

    query = select(TaskRow.ladder, TimerRow.urgency).join(TaskRow, TaskRow.id == TimerRow.task_id)
    with casework.work(SYSTEM) as work:
        found = {(ladder, urgency) for ladder, urgency in work.session.execute(query)}
    assert found == {("A", 1), ("B", 0)}


def test_a_start_is_carried_out_at_its_moment_and_not_before(casework, clock, ladders):
    at = clock.now() + timedelta(hours=1)
    later(casework, ladders("A"), at)
    clock.move_to(at - timedelta(microseconds=1))
    assert fire_due(casework) == 0

    clock.move_to(at)
    assert fire_due(casework) == 1


def test_more_than_one_look_holds_is_carried_out_at_once(casework, clock, ladders):
    case_id, at = ladders("A"), clock.now() + timedelta(hours=1)
    for number in range(130):
        later(casework, case_id, at, key=f"later {number}")
    clock.move_to(at)

    assert go_on(casework, ahead=timedelta(0), stop=NEVER).fired == 130


def test_who_is_told_to_stop_begins_no_look(casework, clock, ladders):
    later(casework, ladders("A"), clock.now() + timedelta(hours=1))
    clock.forward(timedelta(hours=1))

    assert go_on(casework, ahead=timedelta(0), stop=lambda: True).fired == 0


def test_a_look_tells_when_the_next_is_due_as_far_as_it_looks_ahead(casework, clock, ladders):
    at = clock.now() + timedelta(milliseconds=700)
    later(casework, ladders("A"), at)

    assert look(casework, ahead=timedelta(seconds=1)).next == at
    assert look(casework, ahead=timedelta(milliseconds=600)).next is None


def test_the_next_turn_comes_when_it_was_asked_for(casework, clock):
    """Turns are of the machine's clock; the interval alone would let the second wait a second."""
    from engine.adapters.clock import SystemClock

    turns, second = [], Event()

    def do():
        turns.append(SystemClock().now())
        if len(turns) > 1:
            second.set()
            return None
        return turns[0] + timedelta(milliseconds=50)

    stop = start_turns([Turn(do, 1)])
    assert second.wait(30)
    stop()

    assert turns[1] - turns[0] >= timedelta(milliseconds=50)
    assert turns[1] - turns[0] < timedelta(milliseconds=900)


def test_the_look_is_answered_from_the_index_in_its_order(casework, clock):
    add_timers(Town(casework, ALICE), 20_000, clock.now() + timedelta(hours=1))
    with casework.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE timers")
        connection.commit()

    with counting(casework.database.engine) as counted, casework.work(SYSTEM) as work:
        due_until(work.session, work.now, 100)

    (statement,), (given,) = counted.full, counted.parameters
    explain = "EXPLAIN QUERY PLAN" if casework.database.is_sqlite else "EXPLAIN"
    with casework.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", given).all()
    plan = "\n".join(str(row) for row in rows)
    assert "ix_timers_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_case_that_another_act_holds_is_left_and_nobody_waits(casework, clock, ladders):
    if casework.database.is_sqlite:
        pytest.skip("SQLite has no locks on rows: the version decides when an act is written")
    held, free = ladders("A"), ladders("A")
    for case_id in (held, free):
        later(casework, case_id, clock.now() + timedelta(hours=1))
    clock.forward(timedelta(hours=1))

    with casework.work(ALICE) as theirs:
        theirs.lock_case(held)
        assert fire_due(casework) == 1
        assert fired(casework) == [free]

    assert fire_due(casework) == 1


def test_a_case_that_was_held_when_its_turn_came_keeps_its_order(
    casework, clock, deploy, house, ladders
):
    if casework.database.is_sqlite:
        pytest.skip("SQLite has no locks on rows: the version decides when an act is written")
    deploy("lets_go", start(), service("act", "let_go"), end(), flows="start > act > end")
    held, other, soon = ladders("A"), ladders("A"), clock.now() + timedelta(hours=1)
    later(casework, held, soon, key="first")
    start_in(casework, other, "lets_go", soon + timedelta(minutes=1))
    later(casework, held, soon + timedelta(minutes=2), key="second")
    clock.forward(timedelta(hours=2))
    with ExitStack() as holding:
        holding.enter_context(casework.work(ALICE)).lock_case(held)
        house.handlers["let_go"] = lambda work, instance, inputs: holding.close() or {}

        look(casework)  # the case is let go between its two timers

    assert starts_of(casework, held) == []
    go_on(casework, ahead=timedelta(0), stop=NEVER)
    assert starts_of(casework, held) == ["first", "second"]

"""The watchdog's nightly round: everything that is open, a few at a time, told once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from engine.ports import SYSTEM
from engine.services.incidents import open_incidents
from engine.services.rounds import CAUSE, go_round, last_round, tell_all
from engine.services.tasks import claim_task, complete_task
from engine.storage.models import JournalRow, RoundRow, TaskRow
from tests.bench.statements import counting
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import after, boundary, end, start

BEFORE_THREE = datetime(2026, 3, 3, 1, 59, 59, tzinfo=UTC)  # 02:59:59 local


@pytest.fixture
def asked(deploy, begin):
    """Three cases in which a question waits beside a timer."""
    deploy(
        "asking",
        start(),
        ask("question"),
        boundary("late", "question", after("P9D")),
        end(),
        end("gone"),
        flows="start > question > end\nlate > gone",
        f=FORM,
    )
    return [begin("asking") for _ in range(3)]


def lose_timer(casework, case_id):
    with casework.work(SYSTEM) as work:
        gone = text("DELETE FROM timers WHERE kind = 'drawn' AND case_id = :case")
        case = case_id.hex if casework.database.is_sqlite else case_id
        work.session.execute(gone, {"case": case})


def told(casework):
    with casework.work(SYSTEM) as work:
        return [(each.case_id, each.element, each.cause) for each in open_incidents(work)]


def newest(casework):
    with casework.work(SYSTEM) as work:
        return last_round(work)


def test_a_round_looks_at_everything_that_is_open_and_finds_nothing(casework, clock, asked):
    assert go_round(casework) == 3

    done = newest(casework)
    assert (done.looked_at, done.found, done.ended_at) == (3, 0, clock.now())


def test_what_stands_still_becomes_an_incident_of_the_element_that_lost_its_row(casework, asked):
    lose_timer(casework, asked[1])

    go_round(casework)

    assert told(casework) == [(asked[1], "late", CAUSE)]
    assert newest(casework).found == 1


def test_an_incident_of_a_round_stands_in_the_journal(casework, asked):
    lose_timer(casework, asked[1])

    go_round(casework)

    with casework.work(SYSTEM) as work:
        (row,) = work.session.scalars(select(JournalRow).where(JournalRow.act == "incident"))
    assert (row.case_id, row.data["element"]) == (asked[1], "late")


def test_there_is_one_round_a_night(casework, clock, asked):
    go_round(casework)
    clock.move_to(BEFORE_THREE)

    assert go_round(casework) == 0


def test_the_next_round_begins_at_three_in_the_morning(casework, clock, asked):
    go_round(casework)
    clock.move_to(BEFORE_THREE + timedelta(seconds=1))

    assert go_round(casework) == 3
    assert newest(casework).began_at == clock.now()


def test_what_stands_still_is_told_once_however_many_nights_it_does(casework, clock, asked):
    lose_timer(casework, asked[1])
    for _ in range(3):
        go_round(casework)
        clock.forward(timedelta(days=1))

    assert len(told(casework)) == 1


def test_a_round_that_was_cut_short_goes_on_from_where_it_was(casework, asked):
    lose_timer(casework, max(asked))

    assert [go_round(casework, at_once=1, page_of=1) for _ in range(4)] == [1, 1, 1, 0]
    assert (newest(casework).looked_at, newest(casework).found) == (3, 1)


def test_a_minute_after_the_round_a_look_is_one_question(casework, asked):
    go_round(casework)
    _ = casework.act(SYSTEM, lambda work: work.calendar)

    with counting(casework.database.engine) as counted:
        go_round(casework)

    assert sorted(counted.statements) == ["SELECT configurations", "SELECT rounds"]


def test_a_standstill_that_a_step_has_mended_is_resolved(casework, asked):
    lose_timer(casework, asked[1])
    go_round(casework)
    with casework.work(SYSTEM) as work:
        task = work.session.scalars(select(TaskRow).where(TaskRow.case_id == asked[1])).one()

    casework.act(ALICE, lambda work: claim_task(work, task.id))
    casework.act(ALICE, lambda work: complete_task(work, task.id, {"answer": "ja"}))

    assert told(casework) == []


def test_who_asks_now_is_told_of_all_that_stands_still_also_of_what_is_known(casework, asked):
    lose_timer(casework, asked[1])

    for _ in range(2):
        (found,) = tell_all(casework)
        assert (found.case_id, found.process, found.lost) == (asked[1], "asking", ("late",))
    assert len(told(casework)) == 1


def test_asking_now_is_no_round(casework, asked):
    list(tell_all(casework))

    with casework.work(SYSTEM) as work:
        assert work.session.scalars(select(RoundRow)).all() == []

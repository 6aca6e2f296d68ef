"""A clock that runs changes in a move only where a person signed for it, and comes back with it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.ports import SYSTEM
from engine.services.clocks import Signature
from engine.services.moving import Choice, Outcome, move, moves_of, undo_move
from engine.services.timers import fire_due
from engine.services.trying import preview
from engine.storage.base import Base
from engine.storage.models import InstanceRow, JournalRow, TaskRow, TimerRow
from tests.engine.test_acts import FORM, ask
from tests.engine.test_moving import DESIGNER, complete, newest, rows, tables, verdicts
from tests.spiff.drawing import after, boundary, end, start

LATER = datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC)


def everything(casework):
    """Every row of every table, column by column."""
    with casework.database.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=str)
            for table in Base.metadata.sorted_tables
            if casework.database.engine.dialect.has_table(connection, table.name)
        }


@pytest.fixture
def put(deploy):
    """Put a version of process p into force: one question, its deadline and a timer beside it."""

    def version(deadline, wait, *more):
        first = ask("a", deadline=deadline)
        nodes = [first, boundary("late", "a", after(wait)), end("gone"), end()]
        flows = f"start > {' > '.join(['a', *more])} > end\nlate > gone"
        deploy("p", start(), *nodes, *(ask(each) for each in more), flows=flows, f=FORM)

    return version


@pytest.fixture
def running(put, begin, casework):
    """An instance due in 5 working days or gone in 14 days, and a version with 10 and 20."""
    put('after(created, "5 WD")', "P14D")
    begin("p")
    put('after(created, "10 WD")', "P20D", "b")
    return rows(casework, InstanceRow)[0]


def chosen(casework, *keys, reason="drawn_wrong"):
    (verdict,) = verdicts(casework)
    signed = tuple(Signature(key=key, reason=reason) for key in keys)
    return Choice(instance_id=verdict.instance_id, seen=verdict.seen, signed=signed)


def moved(casework, choice):
    (outcome,) = move(casework, DESIGNER, [choice], newest(casework))
    return outcome.problem


def keys_of(casework, *kinds):
    (verdict,) = verdicts(casework)
    return [each.key for each in verdict.clocks if each.what in kinds]


def changed(casework, act):
    found = rows(casework, JournalRow, JournalRow.act == act)
    return [(row.actor_id, row.data["before"], row.data["after"], row.data["why"]) for row in found]


def rungs(casework):
    found = rows(casework, TimerRow, TimerRow.kind == "rung", TimerRow.done_at.is_(None))
    return {row.rung: row.due_at for row in found}


def test_a_preview_writes_nothing_at_all(casework, clock, running):
    clock.forward(timedelta(hours=3))
    before = everything(casework)

    assert verdicts(casework)[0].can_move
    assert everything(casework) == before


def test_a_preview_says_what_each_clock_would_be_by_the_new_version(casework, clock, running):
    clock.forward(timedelta(days=1))
    (verdict,) = verdicts(casework)

    anew = {each.what: each.anew for each in verdict.clocks}
    assert anew["deadline"] == LATER
    assert anew["timer"] == clock.now() + timedelta(days=19)
    week = {each.anew - each.before for each in verdict.clocks if each.what != "timer"}
    assert week == {timedelta(days=7)}
    assert all(each.after == each.before for each in verdict.clocks)


def test_a_clock_that_nobody_signed_for_keeps_its_moment(casework, running):
    before = tables(casework)

    assert moved(casework, chosen(casework)) == ""
    assert tables(casework) == before


def test_a_signed_deadline_follows_the_new_version_with_its_ladder(casework, running):
    (key,) = keys_of(casework, "deadline")
    before, timer = rungs(casework), rows(casework, TimerRow, TimerRow.kind == "drawn")[0].due_at

    assert moved(casework, chosen(casework, key)) == ""

    task = rows(casework, TaskRow)[0]
    assert (task.due_on, task.due_at) == (date(2026, 3, 16), LATER)
    assert task.deadline["rule"] == 'after(created, "10 WD")'
    after_ = rungs(casework)
    assert after_.keys() == before.keys()
    assert all(after_[rung] - before[rung] == timedelta(days=7) for rung in before)
    assert rows(casework, TimerRow, TimerRow.kind == "drawn")[0].due_at == timer


def test_a_signed_timer_fires_at_its_new_moment(casework, clock, running):
    (key,) = keys_of(casework, "timer")

    assert moved(casework, chosen(casework, key)) == ""

    clock.forward(timedelta(days=19))
    while fire_due(casework):
        pass
    assert rows(casework, InstanceRow)[0].closed_at is None
    clock.forward(timedelta(days=1))
    fire_due(casework)
    assert rows(casework, InstanceRow)[0].outcome == "gone"


def test_a_signature_stands_in_the_journal_with_who_and_why(casework, running):
    due = rows(casework, TaskRow)[0].due_at
    moved(casework, chosen(casework, *keys_of(casework, "deadline", "timer")))

    told = (DESIGNER.id, due.isoformat(), LATER.isoformat(), "drawn_wrong")
    assert changed(casework, "deadline_changed") == [told]
    assert len(changed(casework, "timer_changed")) == 1


def test_an_undone_move_gives_every_signed_clock_its_moment_back(casework, running):
    before = tables(casework)
    moved(casework, chosen(casework, *keys_of(casework, "deadline", "timer")))
    assert tables(casework) != before

    casework.act(DESIGNER, lambda work: undo_move(work, running.id))

    assert tables(casework) == before
    assert rows(casework, InstanceRow)[0].state == running.state
    assert changed(casework, "deadline_changed")[-1][3] == "move_undone"


@pytest.mark.parametrize(("key", "reason"), [("task-99", "drawn_wrong"), (None, "because")])
def test_a_signature_for_nothing_or_without_a_reason_moves_nothing(casework, running, key, reason):
    before = everything(casework)
    (deadline,) = keys_of(casework, "deadline")

    assert moved(casework, chosen(casework, key or deadline, reason=reason)) != ""
    assert everything(casework) == before


def test_an_instance_that_has_changed_since_it_was_seen_is_told_and_left_alone(
    casework, put, begin
):
    put('after(created, "5 WD")', "P14D", "b")
    begin("p")
    put('after(created, "5 WD")', "P14D", "b", "c")
    choice = chosen(casework)
    complete(casework, "a")
    before = everything(casework)

    assert moved(casework, choice) == "Sagen har ændret sig, siden du så listen. Den er ikke rørt."
    assert everything(casework) == before


def test_a_deadline_that_others_have_changed_since_is_not_overwritten(casework, running):
    choice = chosen(casework)
    with casework.work(SYSTEM) as work:
        work.session.get_one(TaskRow, rows(casework, TaskRow)[0].id).due_at = LATER

    assert "ændret sig" in moved(casework, choice)


def test_what_is_refused_stays_as_it_was_to_the_byte(casework, put, begin, deploy):
    put('after(created, "5 WD")', "P14D")
    begin("p")
    deploy("p", start(), ask("other"), end(), flows="start > other > end", f=FORM)
    before = everything(casework)
    choice = chosen(casework)

    assert "»a«" in moved(casework, choice)
    assert everything(casework) == before


def test_one_that_fails_does_not_stop_the_others(casework, running, begin, put):
    put('after(created, "5 WD")', "P14D", "c")
    begin("p")
    put('after(created, "5 WD")', "P14D", "c", "d")
    found = verdicts(casework)
    with casework.work(SYSTEM) as work:
        work.session.get_one(InstanceRow, found[0].instance_id).state = b"not a state"

    outcomes = move(
        casework,
        DESIGNER,
        [Choice(instance_id=each.instance_id) for each in found],
        newest(casework),
    )

    assert outcomes[0].problem != ""
    assert outcomes[1:] == [Outcome(found[1].instance_id)]


def test_an_instance_that_cannot_be_read_is_shown_as_one_that_stays(casework, running):
    with casework.work(SYSTEM) as work:
        work.session.get_one(InstanceRow, running.id).state = b"not a state"

    (verdict,) = verdicts(casework)

    assert (verdict.can_move, verdict.standing) == (False, ())


def test_a_list_of_moves_says_why_one_cannot_be_undone(casework, running):
    moved(casework, chosen(casework))

    def listed():
        with casework.work(DESIGNER) as work:
            return [(each.before, each.after, each.obstacle) for each in moves_of(work, "p", 9)]

    assert listed() == [(1, 2, "")]
    complete(casework, "a")
    assert listed() == [(1, 2, "Processen er gået videre siden. Flytningen kan ikke fortrydes.")]


def test_a_preview_is_read_page_by_page(casework, put, begin, clock):
    put('after(created, "5 WD")', "P14D")
    for _ in range(5):
        begin("p")
        clock.forward(timedelta(minutes=1))
    put('after(created, "5 WD")', "P14D", "b")
    whole = [each.instance_id for each in verdicts(casework)]

    with casework.work(DESIGNER) as work:
        first = preview(work, "p", newest(casework), limit=3)
        place = (first[-1].started_at, first[-1].instance_id)
        rest = preview(work, "p", newest(casework), limit=3, after=place)

    assert [each.instance_id for each in (*first, *rest)] == whole

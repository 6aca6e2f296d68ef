"""Deadlines and ladders by the hour: to the minute, through nights, weekends and changed clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.errors import StepFailed
from engine.ports import SYSTEM
from engine.services.tasks import is_overdue
from engine.services.timers import fire_due, next_due
from engine.storage.models import JournalRow, OutboxRow, TimerRow
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask, do, rows, the_task
from tests.spiff.drawing import end, start

WITHIN_A_DAY = 'after(created_at, "24 h")'
CONCERN = datetime(2026, 12, 23, 14, 0, 17, tzinfo=UTC)  # Wednesday 15:00:17 in Copenhagen


@pytest.fixture
def concern(clock, deploy, begin):
    """What opens a case with one task that must be done within 24 hours, at a moment."""
    task = ask("assess", deadline=WITHIN_A_DAY, ladder="H")
    deploy("concern", start(), task, end(), flows="start > assess > end", f=FORM)

    def come(at):
        clock.move_to(at)
        return begin("concern")

    return come


def planned(casework):
    found = rows(casework, TimerRow, TimerRow.kind == "rung")
    return {timer.rung: timer.due_at for timer in found}


def climb(casework, clock, until):
    """Let every rung fire at its own moment; return the moments in the journal."""
    while True:
        with casework.work(SYSTEM) as work:
            at = next_due(work)
        if at is None or at > until:
            break
        clock.move_to(at)
        fire_due(casework)
    found = rows(casework, JournalRow, JournalRow.act == "rung_fired")
    return {row.data["rung"]: row.at for row in found}


def test_a_task_by_the_hour_is_due_at_the_very_second_its_hours_are_over(casework, concern):
    concern(CONCERN)

    task = the_task(casework, "assess")

    assert task.due_at == CONCERN + timedelta(hours=24)
    assert task.deadline["started_at"] == CONCERN.isoformat()


def test_every_rung_fires_at_its_minute_on_christmas_eve_and_the_forum_hears_on_a_working_day(
    casework, clock, concern
):
    concern(CONCERN)

    assert climb(casework, clock, CONCERN + timedelta(days=7)) == {
        "reminder": CONCERN + timedelta(hours=12),
        "prewarning": CONCERN + timedelta(hours=20),
        "E2": CONCERN + timedelta(hours=24),
        "E3": datetime(2026, 12, 28, 7, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    "come",
    [datetime(2026, 3, 28, 20, 30, tzinfo=UTC), datetime(2026, 10, 24, 20, 30, tzinfo=UTC)],
)
def test_a_night_of_23_or_25_hours_is_24_elapsed_hours(casework, concern, come):
    concern(come)

    assert planned(casework)["E2"] == the_task(casework, "assess").due_at
    assert planned(casework)["E2"] == come + timedelta(hours=24)


def test_a_concern_on_a_saturday_is_chased_on_the_saturday(casework, clock, concern):
    saturday = datetime(2026, 8, 1, 6, 0, tzinfo=UTC)
    concern(saturday)

    assert planned(casework)["reminder"] == saturday + timedelta(hours=12)
    assert planned(casework)["E3"] == datetime(2026, 8, 3, 6, tzinfo=UTC)


def test_it_is_overdue_a_second_after_and_not_before(casework, concern):
    concern(CONCERN)
    task = the_task(casework, "assess")

    assert not is_overdue(task, CONCERN + timedelta(hours=24))
    assert is_overdue(task, CONCERN + timedelta(hours=24, seconds=1))


def test_what_is_done_within_the_hours_is_never_chased(casework, clock, concern):
    concern(CONCERN)
    clock.forward(timedelta(hours=11))
    do(casework, ALICE, the_task(casework, "assess"), answer="set")

    assert climb(casework, clock, CONCERN + timedelta(days=30)) == {}


def test_the_rungs_of_a_stamp_long_past_come_as_one_message_and_each_stands_in_the_journal(
    casework, clock, deploy, begin
):
    task = ask("assess", deadline='after(received_at, "24 h")', ladder="H")
    deploy("late", start(), task, end(), flows="start > assess > end", f=FORM)
    begin("late", received_at="2026-02-20T12:00:00+01:00")
    fire_due(casework)

    fired = rows(casework, JournalRow, JournalRow.act == "rung_fired")
    assert [(row.data["rung"], row.data["acted"]) for row in fired] == [
        ("reminder", False),
        ("prewarning", False),
        ("E2", False),
        ("E3", True),
    ]
    assert [row.kind for row in rows(casework, OutboxRow)] == ["late_arrival"]


def test_a_ladder_of_hours_under_a_deadline_in_days_is_refused_by_name(deploy, begin):
    deploy("wrong", start(), ask("q", ladder="H"), end(), flows="start > q > end", f=FORM)

    with pytest.raises(StepFailed, match="Stigen »H« tæller timer"):
        begin("wrong")

"""A case whose steps are overdue when it comes: one notice, and every rung in the journal."""

from datetime import timedelta

import pytest

from engine.ports import SYSTEM
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.services.timers import fire_due
from engine.storage.models import JournalRow, OutboxRow, TaskRow
from tests.engine.test_acts import FORM, ask, rows
from tests.spiff.drawing import end, start

LONG_AGO = '"2026-01-05"'  # the clock says 2 March


@pytest.fixture
def arrive(deploy, begin, casework):
    """What opens a case with tasks that were due long ago, one of each ladder named."""

    def come(*ladders):
        for number, ladder in enumerate(ladders):
            task = ask("step", deadline=LONG_AGO, ladder=ladder)
            deploy(f"p{number}", start(), task, end(), flows="start > step > end", f=FORM)
        case_id = begin("p0")
        for number in range(1, len(ladders)):
            casework.act(SYSTEM, lambda work, n=number: _start(work, case_id, f"p{n}"))
        while fire_due(casework):
            pass
        return case_id

    return come


def _start(work, case_id, process):
    start_process(work, case_id, process, {})
    settle(work)


def mails(casework):
    return sorted(row.kind for row in rows(casework, OutboxRow))


def test_steps_that_were_overdue_on_arrival_are_one_notice_to_the_leader(casework, house, arrive):
    arrive("A", "A", "B")

    assert mails(casework) == ["late_arrival"]
    assert house.before_forum == []
    assert [row.element for row in rows(casework, TaskRow)] == ["step"] * 3  # no task of relief


def test_each_rung_stands_in_the_journal_all_the_same(casework, arrive):
    arrive("A", "A")

    fired = rows(casework, JournalRow, JournalRow.act == "rung_fired")
    assert sorted(row.data["rung"] for row in fired) == ["E1", "E1", "E2", "E2", "E3", "E3"]
    assert [row.data["acted"] for row in fired].count(True) == 1


def test_two_cases_that_come_late_are_two_notices(casework, arrive):
    arrive("A"), arrive("A")

    assert mails(casework) == ["late_arrival"] * 2


def test_what_is_due_after_the_arrival_climbs_as_ever(casework, clock, deploy, begin):
    task = ask("step", deadline='"2026-02-27"', ladder="A")  # the Friday before
    deploy("p", start(), task, end(), flows="start > step > end", f=FORM)
    begin("p")
    fire_due(casework)
    assert mails(casework) == ["late_arrival"]

    clock.forward(timedelta(days=2))
    fire_due(casework)
    assert [row.element for row in rows(casework, TaskRow)] == ["step", "relief"]

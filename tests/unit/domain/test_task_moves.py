"""The states of a task: every pair is either a move or a conflict."""

from itertools import product

import pytest

from engine.domain.errors import Conflict
from engine.domain.tasks import TaskStatus, check_move, is_waiting

OPEN, CLAIMED, COMPLETED, CANCELLED = TaskStatus
ALLOWED = {
    (OPEN, CLAIMED),
    (OPEN, CANCELLED),
    (CLAIMED, OPEN),
    (CLAIMED, COMPLETED),
    (CLAIMED, CANCELLED),
}
PAIRS = set(product(TaskStatus, TaskStatus))


def is_refused(now, wanted):
    try:
        check_move(now, wanted)
    except Conflict:
        return True
    return False


def test_only_these_steps_are_taken_and_every_other_is_a_conflict():
    assert {pair for pair in PAIRS if not is_refused(*pair)} == ALLOWED


def test_a_conflict_says_in_danish_how_the_task_stands():
    with pytest.raises(Conflict, match="Opgaven er afsluttet og kan ikke blive taget"):
        check_move(COMPLETED, CLAIMED)


def test_only_open_and_claimed_tasks_wait_for_somebody():
    assert [status for status in TaskStatus if is_waiting(status)] == [OPEN, CLAIMED]

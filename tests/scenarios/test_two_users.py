"""Two users at one task: through a whole example one wins, and the other is told."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.adapters.clock import MovableClock
from engine.domain.errors import TaskClosed
from engine.ports import SYSTEM
from engine.services.tasks import complete_task
from engine.storage.models import CaseRow, TaskRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from workflows.municipalities.directory import actor_of
from workflows.scenarios.format import read_scenario
from workflows.scenarios.player import Player

T10 = BPMN / "scenarios" / "t10_dialogue_and_reopening.toml"


def test_whoever_comes_second_to_any_task_is_told_and_changes_nothing(
    rebuild: Callable[[MovableClock], Casework],
) -> None:
    player = Player(read_scenario(T10), rebuild, BPMN)
    told = 0
    while player.advance():
        for task in just_completed(player):
            before = journal_length(player)
            with pytest.raises(TaskClosed) as refusal:
                complete_once_more(player.casework, task)
            assert refusal.value.closed_by_id == task.closed_by_id
            assert journal_length(player) == before
            told += 1

    assert player.report.holds
    assert told == completed(player) > 0


def completed(player: Player) -> int:
    with player.casework.work(SYSTEM) as work:
        query = select(func.count()).select_from(TaskRow).where(TaskRow.status == "completed")
        return work.session.scalars(query).one()


def just_completed(player: Player) -> Iterator[TaskRow]:
    """The tasks that somebody completed at the moment that was just played."""
    _, seen = player.report.happened[-1]
    with player.casework.work(SYSTEM) as work:
        for row in seen.journal:
            if row["act"] == "task_completed":
                yield work.session.get_one(TaskRow, UUID(row["task"]))


def complete_once_more(casework: Casework, task: TaskRow) -> None:
    """Let the one whose page still shows the task press the button."""

    def press(work: Work) -> None:
        assert task.closed_by_id is not None
        work.actor = actor_of(work, task.closed_by_id)
        complete_task(work, task.id, {})

    casework.act(SYSTEM, press)


def journal_length(player: Player) -> int:
    with player.casework.work(SYSTEM) as work:
        return work.session.get_one(CaseRow, player.case_id).journal_length

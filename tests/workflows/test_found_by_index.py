"""What an act asks is found by index, whatever lies in the house: SQLite itself says how it looks.

A year is played ahead, and every statement of it is explained once.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.bench.rehearsal import founded, rehearsed
from workflows.rehearsal import running
from workflows.rehearsal.playing import Play

CASES, REFUSE = 30, 0.5
# Tables with a row for each thing that happens: they grow for as long as the house stands.
GROWING = {
    *("cases", "young_people", "youth_cases", "guardians", "instances", "tasks", "timers", "waits"),
    *("answers", "journal", "messages", "outbox", "incidents", "moves", "read_log", "links"),
    *("consents", "consent_answers", "access_grants", "plans", "plan_versions", "goals"),
    *("agenda_items", "meetings", "attendances", "agreements", "invitations", "follow_ups"),
    *("handovers", "annotations", "assignments", "deadline_days", "legal_basis_uses"),
}
# Read whole, but through an index of those that are not over: as many as there is work at hand.
AT_HAND = {"ix_outbox_unsent"}


class Explained:
    """The statements that were explained, and those that look through a growing table."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.scans: list[str] = []

    def look(self, cursor: Any, statement: str, given: Any) -> None:
        """Let SQLite explain a statement that is met for the first time."""
        if statement not in self.known and statement.split()[0] in {"SELECT", "UPDATE", "DELETE"}:
            self.known.add(statement)
            steps = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            self.scans += [f"{step[3]}: {statement}" for step in steps if is_scan(step[3])]


def is_scan(step: str) -> bool:
    """Tell whether SQLite looks through all of a growing table, or through all of its index."""
    words = step.split()
    return words[0] == "SCAN" and words[1] in GROWING and words[-1] not in AT_HAND


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> Explained:
    """Explain what is asked while a copy is played, here in this process."""
    found, played = Explained(), Play.run

    def watched(play: Play, *given: Any) -> None:
        engine = play.casework.database.engine

        def look(_: Any, cursor: Any, statement: str, given: Any, _how: Any, many: bool) -> None:
            found.look(cursor, statement, given[0] if many else given)

        event.listen(engine, "before_cursor_execute", look)
        played(play, *given)
        event.remove(engine, "before_cursor_execute", look)

    def in_this_process(_number: int, prepare: Any, play: Any, *_: Any) -> list[Any]:
        return [play(job, Unwatched()) for job in prepare()]

    monkeypatch.setattr(running, "habits_of", running.habits_of)  # which `founded` changes
    monkeypatch.setattr(Play, "run", watched)
    monkeypatch.setattr(running, "in_processes", in_this_process)
    return found


class Unwatched:
    """A board that nobody reads."""

    def note(self, _number: int, _share: float) -> None:
        """Forget it."""


@pytest.mark.wide
def test_no_act_of_a_year_looks_through_a_table_that_grows(
    explained: Explained, tmp_path: Path
) -> None:
    casework = founded(tmp_path, CASES, REFUSE)
    rehearsed(casework, 1, parts=1)
    casework.database.dispose()

    assert explained.scans == []
    assert len(explained.known) > 100


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("SCAN outbox", True),
        ("SCAN tasks USING INDEX ix_tasks_counted_by", True),
        ("SCAN outbox USING INDEX ix_outbox_unsent", False),
        ("SCAN employees", False),
        ("SEARCH outbox USING INDEX ix_outbox_case_id (case_id=?)", False),
    ],
)
def test_a_look_through_all_is_told_from_one_by_index(step: str, told: bool) -> None:
    assert is_scan(step) == told

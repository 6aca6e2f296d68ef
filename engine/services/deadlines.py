"""When a waiting task is due: its rule in FEEL, reckoned and explained."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from engine.decisions.tables import evaluate
from engine.domain.deadlines import Deadline, due, due_by_the_hour
from engine.domain.dependence import Dependence, dependence
from engine.domain.errors import EvaluationFailed
from engine.domain.ladders import (
    Planned,
    Rung,
    counts_hours,
    read_rungs,
    rungs_by_the_hour,
    rungs_of,
)
from engine.domain.ledgers import OWN, Line, with_ledger
from engine.domain.parameters import parse_period
from engine.domain.reckonings import Known, Moved, rolled
from engine.feel.expressions import parse
from engine.ports import Variables
from engine.services.definitions import decide, source_of_table, tables_in
from engine.services.reckonings import NOTHING, reckoning
from engine.storage.models import DefinitionRow, TaskRow
from engine.storage.work import Work

LADDERS = "escalation_ladders"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeadline:
    """A deadline with the rule it came from; `kept` is what the task row keeps of it.

    `created_on` is the local day it was counted from. `started_at` is when its hours began (UTC),
    None where it is counted in days. `hangs_on` is what may change it, its ladder apart.
    """

    deadline: Deadline
    legal_limit_on: date | None
    kept: dict[str, Any]
    created_on: date
    hangs_on: Dependence
    started_at: datetime | None = None


def reckon(
    work: Work,
    case_id: UUID | None,
    rule: str,
    data: Variables,
    *,
    legal_limit: str | None = None,
    created_at: datetime | None = None,
    known: Known = NOTHING,
    ledger: Iterable[Line] = (),
) -> TaskDeadline:
    """Return the deadline that `rule` gives with `data` for a task of `created_at` (now if None)
    in this case.

    The rule may read `created`, the local day, and `created_at`, the moment; today is that day.
    The lines of the `ledger` are put behind what it gives. On a day that is no working day a
    deadline moves back, for it is owed by us; the legal limit stays. What is counted in hours ends
    at its minute, on any day. `known` tells how dates among `data` came about. Raises
    `EvaluationFailed` when the rule gives no date.
    """
    made_at = created_at or work.now
    made_on, lines = work.calendar.local_date(made_at), list(ledger)
    given = {**data, "created": made_on.isoformat(), "created_at": made_at.isoformat()}
    before, calendar = len(work.moves), work.calendar_of(case_id)
    words = work.functions_for(case_id, made_on)
    value = _value_of(rule, given, words)
    hours = _hours_that_gave(work, value)
    first = _deadline(work, rule, value, hours)
    found = first.due_at if hours else first.legal_limit_on
    steps = reckoning(work, found, given, parse(rule).reads, known, since=before)
    deadline = first
    if lines and not hours:
        steps = with_ledger(calendar, steps, lines)
        deadline = due(work.calendar, date.fromisoformat(str(steps[-1]["to"])))
    steps += rolled(work.calendar, deadline.legal_limit_on, deadline.due_on)
    kept: dict[str, Any] = {
        "rule": rule,
        "configuration": work.configuration.number,
        "created": made_on.isoformat(),
        "steps": steps,
    }
    if hours:
        kept["started_at"] = hours.start.isoformat()
    limit = _limit(work, case_id, legal_limit, given, known, kept, lines) if legal_limit else None
    return TaskDeadline(
        deadline=deadline,
        legal_limit_on=limit,
        kept=kept,
        created_on=made_on,
        hangs_on=dependence(
            steps, kept.get("limit", ()), rule=f"{rule} {legal_limit}", moves=work.moves[before:]
        ),
        started_at=hours.start if hours and isinstance(hours.start, datetime) else None,
    )


def _limit(
    work: Work,
    case_id: UUID | None,
    rule: str,
    given: Variables,
    known: Known,
    kept: dict[str, Any],
    lines: Iterable[Line],
) -> date:
    """Return the date that the law names, and keep how it came about.

    A line of our own does not move it.
    """
    before, lawful = len(work.moves), [line for line in lines if line.source != OWN]
    made_on = date.fromisoformat(str(given["created"]))
    words = work.functions_for(case_id, made_on)
    limit = _day_of(work, rule, _value_of(rule, given, words))
    steps = reckoning(work, limit, given, parse(rule).reads, known, since=before)
    kept["limit_rule"] = rule
    kept["limit"] = with_ledger(work.calendar_of(case_id), steps, lawful)
    return date.fromisoformat(str(kept["limit"][-1]["to"]))


def is_by_the_hour(task: TaskRow) -> bool:
    """Say whether the task is due at a minute (`due_at`), not at the end of a day."""
    return "started_at" in task.deadline


def plan_rungs(
    work: Work,
    definition: DefinitionRow,
    ladder: str,
    found: TaskDeadline,
) -> list[Planned]:
    """Return the rungs of `ladder` for a task with that deadline.

    The ladders are a decision table of the version that the task belongs to. Raises
    `EvaluationFailed` where the ladder counts hours and the deadline does not.
    """
    rungs = _ladder(work, definition, ladder)
    if not counts_hours(rungs):
        return rungs_of(work.calendar, rungs, found.deadline.due_on, found.created_on)
    if found.started_at is None:
        raise EvaluationFailed(
            str(found.kept["rule"]),
            f"Stigen »{ladder}« tæller timer, men fristen er ikke i timer. "
            "Vælg stige A eller B, eller regn fristen fra et tidspunkt.",
        )
    return rungs_by_the_hour(work.calendar, rungs, found.started_at)


def _ladder(work: Work, definition: DefinitionRow, ladder: str) -> tuple[Rung, ...]:
    """Return the rungs of `ladder` in this version.

    They are read once where the table calls nothing of ours: then it says the same on any day.
    """
    source = source_of_table(definition, LADDERS)
    if tables_in(source)[LADDERS].calls.isdisjoint(work.functions):
        return _standing(source, ladder)
    return _read(decide(work, definition, LADDERS, {"ladder": ladder}).outputs)


@lru_cache(maxsize=500)
def _standing(source: str, ladder: str) -> tuple[Rung, ...]:
    return _read(evaluate(tables_in(source)[LADDERS], {"ladder": ladder}).outputs)


def _read(outputs: Variables) -> tuple[Rung, ...]:
    return read_rungs(_as_rung(row) for row in outputs["rows"])


def _value_of(rule: str, given: Variables, words: Mapping[str, Callable[..., Any]]) -> object:
    result = parse(rule).evaluate(given, words)
    if result.errors:
        raise EvaluationFailed(rule, "; ".join(result.errors))
    return result.value


def _hours_that_gave(work: Work, value: object) -> Moved | None:
    """Return how the instant `value` was counted in hours, if it was."""
    if not isinstance(value, datetime):
        return None
    return next((move for move in reversed(work.moves) if move.landed == value), None)


def _deadline(work: Work, rule: str, value: object, hours: Moved | None) -> Deadline:
    if hours is not None and isinstance(hours.start, datetime):
        return due_by_the_hour(work.calendar, hours.start, parse_period(hours.period))
    return due(work.calendar, _day_of(work, rule, value))


def _day_of(work: Work, rule: str, value: object) -> date:
    if isinstance(value, datetime):
        return work.calendar.local_date(value)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise EvaluationFailed(rule, f"»{value}« er ikke en dato.") from None


def _as_rung(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rung": row["rung"],
        "offset_working_days": row["offset"],
        "offset_hours": row.get("hours"),  # a version of before 2026-11 has no such column
        "kind": row["kind"],
        "to": row["recipients"],
        "pre": row["pre"],
    }

"""When a waiting task is due: its rule in FEEL, reckoned and explained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.deadlines import Deadline, Explanation, due, explain_shift
from engine.domain.errors import EvaluationFailed
from engine.domain.ladders import Planned, rungs_of
from engine.domain.parameters import parse_period
from engine.feel.expressions import parse
from engine.ports import Variables
from engine.services.definitions import decide
from engine.storage.models import DefinitionRow
from engine.storage.work import Work

LADDERS = "escalation_ladders"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeadline:
    """A deadline with the rule it came from; `kept` is what the task row keeps of it."""

    deadline: Deadline
    legal_limit_on: date | None
    kept: dict[str, Any]


def reckon(
    work: Work, rule: str, data: Variables, *, legal_limit: str | None = None
) -> TaskDeadline:
    """Return the deadline that `rule` gives with `data` and `created` (today, local).

    On a day that is no working day it moves back, for it is owed by us; the legal limit stays.
    Raises `EvaluationFailed` when the rule gives no date.
    """
    given = {**data, "created": work.today.isoformat()}
    found = _Found()
    day = _day_of(work, rule, given, found)
    deadline = due(work.calendar, day, explanation=found.that_gave(day))
    limit = _day_of(work, legal_limit, given, _Found()) if legal_limit else None
    return TaskDeadline(deadline=deadline, legal_limit_on=limit, kept=_kept(work, rule, deadline))


def plan_rungs(work: Work, definition: DefinitionRow, ladder: str, due_on: date) -> list[Planned]:
    """Return the rungs of `ladder` for a task that is created today and due on `due_on`.

    The ladders are a decision table of the version that the task belongs to.
    """
    decided = decide(work, definition, LADDERS, {"ladder": ladder})
    rows = [_as_rung(row) for row in decided.outputs["rows"]]
    return rungs_of(work.calendar, rows, due_on, work.today)


class _Found:
    """What the calendar words reckoned while one rule was evaluated."""

    def __init__(self) -> None:
        self.explanations: list[Explanation] = []
        self.parameters: dict[str, Any] = {}

    def that_gave(self, day: date) -> Explanation | None:
        """Return how `day` was counted, if it was."""
        return next((each for each in reversed(self.explanations) if each.landed_on == day), None)

    def watching(self, work: Work) -> Mapping[str, Callable[..., Any]]:
        """Return the calendar words, each telling what it did."""
        words = dict(work.functions)
        for name, sign in (("after", 1), ("before", -1)):
            words[name] = self._counted(work, words[name], sign)
        words["param"] = self._looked_up(words["param"])
        return words

    def _counted(self, work: Work, word: Callable[..., Any], sign: int) -> Callable[..., Any]:
        def counted(start: Any, period: Any) -> Any:
            day = word(start, period)
            if not isinstance(day, datetime):
                origin = start if isinstance(start, date) else date.fromisoformat(str(start)[:10])
                self.explanations.append(
                    explain_shift(work.calendar, origin, parse_period(period), sign)
                )
            return day

        return counted

    def _looked_up(self, word: Callable[..., Any]) -> Callable[..., Any]:
        def looked_up(key: Any) -> Any:
            value = word(key)
            self.parameters[str(key)] = str(value)
            return value

        return looked_up


def _day_of(work: Work, rule: str, given: Variables, found: _Found) -> date:
    result = parse(rule).evaluate(given, found.watching(work))
    value = result.value
    if result.errors:
        raise EvaluationFailed(rule, "; ".join(result.errors))
    if isinstance(value, datetime):
        return work.calendar.local_date(value)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise EvaluationFailed(rule, f"»{value}« er ikke en dato.") from None


def _kept(work: Work, rule: str, deadline: Deadline) -> dict[str, Any]:
    return {
        "rule": rule,
        "configuration": work.configuration.number,
        "created": work.today.isoformat(),
        "why": deadline.explanation.in_danish(),
    }


def _as_rung(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rung": row["rung"],
        "offset_working_days": row["offset"],
        "kind": row["kind"],
        "to": row["recipients"],
        "pre": row["pre"],
    }

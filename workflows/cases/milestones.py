"""The dates in a young person's life that start a process by themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.feel.expressions import parse, value
from engine.ports import Json, Variables
from engine.services.timers import cancel_start, schedule_start
from engine.storage.models import InstanceRow, TimerRow
from engine.storage.work import Work

CANCELLED_BY_CLOSING = "case_closed"

Milestone = Mapping[str, Any]


def plan_milestones(work: Work, case_id: UUID, *, again: bool = False) -> None:
    """Schedule every milestone that still lies ahead or was passed and must be made up for.

    `again` is for a case that reopens: what had started and ended by itself is not repeated.
    """
    facts = work.house.facts(work, case_id)
    for name, milestone in work.configuration.milestones.items():
        if _applies(work, milestone, facts):
            _plan(work, case_id, name, milestone, facts, again)


def cancel_milestones(work: Work, case_id: UUID) -> None:
    """Take back every start that is still ahead in the case."""
    work.flush()
    for timer in _starts(work, case_id):
        if timer.done_at is None and timer.start_key:
            cancel_start(work, case_id, timer.start_key)


def _plan(
    work: Work, case_id: UUID, name: str, milestone: Milestone, facts: Variables, again: bool
) -> None:
    opens_on = _day(work, milestone["opens"], facts)
    if milestone.get("roll") == "back":
        opens_on = work.calendar.roll_back(opens_on)
    at = work.calendar.opens(opens_on)
    if at <= work.now and milestone.get("if_passed") != "start":
        return
    key = f"{name}:{milestone.get('round', 1)}"
    if again:
        earlier = [each for each in _starts(work, case_id) if _is_of(each, key)]
        if not _to_be_repeated(work, case_id, str(milestone["process"]), earlier):
            return
        key = f"{key}:{len(earlier) + 1}"
    inputs = {
        target: _value(work, rule, facts) for target, rule in milestone.get("inputs", {}).items()
    }
    schedule_start(work, case_id, key=key, process=str(milestone["process"]), inputs=inputs, at=at)


def _is_of(timer: TimerRow, key: str) -> bool:
    return timer.start_key == key or (timer.start_key or "").startswith(f"{key}:")


def _to_be_repeated(work: Work, case_id: UUID, process: str, earlier: list[TimerRow]) -> bool:
    """Say whether none has fired, or the closing of the case cut short what it started."""
    if not any(timer.outcome == "fired" for timer in earlier):
        return True
    query = select(InstanceRow.outcome).where(
        InstanceRow.case_id == case_id, InstanceRow.process == process
    )
    outcomes = work.session.scalars(query.order_by(InstanceRow.started_at)).all()
    return bool(outcomes) and outcomes[-1] == f"cancelled: {CANCELLED_BY_CLOSING}"


def _starts(work: Work, case_id: UUID) -> list[TimerRow]:
    query = select(TimerRow).where(TimerRow.case_id == case_id, TimerRow.kind == "start")
    return list(work.session.scalars(query.order_by(TimerRow.planned_at)))


def _applies(work: Work, milestone: Milestone, facts: Variables) -> bool:
    rule = milestone.get("when")
    return rule is None or _value(work, rule, facts) is True


def _day(work: Work, rule: str, facts: Variables) -> date:
    found = _value(work, rule, facts)
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise InvalidDefinition(f"Milepælens »{rule}« giver »{found}«, ikke en dato.") from None


def _value(work: Work, rule: str, facts: Variables) -> Json:
    return value(parse(rule), facts, work.functions)

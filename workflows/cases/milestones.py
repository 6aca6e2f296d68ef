"""The age clock: the dates in a young person's life on which something happens by itself.

Each milestone of the pack is one timer of the case. What happens is in `reaching`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import InvalidDefinition
from engine.feel.expressions import parse, value
from engine.ports import Json, Variables
from engine.services.incidents import end_timer
from engine.services.timers import cancel_start, schedule_milestone, schedule_start
from engine.storage.models import InstanceRow, TimerRow
from engine.storage.work import Work

CANCELLED_BY_CLOSING = "case_closed"
OF_MILESTONES = ("start", "milestone")
_CLOCK = (
    select(TimerRow)
    .where(TimerRow.case_id == bindparam("case_id"), TimerRow.kind.in_(OF_MILESTONES))
    .order_by(TimerRow.planned_at)
)

Milestone = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A milestone whose date has changed. `before` or `after` is None where there is none."""

    name: str
    title: str
    before: date | None
    after: date | None


def plan_milestones(work: Work, case_id: UUID, *, again: bool = False) -> None:
    """Schedule every milestone that still lies ahead or was passed and must be made up for.

    `again` is for a case that reopens: what had started and ended by itself is not repeated.
    """
    facts = work.house.facts(work, case_id)
    for name, milestone in work.configuration.milestones.items():
        if _applies(work, milestone, facts):
            _plan(work, case_id, name, milestone, facts, again)


def move_milestones(work: Work, case_id: UUID) -> list[Moved]:
    """Reckon anew what lies ahead, after a birth date has changed; return what has moved.

    What has started a process stays as it is. A date that only notes or looks after something,
    and had come too early, comes again. What the municipality has no milestone for any more does
    not come.
    """
    work.flush()
    facts = work.house.facts(work, case_id)
    return [
        *_gone(work, case_id),
        *(
            moved
            for name, milestone in work.configuration.milestones.items()
            if (moved := _move(work, case_id, name, milestone, facts)) is not None
        ),
    ]


def cancel_milestones(work: Work, case_id: UUID) -> None:
    """Take back every start that is still ahead in the case."""
    work.lock_case(case_id)
    work.flush()
    for timer in _clock(work, case_id):
        if timer.done_at is None:
            end_timer(work, timer, "cancelled")


def _plan(
    work: Work, case_id: UUID, name: str, milestone: Milestone, facts: Variables, again: bool
) -> None:
    at = _moment(work, milestone, facts)
    if at <= work.now and milestone.get("if_passed") != "start":
        return
    key = _key(name, milestone)
    if again:
        earlier = [each for each in _clock(work, case_id) if _is_of(each, key)]
        if not _to_be_repeated(work, case_id, milestone, earlier):
            return
        key = f"{key}:{len(earlier) + 1}"
    _schedule(work, case_id, key, name, milestone, facts, at)


def _schedule(
    work: Work,
    case_id: UUID,
    key: str,
    name: str,
    milestone: Milestone,
    facts: Variables,
    at: datetime,
) -> None:
    process = milestone.get("process")
    if process is None:
        schedule_milestone(work, case_id, key=key, name=name, at=at)
        return
    inputs = {
        target: _value(work, rule, facts) for target, rule in milestone.get("inputs", {}).items()
    }
    schedule_start(work, case_id, key=key, process=str(process), inputs=inputs, at=at)


def _move(
    work: Work, case_id: UUID, name: str, milestone: Milestone, facts: Variables
) -> Moved | None:
    key = _key(name, milestone)
    known = [each for each in _clock(work, case_id) if _is_of(each, key)]
    waiting = next((each for each in known if each.done_at is None), None)
    at = _wanted(work, milestone, facts, known)
    before, after = (waiting.planned_at if waiting else None), at
    if before == after:
        return None
    if waiting is not None and waiting.start_key:
        key = waiting.start_key
        if at is None:
            cancel_start(work, case_id, key)
    elif known:
        key = f"{key}:{len(known) + 1}"
    if at is not None:
        _schedule(work, case_id, key, name, milestone, facts, at)
    return Moved(
        name=name,
        title=str(milestone.get("title", name)),
        before=work.calendar.local_date(before) if before else None,
        after=work.calendar.local_date(after) if after else None,
    )


def _gone(work: Work, case_id: UUID) -> list[Moved]:
    keys = [_key(name, each) for name, each in work.configuration.milestones.items()]
    moved = []
    for timer in _clock(work, case_id):
        if timer.done_at is None and not any(_is_of(timer, key) for key in keys):
            name = (timer.start_key or "").split(":")[0]
            day = work.calendar.local_date(timer.planned_at)
            cancel_start(work, case_id, timer.start_key or "")
            moved.append(Moved(name=name, title=name, before=day, after=None))
    return moved


def _wanted(
    work: Work, milestone: Milestone, facts: Variables, known: list[TimerRow]
) -> datetime | None:
    """Return when the milestone is to come now, or None when it is not to come (again)."""
    at = _moment(work, milestone, facts)
    ahead = at > work.now
    fired = any(each.outcome == "fired" for each in known)
    if not _applies(work, milestone, facts) or not (ahead or milestone["if_passed"] == "start"):
        return None
    if fired and (not ahead or "process" in milestone):
        return None
    return at


def _key(name: str, milestone: Milestone) -> str:
    return f"{name}:{milestone.get('round', 1)}"


def _is_of(timer: TimerRow, key: str) -> bool:
    return timer.start_key == key or (timer.start_key or "").startswith(f"{key}:")


def _to_be_repeated(
    work: Work, case_id: UUID, milestone: Milestone, earlier: list[TimerRow]
) -> bool:
    """Say whether none has fired, or the closing of the case cut short what it started.

    What the system looks after is looked after again.
    """
    if "check" in milestone or not any(timer.outcome == "fired" for timer in earlier):
        return True
    query = select(InstanceRow.outcome).where(
        InstanceRow.case_id == case_id, InstanceRow.process == milestone.get("process")
    )
    outcomes = work.session.scalars(query.order_by(InstanceRow.started_at)).all()
    return bool(outcomes) and outcomes[-1] == f"cancelled: {CANCELLED_BY_CLOSING}"


def _clock(work: Work, case_id: UUID) -> Iterator[TimerRow]:
    yield from work.session.scalars(_CLOCK, {"case_id": case_id}).all()


def _applies(work: Work, milestone: Milestone, facts: Variables) -> bool:
    rule = milestone.get("when")
    return rule is None or _value(work, rule, facts) is True


def _moment(work: Work, milestone: Milestone, facts: Variables) -> datetime:
    opens_on = _day(work, milestone["opens"], facts)
    if milestone.get("roll") == "back":
        opens_on = work.functions["roll_back"](opens_on)
    return work.calendar.opens(opens_on)


def _day(work: Work, rule: str, facts: Variables) -> date:
    found = _value(work, rule, facts)
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise InvalidDefinition(f"Milepælens »{rule}« giver »{found}«, ikke en dato.") from None


def _value(work: Work, rule: str, facts: Variables) -> Json:
    return value(parse(rule), facts, work.functions)

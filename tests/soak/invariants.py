"""What must hold of a municipality at the end of every day, asked of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import exists, func, select

from engine.storage.models import IncidentRow, JournalRow, TaskRow, TimerRow, WaitRow
from engine.storage.work import Work
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.handover.owners import ELEMENT, without_owner
from workflows.municipalities.records import EmployeeRow

ENOUGH = 1_000_000  # cases of one age
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Invariants:
    """Checked day by day; the rungs are remembered, so that a day reads only its own journal."""

    rungs: set[tuple[str, str]] = field(default_factory=set)
    looked_at: datetime = BEGINNING
    days: int = 0
    waits: int = 0

    def broken(self, work: Work) -> list[str]:
        """Return what does not hold at this moment, a sentence each."""
        self.days += 1
        self.waits += work.session.scalar(_OPEN_TASKS) or 0
        found = [*_clocks(work), *self._twice(work), *_without_primary(work), *_unowned(work)]
        return [f"{work.today}: {sentence}" for sentence in found]

    def _twice(self, work: Work) -> Iterator[str]:
        fired = select(JournalRow).where(JournalRow.act == "rung_fired")
        for row in work.session.scalars(fired.where(JournalRow.at > self.looked_at)):
            rung = row.data["task"], str(row.data["rung"])
            if rung in self.rungs:
                yield f"rung {rung[1]} of task {rung[0]} has fired twice"
            self.rungs.add(rung)
        self.looked_at = work.now


_OPEN_TASKS = select(func.count()).select_from(TaskRow).where(TaskRow.closed_at.is_(None))
_ITS_TIMERS = TimerRow.task_id == TaskRow.id
_CLOCKLESS = select(TaskRow.element).where(
    TaskRow.closed_at.is_(None),
    TaskRow.due_at.is_(None) | ~exists().where(_ITS_TIMERS),
)
# A ladder that was taken away from a task which waits yet.
_TAKEN_AWAY = select(TaskRow.element).where(
    TaskRow.closed_at.is_(None),
    exists().where(_ITS_TIMERS, TimerRow.outcome == "cancelled"),
    ~exists().where(_ITS_TIMERS, TimerRow.done_at.is_(None)),
)
_ARMED_TWICE = (
    select(TimerRow.element)
    .where(TimerRow.done_at.is_(None), TimerRow.kind == "drawn")
    .group_by(TimerRow.instance_id, TimerRow.key, TimerRow.element)
    .having(func.count() > 1)
)
_OWNERLESS = select(WaitRow.element).where(
    WaitRow.owner_role == "",
    ~exists().where(TimerRow.instance_id == WaitRow.instance_id, TimerRow.done_at.is_(None)),
)


def _clocks(work: Work) -> Iterator[str]:
    """Each open wait has one armed clock, or a ladder climbed to its top, or an owner by name."""
    for sentence, query in (
        ("task {} has no clock", _CLOCKLESS),
        ("the ladder of {} is gone", _TAKEN_AWAY),
        ("{} is armed twice", _ARMED_TWICE),
        ("{} waits, with neither clock nor owner", _OWNERLESS),
    ):
        for element in work.session.scalars(query):
            yield sentence.format(element)
    late = select(TimerRow.kind).where(TimerRow.done_at.is_(None), TimerRow.due_at < work.now)
    for kind in work.session.scalars(late):
        yield f"a {kind} timer was left behind"


def _without_primary(work: Work) -> Iterator[str]:
    holds = exists().where(
        AssignmentRow.case_id == YouthCaseRow.case_id,
        AssignmentRow.until.is_(None),
        AssignmentRow.employee_id == YouthCaseRow.primary_id,
        EmployeeRow.id == AssignmentRow.employee_id,
        EmployeeRow.active,
    )
    query = select(YouthCaseRow.case_id).where(YouthCaseRow.closed_at.is_(None), ~holds)
    for case_id in work.session.scalars(query):
        yield f"nobody is responsible for case {case_id}"


def _unowned(work: Work) -> Iterator[str]:
    """Whoever is past 17½ has an owner, or the alarm that says so rings."""
    alarmed = select(IncidentRow.case_id).where(
        IncidentRow.element == ELEMENT, IncidentRow.resolved_at.is_(None)
    )
    rings = set(work.session.scalars(alarmed))
    for _, case_id in without_owner(work, limit=ENOUGH):
        if case_id not in rings:
            yield f"case {case_id} is past 17½ and nobody has its handover"

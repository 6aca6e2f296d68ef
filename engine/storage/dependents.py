"""Which open cases have dates that hang on a day or a parameter: by index, never all of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, union
from sqlalchemy.orm import Session

from engine.domain.dependence import hangs_on
from engine.storage.models import CaseRow, InstanceRow, TaskRow, TimerRow

_TASKS: tuple[ColumnElement[bool], ...] = (TaskRow.closed_at.is_(None),)
_TIMERS: tuple[ColumnElement[bool], ...] = (TimerRow.done_at.is_(None), TimerRow.kind != "rung")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """What a date may hang on: days, the keys of parameters, and days of a school's own calendar,
    by what the cases call it."""

    days: Collection[date] = ()
    keys: Collection[str] = ()
    school_days: Mapping[str, Collection[date]] = field(default_factory=dict)


def cases_that_hang_on(
    session: Session, subjects: Subjects, after: UUID | None = None
) -> list[UUID]:
    """Return the cases with an open task or timer that hangs on one of these, behind `after`.

    They come in the order of their ids. What hangs on nobody knows what is always among them.
    """
    found = [
        select(table.case_id).where(*is_open, _touches(session, table, is_open, subjects))
        for table, is_open in ((TaskRow, _TASKS), (TimerRow, _TIMERS))
    ]
    cases = union(*found).subquery()
    query = select(cases.c.case_id).order_by(cases.c.case_id)
    return list(session.scalars(query if after is None else query.where(cases.c.case_id > after)))


def open_cases(session: Session, after: UUID | None = None) -> list[UUID]:
    """Return the cases with an open instance or a timer ahead, behind `after`, by their ids."""
    found = union(
        select(InstanceRow.case_id).where(InstanceRow.closed_at.is_(None)),
        select(TimerRow.case_id).where(*_TIMERS),
        select(TaskRow.case_id).where(*_TASKS),
    ).subquery()
    query = select(found.c.case_id).where(found.c.case_id.is_not(None)).order_by(found.c.case_id)
    return list(session.scalars(query if after is None else query.where(found.c.case_id > after)))


def tasks_that_hang_on(session: Session, subjects: Subjects) -> int:
    """Return how many open tasks hang on one of these."""
    query = select(func.count()).select_from(TaskRow)
    return session.scalar(query.where(*_TASKS, _touches(session, TaskRow, _TASKS, subjects))) or 0


def _touches(
    session: Session,
    table: Any,
    is_open: tuple[ColumnElement[bool], ...],
    subjects: Subjects,
) -> ColumnElement[bool]:
    keys = subjects.keys
    written = [each for each in _written(session, table, is_open) if hangs_on(each, keys)]
    found = [table.counted_by.in_(written), *_spans(table, subjects.days)]
    for school, days in subjects.school_days.items():
        of_school = select(CaseRow.id).where(CaseRow.calendar == school)
        found.append(and_(table.case_id.in_(of_school), or_(False, *_spans(table, days))))
    return or_(*found)


def _spans(table: Any, days: Collection[date]) -> Iterator[ColumnElement[bool]]:
    for first, last in _runs(days):
        yield and_(table.counted_to >= first, table.counted_from <= last)


def _runs(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Yield the first and the last of each run of days on end: a school holiday is one."""
    first = last = None
    for day in sorted(days):
        if first is None or last is None or day - last > timedelta(days=1):
            if first is not None and last is not None:
                yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _written(
    session: Session, table: Any, is_open: tuple[ColumnElement[bool], ...]
) -> Iterator[str]:
    """Yield each set of keys that open rows keep: one step in the index for each."""
    lowest = select(func.min(table.counted_by)).where(*is_open)
    found = session.scalar(lowest)
    while found is not None:
        yield found
        found = session.scalar(lowest.where(table.counted_by > found))

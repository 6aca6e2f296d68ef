"""Who is away, from when to when, and who stands in for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from engine.domain.errors import InvalidAnswers, NotAllowed, NotFound
from engine.storage.work import Work
from workflows.municipalities.records import (
    AbsenceRow,
    EmployeeRow,
    ForumMemberRow,
    PostRow,
    UnitRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """One who is away: to and with `until`, and who stands in."""

    absence_id: UUID
    employee_id: UUID
    name: str
    since: date
    until: date
    deputy_id: UUID | None
    deputy: str
    deputy_phone: str


def register_absence(
    work: Work, employee_id: UUID, since: date, until: date, deputy_id: UUID
) -> AbsenceRow:
    """Note that the employee is away from `since` to and with `until`; return the row.

    Raises `NotFound` for one who does not work here, `NotAllowed` unless `may_register`, and
    `InvalidAnswers` for `since`, `until` and `deputy`: an absence is not over yet, does not
    overlap another of the same person, and whoever stands in is there all the while.
    """
    employee = work.session.get(EmployeeRow, employee_id)
    if employee is None or not employee.active:
        raise NotFound("Medarbejderen findes ikke eller er ikke længere ansat.")
    if not may_register(work, employee_id):
        raise NotAllowed("Du kan melde dig selv fraværende; for andre gør lederen det.")
    if problems := _problems(work, employee_id, since, until, deputy_id):
        raise InvalidAnswers(problems)
    row = AbsenceRow(
        employee_id=employee_id,
        since=since,
        until=until,
        deputy_id=deputy_id,
        registered_at=work.now,
    )
    work.session.add(row)
    work.flush()
    return row


def end_absence(work: Work, absence_id: UUID) -> None:
    """Note that the employee is back today; what had not begun is taken away.

    Raises `NotFound`, also for an absence that the actor does not see, and `NotAllowed` for the
    deputy, who sees it.
    """
    row = work.session.get(AbsenceRow, absence_id)
    may = row is not None and may_register(work, row.employee_id)
    if row is None or not (may or row.deputy_id == work.actor.id):
        raise NotFound("Fraværet findes ikke.")
    if not may:
        raise NotAllowed("Du kan ændre dit eget fravær; for andre gør lederen det.")
    if row.since >= work.today:
        work.session.delete(row)
    else:
        row.until = min(row.until, work.today - timedelta(days=1))
    work.flush()


def may_register(work: Work, employee_id: UUID) -> bool:
    """Say whether the actor is that employee, or leads a unit where they work."""
    return employee_id == work.actor.id or employee_id in {each.id for each in led_by(work)}


def led_by(work: Work) -> Sequence[EmployeeRow]:
    """Return the active ones in the units that the actor leads but the actor, by name."""
    query = (
        select(EmployeeRow)
        .join(PostRow, PostRow.employee_id == EmployeeRow.id)
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .where(UnitRow.leader_id == work.actor.id, EmployeeRow.id != work.actor.id)
        .where(EmployeeRow.active)
    )
    return work.session.scalars(query.distinct().order_by(EmployeeRow.name)).all()


def possible_deputies(work: Work, employee_ids: Collection[UUID]) -> Sequence[EmployeeRow]:
    """Return the active ones who share a unit or forum with one of these employees, by name."""
    units = select(PostRow.unit_id).where(PostRow.employee_id.in_(employee_ids))
    forums = select(ForumMemberRow.forum_id).where(ForumMemberRow.employee_id.in_(employee_ids))
    near = or_(
        EmployeeRow.id.in_(select(PostRow.employee_id).where(PostRow.unit_id.in_(units))),
        EmployeeRow.id.in_(
            select(ForumMemberRow.employee_id).where(ForumMemberRow.forum_id.in_(forums))
        ),
    )
    query = select(EmployeeRow).where(EmployeeRow.active, near).order_by(EmployeeRow.name)
    return work.session.scalars(query).all()


def absences_of(work: Work, employee_ids: Collection[UUID]) -> Sequence[Away]:
    """Return who of these is away now or will be, soonest first."""
    return _away(work, AbsenceRow.employee_id.in_(list(employee_ids)))


def away_today(work: Work, employee_ids: Collection[UUID]) -> Mapping[UUID, Away]:
    """Return who of these is away today, by employee."""
    today = _away(
        work, AbsenceRow.employee_id.in_(list(employee_ids)), AbsenceRow.since <= work.today
    )
    return {each.employee_id: each for each in today}


def covered_by(work: Work, deputy_id: UUID | None) -> Sequence[Away]:
    """Return for whom the employee stands in today."""
    return _away(work, AbsenceRow.deputy_id == deputy_id, AbsenceRow.since <= work.today)


def _away(work: Work, *conditions: ColumnElement[bool]) -> list[Away]:
    query = select(AbsenceRow).where(AbsenceRow.until >= work.today, *conditions)
    rows = work.session.scalars(query.order_by(AbsenceRow.since, AbsenceRow.id)).all()
    wanted = {person for row in rows for person in (row.employee_id, row.deputy_id) if person}
    found = work.session.scalars(select(EmployeeRow).where(EmployeeRow.id.in_(wanted)))
    people = {each.id: each for each in found} if wanted else {}
    return [_as_away(row, people) for row in rows]


def _as_away(row: AbsenceRow, people: Mapping[UUID, EmployeeRow]) -> Away:
    deputy = people.get(row.deputy_id) if row.deputy_id else None
    return Away(
        absence_id=row.id,
        employee_id=row.employee_id,
        name=people[row.employee_id].name,
        since=row.since,
        until=row.until,
        deputy_id=row.deputy_id,
        deputy=deputy.name if deputy else "",
        deputy_phone=deputy.phone if deputy else "",
    )


def _problems(
    work: Work, employee_id: UUID, since: date, until: date, deputy_id: UUID
) -> dict[str, str]:
    problems = {}
    if until < since:
        problems["until"] = "Den sidste dag ligger før den første."
    elif until < work.today:
        problems["until"] = "Den sidste dag er allerede forbi."
    elif _overlapping(work, employee_id, since, until):
        problems["since"] = "Der er allerede skrevet fravær ind i de dage."
    near = {each.id for each in possible_deputies(work, [employee_id])}
    if deputy_id == employee_id or deputy_id not in near:
        problems["deputy"] = "Vælg en kollega fra enheden eller teamet som stedfortræder."
    elif _overlapping(work, deputy_id, since, until):
        problems["deputy"] = "Stedfortræderen er selv fraværende i de dage. Vælg en anden."
    return problems


def _overlapping(work: Work, employee_id: UUID, since: date, until: date) -> bool:
    query = select(AbsenceRow.id).where(
        AbsenceRow.employee_id == employee_id, AbsenceRow.since <= until, AbsenceRow.until >= since
    )
    return work.session.scalars(query).first() is not None

"""Postings: a leader lends a competence of the unit to a named employee, for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotAllowed, NotFound
from engine.storage.work import Work
from workflows.municipalities.records import EmployeeRow, PostingRow, PostRow, UnitRow
from workflows.municipalities.roles import LENDABLE

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """One posting: who has which role of which unit, from and to which moment (UTC)."""

    posting_id: UUID
    employee: str
    role: str
    unit: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    given_by: str
    ended_early: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosting:
    """What a leader lends: `since` and `until` are local days, both included."""

    employee_id: UUID
    role: str
    unit_id: UUID
    since: date
    until: date
    reason: str


def lend(work: Work, new: NewPosting) -> PostingRow:
    """Let the employee act in the role in that unit on those days; return the row.

    Raises `NotFound` for one who does not work here, `NotAllowed` unless the actor leads the unit,
    and `InvalidAnswers` for `employee` (oneself), `role` (one that the unit has, and that does not
    decide about people or the product), `since`, `until` (at most a year) and `reason`.
    """
    if new.unit_id not in {unit.id for unit in led_units(work)}:
        raise NotAllowed("Kun lederen af enheden kan låne dens beføjelser ud.")
    employee = work.session.get(EmployeeRow, new.employee_id)
    if employee is None or not employee.active:
        raise NotFound("Medarbejderen findes ikke eller er ikke længere ansat.")
    if problems := _problems(work, new):
        raise InvalidAnswers(problems)
    assert work.actor.id is not None  # noqa: S101  # leads a unit
    row = PostingRow(
        employee_id=new.employee_id,
        role=new.role,
        unit_id=new.unit_id,
        begins_at=_midnight(work, new.since),
        ends_at=_midnight(work, new.until + timedelta(days=1)),
        reason=new.reason.strip(),
        given_by_id=work.actor.id,
        given_at=work.now,
    )
    work.session.add(row)
    work.flush()
    return row


def end_posting(work: Work, posting_id: UUID) -> None:
    """Take back what was lent, now; the row stays, with who ended it.

    Raises `NotFound` for what the actor's units have not lent, or what has ended.
    """
    row = work.session.get(PostingRow, posting_id)
    mine = {unit.id for unit in led_units(work)}
    if row is None or row.unit_id not in mine or row.ends_at <= work.now:
        raise NotFound("Udlånet findes ikke, eller det er slut.")
    row.ends_at, row.ended_by_id = work.now, work.actor.id
    work.flush()


def led_units(work: Work) -> Sequence[UnitRow]:
    """Return the units that the actor leads, by name."""
    query = select(UnitRow).where(UnitRow.leader_id == work.actor.id)
    return work.session.scalars(query.order_by(UnitRow.name)).all()


def lendable_roles(work: Work, unit_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return, for each unit, the roles that somebody has there and that may be lent."""
    query = select(PostRow.unit_id, PostRow.role).where(
        PostRow.unit_id.in_(unit_ids), PostRow.role.in_(sorted(LENDABLE))
    )
    found: dict[UUID, list[str]] = {}
    for unit, role in work.session.execute(query.distinct().order_by(PostRow.role)):
        found.setdefault(unit, []).append(role)
    return found


def lent_by(work: Work, unit_ids: Sequence[UUID]) -> list[Lent]:
    """Return what these units have lent and lend, the newest first."""
    query = select(PostingRow).where(PostingRow.unit_id.in_(unit_ids))
    return _shown(work, work.session.scalars(query.order_by(PostingRow.given_at.desc())).all())


def lent_to(work: Work, employee_id: UUID) -> list[Lent]:
    """Return what the employee has been lent and may use now or later."""
    query = select(PostingRow).where(
        PostingRow.employee_id == employee_id, PostingRow.ends_at > work.now
    )
    return _shown(work, work.session.scalars(query.order_by(PostingRow.begins_at)).all())


def _problems(work: Work, new: NewPosting) -> dict[str, str]:
    problems = {}
    if new.employee_id == work.actor.id:
        problems["employee"] = "Du kan ikke låne en beføjelse til dig selv."
    if new.role not in lendable_roles(work, [new.unit_id]).get(new.unit_id, ()):
        problems["role"] = "Vælg en beføjelse, som enheden har, og som må lånes ud."
    if new.since < work.today:
        problems["since"] = "Den første dag er allerede gået."
    if new.until < new.since:
        problems["until"] = "Den sidste dag ligger før den første."
    elif new.until - new.since > LONGEST:
        problems["until"] = "Et udlån varer højst et år. Forny det til den tid."
    if not new.reason.strip():
        problems["reason"] = "Skriv, hvorfor beføjelsen lånes ud."
    return problems


def _midnight(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.calendar.timezone)


def _shown(work: Work, rows: Sequence[PostingRow]) -> list[Lent]:
    wanted = {person for row in rows for person in (row.employee_id, row.given_by_id)}
    people = work.session.scalars(select(EmployeeRow).where(EmployeeRow.id.in_(wanted)))
    names = {row.id: row.name for row in people} if rows else {}
    units = work.session.scalars(select(UnitRow).where(UnitRow.id.in_({r.unit_id for r in rows})))
    places = {row.id: row.name for row in units} if rows else {}
    return [
        Lent(
            posting_id=row.id,
            employee=names[row.employee_id],
            role=row.role,
            unit=places[row.unit_id],
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            reason=row.reason,
            given_by=names[row.given_by_id],
            ended_early=row.ended_by_id is not None,
        )
        for row in rows
    ]

"""The staff: who takes a case on, and who stands in for whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select

from engine.domain.errors import CaseworkError
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import (
    AbsenceRow,
    EmployeeRow,
    ForumMemberRow,
    PostRow,
)


def _open_cases(*whose: ColumnElement[bool]) -> ScalarSelect[int]:
    """Count the open cases of an employee; by one column each, for that is what is indexed."""
    return (
        select(func.count())
        .select_from(YouthCaseRow)
        .where(*whose, YouthCaseRow.closed_at.is_(None), YouthCaseRow.compartment.is_(None))
        .correlate(EmployeeRow)
        .scalar_subquery()
    )


def _candidates(of_role: Select[UUID]) -> Select[UUID, str, int]:
    """Select (employee, name, open cases) of the active ones among those of the role.

    Cases in a compartment do not count: who takes on another would tell of them.
    """
    load = _open_cases(YouthCaseRow.primary_id == EmployeeRow.id) + _open_cases(
        YouthCaseRow.coordinator_id == EmployeeRow.id,
        YouthCaseRow.primary_id.is_distinct_from(EmployeeRow.id),
    )
    return select(EmployeeRow.id, EmployeeRow.name, load).where(
        EmployeeRow.id.in_(of_role), EmployeeRow.active
    )


_OF_FORUM = _candidates(
    select(ForumMemberRow.employee_id).where(
        ForumMemberRow.forum_id == bindparam("forum_id"), ForumMemberRow.role == bindparam("role")
    )
)
_OF_ANYWHERE = _candidates(select(PostRow.employee_id).where(PostRow.role == bindparam("role")))
_AWAY = select(AbsenceRow.employee_id).where(
    AbsenceRow.employee_id.in_(bindparam("people", expanding=True)),
    AbsenceRow.since <= bindparam("today"),
    AbsenceRow.until >= bindparam("today"),
)


@runtime_checkable
class PartOfHouse(Protocol):
    """A house that has only some of the cases: a part of a rehearsal."""

    def held_elsewhere(self) -> Mapping[UUID, int]:
        """Return how many open cases people hold in the other parts now."""
        ...


class NobodyHas(CaseworkError):
    """Nobody in the municipality has the role that is to take something on."""

    def __init__(self, role: str) -> None:
        super().__init__(
            f"Ingen i kommunen har rollen »{role}«. "
            "Vælg en anden rolle, eller bed en leder give en kollega rollen."
        )


def person_for(
    work: Work,
    case: YouthCaseRow,
    role: str,
    *,
    but: Collection[UUID | None] = (),
    forum_id: UUID | None = None,
) -> UUID | None:
    """Return who of the role takes on a case: of `forum_id` (its own team), else of anywhere.

    The one with the fewest open cases, then by name. Who is away today comes after who is not,
    and who is in `but` only when there is nobody else; None when nobody has the role.
    """
    found = _who_have(work, role, forum_id or case.forum_id)
    away = _away(work, [person for person, *_ in found])
    after = {person: (person in but, person in away) for person, *_ in found}
    return _least_held(work, [each for each in found if after[each[0]] == min(after.values())])


def _who_have(work: Work, role: str, forum_id: UUID | None) -> Sequence[tuple[UUID, str, int]]:
    """Return who have the role, with their names and how many open cases they hold."""
    asked = {"forum_id": forum_id, "role": role}
    found = work.session.execute(_OF_FORUM, asked).all() if forum_id else []
    found = found or work.session.execute(_OF_ANYWHERE, {"role": role}).all()
    return [(person, name, held) for person, name, held in found]


def _least_held(work: Work, people: Sequence[tuple[UUID, str, int]]) -> UUID | None:
    """Return who holds the fewest; what they hold elsewhere is asked only where it decides."""
    elsewhere = _held_elsewhere(work) if len(people) > 1 else {}
    ranked = sorted(
        (held + elsewhere.get(person, 0), name, person) for person, name, held in people
    )
    return ranked[0][-1] if ranked else None


def deputies_of(work: Work, employee_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return who stands in today for those of `employee_ids` who are registered absent."""
    today = work.today
    rows = work.session.execute(
        select(AbsenceRow.employee_id, AbsenceRow.deputy_id).where(
            AbsenceRow.employee_id.in_(list(employee_ids)),
            AbsenceRow.since <= today,
            AbsenceRow.until >= today,
            AbsenceRow.deputy_id.is_not(None),
        )
    )
    return {absent: deputy for absent, deputy in rows if deputy is not None}


def _held_elsewhere(work: Work) -> Mapping[UUID, int]:
    return work.house.held_elsewhere() if isinstance(work.house, PartOfHouse) else {}


def _away(work: Work, people: Collection[UUID]) -> set[UUID]:
    asked = {"people": list(people), "today": work.today}
    return set(work.session.scalars(_AWAY, asked)) if people else set()

"""Who has seen a case: every look, with what it was for and what it rested on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, or_, select

from engine.storage.work import Work
from workflows.access.disclosures import MAIL
from workflows.access.grants import BREAK_GLASS
from workflows.access.records import AccessGrantRow, BrokenGlassRow, ReadLogRow
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import EmployeeRow

_LEADS = "unit"  # a look that rests on this alone is marked, quietly


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the case (UTC). `name` is empty for the system, and for one outside the house.

    `is_outside`: a message named the young person to somebody who is not employed here.
    `is_marked`: whoever looked had no part in the case: no task, office, meeting or consent.
    """

    at: datetime
    name: str
    purpose: str
    behind: str
    is_marked: bool
    is_outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Who opened the case without a part in it (UTC), until when, and why."""

    at: datetime
    until: datetime
    name: str
    reason: str


def looks_at(work: Work, case: YouthCaseRow, since: datetime, until: datetime) -> Sequence[Look]:
    """Return the looks at the case or its young person from `since` until (not with) `until`.

    Newest first. The log is read between the two moments only.
    """
    query = (
        select(ReadLogRow, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == ReadLogRow.actor_id)
        .where(
            ReadLogRow.at >= since,
            ReadLogRow.at < until,
            or_(
                cast(ReadLogRow.person_ids, String).contains(str(case.young_person_id)),
                cast(ReadLogRow.case_ids, String).contains(str(case.case_id)),
            ),
        )
        .order_by(ReadLogRow.at.desc(), ReadLogRow.id)
    )
    sources = _sources(work, case.case_id)
    return [_look(row, name, sources) for row, name in work.session.execute(query)]


def broken_of(work: Work, case_id: UUID) -> Sequence[Broken]:
    """Return everybody who opened the case without a part in it, newest first."""
    query = (
        select(BrokenGlassRow, EmployeeRow.name)
        .join(EmployeeRow, EmployeeRow.id == BrokenGlassRow.employee_id)
        .where(BrokenGlassRow.case_id == case_id)
        .order_by(BrokenGlassRow.at.desc(), BrokenGlassRow.id)
    )
    return [
        Broken(at=row.at, until=row.until, name=name, reason=row.reason)
        for row, name in work.session.execute(query)
    ]


def _sources(work: Work, case_id: UUID) -> Mapping[str, str]:
    query = select(AccessGrantRow.id, AccessGrantRow.source)
    found = work.session.execute(query.where(AccessGrantRow.case_id == case_id))
    return {f"grant:{grant}": source for grant, source in found}


def _look(row: ReadLogRow, name: str | None, sources: Mapping[str, str]) -> Look:
    source = sources.get(row.behind, "")
    kind = row.behind.partition(":")[0]
    return Look(
        at=row.at,
        name=name or "",
        purpose=row.purpose,
        behind=source or row.behind,
        is_marked=source == BREAK_GLASS or kind == _LEADS,
        is_outside=row.purpose == MAIL and row.actor_id is None,
    )

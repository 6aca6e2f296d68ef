"""Openings into a case: made, ended, and asked for. What they let be seen is decided elsewhere."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select

from engine.services.journal import record
from engine.storage.work import Work
from workflows.access.records import AccessGrantRow

CONSENT, LEGAL_BASIS, BREAK_GLASS = "consent", "legal_basis", "break_glass"
_NOT_REVOKED = select(AccessGrantRow).where(
    AccessGrantRow.case_id == bindparam("case_id"),
    AccessGrantRow.source == bindparam("source"),
    AccessGrantRow.revoked_at.is_(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening that should stand: for whom, what, because of what, until when.

    `who` names the column of the row (forum_id, unit_id, employee_id, guardian_id), `whom` its id.
    """

    who: str
    whom: UUID
    classes: Collection[str]
    source: str
    source_id: UUID
    types: Collection[str] = field(default_factory=tuple)
    compartment: str | None = None
    ends_at: datetime | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two openings the same one."""
        ends = self.ends_at.isoformat() if self.ends_at else ""
        return (self.who, self.whom, self.source_id, tuple(sorted(self.types)), ends)


def in_force(at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a grant holds at the moment `at` (UTC)."""
    return (
        AccessGrantRow.revoked_at.is_(None)
        & (AccessGrantRow.starts_at <= at)
        & or_(AccessGrantRow.ends_at.is_(None), AccessGrantRow.ends_at > at)
    )


def settle_grants(
    work: Work, case_id: UUID, source: str, wanted: Iterable[Opening], why: str
) -> None:
    """Make the open grants of `source` in the case what they should be: `wanted`, no more.

    What stands is left, what is missing is opened now, and what has no ground any more is revoked
    now, with the code `why`. Asking twice changes nothing.
    """
    work.flush()
    rows = work.session.scalars(_NOT_REVOKED, {"case_id": case_id, "source": source})
    have = {_opening(row).key: row for row in rows}
    should = {each.key: each for each in wanted}
    for key, row in have.items():
        if key not in should:
            row.revoked_at, row.revoked_why = work.now, why
            record(work, case_id, "access_closed", grant=str(row.id), why=why)
    for key, opening in should.items():
        if key not in have:
            open_one(work, case_id, opening)
    work.flush()


def open_one(work: Work, case_id: UUID, opening: Opening) -> None:
    """Open the case as `opening` says, from now on, beside what is open already."""
    row = AccessGrantRow(
        case_id=case_id,
        classes=sorted(opening.classes),
        types=sorted(opening.types),
        compartment=opening.compartment,
        source=opening.source,
        source_id=opening.source_id,
        starts_at=work.now,
        ends_at=opening.ends_at,
    )
    setattr(row, opening.who, opening.whom)
    work.session.add(row)
    record(work, case_id, "access_opened", grant=str(row.id), because=opening.source)


def _opening(row: AccessGrantRow) -> Opening:
    who, whom = holder_of(row)
    return Opening(
        who=who,
        whom=whom,
        classes=row.classes,
        types=row.types,
        compartment=row.compartment,
        source=row.source,
        source_id=row.source_id,
        ends_at=row.ends_at,
    )


def holder_of(row: AccessGrantRow) -> tuple[str, UUID]:
    """Return for whom the grant is: the column that says so, and the id in it."""
    for who in ("forum_id", "unit_id", "employee_id", "guardian_id"):
        if (whom := getattr(row, who)) is not None:
            return who, whom
    raise AssertionError("a grant is for somebody")

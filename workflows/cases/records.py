"""A young person's case, and who held its thread at every instant.

The database itself keeps the two in step and refuses what would leave a young person without
one who is responsible: see `enforcement.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment

_OPEN = text("closed_at IS NULL")
_STILL = text("until IS NULL")
# no hidden row numbers: "REPLACE" could otherwise remove a row by one
_WITHOUT_ROWID = {"sqlite_with_rowid": False}


class YouthCaseRow(InCompartment, Base, kw_only=True):
    """One course of help for one young person (1:1 with the engine's case).

    `primary_id` is the one truth about who is responsible. `plan_owner_id` and `coordinator_id`
    are offices of their own; the coordinator may be nobody, for it is an offer. `candidate_id`
    is who would become coordinator if the offer is accepted. `unit_id` is the leading unit.
    """

    __tablename__ = "youth_cases"
    __table_args__ = (
        Index(
            "ix_youth_cases_primary_id", "primary_id", postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
        Index("ix_youth_cases_young_person_id", "young_person_id"),
        Index("ix_youth_cases_coordinator_id", "coordinator_id"),
        Index("ix_youth_cases_plan_owner_id", "plan_owner_id"),
        Index("ix_youth_cases_unit_id", "unit_id"),
        Index("ix_youth_cases_forum_id", "forum_id"),
        _WITHOUT_ROWID,
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("young_people.id"))
    state: Mapped[str] = mapped_column(String(30))
    pack: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    primary_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    primary_since: Mapped[datetime]
    team: Mapped[int | None] = mapped_column(default=None)
    forum_id: Mapped[UUID | None] = mapped_column(ForeignKey("forums.id"), default=None)
    coordinator_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    candidate_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    plan_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    social_case: Mapped[bool] = mapped_column(default=False)
    employment_case: Mapped[bool] = mapped_column(default=False)
    employment_since: Mapped[datetime | None] = mapped_column(default=None)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(60), default=None)


class AssignmentRow(Base, kw_only=True):
    """Who was primary responsible from `since` until (not with) `until`; written by the database.

    Never insert, change or delete one: the triggers do, from `youth_cases`.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "uq_assignments_one_open",
            "case_id",
            unique=True,
            postgresql_where=_STILL,
            sqlite_where=_STILL,
        ),
        Index("ix_assignments_employee_id", "employee_id"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
        _WITHOUT_ROWID,
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("youth_cases.case_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)

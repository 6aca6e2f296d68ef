"""What opens a case beside offices and tasks, and the log of who read what about whom, and why."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment
from engine.storage.sealing import SealedText


class BrokenGlassRow(Base, kw_only=True):
    """One who has no part in a case opened it, with a `reason`, until (not with) `until`."""

    __tablename__ = "broken_glass"
    __table_args__ = (Index("ix_broken_glass_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    reason: Mapped[str] = mapped_column(
        SealedText("broken_glass.reason", kept=True), default="", repr=False
    )
    at: Mapped[datetime]
    until: Mapped[datetime]


class ReadLogRow(InCompartment, Base, kw_only=True):
    """One look at one or more cases. Append-only.

    `purpose` is what for, `behind` what it rests on (see `engine.ports.Purpose`); `person_ids` are
    the young people whom it showed.
    """

    __tablename__ = "read_log"
    __table_args__ = (Index("ix_read_log_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    case_ids: Mapped[list[str]]
    person_ids: Mapped[list[str]] = mapped_column(default_factory=list)
    purpose: Mapped[str] = mapped_column(String(60))
    behind: Mapped[str] = mapped_column(String(60), default="")
    path: Mapped[str] = mapped_column(String(300), default="")


class AccessGrantRow(Base, kw_only=True):
    """An opening into one case, for somebody, for a time, because of something. Never deleted.

    Exactly one of `forum_id`, `unit_id`, `employee_id` and `guardian_id` says who. A grant to a
    forum opens nothing by itself: its members read while the case is on their agenda. `classes`
    and `types` (codes of `bpmn/consent.toml`) say what, `compartment` which closed one. `source`
    is consent, legal_basis or break_glass, and `source_id` that row. It holds from `starts_at`
    until (not with) `ends_at` (UTC), unless it was revoked before: `revoked_why` is a code.
    """

    __tablename__ = "access_grants"
    __table_args__ = (
        Index("ix_access_grants_case_id", "case_id"),
        Index("ix_access_grants_source_id", "source_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    forum_id: Mapped[UUID | None] = mapped_column(ForeignKey("forums.id"), default=None)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), default=None)
    employee_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    guardian_id: Mapped[UUID | None] = mapped_column(ForeignKey("guardians.id"), default=None)
    classes: Mapped[list[str]] = mapped_column(default_factory=list)
    types: Mapped[list[str]] = mapped_column(default_factory=list)
    compartment: Mapped[str | None] = mapped_column(String(40), default=None)
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_why: Mapped[str | None] = mapped_column(String(40), default=None)

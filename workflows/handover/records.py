"""A handover at 18: offered, and over only when it is accepted."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.sealing import SealedText


class HandoverRow(Base, kw_only=True):
    """One handover. `status` is open, offered, rejected, settled (the forum decided) or accepted.

    The sender stays responsible until it is accepted, also past the 18th birthday.
    """

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    receiver_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    receiver_role: Mapped[str | None] = mapped_column(String(60), default=None)
    keep_coordinator: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(String(20), default="open")
    checklist_due: Mapped[date]
    opened_at: Mapped[datetime]
    offered_at: Mapped[datetime | None] = mapped_column(default=None)
    rejected_at: Mapped[datetime | None] = mapped_column(default=None)
    rejected_by_id: Mapped[UUID | None] = mapped_column(default=None)
    rejection: Mapped[str] = mapped_column(
        SealedText("handovers.rejection", kept=True), default="", repr=False
    )
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    overlap_until: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(40), default=None)

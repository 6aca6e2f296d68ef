"""The log of who read what about whom, and for what."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class ReadLogRow(Base, kw_only=True):
    """One look at one or more cases. Append-only."""

    __tablename__ = "read_log"
    __table_args__ = (Index("ix_read_log_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    case_ids: Mapped[list[str]]
    purpose: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(300), default="")

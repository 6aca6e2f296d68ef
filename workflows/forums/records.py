"""Meetings of the forums, made when they are first needed, and what is on their agendas."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class MeetingRow(Base, kw_only=True):
    """One meeting. `held_on` is the working day it is held, after any move from a day off.

    An item must be ready before `cut_off_at` (08:00 local of `cut_off_on`, kept in UTC).
    """

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("forum_id", "held_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"))
    held_on: Mapped[date]
    cut_off_on: Mapped[date]
    cut_off_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="planned")


class AgendaItemRow(Base, kw_only=True):
    """A case on the agenda of a meeting, for a reason.

    `status` is waiting, released (the members may read), held_back (no consent at release),
    withdrawn, or decided.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        Index("ix_agenda_items_meeting_id", "meeting_id"),
        Index("ix_agenda_items_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[UUID | None] = mapped_column(default=None)  # the overdue task, if one
    reason: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    ready_at: Mapped[datetime]
    placed_at: Mapped[datetime]
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    result: Mapped[str | None] = mapped_column(String(40), default=None)
    status: Mapped[str] = mapped_column(String(20), default="waiting")

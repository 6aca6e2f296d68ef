"""The secret address of an employee's calendar, and who has been invited to which meeting."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class CalendarFeedRow(Base, kw_only=True):
    """The address that an employee's calendar program asks, until it is renewed.

    Only the digest of its token is kept. `given` tells of each calendar (the code of its forum,
    "" for the employee's own) what was last given out: its digest, and since when (ISO, UTC).
    """

    __tablename__ = "calendar_feeds"

    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    made_at: Mapped[datetime]
    given: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class InvitationRow(Base, kw_only=True):
    """What an employee was last told of a meeting: its `sequence`, and whether it was called off.

    `number` counts the messages, so that each has a key of its own.
    """

    __tablename__ = "invitations"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    sequence: Mapped[int]
    number: Mapped[int] = mapped_column(default=0)
    called_off: Mapped[bool] = mapped_column(default=False)

"""What moves a deadline after it was reckoned: the ledger of its days, and passes of recounting."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment


class DayRow(InCompartment, Base, kw_only=True):
    """A line in the ledger of a task's days: its deadline rests, or is extended.

    `kind` is "suspension" (from the day after `since` to and with `until`, or `ended_on` where it
    ended before) or "extension" (by `period`, "10 WD"). `reason` and `source` (of law) are codes.
    A line is never altered, only ended or taken back (`undone_at`); the deadline is what was
    reckoned and these lines, in the order they were written.
    """

    __tablename__ = "deadline_days"
    __table_args__ = (Index("ix_deadline_days_task_id", "task_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None] = mapped_column(default=None)
    period: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[UUID | None] = mapped_column(default=None)
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    ended_on: Mapped[date | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class RecountRow(Base, kw_only=True):
    """A pass past the open cases whose dates hang on what configuration `number` changed.

    It changed since number `former`. `reached_id` is the last case that was looked at; `moved`
    counts the deadlines that are others now. The first of two passes is over when `again_at` says
    from when the second may begin.
    """

    __tablename__ = "recounts"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    former: Mapped[int | None] = mapped_column(default=None)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    again_at: Mapped[datetime | None] = mapped_column(default=None)
    reached_id: Mapped[UUID | None] = mapped_column(default=None)
    looked_at: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)

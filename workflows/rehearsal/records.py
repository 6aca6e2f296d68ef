"""The rehearsals that process owners ask for, and what came of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class State(StrEnum):
    """Where a rehearsal stands."""

    ASKED = "asked"
    PLAYING = "playing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # who played it was stopped

    @property
    def is_open(self) -> bool:
        """Whether it waits or plays."""
        return self in (State.ASKED, State.PLAYING)


class RehearsalRow(Base, kw_only=True):
    """One rehearsal of a process: what was asked, how far it has come, and its report.

    `tried` names what is put into force in the copy: `draft`, the number of a version, or nothing
    for what is in force already; `files` are those of the draft as it was when it was asked for.
    `turn` is 1 while it waits or plays and null afterwards, so that there is one at a time.
    `thousandths` is how far it has come; `beat_at` is when the one who plays it was last heard of.
    The report holds numbers only.
    """

    __tablename__ = "rehearsals"
    __table_args__ = (Index("ix_rehearsals_process", "process", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    process: Mapped[str] = mapped_column(String(100))
    tried: Mapped[str] = mapped_column(String(20), default="")
    files: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), repr=False, default=None
    )
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("definitions.id"), default=None)
    until: Mapped[datetime]
    behaviour: Mapped[str] = mapped_column(String(20))
    seed: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[UUID | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(String(20), default=State.ASKED.value)
    turn: Mapped[int | None] = mapped_column(unique=True, default=1)
    thousandths: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime | None] = mapped_column(default=None)
    beat_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    problem: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), repr=False, default=None
    )

"""The rows of the engine. They know cases and processes, and no young person.

Here stands what runs; what is in force and what is kept is imported, so that whoever imports this
module knows every table.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment
from engine.storage.deadline_rows import DayRow, RecountRow
from engine.storage.definition_rows import (
    ConfigurationRow,
    DefinitionRow,
    DraftRow,
    StartMessageRow,
)
from engine.storage.key_rows import ChainRow, DataKeyRow, LinkRow
from engine.storage.record_rows import (
    AnswersRow,
    IncidentRow,
    JournalRow,
    MoveRow,
    OutboxRow,
    RoundRow,
)
from engine.storage.sealing import SealedBytes, SealedJson, SealedText

__all__ = [
    "AnswersRow",
    "CaseRow",
    "ChainRow",
    "ConfigurationRow",
    "DataKeyRow",
    "DayRow",
    "DefinitionRow",
    "DraftRow",
    "IncidentRow",
    "InstanceRow",
    "JournalRow",
    "LinkRow",
    "MessageRow",
    "MoveRow",
    "OutboxRow",
    "RecountRow",
    "RoundRow",
    "StartMessageRow",
    "TaskRow",
    "TimerRow",
    "WaitRow",
]

_OPEN = text("closed_at IS NULL")
_OWN = text("calendar IS NOT NULL")
_PENDING = text("done_at IS NULL")
_COUNTED = text("done_at IS NULL AND kind <> 'rung'")


class CaseRow(InCompartment, Base, kw_only=True):
    """The bare thread that ties instances together.

    Locked before anything of the case is written, so there is one lock order; its version
    guards the whole case. `touched_at` is the moment of the last act. `key_id` is the key of the
    person it is about, erased with every text at `erased_at`. `calendar` names the school calendar
    that its school days are counted by; without one it is the municipality's.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_calendar", "calendar", postgresql_where=_OWN, sqlite_where=_OWN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    opened_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    journal_length: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[str] = mapped_column(String(64), default="")
    key_id: Mapped[UUID | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    calendar: Mapped[str | None] = mapped_column(String(80), default=None)
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own form


class InstanceRow(InCompartment, Base, kw_only=True):
    """One running process of a case. `state` is opaque: only `engine.spiff` reads it.

    An instance is pinned to its definition for life. One that was called has a caller and the
    key of the call; its end resumes the caller. `reckoned` tells by ISO date how the dates among
    its data came about (see `engine.domain.reckonings`).
    """

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_case_id", "case_id"),
        Index("ix_instances_caller_id", "caller_id"),
        Index("ix_instances_open", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    process: Mapped[str] = mapped_column(String(100))
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    state: Mapped[bytes] = mapped_column(SealedBytes("instances.state"), repr=False)
    reached: Mapped[list[str]] = mapped_column(repr=False, default_factory=list)
    reckoned: Mapped[dict[str, Any]] = mapped_column(repr=False, default_factory=dict)
    caller_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    caller_key: Mapped[int | None] = mapped_column(default=None)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(200), default=None)
    incident: Mapped[str | None] = mapped_column(
        SealedText("instances.incident"), repr=False, default=None
    )


class TaskRow(InCompartment, Base, kw_only=True):
    """The inbox row: what, for whom, by when. `closed_at` is empty while it waits.

    `assignee_id` is who took it, or whose it is by role. `due_at` is the end of the local day
    `due_on` (UTC). `deadline` keeps the rule, its inputs and the explanation. What its dates hang
    on: the days from `counted_from` to `counted_to`, and the parameters named in `counted_by` (see
    `engine.domain.dependence`).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "ix_tasks_mine",
            "assignee_id",
            "due_at",
            "id",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index(
            "ix_tasks_unit",
            "unit_id",
            "role",
            "due_at",
            "id",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index(
            "ix_tasks_forum",
            "forum_id",
            "role",
            "due_at",
            "id",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_tasks_case_id", "case_id"),
        Index(
            "ix_tasks_open_of_instance", "instance_id", postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
        Index("ix_tasks_raised_by_id", "raised_by_id"),
        Index(
            "ix_tasks_counted_days",
            "counted_to",
            "counted_from",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_tasks_counted_by", "counted_by", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    key: Mapped[int | None] = mapped_column(default=None)
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("definitions.id"), default=None)
    element: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(SealedText("tasks.title"), repr=False)
    form: Mapped[str | None] = mapped_column(String(100), default=None)
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[UUID | None] = mapped_column(default=None)
    forum_id: Mapped[UUID | None] = mapped_column(default=None)
    assignee_id: Mapped[UUID | None] = mapped_column(default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    outside_party: Mapped[str | None] = mapped_column(String(100), default=None)
    why_now: Mapped[str] = mapped_column(String(300), default="")
    ladder: Mapped[str | None] = mapped_column(String(20), default=None)
    created_at: Mapped[datetime]
    due_on: Mapped[date | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    legal_limit_on: Mapped[date | None] = mapped_column(default=None)
    deadline: Mapped[dict[str, Any]] = mapped_column(repr=False, default_factory=dict)
    counted_from: Mapped[date | None] = mapped_column(default=None)
    counted_to: Mapped[date | None] = mapped_column(default=None)
    counted_by: Mapped[str] = mapped_column(Text, default="")
    raised_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    status: Mapped[str] = mapped_column(String(20), default="open")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[UUID | None] = mapped_column(default=None)


class TimerRow(InCompartment, Base, kw_only=True):
    """The only thing the scheduler looks at: what is due when, and nothing more.

    `kind` is "rung" (of a task's ladder), "drawn" (in a diagram), "start" (a process that
    starts on a date), "milestone" (a date of the case that the house is told of) or "message"
    (one that nobody took expires). `rung` names it within its
    owner. Of what is due at one moment the lower `urgency` goes first: 0 by the statutory ladder
    and by the hour, 1 whatever else. Done once: `done_at` and `outcome` (fired, cancelled,
    superseded, skipped). What its day hangs on stands as in `TaskRow`; a rung hangs on its task.
    """

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("task_id", "rung"),
        UniqueConstraint("case_id", "start_key"),
        Index(
            "ix_timers_due",
            "due_at",
            "urgency",
            "id",
            postgresql_where=_PENDING,
            sqlite_where=_PENDING,
        ),
        Index(
            "ix_timers_pending_of_instance",
            "instance_id",
            postgresql_where=_PENDING,
            sqlite_where=_PENDING,
        ),
        Index("ix_timers_case_id", "case_id"),
        Index(
            "ix_timers_counted_days",
            "counted_to",
            "counted_from",
            postgresql_where=_COUNTED,
            sqlite_where=_COUNTED,
        ),
        Index(
            "ix_timers_counted_by", "counted_by", postgresql_where=_COUNTED, sqlite_where=_COUNTED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(10))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    key: Mapped[int | None] = mapped_column(default=None)
    element: Mapped[str | None] = mapped_column(String(100), default=None)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    rung: Mapped[str | None] = mapped_column(String(20), default=None)
    start_key: Mapped[str | None] = mapped_column(String(100), default=None)
    payload: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    urgency: Mapped[int] = mapped_column(default=1)
    counted_from: Mapped[date | None] = mapped_column(default=None)
    counted_to: Mapped[date | None] = mapped_column(default=None)
    counted_by: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)


class WaitRow(InCompartment, Base, kw_only=True):
    """An instance waits for a message of this name (and key, when it names one)."""

    __tablename__ = "waits"
    __table_args__ = (Index("ix_waits_case_id", "case_id"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    element: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str | None] = mapped_column(String(200), default=None)
    owner_role: Mapped[str] = mapped_column(String(60), default="")
    since: Mapped[datetime]


class MessageRow(InCompartment, Base, kw_only=True):
    """A message between two processes of one case; consumed at most once."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str | None] = mapped_column(String(200), default=None)
    payload: Mapped[dict[str, Any]] = mapped_column(SealedJson("messages.payload"), repr=False)
    source: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)
    consumer_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)

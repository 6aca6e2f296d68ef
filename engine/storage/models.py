"""The rows of the engine. They know cases and processes, and no young person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base

_OPEN = text("closed_at IS NULL")
_PENDING = text("done_at IS NULL")
_UNSENT = text("sent_at IS NULL")


class CaseRow(Base, kw_only=True):
    """The bare thread that ties instances together.

    Locked before anything of the case is written, so there is one lock order; its version
    guards the whole case. `touched_at` is the moment of the last act.
    """

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    opened_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    journal_length: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own form


class DefinitionRow(Base, kw_only=True):
    """One deployed version of one process: immutable, named by the hash of its content.

    `files` maps a path (`referral.bpmn`, `forms/screening.json`, `acute.dmn`,
    `process.toml`) to its text.
    """

    __tablename__ = "definitions"
    __table_args__ = (UniqueConstraint("process", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    process: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    files: Mapped[dict[str, Any]] = mapped_column(repr=False)
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")


class StartMessageRow(Base, kw_only=True):
    """Which process a message starts, in the newest version of it."""

    __tablename__ = "start_messages"

    message: Mapped[str] = mapped_column(String(100), primary_key=True)
    process: Mapped[str] = mapped_column(String(100))


class DraftRow(Base, kw_only=True):
    """What a process owner works on: one draft a process, guarded by its version."""

    __tablename__ = "drafts"

    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    files: Mapped[dict[str, Any]] = mapped_column(repr=False)
    based_on: Mapped[str | None] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own form


class ConfigurationRow(Base, kw_only=True):
    """Parameters, closing days and milestones in force from `since` until the next row."""

    __tablename__ = "configurations"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(repr=False)
    since: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))


class InstanceRow(Base, kw_only=True):
    """One running process of a case. `state` is opaque: only `engine.spiff` reads it.

    An instance is pinned to its definition for life. One that was called has a caller and the
    key of the call; its end resumes the caller.
    """

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_case_id", "case_id"),
        Index("ix_instances_caller_id", "caller_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    process: Mapped[str] = mapped_column(String(100))
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    state: Mapped[bytes] = mapped_column(LargeBinary, repr=False)
    reached: Mapped[list[str]] = mapped_column(repr=False, default_factory=list)
    caller_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    caller_key: Mapped[int | None] = mapped_column(default=None)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(200), default=None)
    incident: Mapped[str | None] = mapped_column(Text, default=None)


class TaskRow(Base, kw_only=True):
    """The inbox row: what, for whom, by when. `closed_at` is empty while it waits.

    `assignee_id` is who took it, or whose it is by role. `due_at` is the end of the local day
    `due_on` (UTC). `deadline` keeps the rule, its inputs and the explanation.
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
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    key: Mapped[int | None] = mapped_column(default=None)
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("definitions.id"), default=None)
    element: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
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
    raised_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    status: Mapped[str] = mapped_column(String(20), default="open")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[UUID | None] = mapped_column(default=None)


class TimerRow(Base, kw_only=True):
    """The only thing the scheduler looks at: what is due when, and nothing more.

    `kind` is "rung" (of a task's ladder), "drawn" (in a diagram), "start" (a process that
    starts on a date) or "memo" (a message that leaves on a date). `rung` names it within its
    owner. Done once: `done_at` and `outcome` (fired, cancelled, skipped, superseded).
    """

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("task_id", "rung"),
        UniqueConstraint("case_id", "start_key"),
        Index("ix_timers_due", "due_at", "id", postgresql_where=_PENDING, sqlite_where=_PENDING),
        Index(
            "ix_timers_pending_of_instance",
            "instance_id",
            postgresql_where=_PENDING,
            sqlite_where=_PENDING,
        ),
        Index("ix_timers_case_id", "case_id"),
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
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)


class WaitRow(Base, kw_only=True):
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


class MessageRow(Base, kw_only=True):
    """A message between two processes of one case; consumed at most once."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str | None] = mapped_column(String(200), default=None)
    payload: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)
    consumer_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)


class AnswersRow(Base, kw_only=True):
    """What a person wrote in a form: the case record. The process gets only what it reads."""

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_case_id", "case_id", "at"),
        Index("ix_answers_task_id", "task_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("definitions.id"), default=None)
    form: Mapped[str] = mapped_column(String(100))
    author_id: Mapped[UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(repr=False)


class JournalRow(Base, kw_only=True):
    """One act of one case. Append-only; `digest` chains it to the row before."""

    __tablename__ = "journal"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    act: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class OutboxRow(Base, kw_only=True):
    """A message that leaves after commit. Its key is unique: nothing is sent twice."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unsent", "send_after", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), default=None)
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(200))
    recipient_id: Mapped[UUID | None] = mapped_column(default=None)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, repr=False)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text, default=None)


class IncidentRow(Base, kw_only=True):
    """Something the system could not carry through by itself. Open until `resolved_at`."""

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), default=None)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    timer_id: Mapped[UUID | None] = mapped_column(ForeignKey("timers.id"), default=None)
    element: Mapped[str] = mapped_column(String(100))
    cause: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)


class MoveRow(Base, kw_only=True):
    """An instance was moved to another version of its process.

    `state_before` takes it back, as long as its state is still that of `digest_after`.
    """

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_instance_id", "instance_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instances.id"))
    from_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    state_before: Mapped[bytes | None] = mapped_column(LargeBinary, repr=False)
    digest_after: Mapped[str] = mapped_column(String(64))
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[UUID | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)

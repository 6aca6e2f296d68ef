"""What is kept of a case, leaves it, or went wrong in it: the rows beside what runs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment
from engine.storage.sealing import SealedBytes, SealedJson, SealedText

_UNSENT = text("sent_at IS NULL")
_LINE = text("digest_id IS NOT NULL")
_LETTER = text("sent_at IS NOT NULL AND digest_id IS NULL")
_UNRESOLVED = text("resolved_at IS NULL")


class AnswersRow(InCompartment, Base, kw_only=True):
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
    data: Mapped[dict[str, Any]] = mapped_column(SealedJson("answers.data", kept=True), repr=False)


class JournalRow(InCompartment, Base, kw_only=True):
    """One act of one case. Append-only; `digest` chains it to the row before."""

    __tablename__ = "journal"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    act: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class OutboxRow(InCompartment, Base, kw_only=True):
    """A message that leaves after commit. Its key is unique: nothing is sent twice.

    `leaves` is a `domain.quiet.Leaves`. A line of a digest is that of `digest_id`, once gathered,
    and is sent with it. `task_id` is the task that a rung tells of. `calendar` is an invitation, an
    update or a cancellation as RFC 5545 text, "" for other messages. `channel` is how it leaves
    (see `engine.ports`), `receipt` what Digital Post answered. A letter on paper has left this
    system with the task of who sends it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unsent", "send_after", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
        Index("ix_outbox_case_id", "case_id"),
        Index("ix_outbox_digest_id", "digest_id", postgresql_where=_LINE, sqlite_where=_LINE),
        Index(
            "ix_outbox_letters",
            "recipient_id",
            "sent_at",
            postgresql_where=_LETTER,
            sqlite_where=_LETTER,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), default=None)
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(SealedText("outbox.recipient"), repr=False)
    recipient_id: Mapped[UUID | None] = mapped_column(default=None)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(SealedText("outbox.body"), repr=False)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(
        SealedText("outbox.last_error"), repr=False, default=None
    )
    leaves: Mapped[str] = mapped_column(String(10), default="awake")
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id"), default=None)
    calendar: Mapped[str] = mapped_column(SealedText("outbox.calendar"), repr=False, default="")
    channel: Mapped[str] = mapped_column(String(20), default="mail")
    receipt: Mapped[str] = mapped_column(String(100), default="")


class IncidentRow(InCompartment, Base, kw_only=True):
    """Something the system could not carry through by itself. Open until `resolved_at`.

    `process` and `element` say where it broke. When a person's answer led there, `task_id` is the
    task, and `answers` is what they (`answered_by_id`) wrote: held to be tried again, and gone
    when the incident is resolved.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_case_id", "case_id"),
        Index("ix_incidents_open", "at", postgresql_where=_UNRESOLVED, sqlite_where=_UNRESOLVED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), default=None)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instances.id"), default=None)
    timer_id: Mapped[UUID | None] = mapped_column(ForeignKey("timers.id"), default=None)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    process: Mapped[str | None] = mapped_column(String(100), default=None)
    element: Mapped[str] = mapped_column(String(100))
    cause: Mapped[str] = mapped_column(SealedText("incidents.cause"), repr=False)
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    answers: Mapped[dict[str, Any] | None] = mapped_column(
        SealedJson("incidents.answers"), repr=False, default=None
    )
    answered_by_id: Mapped[UUID | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)


class MoveRow(InCompartment, Base, kw_only=True):
    """An instance was moved to another version of its process.

    `state_before` takes it back, as long as its state is still that of `digest_after`. `signed`
    is each clock that somebody signed for a change of, as it was.
    """

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_instance_id", "instance_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instances.id"))
    from_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    state_before: Mapped[bytes | None] = mapped_column(
        SealedBytes("moves.state_before"), repr=False
    )
    digest_after: Mapped[str] = mapped_column(String(64))
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[UUID | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    signed: Mapped[list[Any]] = mapped_column(repr=False, default_factory=list)


class RoundRow(Base, kw_only=True):
    """One nightly round of the watchdog past every open instance, in the order of their ids.

    `night` is the local date it began on, so there is one a night. `reached_id` is the last
    instance that was looked at; `found` counts those that stood still and became incidents.
    """

    __tablename__ = "rounds"

    night: Mapped[date] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reached_id: Mapped[UUID | None] = mapped_column(default=None)
    looked_at: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)

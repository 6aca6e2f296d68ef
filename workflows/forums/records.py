"""Meetings of the forums, made when they are first needed, and what is on their agendas."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.sealing import SealedText


class MeetingRow(Base, kw_only=True):
    """One meeting. `held_on` is the working day it is held, after any move from a day off.

    `drawn_on` is the day its series draws, which it keeps when it is moved: one meeting a drawn
    day. `starts_at` and `ends_at` are in UTC. An item must be ready before `cut_off_at` (08:00
    local of `cut_off_on`, kept in UTC). `sequence` rises by one at each change that those who
    come must know of (day, time, place, cancelled), at `changed_at`; its items have followed it up
    to change number `carried`. `moved_from` is the day before its last move, `by_hand` whether a
    person chose the day. `why` and `why_cut_off` are how its days came about. At `check_at` (UTC)
    the attendance is looked at, `checked_at` when it was. `state` is planned, agenda_closed, held,
    minutes_approved or cancelled; see `workflows.forums.states`.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("forum_id", "held_on"),
        UniqueConstraint("forum_id", "drawn_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"))
    drawn_on: Mapped[date]
    held_on: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    cut_off_on: Mapped[date]
    cut_off_at: Mapped[datetime]
    moved_from: Mapped[date | None] = mapped_column(default=None)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    carried: Mapped[int] = mapped_column(default=0)
    by_hand: Mapped[bool] = mapped_column(default=False)
    check_at: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    why: Mapped[list[Any]] = mapped_column(repr=False, default_factory=list)
    why_cut_off: Mapped[list[Any]] = mapped_column(repr=False, default_factory=list)
    state: Mapped[str] = mapped_column(String(20), default="planned")


class AgendaItemRow(Base, kw_only=True):
    """A case on the agenda of a meeting, for a reason.

    `status` is waiting, released (the members may read), held_back (no consent at release),
    withdrawn, moved (to a later meeting, where a new item stands) or decided; see
    `workflows.forums.states`. `disciplines` are those the item needs at the table, `moved_count`
    how many meetings have put it off.
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
    disciplines: Mapped[list[str]] = mapped_column(default_factory=list)
    moved_count: Mapped[int] = mapped_column(default=0)


class SeatingRow(Base, kw_only=True):
    """Which professionals sit with the young person at an item; nobody where they do not come.

    `people` are ids of employees. `reason` is what a leader wrote when they are very many.
    """

    __tablename__ = "seatings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id"), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    people: Mapped[list[str]] = mapped_column(default_factory=list)
    reason: Mapped[str] = mapped_column(SealedText("seatings.reason"), repr=False, default="")
    by_id: Mapped[UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]


class AttendanceRow(Base, kw_only=True):
    """Who sat in a member's chair at a meeting, for one discipline.

    `status` is present, substitute (`substitute_id` sat there) or absent (`note` says why).
    `has_mandate` says whether who came may decide for their leader.
    """

    __tablename__ = "attendances"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    has_mandate: Mapped[bool] = mapped_column(default=True)
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    note: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]


class AgreementRow(Base, kw_only=True):
    """A line of the minutes of an item: the goal, what was agreed, who does it, and by when.

    `task_id` is the task it became for its owner.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        Index("ix_agreements_item_id", "item_id"),
        Index("ix_agreements_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    goal: Mapped[str] = mapped_column(SealedText("agreements.goal", kept=True), repr=False)
    agreement: Mapped[str] = mapped_column(
        SealedText("agreements.agreement", kept=True), repr=False
    )
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    due_on: Mapped[date]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), default=None)
    agreed_at: Mapped[datetime]

"""The plan of a case in versions, its goals, and the follow-ups held on it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.storage.base import Base
from engine.storage.sealing import SealedText


class PlanRow(Base, kw_only=True):
    """The one plan of a case; `overarching` says which: education_plan, min_plan and the like."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    overarching: Mapped[str] = mapped_column(String(40))
    sector_plans: Mapped[list[str]] = mapped_column(default_factory=list)
    status: Mapped[str] = mapped_column(String(20), default="draft")  # draft | active
    active_on: Mapped[date | None] = mapped_column(default=None)


class PlanVersionRow(Base, kw_only=True):
    """One version of a plan, written with the young person. `status`: draft, active, superseded."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("answers.id"), default=None)
    vision: Mapped[str] = mapped_column(
        SealedText("plan_versions.vision", kept=True), default="", repr=False
    )
    written_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20), default="draft")

    def owner(self, session: Session) -> UUID:
        """Return the case."""
        return session.get_one(PlanRow, self.plan_id).case_id


class GoalRow(Base, kw_only=True):
    """A goal, or a sub-goal of one, in a version of a plan."""

    __tablename__ = "goals"
    __table_args__ = (Index("ix_goals_version_id", "version_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id"))
    position: Mapped[int]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("goals.id"), default=None)
    wording: Mapped[str] = mapped_column(SealedText("goals.wording", kept=True), repr=False)

    def owner(self, session: Session) -> UUID:
        """Return the case."""
        return session.get_one(PlanVersionRow, self.version_id).owner(session)


class FollowUpRow(Base, kw_only=True):
    """A follow-up that was held: when it was due, what it meant (1-5), when the next is due."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    due_on: Mapped[date]
    held_on: Mapped[date]
    meaning: Mapped[int | None] = mapped_column(default=None)
    meetings: Mapped[int | None] = mapped_column(default=None)
    adjustment: Mapped[str] = mapped_column(String(20), default="keep")
    interval: Mapped[str] = mapped_column(String(20))
    recorded_by_id: Mapped[UUID | None] = mapped_column(default=None)
    recorded_at: Mapped[datetime]

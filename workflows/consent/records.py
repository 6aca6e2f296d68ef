"""Consents and the answers they were made of."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class ConsentRow(Base, kw_only=True):
    """One consent to share between units and with others, asked for one purpose.

    `giver` is guardians, young_person or nobody. `signatories` are parties. `status` is asked,
    partly, active, refused, suspended, withdrawn or superseded.
    """

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40), default="share")
    giver: Mapped[str] = mapped_column(String(20))
    signatories: Mapped[list[str]] = mapped_column(default_factory=list)
    text_version: Mapped[str] = mapped_column(String(40), default="1")
    status: Mapped[str] = mapped_column(String(20), default="asked")
    asked_at: Mapped[datetime]
    answer_due: Mapped[date | None] = mapped_column(default=None)
    activated_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(default=None)
    withdrawn_channel: Mapped[str | None] = mapped_column(String(20), default=None)


class ConsentAnswerRow(Base, kw_only=True):
    """What one party answered, by which way, and who wrote it down."""

    __tablename__ = "consent_answers"
    __table_args__ = (Index("ix_consent_answers_consent_id", "consent_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    party: Mapped[str] = mapped_column(String(60))
    answer: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="", repr=False)
    at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(default=None)

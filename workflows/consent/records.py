"""Consents, the answers they were made of, and what was done without one because of the law."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.storage.base import Base
from engine.storage.sealing import SealedList, SealedText


class ConsentRow(Base, kw_only=True):
    """One consent of one case: what, from whom, to whom, what for, until when.

    `kind` is one of `vocabulary.KINDS`; `types` are codes of `bpmn/consent.toml`. Who gives and
    gets is `team` (that of the case), `forum:<code>`, `unit:<code>`, `guardian:<id>` or
    `outside:<name>`. `giver` is guardians, young_person, both, representative or nobody;
    `signatories` are parties. `status` is prepared (not asked yet), asked, partly, active, refused,
    suspended, withdrawn, superseded or expired. `replaces` are ids of consents whose place it
    takes when it comes into force. `text_version` is the digest of `shown_text`, which the
    signatories were shown. `stopped` is what ended with it, see `workflows.consent.effects`.
    """

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40), default="disclose")
    giver: Mapped[str] = mapped_column(String(20), default="")
    also: Mapped[str] = mapped_column(String(300), default="")
    signatories: Mapped[list[str]] = mapped_column(default_factory=list)
    types: Mapped[list[str]] = mapped_column(default_factory=list)
    from_parties: Mapped[list[str]] = mapped_column(
        SealedList("consents.from_parties"), default_factory=list, repr=False
    )
    to_parties: Mapped[list[str]] = mapped_column(
        SealedList("consents.to_parties"), default_factory=list, repr=False
    )
    what_for: Mapped[str] = mapped_column(
        SealedText("consents.what_for", kept=True), default="", repr=False
    )
    compartment: Mapped[str | None] = mapped_column(String(40), default=None)
    replaces: Mapped[list[str]] = mapped_column(default_factory=list)
    text_version: Mapped[str] = mapped_column(String(40), default="")
    shown_text: Mapped[str] = mapped_column(
        SealedText("consents.shown_text", kept=True), default="", repr=False
    )
    status: Mapped[str] = mapped_column(String(20), default="asked")
    asked_at: Mapped[datetime]
    answer_due: Mapped[date | None] = mapped_column(default=None)
    lasts_until: Mapped[date | None] = mapped_column(default=None)
    activated_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(default=None)
    withdrawn_party: Mapped[str | None] = mapped_column(String(60), default=None)
    withdrawn_channel: Mapped[str | None] = mapped_column(String(20), default=None)
    stopped: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class ConsentAnswerRow(Base, kw_only=True):
    """What one party answered, by which way, who wrote it down, and where the evidence is."""

    __tablename__ = "consent_answers"
    __table_args__ = (Index("ix_consent_answers_consent_id", "consent_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    party: Mapped[str] = mapped_column(String(60))
    answer: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(
        SealedText("consent_answers.note", kept=True), default="", repr=False
    )
    evidence: Mapped[str] = mapped_column(
        SealedText("consent_answers.evidence", kept=True), default="", repr=False
    )
    at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(default=None)

    def owner(self, session: Session) -> UUID:
        """Return the case."""
        return session.get_one(ConsentRow, self.consent_id).case_id


class LegalBasisUseRow(Base, kw_only=True):
    """One use of a basis in law instead of a consent: which, why, what, to whom, until when.

    `basis` is a code of `bpmn/consent.toml`. `unit_id` is the unit that leads the case then:
    uses are counted by it. `informed_at` is when the young person was told, None until then.
    """

    __tablename__ = "legal_basis_uses"
    __table_args__ = (
        Index("ix_legal_basis_uses_case_id", "case_id"),
        Index("ix_legal_basis_uses_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    basis: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(
        SealedText("legal_basis_uses.reason", kept=True), repr=False
    )
    types: Mapped[list[str]] = mapped_column(default_factory=list)
    to_parties: Mapped[list[str]] = mapped_column(
        SealedList("legal_basis_uses.to_parties"), default_factory=list, repr=False
    )
    by_id: Mapped[UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]
    until: Mapped[date]
    informed_at: Mapped[datetime | None] = mapped_column(default=None)

"""What a person holds to be wrong or missing, beside what was written of them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base
from engine.storage.compartments import InCompartment
from engine.storage.sealing import SealedText


class AnnotationRow(InCompartment, Base, kw_only=True):
    """What the person says of one answer, as somebody wrote it down. Append-only."""

    __tablename__ = "annotations"
    __table_args__ = (
        Index("ix_annotations_case_id", "case_id", "at"),
        Index("ix_annotations_answers_id", "answers_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    answers_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id"))
    field: Mapped[str] = mapped_column(String(100))
    author_id: Mapped[UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(SealedText("annotations.text", kept=True), repr=False)

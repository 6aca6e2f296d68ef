"""The people a case is about. They are not users; a party of a case is named by a short text.

A party is `young_person`, or `guardian:<id>` for one who has or had custody.
"""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, object_session

from engine.storage.base import Base
from engine.storage.compartments import InCompartment
from engine.storage.sealing import SealedText


class YoungPersonRow(InCompartment, Base, kw_only=True):
    """A young person. `cpr` is ten digits when known; its absence stops nothing.

    `cpr_mark` finds a number again without telling it. `key_id` is the key of everything that is
    written about them. The name stands in the clear because lists are searched and ordered by
    it. One who is `digital_post_exempt` gets letters on paper.
    `school` is what it is called, and `school_code` which of the municipality's list it is.
    A compartment has a register of its own: one who is known outside it too
    has a row in each, and `known_as_id` leads from the inner one to the outer, never back.
    """

    __tablename__ = "young_people"
    __table_args__ = (Index("ix_young_people_birth_date", "birth_date"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    birth_date: Mapped[date]
    key_id: Mapped[UUID | None] = mapped_column(default=None)
    cpr: Mapped[str | None] = mapped_column(
        SealedText("young_people.cpr"), default=None, repr=False
    )
    cpr_mark: Mapped[str | None] = mapped_column(String(64), unique=True, default=None, repr=False)
    phone: Mapped[str] = mapped_column(SealedText("young_people.phone"), default="", repr=False)
    email: Mapped[str] = mapped_column(SealedText("young_people.email"), default="", repr=False)
    school: Mapped[str] = mapped_column(SealedText("young_people.school"), default="", repr=False)
    school_code: Mapped[str | None] = mapped_column(String(60), default=None)
    schooling: Mapped[str] = mapped_column(String(30), default="none")
    protected_address: Mapped[bool] = mapped_column(default=False)
    digital_post_exempt: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(10), default="da")
    known_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("young_people.id"), default=None)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class GuardianRow(Base, kw_only=True):
    """One who has custody of a young person from `since` until (not with) `until`.

    What is written of them is sealed with the key of the young person.
    """

    __tablename__ = "guardians"
    __table_args__ = (Index("ix_guardians_young_person_id", "young_person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("young_people.id"))
    name: Mapped[str] = mapped_column(SealedText("guardians.name"), repr=False)
    relation: Mapped[str] = mapped_column(SealedText("guardians.relation"), default="", repr=False)
    custody: Mapped[str] = mapped_column(String(10), default="joint")  # joint | sole
    email: Mapped[str] = mapped_column(SealedText("guardians.email"), default="", repr=False)
    phone: Mapped[str] = mapped_column(SealedText("guardians.phone"), default="", repr=False)
    since: Mapped[date | None] = mapped_column(default=None)
    until: Mapped[date | None] = mapped_column(default=None)

    @property
    def key_id(self) -> UUID | None:
        """The key of the young person."""
        session = object_session(self)
        return session.get_one(YoungPersonRow, self.young_person_id).key_id if session else None

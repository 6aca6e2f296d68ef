"""The keys that seal what is written of a person, and the heads of the chains of whole tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class DataKeyRow(Base, kw_only=True):
    """The key of one person, under the master key `master`. Erased with the person's texts."""

    __tablename__ = "data_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    master: Mapped[str] = mapped_column(String(60))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, repr=False)


class ChainRow(Base, kw_only=True):
    """The end of the chain through a whole table, such as the read log.

    `latest` is the moment of the newest row that is bound.
    """

    __tablename__ = "chains"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default="")
    latest: Mapped[datetime | None] = mapped_column(default=None)


class LinkRow(Base, kw_only=True):
    """One row of a log in its place in the chain; `digest` binds it to the row before."""

    __tablename__ = "links"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64))

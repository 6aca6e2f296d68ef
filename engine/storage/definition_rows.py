"""What is in force: deployed versions, what starts them, drafts and the configuration."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


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

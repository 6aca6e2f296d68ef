"""Who has signed in, who has tried to, and what an employee may sign in with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class SignInRow(Base, kw_only=True):
    """One who is signed in at one browser. Of the secret in the cookie only the digest is kept.

    `provider_sid` is the session at the provider, for those who came through one.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_employee_id", "employee_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(100), default="")
    provider_sid: Mapped[str | None] = mapped_column(String(255), default=None)


class SignInTriesRow(Base, kw_only=True):
    """How often a password has been tried under one key (a digest) without a pause.

    The version keeps two processes from counting the same try.
    """

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index("ix_sign_in_tries_last_at", "last_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own form


class SignInCodeRow(Base, kw_only=True):
    """A code with which an employee sets a password, once and before `until`."""

    __tablename__ = "sign_in_codes"

    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime]


class ProviderIdentityRow(Base, kw_only=True):
    """Who an employee is at a provider: its own name of them, never their mail address."""

    __tablename__ = "provider_identities"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), unique=True)

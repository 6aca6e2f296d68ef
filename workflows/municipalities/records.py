"""The municipality: its units and forums, who works there, in which roles, and who is away."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.storage.base import Base


class EmployeeRow(Base, kw_only=True):
    """One who signs in. Nobody who holds the thread of an open case can be deactivated."""

    __tablename__ = "employees"
    # no hidden row number: "REPLACE" could otherwise remove a row by it (see cases/enforcement.py)
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(30), default="")
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="", repr=False)
    language: Mapped[str] = mapped_column(String(10), default="da")
    is_demo: Mapped[bool] = mapped_column(default=False)


class UnitRow(Base, kw_only=True):
    """A unit (enhed). `code` is its name in packs.

    `compartment` is the closed one that is the unit's own: some of those who work here enter it.
    """

    __tablename__ = "units"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(40), default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), default=None)
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    mailbox: Mapped[str] = mapped_column(String(200), default="")
    compartment: Mapped[str | None] = mapped_column(String(40), default=None)


class RoleUnitRow(Base, kw_only=True):
    """The unit that holds a role in this municipality; one of them is "intake"."""

    __tablename__ = "role_units"

    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))


class PostRow(Base, kw_only=True):
    """A role that an employee holds in a unit; `from_group` when the provider's groups say so."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("employee_id", "role", "unit_id"),
        Index("ix_posts_role", "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    from_group: Mapped[bool] = mapped_column(default=False)


class PostingRow(Base, kw_only=True):
    """A unit's competence lent to a named employee of another, from `begins_at` until `ends_at`.

    Given by the leader of the unit. Rows are never changed but to end them early; the giver, the
    reason and the one who ended it stay.
    """

    __tablename__ = "postings"
    __table_args__ = (Index("ix_postings_employee_id", "employee_id", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    given_at: Mapped[datetime]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)


class ForumRow(Base, kw_only=True):
    """A team or forum and its series of meetings.

    `cadence` is a period ("P14D"), the key of a parameter that holds one, or a rule such as
    "first Tuesday in March and September"; the series counts from `anchor`. `type` is "team",
    "leader_forum" or another word of the pack; only teams have a number. `disciplines` are the
    roles that have a chair. `starts` and `ends` are local times (HH:MM). `quorum` is empty (each
    item needs its own disciplines at the table) or how many disciplines every item needs. `cut_off`
    is how long before a meeting the agenda closes; empty, the parameter of all forums says it.
    """

    __tablename__ = "forums"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(40))
    team: Mapped[int | None] = mapped_column(default=None)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), default=None)
    cadence: Mapped[str] = mapped_column(String(100), default="")
    anchor: Mapped[date | None] = mapped_column(default=None)
    starts: Mapped[str] = mapped_column(String(5), default="")
    ends: Mapped[str] = mapped_column(String(5), default="")
    quorum: Mapped[int | None] = mapped_column(default=None)
    cut_off: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    convenor_role: Mapped[str] = mapped_column(String(60), default="")
    convenor_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    disciplines: Mapped[list[str]] = mapped_column(default_factory=list)


class ForumMemberRow(Base, kw_only=True):
    """A standing member of a forum, for one discipline."""

    __tablename__ = "forum_members"
    __table_args__ = (Index("ix_forum_members_employee_id", "employee_id"),)

    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)


class AbsenceRow(Base, kw_only=True):
    """An employee is away from `since` to and with `until`; the deputy gets copies meanwhile."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_employee_id", "employee_id", "since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employees.id"))
    since: Mapped[date]
    until: Mapped[date]
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("employees.id"), default=None)
    registered_at: Mapped[datetime]


class SettingChangeRow(Base, kw_only=True):
    """What was changed in the house with configuration `number`, why, and after which one.

    `changes` are those of `workflows.municipalities.layers`. `undoes` is the number that it took
    back. Two authors cannot both have changed what `follows` says: it is unique.
    """

    __tablename__ = "setting_changes"

    number: Mapped[int] = mapped_column(ForeignKey("configurations.number"), primary_key=True)
    follows: Mapped[int] = mapped_column(unique=True)
    reason: Mapped[str] = mapped_column(String(300))
    changes: Mapped[list[Any]] = mapped_column(repr=False)
    undoes: Mapped[int | None] = mapped_column(default=None)

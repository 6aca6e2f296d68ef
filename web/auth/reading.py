"""Who signs in: found by name, and loaded with everything they may do in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from engine.storage.database import Database
from web.current import Person
from workflows.identity.records import SignInRow
from workflows.identity.sign_ins import digest_of
from workflows.municipalities.directory import LEADER_FORUM, acting
from workflows.municipalities.records import (
    EmployeeRow,
    ForumMemberRow,
    ForumRow,
    PostingRow,
    PostRow,
    UnitRow,
)

_HOME, _LENDER = aliased(UnitRow), aliased(UnitRow)
# Asked before every request, so it is made once.
_PERSON = (
    select(
        EmployeeRow.id,
        EmployeeRow.name,
        EmployeeRow.username,
        EmployeeRow.language,
        PostRow.role.label("post_role"),
        PostRow.unit_id.label("post_unit"),
        ForumMemberRow.role.label("forum_role"),
        ForumMemberRow.forum_id,
        ForumRow.type.label("forum_type"),
        PostingRow.role.label("lent_role"),
        PostingRow.unit_id.label("lent_unit"),
        _HOME.compartment.label("post_compartment"),
        _LENDER.compartment.label("lent_compartment"),
    )
    .join(SignInRow, SignInRow.employee_id == EmployeeRow.id)
    .outerjoin(PostRow, PostRow.employee_id == EmployeeRow.id)
    .outerjoin(ForumMemberRow, ForumMemberRow.employee_id == EmployeeRow.id)
    .outerjoin(ForumRow, ForumRow.id == ForumMemberRow.forum_id)
    .outerjoin(
        PostingRow,
        and_(
            PostingRow.employee_id == EmployeeRow.id,
            PostingRow.begins_at <= bindparam("now"),
            PostingRow.ends_at > bindparam("now"),
        ),
    )
    .outerjoin(_HOME, _HOME.id == PostRow.unit_id)
    .outerjoin(_LENDER, _LENDER.id == PostingRow.unit_id)
    .where(
        SignInRow.digest == bindparam("digest"),
        SignInRow.until > bindparam("now"),
        EmployeeRow.active.is_(True),
    )
)


@dataclass(frozen=True, slots=True)
class Login:
    """What is needed to check a password."""

    employee_id: UUID
    password_hash: str


def find_login(database: Database, username: str) -> Login | None:
    """Return the login of an active employee, or None."""
    query = select(EmployeeRow.id, EmployeeRow.password_hash).where(
        EmployeeRow.username == username, EmployeeRow.active.is_(True)
    )
    with database.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return Login(row[0], row[1]) if row else None


def load_person(database: Database, secret: str, now: datetime) -> Person | None:
    """Return who is signed in with `secret`, with the roles, units and forums of this moment.

    None when that sign-in has ended, has run out, or the employee has left.
    """
    asked = {"digest": digest_of(secret), "now": now}
    with database.engine.connect() as connection:  # only reads: nothing to commit
        rows = connection.execute(_PERSON, asked).all()
    return _person(rows) if rows else None


def _person(rows: Sequence[Any]) -> Person:
    first = rows[0]
    units = {(row.post_role, row.post_unit) for row in rows}
    units |= {(row.lent_role, row.lent_unit) for row in rows}
    forums = {(row.forum_role, row.forum_id) for row in rows}
    forums |= {(row.forum_type, row.forum_id) for row in rows if row.forum_type == LEADER_FORUM}
    nothing = {(None, None)}  # of an outer join
    closed = {(row.post_role, row.post_compartment) for row in rows}
    closed |= {(row.lent_role, row.lent_compartment) for row in rows}
    actor = acting(
        first.id,
        first.name,
        units=units - nothing,
        forums=forums - nothing,
        closed=closed - nothing,
    )
    return Person(actor=actor, username=first.username, language=first.language)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A sign-in of the demonstration, for those who try the product."""

    username: str
    name: str


def demo_logins(database: Database) -> list[DemoLogin]:
    """Return the sign-ins of the demonstration, most useful first; none in a real house."""
    query = select(EmployeeRow.username, EmployeeRow.name).where(
        EmployeeRow.is_demo.is_(True), EmployeeRow.active.is_(True)
    )
    with database.engine.connect() as connection:
        rows = connection.execute(query.order_by(EmployeeRow.username)).all()
    return [DemoLogin(username, name) for username, name in rows]

"""Who signs in: found by name, and loaded with everything they may do in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.ports import Actor
from engine.storage.database import Database
from web.current import Person
from workflows.identity.records import SignInRow
from workflows.identity.sign_ins import digest_of
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, ForumRow, PostRow

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
    )
    .join(SignInRow, SignInRow.employee_id == EmployeeRow.id)
    .outerjoin(PostRow, PostRow.employee_id == EmployeeRow.id)
    .outerjoin(ForumMemberRow, ForumMemberRow.employee_id == EmployeeRow.id)
    .outerjoin(ForumRow, ForumRow.id == ForumMemberRow.forum_id)
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
    roles = {role for row in rows for role in (row.post_role, row.forum_role)}
    if any(row.forum_type == LEADER_FORUM for row in rows):
        roles.add(LEADER_FORUM)
    units = {row.post_unit for row in rows}
    forums = {row.forum_id for row in rows}
    actor = Actor(
        id=first.id,
        name=first.name,
        roles=frozenset(roles - {None}),
        units=frozenset(units - {None}),
        forums=frozenset(forums - {None}),
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

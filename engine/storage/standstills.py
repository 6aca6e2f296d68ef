"""The open instances, a page at a time, and whether somebody has been told of trouble with them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.storage.models import IncidentRow, InstanceRow


def open_instances(
    session: Session, after: UUID | None, limit: int
) -> Sequence[tuple[InstanceRow, bool]]:
    """Return the first `limit` open instances behind `after`, in the order of their ids.

    With each stands whether an open incident is about it.
    """
    told = exists().where(
        IncidentRow.instance_id == InstanceRow.id, IncidentRow.resolved_at.is_(None)
    )
    query = select(InstanceRow, told).where(InstanceRow.closed_at.is_(None))
    if after is not None:
        query = query.where(InstanceRow.id > after)
    found = session.execute(query.order_by(InstanceRow.id).limit(limit))
    return [(instance, is_told) for instance, is_told in found]

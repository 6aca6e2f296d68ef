"""Which instances run without anybody having been told of trouble."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.storage.models import IncidentRow, InstanceRow


def running_without_incident(session: Session) -> Sequence[InstanceRow]:
    """Return the open instances that no open incident is about, oldest first."""
    incident = exists().where(
        IncidentRow.instance_id == InstanceRow.id, IncidentRow.resolved_at.is_(None)
    )
    found = session.scalars(
        select(InstanceRow)
        .where(InstanceRow.closed_at.is_(None), ~incident)
        .order_by(InstanceRow.started_at, InstanceRow.id)
    )
    return found.all()

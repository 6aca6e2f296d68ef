"""What stands still: the question to the database that finds it."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from engine.storage.models import IncidentRow, InstanceRow, TaskRow, TimerRow, WaitRow


def standing_still(session: Session) -> list[tuple[UUID, UUID, str]]:
    """Return (instance, case, process) of every open instance that nothing holds, oldest first.

    What holds one is an open task, a drawn timer, a message it waits for, a running child, or an
    incident.
    """
    child = aliased(InstanceRow)
    held_by = (
        exists().where(TaskRow.instance_id == InstanceRow.id, TaskRow.closed_at.is_(None)),
        exists().where(
            TimerRow.instance_id == InstanceRow.id,
            TimerRow.kind == "drawn",
            TimerRow.done_at.is_(None),
        ),
        exists().where(WaitRow.instance_id == InstanceRow.id),
        exists().where(child.caller_id == InstanceRow.id, child.closed_at.is_(None)),
        exists().where(
            IncidentRow.instance_id == InstanceRow.id, IncidentRow.resolved_at.is_(None)
        ),
    )
    found = session.execute(
        select(InstanceRow.id, InstanceRow.case_id, InstanceRow.process)
        .where(InstanceRow.closed_at.is_(None), *(~each for each in held_by))
        .order_by(InstanceRow.started_at, InstanceRow.id)
    )
    return [(instance, case, process) for instance, case, process in found]

"""What stands still and why, in the words of the people: the same on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.errors import CaseworkError
from engine.services.definitions import as_definition, newest_definition
from engine.services.incidents import open_where
from engine.services.retries import next_try
from engine.storage.models import DefinitionRow, IncidentRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work
from web.i18n import _, hour_in_words
from web.retrying import Next, next_trying
from web.sentences import translated
from web.words import rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One thing that stands still: where, why, what happens now, and when it is tried again.

    `href` leads to the task whose answer can be changed, for the one who has it, else "".
    """

    where: str
    why: str
    now: str
    again: Next | None = None
    href: str = ""


def stops_of_case(work: Work, case_id: UUID) -> list[Stop]:
    """Return what stands still in the case, oldest first."""
    found = work.session.scalars(open_where(IncidentRow.case_id == case_id))
    return [stop_of(work, row) for row in sorted(found, key=lambda row: row.at)]


def stop_of(work: Work, incident: IncidentRow) -> Stop:
    """Return an open incident in words."""
    task = work.session.get(TaskRow, incident.task_id) if incident.task_id else None
    mine = task is not None and task.assignee_id == work.actor.id and task.closed_at is None
    again = _again(work, incident)
    return Stop(
        where=place(work, incident.process, incident.element, incident.instance_id),
        why=translated(incident.cause),
        now=_now(incident, tries=again is not None),
        again=again,
        href=url_for("inbox.task", task_id=task.id) if task is not None and mine else "",
    )


def _now(incident: IncidentRow, *, tries: bool) -> str:
    if tries:
        return _("Systemet prøver igen af sig selv:")
    if incident.compartment:
        return _("Rummets leder kan se det under Drift og prøve igen.")
    return _("Driften har fået besked og ser på det.")


def place(work: Work, process: str | None, element: str, instance_id: UUID | None = None) -> str:
    """Return what people call the place: the step as it is drawn, a rung, or a message."""
    if process is None:
        return _("beskeden »%(name)s«", name=element)
    row = _version(work, process, instance_id)
    if row is None:
        return element
    nodes = work.processes.inspect(as_definition(row)).nodes
    return next((node.name for node in nodes if node.id == element and node.name), "") or rung(
        element if element != process else row.title
    )


def process_titles(work: Work) -> Mapping[str, str]:
    """Return what the processes are called, as in their newest version."""
    query = select(DefinitionRow.process, DefinitionRow.title).order_by(DefinitionRow.number)
    return dict(work.session.execute(query).all())


def moment(work: Work, at: datetime) -> str:
    """Return a moment as "i dag kl. 10.42"."""
    return hour_in_words(at, work.today, work.calendar, now=None)


def _version(work: Work, process: str, instance_id: UUID | None) -> DefinitionRow | None:
    instance = work.session.get(InstanceRow, instance_id) if instance_id else None
    try:
        if instance is not None and instance.process == process:
            return work.definition(instance.definition_id)
        return newest_definition(work, process)
    except CaseworkError:  # its process is no longer deployed: the place keeps its code
        return None


def _again(work: Work, incident: IncidentRow) -> Next | None:
    timer = work.session.get(TimerRow, incident.timer_id) if incident.timer_id else None
    at = next_try(timer) if timer is not None and timer.done_at is None else None
    return next_trying(work, at, timer.attempts) if timer is not None and at is not None else None

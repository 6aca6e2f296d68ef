"""An item of an agenda and the process that waits for the meeting to decide it."""

from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import NotFound, Over, SomethingFirst
from engine.ports import Node, Variables
from engine.services.definitions import blueprint_of
from engine.storage.models import InstanceRow, MessageRow, TaskRow
from engine.storage.work import Work
from workflows.forums.agenda import check_leads
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA

NO_ITEM = "Punktet findes ikke."
ITEM_PLACED = "item_placed"  # the message that starts the assessment of an item
RECORDS = "record_decision"  # the handler that follows the task in which an item is decided
_OPEN_TASKS = (
    select(TaskRow)
    .where(
        TaskRow.case_id == bindparam("case_id"),
        TaskRow.closed_at.is_(None),
        TaskRow.instance_id.is_not(None),
    )
    .order_by(TaskRow.created_at)
)
_ON_AGENDA = (
    select(AgendaItemRow)
    .where(AgendaItemRow.case_id == bindparam("case_id"), AgendaItemRow.status.in_(ON_AGENDA))
    .order_by(AgendaItemRow.placed_at)
)
_ASSESSMENTS = (
    select(InstanceRow, MessageRow.payload)
    .join(MessageRow, MessageRow.consumer_id == InstanceRow.id)
    .where(InstanceRow.case_id == bindparam("case_id"), InstanceRow.closed_at.is_(None))
    .where(MessageRow.case_id == bindparam("case_id"), MessageRow.name == ITEM_PLACED)
)


def item_of(work: Work, item_id: UUID) -> AgendaItemRow:
    """Return the item with its case locked for this act. Raises `NotFound`."""
    work.reads_for("meeting", f"item:{item_id}")
    item = work.session.get(AgendaItemRow, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    work.lock_case(item.case_id)
    work.flush()
    work.session.refresh(item)
    return item


def item_to_lead(work: Work, item_id: UUID) -> AgendaItemRow:
    """Return an item of a meeting that is being held, for its convenor to deal with.

    Raises `NotFound`, also for those who do not sit in the forum, `NotAllowed` for the others, and
    `Conflict` when the meeting is not being held.
    """
    item = item_of(work, item_id)
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    check_leads(work, meeting, NO_ITEM)
    if meeting.state != "held":
        kind = Over if meeting.state in ("minutes_approved", "cancelled") else SomethingFirst
        raise kind("Punkter kan besluttes, fra mødet er åbnet, til referatet er godkendt.")
    return item


def decision_task(work: Work, item: AgendaItemRow) -> TaskRow | None:
    """Return the open task in which the item is decided, or None while there is none.

    It is the one that a diagram draws before the recording of the decision, for this reason.
    """
    work.flush()
    tasks = work.session.scalars(_OPEN_TASKS, {"case_id": item.case_id}).all()
    return next((task for task in tasks if _decides(work, task, item)), None)


def item_decided_in(work: Work, task_id: UUID) -> AgendaItemRow | None:
    """Return the item that is decided in this open task, or None for any other task."""
    task = work.session.get_one(TaskRow, task_id)
    if task.closed_at is not None or not records_decision(work, task):
        return None
    items = work.session.scalars(_ON_AGENDA, {"case_id": task.case_id}).all()
    return next((item for item in items if decision_task(work, item) is task), None)


def assessment_of(work: Work, item: AgendaItemRow) -> tuple[InstanceRow, Variables] | None:
    """Return the running process that the placing of this item started, and what it was told."""
    work.flush()
    for instance, payload in work.session.execute(_ASSESSMENTS, {"case_id": item.case_id}):
        if (payload["meeting_id"], payload["reason"]) == (str(item.meeting_id), item.reason):
            return instance, payload
    return None


def records_decision(work: Work, task: TaskRow) -> bool:
    """Say whether the diagram records the decision of a meeting when this task is completed."""
    return bool(_recording(work, task))


def running_assessments(work: Work, case_id: UUID) -> list[InstanceRow]:
    """Return the processes of the case under way that the placing of an item started."""
    query = (
        select(InstanceRow)
        .join(MessageRow, MessageRow.consumer_id == InstanceRow.id)
        .where(InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None))
        .where(MessageRow.case_id == case_id, MessageRow.name == ITEM_PLACED)
    )
    return list(work.session.scalars(query.order_by(InstanceRow.started_at)))


def _decides(work: Work, task: TaskRow, item: AgendaItemRow) -> bool:
    return any(_records(work, task, node, item) for node in _recording(work, task))


def _recording(work: Work, task: TaskRow) -> list[Node]:
    """Return what stands after the task and records a decision."""
    if task.definition_id is None:
        return []
    blueprint = blueprint_of(work, work.definition(task.definition_id))
    nodes = {node.id: node for node in blueprint.nodes}
    drawn = nodes.get(task.element)
    after = [nodes[each] for each in drawn.following if each in nodes] if drawn else []
    return [node for node in after if node.settings.get("handler") == RECORDS]


def _records(work: Work, task: TaskRow, node: Node, item: AgendaItemRow) -> bool:
    reason = node.settings.get("in.reason", "")
    if reason.startswith('"'):
        return reason == f'"{item.reason}"'
    found = assessment_of(work, item)
    return found is not None and found[0].id == task.instance_id

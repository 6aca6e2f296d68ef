"""Acting as the staff would: who may take a task takes it and completes it."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import NotFound
from engine.domain.forms import Raw
from engine.ports import SYSTEM, Actor, Json
from engine.services.definitions import form_of
from engine.services.tasks import check_open, claim_task, complete_task
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.forums.attendance import PRESENT, chairs, record_attendance
from workflows.forums.items import item_decided_in
from workflows.forums.records import MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumMemberRow, ForumRow, PostRow
from workflows.scenarios.answers import fill

Choose = Callable[[Sequence[UUID]], UUID]

_MEMBERS = (
    select(EmployeeRow.id)
    .join(ForumMemberRow, ForumMemberRow.employee_id == EmployeeRow.id)
    .where(
        ForumMemberRow.forum_id == bindparam("place_id"), ForumMemberRow.role == bindparam("role")
    )
    .order_by(EmployeeRow.username)
)
_HOLDERS = (
    select(EmployeeRow.id)
    .join(PostRow, PostRow.employee_id == EmployeeRow.id)
    .where(PostRow.unit_id == bindparam("place_id"), PostRow.role == bindparam("role"))
    .order_by(EmployeeRow.username)
)


def first(people: Sequence[UUID]) -> UUID:
    """Choose the first by username."""
    return people[0]


def do_task(
    casework: Casework, task_id: UUID, given: Mapping[str, Json], choose: Choose = first
) -> None:
    """Let the right person take the task and complete it with `given` and plausible answers.

    `choose` picks among those who may take it. Raises `NotFound` when nobody may, `TaskClosed`
    when it no longer waits, and whatever completing raises.
    """
    with casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        check_open(task)
        actor = who_would(work, task, choose)
        raw = filled(work, task, given)
    if task.assignee_id is None:
        casework.act(actor, lambda work: claim_task(work, task_id))
    casework.act(actor, lambda work: complete(work, task_id, raw))


def complete(work: Work, task_id: UUID, raw: Raw) -> None:
    """Complete the task as its actor would; where it decides an item, the meeting comes first.

    Everybody of the forum has come, unless somebody has said who came. Raises as `complete_task`.
    """
    convene(work, task_id)
    complete_task(work, task_id, raw)


def convene(work: Work, task_id: UUID) -> None:
    """Let everybody come to the meeting at which the task is decided, if nobody says who came."""
    item = item_decided_in(work, task_id)
    if item is None:
        return
    work.lock_case(item.case_id)
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    seats, actor = chairs(work, meeting), work.actor
    convenor = work.session.get_one(ForumRow, meeting.forum_id).convenor_id
    if convenor is None or any(chair.attendance for chair in seats):
        return
    work.actor = actor_of(work, convenor)
    for chair in seats:
        record_attendance(work, meeting.id, chair.employee_id, chair.role, PRESENT)
    work.actor = actor


def take_task(casework: Casework, task_id: UUID, choose: Choose = first) -> None:
    """Let one of those who may take the task take it; nothing happens when somebody has it.

    Raises `NotFound` and `TaskClosed` as `do_task` does.
    """
    with casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        check_open(task)
        actor = who_would(work, task, choose)
    casework.act(actor, lambda work: claim_task(work, task_id))


class NobodyMay(NotFound):
    """Nobody has the role of a task where the task is."""


def who_would(work: Work, task: TaskRow, choose: Choose = first) -> Actor:
    """Return whose the task is, else one who may take it. Raises `NobodyMay` when nobody may."""
    if task.assignee_id is not None:
        return actor_of(work, task.assignee_id)
    people = _of_role(work, task)
    if not people:
        raise NobodyMay(f"Ingen kan tage opgaven »{task.title}« ({task.role}).")
    return actor_of(work, choose(people))


def _of_role(work: Work, task: TaskRow) -> Sequence[UUID]:
    """Return the staff who have the task's role where the task is, by username."""
    for query, place_id in ((_MEMBERS, task.forum_id), (_HOLDERS, task.unit_id)):
        asked = {"place_id": place_id, "role": task.role}
        if place_id is not None and (found := work.session.scalars(query, asked).all()):
            return found
    return ()


def filled(work: Work, task: TaskRow, given: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the form of the task, filled in; nothing for a task without one."""
    if task.form is None or task.definition_id is None:
        return {}
    return fill(form_of(work.definition(task.definition_id), task.form), given, work.today)

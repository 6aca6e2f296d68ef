"""What the inbox and the task page ask the database for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from engine.domain.errors import NotFound
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.access.services import cases_visible_to
from workflows.access.tasks import check_task
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import EmployeeRow, ForumRow, UnitRow
from workflows.people.records import YoungPersonRow

OTHERS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class WhoItIsAbout:
    """The little of a young person that a line in a list needs."""

    first_name: str
    birth_date: date


def young_people(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, WhoItIsAbout]:
    """Return who each case is about."""
    query = (
        select(YouthCaseRow.case_id, YoungPersonRow.first_name, YoungPersonRow.birth_date)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YouthCaseRow.case_id.in_(list(case_ids)))
    )
    return {case: WhoItIsAbout(name, born) for case, name, born in work.session.execute(query)}


def whose(work: Work, case_id: UUID) -> tuple[Sequence[YouthCaseRow], WhoItIsAbout | None]:
    """Return the case and who it is about, if the actor may know of it. Nothing is logged."""
    query = (
        select(YouthCaseRow, YoungPersonRow.first_name, YoungPersonRow.birth_date)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YouthCaseRow.case_id == case_id, cases_visible_to(work, work.actor))
    )
    found = work.session.execute(query).one_or_none()
    if found is None:
        return (), None
    case, name, born = found
    return (case,), WhoItIsAbout(name, born)


def names_of(work: Work, employee_ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    """Return what these employees are called."""
    wanted = {each for each in employee_ids if each is not None}
    if not wanted:
        return {}
    query = select(EmployeeRow.id, EmployeeRow.name).where(EmployeeRow.id.in_(wanted))
    return dict(work.session.execute(query).all())


def name_of(work: Work, employee_id: UUID | None) -> str:
    """Return what the employee is called; nothing for nobody."""
    return names_of(work, [employee_id]).get(employee_id, "") if employee_id else ""


def with_others(work: Work) -> Sequence[TaskRow]:
    """Return the soonest open tasks that others have in the cases whose thread the actor holds."""
    mine = select(YouthCaseRow.case_id).where(
        YouthCaseRow.closed_at.is_(None),
        or_(
            YouthCaseRow.primary_id == work.actor.id,
            YouthCaseRow.coordinator_id == work.actor.id,
        ),
    )
    query = (
        select(TaskRow)
        .where(
            TaskRow.case_id.in_(mine),
            TaskRow.closed_at.is_(None),
            TaskRow.due_at.is_not(None),
            or_(TaskRow.assignee_id.is_(None), TaskRow.assignee_id != work.actor.id),
        )
        .order_by(TaskRow.due_at, TaskRow.id)
        .limit(OTHERS_SHOWN)
    )
    return work.session.scalars(query).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithCase:
    """A task with the process it belongs to, its case and the young person."""

    task: TaskRow
    instance: InstanceRow | None
    case: YouthCaseRow
    young_person: YoungPersonRow


def task_with_case(work: Work, task_id: UUID) -> TaskWithCase:
    """Return the task and what stands around it. Raises `NotFound`, also for one not to know of."""
    work.reads_for("task", f"task:{task_id}")
    found = work.session.execute(
        select(TaskRow, InstanceRow, YouthCaseRow, YoungPersonRow)
        .join(YouthCaseRow, YouthCaseRow.case_id == TaskRow.case_id)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .outerjoin(InstanceRow, InstanceRow.id == TaskRow.instance_id)
        .where(TaskRow.id == task_id)
    ).one_or_none()
    if found is None:
        raise NotFound("Opgaven findes ikke.")
    task, instance, case, young_person = found
    check_task(work, task)
    return TaskWithCase(task=task, instance=instance, case=case, young_person=young_person)


def opened_at_moment(work: Work, case_id: UUID, moment: datetime) -> Sequence[TaskRow]:
    """Return the tasks of the case that one act opened: those made at its very moment."""
    query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.created_at == moment)
    return work.session.scalars(query.order_by(TaskRow.due_at, TaskRow.id)).all()


def place_names(work: Work, tasks: Collection[TaskRow]) -> Mapping[UUID, str]:
    """Return what the units and forums are called that unclaimed tasks wait in."""
    units = {task.unit_id for task in tasks if task.unit_id}
    forums = {task.forum_id for task in tasks if task.forum_id}
    names: dict[UUID, str] = {}
    for row, wanted in ((UnitRow, units), (ForumRow, forums)):
        if wanted:
            query = select(row.id, row.name).where(row.id.in_(wanted))
            names |= dict(work.session.execute(query).all())
    return names

"""What is asked again and again is made objects by hand, and nobody can tell it from the ORM's."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import bindparam, func, inspect, select, update
from sqlalchemy.orm import Session, aliased, defer

from engine.domain.errors import StaleCase
from engine.ports import SYSTEM
from engine.services.instances import open_case
from engine.storage.models import CaseRow, TaskRow, TimerRow
from engine.storage.work import Casework, Work
from tests.engine.test_writing import a_task

TASK = select(TaskRow).where(TaskRow.id == bindparam("id"))
TASK_ANEW = TASK.execution_options(populate_existing=True)
TASK_WITHOUT_TITLE = TASK.options(defer(TaskRow.title))
TASK_AND_TIMER = select(TaskRow, TimerRow, func.count(CaseRow.id).over().label("cases")).join_from(
    TaskRow, CaseRow
)
TASK_OR_NOTHING = TASK_AND_TIMER.outerjoin(TimerRow, TimerRow.task_id == TaskRow.id)
OTHER = aliased(TaskRow)
OTHER_TASK = select(OTHER, OTHER.role)
CASE = (
    select(CaseRow)
    .join(TaskRow, TaskRow.case_id == CaseRow.id)
    .where(TaskRow.id == bindparam("id"))
)


@pytest.fixture
def task_id(casework: Casework) -> UUID:
    """A task in a case, written by an act that is over."""

    def act(work: Work) -> UUID:
        task = a_task(open_case(work).id, work)
        work.session.add(task)
        return task.id

    return casework.act(SYSTEM, act)


@pytest.fixture
def session(casework: Casework, task_id: UUID) -> Iterator[Session]:
    """A session on that task, in which every statement above has been met."""
    with casework.work(SYSTEM) as work:
        work.reads_for("test")
        for statement in (TASK, TASK_ANEW, TASK_OR_NOTHING, OTHER_TASK, CASE):
            for _ in range(2):
                work.session.execute(statement, {"id": UUID(int=0)}).all()
        work.session.expunge_all()
        yield work.session


def give_to(session: Session, role: str) -> None:
    session.connection().execute(update(TaskRow.__table__).values(role=role))


def test_a_row_is_one_object_however_often_it_is_read(session: Session, task_id: UUID) -> None:
    first = session.scalars(TASK, {"id": task_id}).one()

    assert session.scalars(TASK, {"id": task_id}).one() is first
    assert session.get(TaskRow, task_id) is first


def test_what_was_met_before_is_not_loaded_by_the_orm(
    session: Session, task_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlalchemy.orm.loading.instances", None)

    assert session.scalars(TASK, {"id": task_id}).one().id == task_id
    assert session.execute(TASK_OR_NOTHING).one().TaskRow.id == task_id
    with pytest.raises(TypeError):
        session.scalars(TASK_WITHOUT_TITLE, {"id": task_id})


def test_what_has_been_read_stays_as_it_was(session: Session, task_id: UUID) -> None:
    task = session.scalars(TASK, {"id": task_id}).one()
    give_to(session, "mentor")

    assert session.scalars(TASK, {"id": task_id}).one().role == task.role == "worker"


def test_what_is_asked_for_anew_is_as_it_is_now(session: Session, task_id: UUID) -> None:
    task = session.scalars(TASK, {"id": task_id}).one()
    task.role = "nobody"
    give_to(session, "mentor")

    assert session.scalars(TASK_ANEW, {"id": task_id}).one() is task
    assert task.role == "mentor"
    assert task not in session.dirty


def test_an_object_that_lacks_a_column_gets_it(session: Session, task_id: UUID) -> None:
    task = session.scalars(TASK_WITHOUT_TITLE, {"id": task_id}).one()
    assert "title" in inspect(task).unloaded

    session.scalars(TASK, {"id": task_id}).one()
    assert "title" not in inspect(task).unloaded
    assert task.title == "Ring"


def test_an_object_is_read_anew_after_a_roll_back(session: Session, task_id: UUID) -> None:
    task = session.scalars(TASK, {"id": task_id}).one()
    task.role = "nobody"
    session.rollback()

    assert session.scalars(TASK, {"id": task_id}).one() is task
    assert task.role == "worker"


def test_a_join_that_finds_nothing_gives_none_beside_what_it_finds(
    session: Session, task_id: UUID
) -> None:
    row = session.execute(TASK_OR_NOTHING).one()

    assert (row.TaskRow.id, row.TimerRow, row.cases) == (task_id, None, 1)


def test_an_alias_is_left_to_the_orm(session: Session, task_id: UUID) -> None:
    task, role = session.execute(OTHER_TASK).one()

    assert (task.id, role) == (task_id, "worker")


def test_what_is_read_is_written_under_its_version(casework: Casework, task_id: UUID) -> None:
    def case_in(work: Work) -> CaseRow:
        return work.session.scalars(CASE, {"id": task_id}).one()

    def rename(calendar: str) -> None:
        casework.act(SYSTEM, lambda work: setattr(case_in(work), "calendar", calendar))

    def overtaken() -> None:
        with casework.work(SYSTEM) as work:
            case = case_in(work)
            rename("three")
            case.calendar = "four"

    rename("one")
    rename("two")
    with pytest.raises(StaleCase):
        overtaken()

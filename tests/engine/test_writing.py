"""What an act writes of the engine's rows goes by plain statements, as the ORM would have it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine.domain.errors import StaleCase
from engine.ports import SYSTEM
from engine.services.instances import open_case
from engine.storage.models import CaseRow, TaskRow
from engine.storage.work import Casework, Work
from tests.bench.statements import counting


def a_task(case_id: UUID, work: Work, **more: Any) -> TaskRow:
    return TaskRow(
        case_id=case_id, element="call", title="Ring", role="worker", created_at=work.now, **more
    )


def case_of(casework: Casework) -> UUID:
    return casework.act(SYSTEM, lambda work: open_case(work).id)


def open_tasks(casework: Casework) -> list[TaskRow]:
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(TaskRow).order_by(TaskRow.title)))


def test_a_new_row_has_at_once_what_it_has_by_default(casework: Casework) -> None:
    case_id = case_of(casework)

    with casework.work(SYSTEM) as work:
        task = a_task(case_id, work)
        work.session.add(task)
        work.flush()
        with counting(casework.database.engine) as counted:
            held = (task.status, task.counted_by, task.due_on, task.deadline)

    assert held == ("open", "", None, {})
    assert counted.statements == []
    assert [each.status for each in open_tasks(casework)] == ["open"]


def test_a_row_made_in_an_act_can_be_changed_in_it(casework: Casework) -> None:
    case_id = case_of(casework)

    with casework.work(SYSTEM) as work:
        task = a_task(case_id, work)
        work.session.add(task)
        work.flush()
        task.title = "Ring igen"

    assert [each.title for each in open_tasks(casework)] == ["Ring igen"]


def test_only_what_has_changed_is_written(casework: Casework) -> None:
    case_id = case_of(casework)
    casework.act(SYSTEM, lambda work: work.session.add(a_task(case_id, work)))

    with counting(casework.database.engine) as counted, casework.work(SYSTEM) as work:
        task = work.session.scalars(select(TaskRow)).one()
        task.title, task.role = "Skriv", task.role
        work.flush()
        work.flush()

    updates = [each for each in counted.full if each.startswith("UPDATE")]
    assert [each.partition(" WHERE")[0].partition("SET ")[2].count("=") for each in updates] == [1]


def test_a_row_can_hang_on_another_of_the_same_act(casework: Casework) -> None:
    with casework.work(SYSTEM) as work:
        case_id = open_case(work).id
        first = a_task(case_id, work)
        work.session.add(first)
        work.session.add(a_task(case_id, work, raised_by_id=first.id))

    assert [each.raised_by_id for each in open_tasks(casework)] in (
        [None, first.id],
        [first.id, None],
    )


def version_of(casework: Casework, case_id: UUID) -> int:
    with casework.work(SYSTEM) as work:
        return work.session.get_one(CaseRow, case_id).version


def overtaken(work: Work, case_id: UUID) -> None:
    """Change a case that somebody else has changed since it was read."""
    case = work.session.get_one(CaseRow, case_id)
    someone = update(CaseRow).where(CaseRow.id == case_id).values(version=case.version + 1)
    work.session.execute(someone, execution_options={"synchronize_session": False})
    case.touched_at += timedelta(days=1)
    work.flush()


def test_the_version_goes_up_with_each_act(casework: Casework) -> None:
    case_id = case_of(casework)
    before = version_of(casework, case_id)

    casework.act(SYSTEM, lambda work: work.lock_case(case_id))

    assert version_of(casework, case_id) == before + 1


def test_an_act_that_was_overtaken_writes_nothing(casework: Casework) -> None:
    case_id = case_of(casework)
    before = version_of(casework, case_id)

    with pytest.raises(StaleCase):
        casework.act(SYSTEM, lambda work: overtaken(work, case_id))

    assert version_of(casework, case_id) == before

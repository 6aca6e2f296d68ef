"""Nobody reads about persons without saying what for, whoever words the query."""

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from engine.ports import SYSTEM, Actor, Purpose
from engine.services.tasks import claim_task
from engine.storage.guard import PURPOSE, NoPurpose
from engine.storage.models import AnswersRow, TaskRow
from workflows.access.persons import ABOUT_PERSONS
from workflows.municipalities.directory import actor_of
from workflows.people.records import YoungPersonRow
from workflows.records import METADATA

SOMEBODY = Actor(id=uuid4(), name="En medarbejder")
BY_THE_ORM = select(YoungPersonRow)
BY_A_COLUMN = select(YoungPersonRow.first_name).where(YoungPersonRow.birth_date.is_not(None))
BY_A_SUBQUERY = select(TaskRow.id).where(TaskRow.case_id.in_(select(AnswersRow.case_id)))
IN_WORDS = text('select * from "young_people"')


@pytest.mark.parametrize("query", [BY_THE_ORM, BY_A_COLUMN, BY_A_SUBQUERY, IN_WORDS])
def test_a_query_about_persons_without_a_purpose_is_refused(town, query):
    with pytest.raises(NoPurpose, match="without a purpose"), town.work(SOMEBODY) as work:
        work.session.execute(query)


def test_a_connection_past_the_act_is_refused_too(town):
    with town.database.engine.connect() as connection, pytest.raises(NoPurpose):
        connection.execute(BY_THE_ORM)


def test_a_purpose_ends_with_its_act(town, case):
    with town.work(SOMEBODY, purpose=Purpose(code="test")) as work:
        assert work.session.scalars(BY_THE_ORM).one().first_name == "Sofie"

    with pytest.raises(NoPurpose), town.work(SOMEBODY) as work:
        work.session.scalars(BY_THE_ORM).one()
    with town.database.engine.connect() as connection, pytest.raises(NoPurpose):
        connection.execute(BY_THE_ORM)


def test_a_connection_may_have_a_purpose_of_its_own(town, case):
    engine = town.database.engine.execution_options(**{PURPOSE: Purpose(code="test")})

    with engine.connect() as connection:
        assert len(connection.execute(BY_THE_ORM).all()) == 1


def test_what_is_about_nobody_needs_no_purpose(town):
    with town.work(SOMEBODY) as work:
        assert work.session.scalars(select(TaskRow)).all() == []


def test_who_takes_a_task_reads_for_that_task(town, case, staff):
    with town.work(SYSTEM) as work:
        query = select(TaskRow.id).where(TaskRow.element == "screening")
        task_id = work.session.scalars(query).one()
        actor = actor_of(work, staff["intake"])

    with town.work(actor) as work:
        claim_task(work, task_id)

        assert work.purpose == Purpose(code="task", behind=f"task:{task_id}")


def test_the_tables_that_are_guarded_are_there():
    assert set(METADATA.tables) >= ABOUT_PERSONS

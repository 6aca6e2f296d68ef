"""A database of one thread's sole use: as any other, but that it remembers what it may."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from engine.storage.base import Base
from engine.storage.models import CaseRow, StartMessageRow
from engine.storage.sole import SoleDatabase
from engine.storage.standing import standing, stands_no_more
from tests.conftest import MONDAY


@pytest.fixture
def sole(tmp_path: Path) -> Iterator[SoleDatabase]:
    """One that keeps what starts processes, and nothing else."""
    made = SoleDatabase(f"sqlite:///{tmp_path / 'sole.sqlite'}", [StartMessageRow])
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


def a_case(sole: SoleDatabase) -> UUID:
    with sole.session() as session:
        case = CaseRow(opened_at=MONDAY, touched_at=MONDAY)
        session.add(case)
        session.flush()
        return case.id


def opened(sole: SoleDatabase, case_id: UUID) -> datetime:
    with sole.session() as session:
        return session.get_one(CaseRow, case_id).opened_at


def write_and_fail(sole: SoleDatabase) -> None:
    with sole.session() as session:
        session.add(CaseRow(opened_at=MONDAY, touched_at=MONDAY))
        session.flush()
        session.get_one(CaseRow, uuid4())


def test_what_an_act_writes_is_there_for_the_next(sole: SoleDatabase) -> None:
    assert opened(sole, a_case(sole)) == MONDAY


def test_an_act_that_fails_leaves_nothing(sole: SoleDatabase) -> None:
    with pytest.raises(NoResultFound):
        write_and_fail(sole)

    with sole.session() as session:
        assert session.scalars(select(CaseRow)).all() == []


def test_an_act_sees_what_a_statement_has_changed_though_somebody_holds_the_row(
    sole: SoleDatabase,
) -> None:
    case_id = a_case(sole)
    with sole.session() as session:
        held = session.get_one(CaseRow, case_id)
    later = MONDAY.replace(hour=12)

    with sole.session() as session:
        session.connection().execute(update(CaseRow.__table__).values(opened_at=later))

    assert opened(sole, case_id) == later
    assert held.opened_at == MONDAY


def test_after_an_act_that_failed_what_is_kept_is_read_anew(sole: SoleDatabase) -> None:
    with sole.session() as session:
        session.add(StartMessageRow(message="asked", process="consent"))
    with sole.session() as session:
        before = session.scalars(select(StartMessageRow)).one()
    with pytest.raises(NoResultFound):
        write_and_fail(sole)

    with sole.session() as session:
        after = session.scalars(select(StartMessageRow)).one()
        assert after is not before
        assert after.process == "consent"


def test_what_is_kept_is_read_once(sole: SoleDatabase) -> None:
    with sole.session() as session:
        session.add(StartMessageRow(message="asked", process="consent"))
    with sole.session() as session:
        session.connection().exec_driver_sql("DELETE FROM start_messages")

    with sole.session() as session:
        assert session.get_one(StartMessageRow, "asked").process == "consent"


def test_an_act_that_fails_takes_back_nothing_of_those_before_it(sole: SoleDatabase) -> None:
    case_id = a_case(sole)
    opened(sole, case_id)

    with pytest.raises(NoResultFound):
        write_and_fail(sole)

    with sole.session() as session:
        assert session.scalars(select(CaseRow.id)).all() == [case_id]


def test_what_acts_write_is_in_the_file_though_the_last_one_only_read(sole: SoleDatabase) -> None:
    case_id = a_case(sole)
    opened(sole, case_id)
    sole.dispose()

    again = SoleDatabase(sole.url, [])
    assert opened(again, case_id) == MONDAY
    again.dispose()


def test_what_stands_is_asked_once_until_it_changes(sole: SoleDatabase) -> None:
    asked = iter(range(10))
    with sole.session() as session:
        assert standing(session, "number", lambda: next(asked)) == 0
    with sole.session() as session:
        assert standing(session, "number", lambda: next(asked)) == 0
        stands_no_more(session)
        assert standing(session, "number", lambda: next(asked)) == 1


def test_what_an_act_changed_and_took_back_is_asked_anew(sole: SoleDatabase) -> None:
    asked = iter(range(10))
    with pytest.raises(NoResultFound), sole.session() as session:
        session.get_one(CaseRow, standing(session, "case", uuid4))

    with sole.session() as session:
        assert standing(session, "case", lambda: next(asked)) == 0

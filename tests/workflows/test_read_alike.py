"""What is made objects by hand is what the ORM makes of it, in every table."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.ports import SYSTEM
from engine.storage.base import Base
from engine.storage.work import Casework
from workflows.cases.records import YouthCaseRow


def test_every_table_is_read_alike_by_both(town: Casework, case: YouthCaseRow) -> None:
    tables = [each.class_ for each in Base.registry.mappers]
    statements = [select(table) for table in tables]

    with town.work(SYSTEM) as work:
        work.reads_for("test")
        by_orm = [values(work.session, each) for each in statements]
        values_again = [values(work.session, each) for each in statements]
        by_hand = [values(work.session, each) for each in statements]

    assert by_orm == values_again == by_hand
    assert case.case_id in {row["case_id"] for rows in by_orm for row in rows if "case_id" in row}
    assert sum(map(bool, by_orm)) >= 10


def values(session: Session, statement: Any) -> list[dict[str, Any]]:
    session.expunge_all()
    rows = [dict(sorted(vars(row).items())) for row in session.scalars(statement)]
    for row in rows:
        del row["_sa_instance_state"]
    return sorted(rows, key=repr)

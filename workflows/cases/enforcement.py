"""The database's own guard of the primary responsible: triggers for both databases.

`youth_cases.primary_id` and `primary_since` say who is responsible now; `assignments` is the
history that the triggers write from it. What would leave an open case without exactly one active
employee at any instant is refused by the database, whoever asks and however.

Instants are half open: one assignment ends at the very instant at which the next begins.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from engine.storage import models  # the guarded tables must be known before they are created
from engine.storage.base import Base
from workflows.cases import guard_postgresql, guard_sqlite
from workflows.cases import records as cases
from workflows.municipalities import records as municipalities

GUARDED = (
    models.CaseRow,
    cases.YouthCaseRow,
    cases.AssignmentRow,
    municipalities.EmployeeRow,
)


def statements(dialect: str) -> Sequence[str]:
    """Return the DDL that guards the tables on "sqlite" or "postgresql", one statement each."""
    return guard_sqlite.GUARD if dialect == "sqlite" else guard_postgresql.GUARD


def removal(dialect: str) -> Sequence[str]:
    """Return the DDL that takes the guard away again (for the downgrade of a migration)."""
    return guard_sqlite.REMOVAL if dialect == "sqlite" else guard_postgresql.REMOVAL


def install(connection: Connection) -> None:
    """Guard the tables, which exist and are not guarded yet."""
    _execute(connection, statements(connection.dialect.name))


def remove(connection: Connection) -> None:
    """Take the guard away."""
    _execute(connection, removal(connection.dialect.name))


def _execute(connection: Connection, sql: Sequence[str]) -> None:
    for statement in sql:
        # as the driver's own text: neither ":" nor "%" is a place to fill in
        connection.execute(text(statement.replace(":", "\\:")))


def _after_create(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    install(connection)


def _before_drop(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    remove(connection)


event.listen(Base.metadata, "after_create", _after_create)
event.listen(Base.metadata, "before_drop", _before_drop)

"""What an act asks of the database, in short forms that a person can read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?([a-z_]+)", re.IGNORECASE)


@dataclass(slots=True)
class Counted:
    """What was asked: one short form a statement, and how many transactions wrote."""

    statements: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    commits: int = 0
    _wrote: bool = False

    def saw(self, statement: str, parameters: Any, many: bool) -> None:
        if statement.startswith(_FRAME):
            return
        self.statements.append(short(statement) + (" (many)" if many else ""))
        self.full.append(statement)
        self.parameters.append(parameters)
        self._wrote = self._wrote or not statement.startswith("SELECT")

    def committed(self) -> None:
        self.commits += self._wrote
        self._wrote = False


def short(statement: str) -> str:
    """Return the verb and the tables of a statement: "SELECT tasks + cases"."""
    tables = dict.fromkeys(_TABLE.findall(statement))
    return f"{statement.split()[0]} {' + '.join(tables)}"


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count what goes to the database meanwhile. An executemany is one statement; what only
    frames a transaction is none.
    """
    counted = Counted()

    def saw(_c: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        counted.saw(statement, given, many)

    def committed(_connection: Any) -> None:
        counted.committed()

    event.listen(engine, "before_cursor_execute", saw)
    event.listen(engine, "commit", committed)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", saw)
        event.remove(engine, "commit", committed)

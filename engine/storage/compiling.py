"""What SQLAlchemy has compiled, found again by the statement itself.

Its own cache takes the hash of all that a statement says, each time it is executed: for a
statement that is made once that costs more than what is then looked up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Compiled, Connection, Dialect, Insert, Update
from sqlalchemy.util import LRUCache

_KEPT = 500  # as many as SQLAlchemy keeps by default
_MET = 5_000  # statements made anew each time are met once, so they must not gather


class StatementCache(LRUCache[Any, Compiled]):
    """Looks first for the very statement, then for one that says the same."""

    def __init__(self) -> None:
        super().__init__(_KEPT)
        self._met: dict[Any, tuple[object, Compiled]] = {}

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what is kept under `key`: dialect, what is said, names, and two flags."""
        _, said, *how = key
        place = id(said), *how
        met = self._met.get(place)
        if met is not None and met[0] is said:
            return met[1]
        if (found := super().get(key, default)) is not default:
            self._meet(place, said, found)
        return found

    def _meet(self, place: Any, said: object, found: Compiled) -> None:
        if len(self._met) >= _MET:
            self._met.clear()
        self._met[place] = said, found


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement that writes, as the driver takes it: its text, and what makes its values.

    They go by place for a driver that counts them, else by name.
    """

    text: str
    by_place: bool
    values: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def given(self, row: Mapping[str, Any]) -> Any:
        """Return the values of a row."""
        if self.by_place:
            return tuple(
                [row[name] if make is None else make(row[name]) for name, make in self.values]
            )
        return {name: row[name] if make is None else make(row[name]) for name, make in self.values}


def written(
    connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Write `rows`, which have the same names, past what SQLAlchemy asks itself each time.

    Returns how many rows were written. `statement` is made once; all its values are in the rows.
    """
    prepared = _prepared(statement, connection.dialect, tuple(rows[0]))
    given = [prepared.given(row) for row in rows]
    return connection.exec_driver_sql(prepared.text, given if len(given) > 1 else given[0]).rowcount


@lru_cache(1_000)
def _prepared(statement: Insert | Update, dialect: Dialect, names: Sequence[str]) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or list(compiled.binds)
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    return _Prepared(
        text=compiled.string,
        by_place=compiled.positiontup is not None,
        values=[(name, types[name].bind_processor(dialect)) for name in order],
    )

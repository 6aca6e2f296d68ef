"""What SQLAlchemy has compiled, found again by the statement itself.

Its own cache takes the hash of all that a statement says, each time it is executed: for a
statement that is made once that costs more than what is then looked up.
"""

from typing import Any

from sqlalchemy import Compiled
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

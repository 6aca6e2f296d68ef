"""A new master key: every key of the database is put under it, the texts stay as they are."""

from sqlalchemy import select, update

from engine.ports import SYSTEM
from engine.storage.keys import Wrapped
from engine.storage.models import DataKeyRow
from engine.storage.work import Casework, Work

_AT_ONCE = 500


def rewrap_keys(casework: Casework) -> int:
    """Put every key under the newest master key, and return how many were under another.

    May be stopped and run again: a key is under the one or the other.
    """
    newest, done = casework.database.keyring.newest_master(), 0
    while rewrapped := casework.act(SYSTEM, lambda work: _rewrap_some(work, newest)):
        done += rewrapped
    return done


def masters_in_use(casework: Casework) -> set[str]:
    """Return the names of the master keys that a key of the database is under."""
    with casework.work(SYSTEM) as work:
        return set(work.session.scalars(select(DataKeyRow.master).distinct()))


def _rewrap_some(work: Work, newest: str) -> int:
    """A key that is erased meanwhile stays erased: nothing is changed then."""
    query = select(DataKeyRow).where(DataKeyRow.master != newest).limit(_AT_ONCE)
    rows = work.session.scalars(query).all()
    for row in rows:
        key = work.casework.database.keyring.rewrap(Wrapped(row.id, row.master, row.wrapped))
        change = update(DataKeyRow).where(DataKeyRow.id == row.id)
        work.session.execute(change.values(master=key.master, wrapped=key.wrapped))
    return len(rows)

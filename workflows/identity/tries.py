"""How often a password may be tried, counted in the database for all web processes together.

Tries come in a series: it ends when nobody has tried for `PAUSE`. A series that has used up its
number has to wait that long, so no stretch of `PAUSE` ever holds more.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from engine.storage.work import Work
from workflows.identity.records import SignInTriesRow

PAUSE = timedelta(minutes=15)
_KEPT = timedelta(days=1)
_NONE = timedelta(0)


def count_try(work: Work, most: Mapping[str, int]) -> timedelta:
    """Count one try under each key of `most`; return zero, or how long to wait.

    `most` maps a key (a digest, of 64 signs at most) to the tries that it may have. Who has to
    wait is not counted. To be called before the password is looked at.
    """
    rows = _rows(work, list(most))
    left = max((_left(work, rows.get(key), number) for key, number in most.items()), default=_NONE)
    if left > _NONE:
        return left
    for key in most:
        _add(work, rows.get(key), key)
    return _NONE


def forget_try(work: Work, keys: Sequence[str]) -> None:
    """Take back the try that `count_try` counted: it was no guess. Old series go with it."""
    for row in _rows(work, keys).values():
        row.tries = max(0, row.tries - 1)
    work.session.execute(delete(SignInTriesRow).where(SignInTriesRow.last_at < work.now - _KEPT))


def _rows(work: Work, keys: Sequence[str]) -> dict[str, SignInTriesRow]:
    query = select(SignInTriesRow).where(SignInTriesRow.key.in_(keys)).order_by(SignInTriesRow.key)
    if not work.casework.database.is_sqlite:
        query = query.with_for_update()
    return {row.key: row for row in work.session.scalars(query)}


def _left(work: Work, row: SignInTriesRow | None, most: int) -> timedelta:
    if row is None or row.tries < most:
        return _NONE
    return max(_NONE, row.last_at + PAUSE - work.now)


def _add(work: Work, row: SignInTriesRow | None, key: str) -> None:
    if row is None:
        work.session.add(SignInTriesRow(key=key, tries=1, last_at=work.now))
        return
    row.tries = 1 if row.last_at + PAUSE <= work.now else row.tries + 1
    row.last_at = work.now

"""Closed compartments: their rows leave the database only for those who enter.

A table that is `InCompartment` says of each row which compartment it lies in, if any. What an
actor may not enter is left out of every query of the session, whoever worded it: lists, counts,
searches, look-ups by id. A query that would pass by the condition is refused. What is written of a
case in a compartment carries it without being told; a table that cannot carry it is refused.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Executable, String, inspect, or_
from sqlalchemy.orm import (
    Mapped,
    MappedAsDataclass,
    Session,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption

from engine.domain.errors import CaseworkError
from engine.storage.guard import SESSION, GuardedSession, Options, watch

if TYPE_CHECKING:
    from engine.storage.work import Work

ACTING = "work"  # of a session's info: the act, whose actor says what is entered
_NONE: frozenset[str] = frozenset()
_NARROWED: WeakKeyDictionary[Executable, dict[ORMOption, Executable]] = WeakKeyDictionary()


class NotEntered(Exception):
    """A query would have read rows of every compartment. A bug, never a person's mistake."""


class InCompartment(MappedAsDataclass, kw_only=True):
    """A row that may lie in a closed compartment, named here; None for all others."""

    compartment: Mapped[str | None] = mapped_column(String(40), default=None, repr=False)


def entered(session: Session) -> frozenset[str] | None:
    """Return the compartments whose rows the session is given; None: all of them."""
    work: Work | None = session.info.get(ACTING)
    return work.actor.compartments if work is not None else _NONE


@GuardedSession.before_each
def _leave_out(session: Session, statement: Executable) -> Executable:
    names = entered(session)
    if names is None or statement.is_insert:
        return statement
    return _narrowed(statement, _within(names))


def _narrowed(statement: Executable, option: ORMOption) -> Executable:
    """Return the statement with the option: the same for the same, for as long as it is kept.

    Most of what is asked is made once; so is then this, and what SQLAlchemy works out about it.
    """
    known = _NARROWED.setdefault(statement, {})
    if option not in known:
        known[option] = statement.options(option)
    return known[option]


@lru_cache(maxsize=100)
def _within(names: frozenset[str]) -> ORMOption:
    """Return what leaves out of any statement the rows of other compartments than `names`."""
    if not names:
        return with_loader_criteria(
            InCompartment, lambda row: row.compartment.is_(None), include_aliases=True
        )
    listed = sorted(names)
    return with_loader_criteria(
        InCompartment,
        lambda row: or_(row.compartment.is_(None), row.compartment.in_(listed)),
        include_aliases=True,
    )


def close_compartments(engine: Engine) -> None:
    """Refuse every SELECT, in the session of one who does not enter all, that lacks the condition,
    with `NotEntered`.
    """
    watch(engine, _refusing(_open_reads(closed_tables())))


def closed_tables() -> frozenset[str]:
    """Return the names of the tables whose rows may lie in a compartment."""
    return frozenset(str(inspect(each).local_table) for each in InCompartment.__subclasses__())


def _refusing(open_read: Callable[[str], str]) -> Callable[[Options, str], None]:
    def refuse(options: Options, statement: str) -> None:
        info = options.get(SESSION)
        work = info.get(ACTING) if info is not None else None
        if work is None or work.actor.compartments is None:
            return
        if table := open_read(statement):
            raise NotEntered(f"{table} is read past its compartments: ask for it as a mapped class")

    return refuse


def _open_reads(tables: frozenset[str]) -> Callable[[str], str]:
    """Return what gives the first of `tables` that a statement reads without the condition, or "".

    Each place where a table is read (`FROM` or `JOIN`, or after a comma among them) has a
    condition of its own on that name.
    """
    name = "|".join(sorted(tables))
    read = re.compile(rf"(?:FROM|JOIN|,)\s+({name})(?:\s+AS\s+(\w+))?(?=[\s,)]|$)")

    @lru_cache(maxsize=4096)
    def open_read(statement: str) -> str:
        if "SELECT" not in statement:
            return ""
        found = [alias or table for table, alias in read.findall(statement)]
        conditions = (f"{each}.compartment IS NULL" for each in found)
        short = (
            each
            for each, condition in zip(found, conditions, strict=True)
            if statement.count(condition) < found.count(each)
        )
        return next(short, "")

    return open_read


def stamp_objects(work: "Work") -> None:
    """Let what is about to be written of the objects of this act carry its case's compartment."""
    for row in work.session.new:
        case_id = getattr(row, "case_id", None)
        if case_id is None or (isinstance(row, InCompartment) and row.compartment is not None):
            continue
        if (compartment := work.compartment_of(case_id)) is not None:
            _check(isinstance(row, InCompartment), type(row).__tablename__)
            row.compartment = compartment


def stamped(work: "Work", table: Any, row: Any) -> Any:
    """Return a row that is about to be written, with the compartment of its case."""
    if "case_id" not in row:
        return row
    compartment = work.compartment_of(row["case_id"])
    if not issubclass(table, InCompartment):
        _check(compartment is None, table.__tablename__)
        return row
    return {**row, "compartment": compartment}


def _check(may: bool, table: str) -> None:
    if not may:
        raise CaseworkError(
            f"En sag i et lukket rum kan ikke have det, der ligger i »{table}«. Intet er gemt."
        )

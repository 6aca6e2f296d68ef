"""The unit of work: one transaction per act, and everything an act may reach."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import NotFound, StaleCase
from engine.domain.feel_functions import functions
from engine.domain.parameters import Parameters
from engine.domain.reckonings import Moved, Reckoning
from engine.ports import (
    Actor,
    Clock,
    ProcessEngine,
    Purpose,
)
from engine.storage.base import Base
from engine.storage.compartments import ACTING, stamp_objects, stamped
from engine.storage.compiling import written
from engine.storage.configurations import load_content, newest_number
from engine.storage.database import Database, about_to_write
from engine.storage.guard import GuardedSession, purpose_of, state_purpose
from engine.storage.house import Configuration, House
from engine.storage.loading import OpenRows, find_task, load_open, load_waits
from engine.storage.models import CaseRow, DefinitionRow, InstanceRow, TaskRow
from engine.storage.owners import seal_objects, seal_rows
from engine.storage.standing import standing
from engine.storage.writing import insert_into, write_plainly

T = TypeVar("T")
_TRIES = 3
_COMPARTMENT = select(CaseRow.compartment).where(CaseRow.id == bindparam("case_id"))
_CASE = select(CaseRow).where(CaseRow.id == bindparam("case_id"))
_LOCKED_CASE = _CASE.with_for_update().execution_options(populate_existing=True)
_CALENDAR = select(CaseRow.calendar).where(CaseRow.id == bindparam("case_id"))


@dataclass(slots=True)
class Work:
    """One act by one actor at one moment. Nothing outlives it but what it wrote."""

    session: Session
    actor: Actor
    now: datetime
    processes: ProcessEngine
    house: House
    casework: "Casework"
    _open: dict[UUID, OpenRows] = field(default_factory=dict)
    _waits_known: set[UUID] = field(default_factory=set)
    _added: dict[type[Base], list[Mapping[str, Any]]] = field(default_factory=dict)
    _last: list[Callable[[], None]] = field(default_factory=list)
    _locked: dict[UUID, CaseRow] = field(default_factory=dict)
    _compartments: dict[UUID, str | None] = field(default_factory=dict)
    _calendars: dict[UUID, str | None] = field(default_factory=dict)
    _configuration: Configuration | None = None
    _functions: dict[tuple[int, date], Mapping[str, Callable[..., Any]]] = field(
        default_factory=dict
    )
    ended: dict[str, list[UUID]] = field(default_factory=dict)  # see services.timer_rows
    queue: deque[Any] = field(default_factory=deque)  # of services.events.Event
    moves: list[Moved] = field(
        default_factory=list
    )  # of the calendar words, see services.reckonings
    told: dict[str, Reckoning] = field(default_factory=dict)  # how dates of handlers came about

    def reads_for(self, code: str, behind: str = "") -> None:
        """State what is read about persons for from here on; see `engine.ports.Purpose`.

        Without a purpose the data layer refuses, with `engine.storage.guard.NoPurpose`.
        """
        state_purpose(self.session, Purpose(code=code, behind=behind))

    @property
    def purpose(self) -> Purpose | None:
        """What this act reads about persons for, if that has been said."""
        return purpose_of(self.session)

    @property
    def configuration(self) -> Configuration:
        """The configuration in force."""
        if self._configuration is None:
            number = standing(self.session, "configuration", lambda: newest_number(self.session))
            self._configuration = self.casework.configuration(self.session, number)
        return self._configuration

    @property
    def calendar(self) -> WorkingCalendar:
        """The municipality's calendar."""
        return self.configuration.calendar

    def calendar_of(self, case_id: UUID | None) -> WorkingCalendar:
        """Return the calendar that days of this case are counted by: its school's, or the common.

        Only school days differ between them.
        """
        if case_id is None or not self.configuration.schools:
            return self.calendar
        return self.configuration.calendar_called(self.calendar_named(case_id))

    def calendar_named(self, case_id: UUID) -> str | None:
        """Return what the case calls the school calendar it follows, None for the common one."""
        if case := self._locked.get(case_id):
            return case.calendar
        if case_id not in self._calendars:
            self._calendars[case_id] = self.session.scalar(_CALENDAR, {"case_id": case_id})
        return self._calendars[case_id]

    @property
    def parameters(self) -> Parameters:
        """The municipality's parameters."""
        return self.configuration.parameters

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """What every expression may call: the calendar and the parameters of this moment."""
        return self.functions_for(None)

    def functions_for(
        self, case_id: UUID | None, day: date | None = None
    ) -> Mapping[str, Callable[..., Any]]:
        """Return `functions` as a case counts its days, as they are on the local `day` (today).

        The settings are those of this moment.
        """
        calendar, day = self.calendar_of(case_id), day or self.today
        key = id(calendar), day
        if key not in self._functions:
            meets = partial(self.house.next_meeting, self)
            self._functions[key] = functions(
                calendar, self.parameters, day, self.moves.append, meets
            )
        return self._functions[key]

    @property
    def today(self) -> date:
        """The local date of this act."""
        return self.calendar.local_date(self.now)

    def lock_case(self, case_id: UUID) -> CaseRow:
        """Lock the case for this act; everything of it is written under its version.

        PostgreSQL locks the row. SQLite lets the version decide when the act is written.
        Raises `NotFound`.
        """
        if case_id not in self._locked:
            query = _CASE if self.casework.database.is_sqlite else _LOCKED_CASE
            case = self.session.scalar(query, {"case_id": case_id})
            if case is None:
                raise NotFound("Sagen findes ikke.")
            self.hold(case)
        return self._locked[case_id]

    def hold(self, case: CaseRow) -> None:
        """Count `case` as locked by this act, and mark it touched now."""
        case.touched_at = max(case.touched_at, self.now)
        flag_modified(case, "touched_at")
        self._locked[case.id] = case

    def compartment_of(self, case_id: UUID | None) -> str | None:
        """Return the compartment that the case lies in, if any. Raises `NotFound` outside it."""
        if case_id is None:
            return None
        if case := self._locked.get(case_id):
            return case.compartment
        if case_id not in self._compartments:
            found = self.session.execute(_COMPARTMENT, {"case_id": case_id}).one_or_none()
            if found is None:
                raise NotFound("Sagen findes ikke.")
            self._compartments[case_id] = found[0]
        return self._compartments[case_id]

    def open_task(self, task_id: UUID) -> tuple[TaskRow, InstanceRow | None]:
        """Lock the case of the task; return the task, and its instance if it has one.

        What is open in the instance and the configuration come with it, in the same statement.
        The task is what the act reads for, unless something else was stated. Raises `NotFound`,
        also for one that the actor may not know of.
        """
        found = find_task(self.session, task_id, lock=not self.casework.database.is_sqlite)
        if found is None:
            raise NotFound("Opgaven findes ikke.")
        if self.purpose is None:
            self.reads_for("task", f"task:{task_id}")
        self.house.check_known(self, found.task)
        self.hold(found.case)
        self.configure(found.configuration)
        if found.instance is not None:
            self._open[found.instance.id] = found.open
        return found.task, found.instance

    def configure(self, number: int | None) -> None:
        """Let configuration `number` be the one in force. Raises `NotFound` for None."""
        self._configuration = self.casework.configuration(self.session, number)

    def definition(self, definition_id: str) -> DefinitionRow:
        """Return a deployed version; kept in memory, for it never changes."""
        return self.casework.definition(self.session, definition_id)

    def open_rows(self, instance: InstanceRow, *, awaits: bool = True) -> OpenRows:
        """Return the open tasks, timers and waits of an instance, loaded once per act.

        The waits are not looked for in a process that never `awaits` a message.
        """
        if instance.id not in self._open:
            self._open[instance.id] = load_open(self.session, instance.id)
        rows = self._open[instance.id]
        if awaits and instance.id not in self._waits_known:
            rows.waits = load_waits(self.session, instance.id)
            self._waits_known.add(instance.id)
        return rows

    def expect_nothing_open(self, instance: InstanceRow) -> None:
        """Spare the look-up for an instance that this act has just made."""
        self._open[instance.id] = OpenRows()
        self._waits_known.add(instance.id)

    def add(self, table: type[Base], *rows: Mapping[str, Any]) -> None:
        """Write rows that this act does not look at again, with all their columns.

        They cost a fifth of what an object costs. They are written by `flush`, after the objects.
        """
        if rows:
            self._added.setdefault(table, []).extend(rows)

    def added(self, table: type[Base]) -> Sequence[Mapping[str, Any]]:
        """Return the rows given to `add` that no query finds yet."""
        return self._added.get(table, ())

    def at_last(self, write: Callable[[], None]) -> None:
        """Leave a statement that changes rows until the act is written."""
        self._last.append(write)

    def flush(self) -> None:
        """Write what this act has so far, so that it can be asked for."""
        added, self._added = self._added, {}
        for table, rows in added.items():
            rows = [stamped(self, table, row) for row in rows]
            added[table] = list(seal_rows(self, cast(Table, table.__table__), rows))
        self.session.flush()
        for table, rows in self._added.items():  # what binds the texts to the journal
            added.setdefault(table, []).extend(stamped(self, table, row) for row in rows)
        self._added = {}
        if added:
            about_to_write(self.session)
            connection = self.session.connection()
        for table, rows in added.items():
            written(connection, insert_into(table), rows)
        last, self._last = self._last, []
        for write in last:
            write()


@event.listens_for(GuardedSession, "before_flush")
def _write(session: Session, *_: Any) -> None:
    if work := session.info.get(ACTING):
        stamp_objects(work)
        seal_objects(work)
    write_plainly(session)


class Casework:
    """Where every act begins: database, clock, engine and house, chosen once in the wiring.

    Holds no state of any case; what it keeps in memory is immutable (deployed versions,
    configurations by number).
    """

    def __init__(
        self, *, database: Database, clock: Clock, processes: ProcessEngine, house: House
    ) -> None:
        self.database = database
        self.clock = clock
        self.processes = processes
        self.house = house
        self._definitions: dict[str, DefinitionRow] = {}
        self._configurations: dict[int, Configuration] = {}

    @contextmanager
    def work(
        self, actor: Actor, *, purpose: Purpose | None = None, alone: bool = False
    ) -> Iterator[Work]:
        """Yield one act: committed on leaving, rolled back on any error.

        `purpose` is what it reads about persons for; the system's own unless one is given.
        `alone` as `Database.session` has it.
        """
        with self.database.session(alone=alone) as session:
            work = Work(session, actor, self.clock.now(), self.processes, self.house, self)
            session.info[ACTING] = work
            if stated := purpose or actor.purpose:
                state_purpose(session, stated)
            yield work
            work.flush()

    def act(self, actor: Actor, use_case: Callable[[Work], T], purpose: Purpose | None = None) -> T:
        """Run `use_case` in one transaction; when somebody was first, look again and retry.

        After three tries it lets nobody else write on SQLite, so that the fourth is not
        overtaken; on PostgreSQL an act that locks its case first never is. Raises what the use
        case raises. Nothing of a failed try is kept.
        """
        for _ in range(_TRIES):
            try:
                with self.work(actor, purpose=purpose) as work:
                    return use_case(work)
            except (StaleCase, IntegrityError):  # two hands made the same row: look again
                continue
        with self.work(actor, purpose=purpose, alone=True) as work:
            return use_case(work)

    def try_out(self, actor: Actor, use_case: Callable[[Work], T]) -> T:
        """Run `use_case` as `act` does, and roll all of it back; return what it gave.

        Nothing is written and nothing leaves the house. What it gives must be plain values: the
        rows are gone. Raises what the use case raises.
        """

        def and_back(work: Work) -> T:
            found = use_case(work)
            work.flush()
            work.session.rollback()
            return found

        return self.act(actor, and_back)

    def definition(self, session: Session, definition_id: str) -> DefinitionRow:
        """Return the deployed version `definition_id`. Raises `NotFound`."""
        if definition_id not in self._definitions:
            row = session.get(DefinitionRow, definition_id)
            if row is None:
                raise NotFound("Versionen findes ikke.")
            session.expunge(row)
            self._definitions[definition_id] = row
        return self._definitions[definition_id]

    def configuration(self, session: Session, number: int | None) -> Configuration:
        """Return the configuration `number`. Raises `NotFound` where there is none yet."""
        if number is None:
            raise NotFound(
                "Kommunens indstillinger er ikke lagt ind endnu: kør »tovholder deploy«."
            )
        if number not in self._configurations:
            content = load_content(session, number)
            self._configurations[number] = self.house.configuration(content, number)
        return self._configurations[number]

"""A town to test in: the shipped pack and processes, fictional staff, and a case or two."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM, Actor
from engine.services.timers import fire_due, next_due
from engine.storage.models import IncidentRow, OutboxRow, TaskRow
from engine.storage.work import Casework
from tests.town import REFERRAL, founded, staff_of
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import start_referral
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.people.services import NewGuardian, NewYoungPerson
from workflows.scenarios.acting import do_task

Row = TypeVar("Row", bound=Any)

MALTE = NewYoungPerson(
    first_name="Malte",
    last_name="Opdigtet",
    birth_date=date(2011, 6, 14),
    email="malte@borger.example",
)
PARENTS = (
    NewGuardian(name="Far Opdigtet", relation="far", email="far@borger.example"),
    NewGuardian(name="Mor Opdigtet", relation="mor", email="mor@borger.example"),
)


@pytest.fixture(scope="session")
def migrated(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The migrated database with a town in it, founded once and copied for each test."""
    with founded(migrated, tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def town(casework: Casework) -> Casework:
    """A municipality with its pack, its processes and somebody in every role."""
    return casework


@pytest.fixture
def staff(town: Casework) -> Mapping[str, UUID]:
    """The staff by username."""
    return staff_of(town)


@pytest.fixture
def acting_as(town: Casework, staff: Mapping[str, UUID]) -> Callable[[str], Actor]:
    """What gives an employee as one who acts."""

    def actor(username: str) -> Actor:
        with town.work(SYSTEM) as work:
            return actor_of(work, staff[username])

    return actor


@pytest.fixture
def refer(town: Casework, acting_as: Callable[[str], Actor]) -> Callable[..., YouthCaseRow]:
    """What refers a young person (Malte, 14, unless said otherwise) as the intake does."""

    def start(
        person: NewYoungPerson = MALTE, by: str = "intake", **answers: object
    ) -> YouthCaseRow:
        return town.act(
            acting_as(by),
            lambda work: start_referral(work, person, PARENTS, {**REFERRAL, **answers}),
        )

    return start


@pytest.fixture
def case(refer: Callable[..., YouthCaseRow]) -> YouthCaseRow:
    """Malte's case, just referred."""
    return refer()


@dataclass(slots=True)
class Life:
    """Lives one case: lets time pass with everything that falls due, and does tasks."""

    casework: Casework
    clock: MovableClock
    case_id: UUID

    def until(self, moment: datetime) -> None:
        """Let time pass until `moment`; what falls due on the way happens at its own moment."""
        while (due := self._next()) is not None and due <= moment:
            self.clock.move_to(max(due, self.clock.now()))
            assert fire_due(self.casework)
        self.clock.move_to(moment)

    def do(self, element: str, party: str = "", **answers: object) -> None:
        """Complete the open task; the one about `party`, when it is given."""
        tasks = [task for task in self.open_tasks(element) if party in (task.outside_party or "")]
        assert tasks, f"{element} is not open: {[each.element for each in self.open_tasks()]}"
        do_task(self.casework, tasks[0].id, answers)

    def open_tasks(self, element: str = "") -> list[TaskRow]:
        """Return the open tasks, by element and due day."""
        with self.casework.work(SYSTEM) as work:
            query = select(TaskRow).where(
                TaskRow.case_id == self.case_id, TaskRow.closed_at.is_(None)
            )
            rows = work.session.scalars(query.order_by(TaskRow.element, TaskRow.due_on))
            return [row for row in rows if element in ("", row.element)]

    def due(self) -> set[tuple[str, str]]:
        """Return what is open: element and due day."""
        return {(task.element, str(task.due_on)) for task in self.open_tasks()}

    @property
    def case(self) -> YouthCaseRow:
        """The case as the database has it."""
        with self.casework.work(SYSTEM) as work:
            return work.session.get_one(YouthCaseRow, self.case_id)

    def all(self, row: type[Row]) -> list[Row]:
        """Return the rows of a kind that belong to the case."""
        with self.casework.work(SYSTEM) as work:
            return list(work.session.scalars(select(row).where(row.case_id == self.case_id)))

    def all_meetings(self) -> list[MeetingRow]:
        """Return the meetings that the case is on, in order."""
        with self.casework.work(SYSTEM) as work:
            query = select(MeetingRow).join(
                AgendaItemRow, AgendaItemRow.meeting_id == MeetingRow.id
            )
            query = query.where(AgendaItemRow.case_id == self.case_id)
            return list(work.session.scalars(query.order_by(MeetingRow.held_on)))

    def outbox(self) -> list[OutboxRow]:
        """Return the messages written so far."""
        return self.all(OutboxRow)

    def mails(self) -> list[tuple[str, str]]:
        """Return the messages written so far: kind and address, in order."""
        rows = sorted(self.all(OutboxRow), key=lambda row: (row.created_at, row.kind))
        return [(row.kind, row.recipient) for row in rows]

    def incidents(self) -> list[str]:
        """Return what the system could not carry through."""
        return [row.cause for row in self.all(IncidentRow)]

    def _next(self) -> datetime | None:
        with self.casework.work(SYSTEM) as work:
            return next_due(work)


@pytest.fixture
def living(town: Casework, clock: MovableClock) -> Callable[[UUID], Life]:
    """What lives a case."""
    return lambda case_id: Life(town, clock, case_id)


@pytest.fixture
def set_up(
    town: Casework,
    clock: MovableClock,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
    acting_as: Callable[[str], Actor],
    staff: Mapping[str, UUID],
) -> Callable[[Callable[..., Row]], Row]:
    """What sets something up with the town, its clock and its people, as `table.laid` does."""
    return lambda made_by: made_by(town, clock, refer, living, acting_as, staff)

"""A town hall of one caseworker and one leader, for tests of the services alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from engine.adapters.clock import MovableClock
from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import NotFound
from engine.domain.parameters import register
from engine.ports import SYSTEM, Actor, Address, Outgoing, Recipient, Variables
from engine.services.deployments import configure, deploy_process
from engine.services.instances import open_case, start_process
from engine.services.settling import settle
from engine.spiff.facade import SpiffEngine
from engine.storage.database import Database
from engine.storage.house import Configuration, Handler
from engine.storage.models import OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from tests.spiff.drawing import HEAD, sequence

OFFICE = uuid4()
_WORKS_HERE = {
    "roles": frozenset({"worker"}),
    "units": frozenset({OFFICE}),
    "posts": frozenset({("worker", OFFICE)}),
}
ALICE = Actor(id=uuid4(), name="Alice", **_WORKS_HERE)
BENT = Actor(id=uuid4(), name="Bent", **_WORKS_HERE)
LEADER = uuid4()
PARAMETERS = {"short": "5 WD", "relief": "5 WD", "message.kept": "30 CD", "long": "P14D"}


@dataclass
class TownHall:
    """A house of plain rules: `worker` is a role of the office, `unit_leader` one person."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    before_forum: list[str] = field(default_factory=list)
    waits: list[tuple[UUID, str, datetime, datetime]] = field(default_factory=list)

    def address(self, work: Work, case_id: UUID, role: str) -> Address:
        if role == "unit_leader":
            return Address(role=role, assignee=LEADER)
        return Address(role=role, unit=OFFICE)

    def recipients(self, work: Work, task: TaskRow, who: str) -> list[Recipient]:
        return [Recipient(name=who, email=f"{who}@office.example", employee=LEADER)]

    def facts(self, work: Work, case_id: UUID) -> Variables:
        return {"town": "Sønderborg"}

    def handler(self, name: str) -> Handler:
        if name not in self.handlers:
            raise NotFound(f"Ingen funktion hedder »{name}«.")
        return self.handlers[name]

    def text(
        self,
        work: Work,
        name: str,
        task: TaskRow | None,
        case_id: UUID,
        to: Recipient | None = None,
    ) -> tuple[str, str]:
        return f"Emne {name}", f"Tekst {name}"

    def outgoing(self, work: Work, row: OutboxRow, lines: Sequence[OutboxRow]) -> Outgoing:
        if lines:
            keys = sorted(line.key for line in lines)
            return Outgoing(subject="Emne digest", body=" ".join(keys))
        return Outgoing(subject=row.subject, body=row.body, calendar=row.calendar)

    def check_known(self, work: Work, task: TaskRow) -> None:
        pass

    def to_forum(self, work: Work, task: TaskRow) -> None:
        self.before_forum.append(task.element)

    def overdue_closed(self, work: Work, task: TaskRow) -> None:
        self.before_forum = [each for each in self.before_forum if each != task.element]

    def recount(self, work: Work, case_id: UUID, dates: Mapping[str, str]) -> None:
        pass

    def wait_moved(
        self, work: Work, case_id: UUID, name: str, before: datetime, after: datetime
    ) -> None:
        self.waits.append((case_id, name, before, after))

    def next_meeting(self, work: Work, forum: str, day: date) -> date:
        raise ValueError("Her mødes ingen.")

    def configuration(self, content: Mapping[str, Any], number: int) -> Configuration:
        calendar = WorkingCalendar(
            timezone=ZoneInfo("Europe/Copenhagen"),
            holidays=danish_holidays,
            closing_days=content.get("closing_days", {}),
        )
        return Configuration(
            number=number,
            calendar=calendar,
            milestones={},
            parameters=register(content["parameters"]),
        )


@pytest.fixture
def house() -> TownHall:
    """The house of these tests."""
    return TownHall()


@pytest.fixture
def casework(database: Database, clock: MovableClock, house: TownHall) -> Casework:
    """The services over a real database and the real process engine."""
    made = Casework(database=database, clock=clock, processes=SpiffEngine(), house=house)
    made.act(SYSTEM, lambda work: configure(work, {"parameters": PARAMETERS}))
    return made


Deploy = Callable[..., None]


@pytest.fixture
def deploy(casework: Casework) -> Iterator[Deploy]:
    """Put a small process into force: its name, its nodes and its flows."""
    ladders = (BPMN / "decisions" / "escalation_ladders.dmn").read_text("utf-8")

    def put(process: str, *nodes: str, flows: str, inside: str = "", **forms: str) -> None:
        xml = (
            f'{HEAD}{inside}<bpmn:process id="{process}" isExecutable="true">'
            f"{''.join(nodes)}{sequence(flows)}</bpmn:process></bpmn:definitions>"
        )
        files = {f"{process}.bpmn": xml, "escalation_ladders.dmn": ladders}
        files |= {f"forms/{name}.json": text for name, text in forms.items()}
        casework.act(SYSTEM, lambda work: deploy_process(work, process, files))

    return put


@pytest.fixture
def begin(casework: Casework) -> Callable[..., UUID]:
    """Open a case and start a process in it; return the case's id."""

    def started(process: str, **inputs: Any) -> UUID:
        def act(work: Work) -> UUID:
            case_id = open_case(work).id
            start_process(work, case_id, process, inputs)
            settle(work)
            return case_id

        return casework.act(SYSTEM, act)

    return started

"""What the engine asks of the house it runs in: whom it is about, who they are, what is set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from engine.domain.calendars import WorkingCalendar
from engine.domain.parameters import Parameters
from engine.ports import Address, Outgoing, Recipient, Variables
from engine.storage.models import InstanceRow, OutboxRow, TaskRow

if TYPE_CHECKING:
    from engine.storage.work import Work

Handler = Callable[["Work", InstanceRow, Variables], Variables]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the municipality has set: calendar, parameters and milestones of one moment.

    `schools` are the calendars of the schools that have one of their own, by what a case calls it.
    """

    number: int
    calendar: WorkingCalendar
    parameters: Parameters
    milestones: Mapping[str, Mapping[str, Any]]
    schools: Mapping[str, WorkingCalendar] = field(default_factory=dict)

    def calendar_called(self, name: str | None) -> WorkingCalendar:
        """Return the calendar of a school, the common one where there is no such."""
        return self.schools.get(name or "", self.calendar)


class House(Protocol):
    """What the engine asks of the house it works in: people, roles, words and functions."""

    def address(self, work: "Work", case_id: UUID, role: str) -> Address:
        """Return whom a task of `role` in this case is for."""
        ...

    def recipients(self, work: "Work", task: TaskRow, who: str) -> list[Recipient]:
        """Return who is meant by `who` (assignee, unit_leader, outside_party …) for a task."""
        ...

    def facts(self, work: "Work", case_id: UUID) -> Variables:
        """Return what every process of the case may know at its start."""
        ...

    def handler(self, name: str) -> Handler:
        """Return the function that diagrams know by `name`. Raises `NotFound`."""
        ...

    def text(
        self,
        work: "Work",
        name: str,
        task: TaskRow | None,
        case_id: UUID,
        to: Recipient | None = None,
    ) -> tuple[str, str]:
        """Return subject and body of the message `name` about a task or case, addressed `to`."""
        ...

    def outgoing(self, work: "Work", row: OutboxRow, lines: Sequence[OutboxRow]) -> Outgoing:
        """Return what the message says now that it leaves; `lines` are those of a digest.

        Whom it names to its reader is written down in the same act.
        """
        ...

    def check_known(self, work: "Work", task: TaskRow) -> None:
        """Raise `Unseen` unless the actor may know of the task, as the system may of every one."""
        ...

    def to_forum(self, work: "Work", task: TaskRow) -> None:
        """Put an overdue task before the next leader forum."""
        ...

    def overdue_closed(self, work: "Work", task: TaskRow) -> None:
        """Learn that a task was done or cancelled after its deadline."""
        ...

    def reach(self, work: "Work", case_id: UUID, milestone: str) -> None:
        """Do what is to happen now that the case has come to a milestone of its configuration."""
        ...

    def recount(self, work: "Work", case_id: UUID, dates: Mapping[str, str]) -> None:
        """Recount the dates of the case that the house keeps itself.

        `dates` are the new days (ISO), by the old ones, of what its processes know.
        """
        ...

    def wait_moved(
        self, work: "Work", case_id: UUID, name: str, before: datetime, after: datetime
    ) -> None:
        """Tell those whom it concerns that the wait `name` of the case ends at another moment.

        Both moments are in UTC; settings have changed.
        """
        ...

    def next_meeting(self, work: "Work", forum: str, day: date) -> date:
        """Return the day of the first meeting of `forum` whose agenda was open on `day`.

        Raises `ValueError` with a Danish sentence where there is none.
        """
        ...

    def configuration(self, content: Mapping[str, Any], number: int) -> Configuration:
        """Read a stored configuration."""
        ...

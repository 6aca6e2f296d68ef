"""The house that the engine works in: its people, its words and its functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.ports import Address, Outgoing, Recipient, Variables
from engine.storage.house import Configuration, Handler
from engine.storage.models import OutboxRow, TaskRow
from engine.storage.work import Work
from workflows.access.tasks import check_task
from workflows.cases.facts import facts_of
from workflows.cases.reaching import reach
from workflows.cases.recounting import recount_records, tell_of_wait
from workflows.catalogue import handler_named
from workflows.forums.asking import next_meeting_of
from workflows.forums.handlers import put_before_leaders, take_off_leaders
from workflows.leaving import as_written, leave
from workflows.letters import About, compose_from
from workflows.municipalities import directory, recipients
from workflows.municipalities.configuration import read_configuration

TEXTS = Path(__file__).parents[1] / "bpmn" / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class YouthHouse:
    """The youth effort of one municipality; see `engine.storage.work.House`.

    `texts` is the folder of letters and messages, `base_url` where their links lead. `elsewhere`
    says what people hold in the other parts of a house that is played in parts. Nobody reads the
    mail of a house that `is_copy`.
    """

    texts: Path = TEXTS
    base_url: str = ""
    elsewhere: Callable[[], Mapping[UUID, int]] = dict
    is_copy: bool = False

    def address(self, work: Work, case_id: UUID, role: str) -> Address:
        """Return whom a task of `role` in this case is for."""
        return directory.address(work, case_id, role)

    def recipients(self, work: Work, task: TaskRow, who: str) -> list[Recipient]:
        """Return who is meant by `who` for a task."""
        return recipients.recipients(work, task, who)

    def held_elsewhere(self) -> Mapping[UUID, int]:
        """Return how many open cases people hold in the other parts now."""
        return self.elsewhere()

    def facts(self, work: Work, case_id: UUID) -> Variables:
        """Return what every process of the case may know at its start."""
        return facts_of(work, case_id)

    def handler(self, name: str) -> Handler:
        """Return the function that diagrams know by `name`. Raises `NotFound`."""
        return handler_named(name)

    def text(
        self,
        work: Work,
        name: str,
        task: TaskRow | None,
        case_id: UUID,
        to: Recipient | None = None,
    ) -> tuple[str, str]:
        """Return subject and body of the message `name` about a task or case, addressed `to`."""
        return self.compose(work, name, About(case_id=case_id, task=task, to=to), {})

    def compose(
        self, work: Work, name: str, about: About, words: Mapping[str, str]
    ) -> tuple[str, str]:
        """Return subject and body of the text `name`; see `workflows.letters.compose`."""
        where = f"opgaver/{about.task.id}" if about.task else f"sager/{about.case_id}"
        linked = replace(about, link=f"{self.base_url}/{where}")
        return compose_from(self.texts, work, name, linked, words)

    def outgoing(self, work: Work, row: OutboxRow, lines: Sequence[OutboxRow]) -> Outgoing:
        """Return what the message says as it leaves; whom it names is logged in the same act."""
        if self.is_copy:
            return as_written(row)
        return leave(self.texts, work, row, lines, f"{self.base_url}/indbakke")

    def check_known(self, work: Work, task: TaskRow) -> None:
        """Raise `Unseen` unless the actor may know of the task."""
        check_task(work, task)

    def to_forum(self, work: Work, task: TaskRow) -> None:
        """Put an overdue task before the next leader forum."""
        put_before_leaders(work, task)

    def reach(self, work: Work, case_id: UUID, milestone: str) -> None:
        """Do what is to happen now that the case has come to the milestone."""
        reach(work, case_id, milestone)

    def overdue_closed(self, work: Work, task: TaskRow) -> None:
        """Take a task that is done at last off the agenda of the leaders."""
        take_off_leaders(work, task)

    def recount(self, work: Work, case_id: UUID, dates: Mapping[str, str]) -> None:
        """Recount the milestones of the case, and the records of `dates` that moved."""
        recount_records(work, case_id, dates)

    def wait_moved(
        self, work: Work, case_id: UUID, name: str, before: datetime, after: datetime
    ) -> None:
        """Tell the one who holds the thread that a wait of the case ends at another moment."""
        tell_of_wait(work, case_id, name, before, after)

    def next_meeting(self, work: Work, forum: str, day: date) -> date:
        """Return the day of the first meeting of `forum` whose agenda was open on `day`."""
        return next_meeting_of(work, forum, day)

    def configuration(self, content: Mapping[str, Any], number: int) -> Configuration:
        """Read a stored configuration."""
        return read_configuration(content, number)

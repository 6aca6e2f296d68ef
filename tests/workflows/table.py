"""A meeting with one case on its agenda, and what its convenor does there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM, Actor
from engine.services.definitions import form_of
from engine.storage.work import Casework
from tests.workflows.conftest import Life
from tests.workflows.test_whole_cases import local, series
from workflows.cases.records import YouthCaseRow
from workflows.forums.agreements import NewAgreement
from workflows.forums.attendance import record_attendance
from workflows.forums.deciding import Decision, decide_item
from workflows.forums.holding import hold_meeting
from workflows.forums.items import decision_task
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.scenarios.answers import fill

CONVENOR = "uu_counsellor"


@dataclass(slots=True)
class Table:
    """The meeting of 30 April 2026 where team 1 takes Malte, led by its convenor."""

    town: Casework
    life: Life
    convenor: Actor
    staff: Mapping[str, UUID]

    @property
    def meeting(self) -> MeetingRow:
        return self.life.all_meetings()[-1]

    @property
    def item(self) -> AgendaItemRow:
        return sorted(self.life.all(AgendaItemRow), key=lambda item: item.placed_at)[-1]

    def lead(self, use_case: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return self.town.act(self.convenor, lambda work: use_case(work, *given, **more))

    def seat(self, username: str, status: str = "present", **more: Any) -> None:
        role = username.rstrip("2")
        who = self.staff[username]
        self.lead(record_attendance, self.meeting.id, who, role, status, **more)

    def everybody_comes(self) -> None:
        for role in ("uu_counsellor", "ppr_psychologist"):
            self.seat(role)

    def opened(self) -> None:
        """It is the day, ten o'clock, and the convenor opens the meeting."""
        self.life.until(local(self.meeting.held_on.isoformat()))
        self.lead(hold_meeting, self.meeting.id)

    def decision(self, *agreements: NewAgreement, **given: Any) -> Decision:
        """What is written for the item: plausible where nothing is given."""
        with self.town.work(SYSTEM) as work:
            task = decision_task(work, self.item)
            assert task is not None
            assert task.definition_id
            assert task.form
            form = form_of(work.definition(task.definition_id), task.form)
            return Decision(answers=fill(form, given, work.today), agreements=agreements)

    def decide(self, *agreements: NewAgreement, **given: Any) -> None:
        self.lead(decide_item, self.item.id, self.decision(*agreements, **given))

    def agreement(self, owner: str = "ppr_psychologist", **more: Any) -> NewAgreement:
        given = {"goal": "Malte kommer i skole.", "agreement": "Ring til skolen."}
        return NewAgreement(**{**given, "owner_id": self.staff[owner], **more})


def laid(
    town: Casework,
    clock: MovableClock,
    refer: Callable[..., YouthCaseRow],
    living: Callable[[UUID], Life],
    acting_as: Callable[[str], Actor],
    staff: Mapping[str, UUID],
) -> Table:
    """Return the table: Malte is on the agenda of 30 April, ready since 13 April."""
    series(town, "team1", date(2026, 4, 9))
    clock.move_to(local("2026-04-13"))
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor", "ppr_psychologist"])
    for _ in range(2):
        life.do("record_answer", answer="yes", channel="mitid")
    return Table(town, life, acting_as(CONVENOR), staff)

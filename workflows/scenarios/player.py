"""Playing a scenario on a simulated clock, in a closed world.

Whatever is due fires at its own moment; a task that no line speaks of is done one minute after it
was opened. After every moment all application objects are thrown away and built anew from the
database, and what happened is held against what the file says: no more, no less.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.services.timers import fire_due, next_due
from engine.storage.models import CaseRow, TaskRow
from engine.storage.work import Casework, Work
from workflows.scenarios.acts import ACTS, Stage, opening
from workflows.scenarios.checking import differences, facts_of
from workflows.scenarios.format import Line, Scenario
from workflows.scenarios.observing import observe
from workflows.scenarios.report import Report, Verdict, called, moment

ONE_MINUTE = timedelta(minutes=1)

Build = Callable[[MovableClock], Casework]


@dataclass(slots=True)
class Player:
    """Plays one scenario. `build` makes the application on a clock, over one database."""

    scenario: Scenario
    build: Build
    bpmn: Path
    clock: MovableClock = field(init=False)
    casework: Casework = field(init=False)
    case_id: UUID | None = None
    seen: int = 0  # journal rows already held against the file
    told: frozenset[str] = field(init=False)
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        lines = self.scenario.lines
        self.clock = MovableClock(self.scenario_start())
        self.casework = self.build(self.clock)
        acts = {line.task for line in lines if line.act == "complete" and line.round == 1}
        self.told = frozenset(acts) | self.scenario.lapse
        self.report = Report(self.scenario.title)
        opening(self.stage())

    def scenario_start(self) -> datetime:
        """Return the moment of the first line that is played."""
        return min(line.at for line in self.scenario.lines if line.round == 1)

    def stage(self) -> Stage:
        """Return what an act may use."""
        return Stage(self.casework, self.scenario, self.bpmn, self.case_id)

    def play(self) -> Report:
        """Play to the last line and return how it went."""
        played = [line for line in self.scenario.lines if line.round == 1]
        later = [line for line in self.scenario.lines if line.round != 1]
        self.report.not_yet = [f"{moment(line.at)}  {called(line)}" for line in later]
        for line in sorted(played, key=lambda each: each.at):
            self._live_until(line.at)
            try:
                self._step(line.at, line)
            except CaseworkError as problem:  # the act could not be carried out
                self._judge(line, [f"kan ikke: {problem}"])
                break
        return self.report

    def _live_until(self, end: datetime) -> None:
        """Let timers fire and untold tasks be done, each at its own moment, before `end`."""
        while (at := self._next_moment()) is not None and at < end:
            at = max(at, self.clock.now())  # what was planned for earlier happens now
            self._step(at, Line(at=at))
        self.clock.move_to(end)

    def _step(self, at: datetime, line: Line) -> None:
        self.clock.move_to(at)
        while fire_due(self.casework):
            pass
        self._do_untold()
        if line.act:
            self.case_id = ACTS[line.act](self.stage(), line) or self.case_id
        self._hold_against(line)
        self.casework = self.build(self.clock)

    def _next_moment(self) -> datetime | None:
        with self.casework.work(SYSTEM) as work:
            moments = [next_due(work), *(opened + ONE_MINUTE for opened in self._untold(work))]
        return min((each for each in moments if each is not None), default=None)

    def _untold(self, work: Work) -> list[datetime]:
        return [task.created_at for task in self._untold_tasks(work)]

    def _untold_tasks(self, work: Work) -> list[TaskRow]:
        query = select(TaskRow).where(TaskRow.case_id == self.case_id, TaskRow.closed_at.is_(None))
        query = query.order_by(TaskRow.created_at, TaskRow.due_at, TaskRow.element, TaskRow.role)
        return [task for task in work.session.scalars(query) if task.element not in self.told]

    def _do_untold(self) -> None:
        with self.casework.work(SYSTEM) as work:
            due = [
                (task.id, task.element)
                for task in self._untold_tasks(work)
                if task.created_at + ONE_MINUTE <= self.clock.now()
            ]
        for task_id, element in due:
            self.stage().do(task_id, self.scenario.answers.get(element, {}))

    def _hold_against(self, line: Line) -> None:
        if self.case_id is None:
            return
        with self.casework.work(SYSTEM) as work:
            actual = observe(work, self.case_id, self.seen, self.clock.now())
            facts = facts_of(work, self.case_id) if line.then else {}
            self.seen = work.session.get_one(CaseRow, self.case_id).journal_length
            problems = differences(work, line, actual, facts)
        self.report.happened.append((self.clock.now(), actual))
        self._judge(line, problems)

    def _judge(self, line: Line, problems: Sequence[str]) -> None:
        """Note how the line went; a moment that no line speaks of is noted when it went wrong."""
        in_file = line in self.scenario.lines
        if in_file or problems:
            what = called(line) if in_file else "ingen linje taler om dette"
            self.report.verdicts.append(Verdict(at=line.at, what=what, problems=tuple(problems)))

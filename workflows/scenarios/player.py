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
from workflows.scenarios.acts import ACTS, opening
from workflows.scenarios.checking import differences
from workflows.scenarios.facts import facts_of
from workflows.scenarios.format import Line, Scenario
from workflows.scenarios.observing import observe
from workflows.scenarios.report import Report, Verdict, called, moment
from workflows.scenarios.stage import Stage

ONE_MINUTE = timedelta(minutes=1)
LEAP = "jump"  # the act that lets the clock leap, with nobody looking on the way

Build = Callable[[MovableClock], Casework]


@dataclass(slots=True)
class Progress:
    """How far a play has come; a player of another process goes on from here.

    `done` are the lines that were played, `seen` the journal rows and `told` the keys of the
    messages of this moment that were held against the file.
    """

    now: datetime
    case_id: UUID | None = None
    done: int = 0
    seen: int = 0
    told: frozenset[str] = frozenset()
    is_over: bool = False


@dataclass(slots=True)
class Player:
    """Plays one scenario. `build` makes the application on a clock, over one database.

    Without `progress` the municipality is set up first; with it the play goes on from there.
    """

    scenario: Scenario
    build: Build
    bpmn: Path
    progress: Progress | None = None
    clock: MovableClock = field(init=False)
    casework: Casework = field(init=False)
    at: Progress = field(init=False)
    lines: Sequence[Line] = field(init=False)
    undone: frozenset[str] = field(init=False)  # tasks that only a line does, or nobody
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        played = [line for line in self.scenario.lines if line.round == 1]
        self.lines = sorted(played, key=lambda line: line.at)
        acts = {line.task for line in played if line.act == "complete"}
        acts |= {line.act for line in played if line.act == "decide"}  # done at the meeting
        self.undone = frozenset(acts) | self.scenario.lapse
        self.at = self.progress or Progress(self.lines[0].at)
        self.clock = MovableClock(self.at.now)
        self.casework = self.build(self.clock)
        self.report = Report(self.scenario.title)
        later = [line for line in self.scenario.lines if line.round != 1]
        self.report.not_yet = [
            f"{moment(line.at)}  {called(line)} Fordi: {line.because}" for line in later
        ]
        if self.progress is None:
            opening(self.stage())

    @property
    def case_id(self) -> UUID | None:
        """The case, once it is open."""
        return self.at.case_id

    def stage(self) -> Stage:
        """Return what an act may use."""
        return Stage(self.casework, self.scenario, self.bpmn, self.case_id)

    def play(self) -> Report:
        """Play to the last line and return how it went."""
        while self.advance():
            pass
        return self.report

    def advance(self) -> bool:
        """Play the next moment, of a line or of what falls due before it; False at the end.

        Afterwards all application objects are made anew.
        """
        if self.at.is_over or self.at.done == len(self.lines):
            return False
        line = self.lines[self.at.done]
        due = None if line.act == LEAP else self._next_moment()
        if due is not None and due < line.at:
            self._step(max(due, self.clock.now()), None)  # planned for earlier happens now
        else:
            self._play_line(line)
        self.at.now = self.clock.now()
        self.casework = self.build(self.clock)
        return True

    def _play_line(self, line: Line) -> None:
        self.at.done += 1
        try:
            self._step(line.at, line)
        except CaseworkError as problem:  # the act could not be carried out
            self._judge(line, [f"kan ikke: {problem}"])
            self.at.is_over = True

    def _step(self, at: datetime, line: Line | None) -> None:
        if at > self.clock.now():
            self.clock.move_to(at)
            self.at.told = frozenset()
        while fire_due(self.casework):
            pass
        self._do_untold()
        if line is not None and line.act:
            self.at.case_id = ACTS[line.act](self.stage(), line) or self.case_id
        self._hold_against(line)

    def _next_moment(self) -> datetime | None:
        with self.casework.work(SYSTEM) as work:
            moments = [next_due(work), *(opened + ONE_MINUTE for opened in self._untold(work))]
        return min((each for each in moments if each is not None), default=None)

    def _untold(self, work: Work) -> list[datetime]:
        return [task.created_at for task in self._untold_tasks(work)]

    def _untold_tasks(self, work: Work) -> list[TaskRow]:
        query = select(TaskRow).where(TaskRow.case_id == self.case_id, TaskRow.closed_at.is_(None))
        query = query.order_by(TaskRow.created_at, TaskRow.due_at, TaskRow.element, TaskRow.role)
        return [task for task in work.session.scalars(query) if task.element not in self.undone]

    def _do_untold(self) -> None:
        with self.casework.work(SYSTEM) as work:
            due = [
                (task.id, task.element)
                for task in self._untold_tasks(work)
                if task.created_at + ONE_MINUTE <= self.clock.now()
            ]
        for task_id, element in due:
            self.stage().do(task_id, self.scenario.answers.get(element, {}))

    def _hold_against(self, line: Line | None) -> None:
        if self.case_id is None:
            return
        expected = line or Line(at=self.clock.now())
        with self.casework.work(SYSTEM) as work:
            actual = observe(work, self.case_id, self.at.seen, self.clock.now(), self.at.told)
            facts = facts_of(work, self.case_id) if expected.then else {}
            problems = differences(work, self.case_id, expected, actual, facts)
            self.at.seen = work.session.get_one(CaseRow, self.case_id).journal_length
        self.at.told = actual.mail_keys
        self.report.happened.append((self.clock.now(), actual))
        self._judge(line, problems)

    def _judge(self, line: Line | None, problems: Sequence[str]) -> None:
        """Note how the line went; a moment that no line speaks of is noted when it went wrong."""
        if line is not None or problems:
            what = called(line) if line else "ingen linje taler om dette"
            at = line.at if line else self.clock.now()
            self.report.verdicts.append(Verdict(at=at, what=what, problems=tuple(problems)))

"""What a line of a scenario may do, each a function on the stage that is set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition, NotFound
from engine.ports import SYSTEM, Json
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.cases.services import ExistingCase, open_existing_case, start_referral
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.demonstration.staff import engage_staff
from workflows.municipalities.directory import actor_of
from workflows.municipalities.packs import install_pack, read_pack, set_series
from workflows.municipalities.records import EmployeeRow
from workflows.packages import deploy_all
from workflows.people.services import NewGuardian, NewYoungPerson
from workflows.scenarios.acting import do_task
from workflows.scenarios.answers import fill_start_form
from workflows.scenarios.format import Line, Scenario
from workflows.scenarios.observing import called, names_of


@dataclass(frozen=True, slots=True)
class Stage:
    """The application of this moment, the file, and the case once it is open."""

    casework: Casework
    scenario: Scenario
    bpmn: Path
    case_id: UUID | None

    def do(self, task_id: UUID, given: Mapping[str, Json]) -> None:
        """Let the right person complete the task."""
        do_task(self.casework, task_id, given)


def opening(stage: Stage) -> None:
    """Set the municipality up: pack with the scenario's overrides, processes, staff, series."""
    scenario = stage.scenario

    def set_up(work: Work) -> None:
        pack = read_pack(stage.bpmn, scenario.pack)
        install_pack(work, pack, overrides=scenario.parameters)
        deploy_all(work, stage.bpmn / "processes", stage.bpmn / "decisions")
        engage_staff(work, dict(pack.roles))
        for code, anchor in scenario.series.items():
            set_series(work, code, anchor=anchor)

    stage.casework.act(SYSTEM, set_up)


def refer(stage: Stage, line: Line) -> UUID:
    """Start the referral as the intake caseworker who receives it."""
    person, guardians = _people(stage.scenario)

    def start(work: Work) -> UUID:
        work.actor = actor_of(work, _employee(work, "intake").id)
        answers = {**stage.scenario.start.get("answers", {}), **line.answers}
        return start_referral(work, person, guardians, fill_start_form(work, answers)).case_id

    return stage.casework.act(SYSTEM, start)


def open_case(stage: Stage, line: Line) -> UUID:
    """Take over a case that has run elsewhere until now."""
    person, guardians = _people(stage.scenario)
    given = stage.scenario.start

    def take_over(work: Work) -> UUID:
        existing = ExistingCase(
            state=given["state"],
            team=given["team"],
            primary_id=_employee(work, given["primary"]).id,
            coordinator_id=_optional(work, given.get("coordinator")),
            plan_owner_id=_optional(work, given.get("plan_owner")),
            social_case=given.get("social_case", False),
            employment_case=given.get("employment_case", False),
            schooling=stage.scenario.young_person.get("schooling"),
        )
        return open_existing_case(work, person, guardians, existing).case_id

    return stage.casework.act(SYSTEM, take_over)


def complete(stage: Stage, line: Line) -> None:
    """Complete the open task the line names (of its `party`, when several are open)."""
    with stage.casework.work(SYSTEM) as work:
        task_id = _open_task(work, stage.case_id, line)
    stage.do(task_id, {**stage.scenario.answers.get(line.task, {}), **line.answers})


def withdraw(stage: Stage, line: Line) -> None:
    """Withdraw the newest active consent. Raises `NotFound` when there is none."""

    def act(work: Work) -> None:
        query = select(ConsentRow.id).where(
            ConsentRow.case_id == stage.case_id, ConsentRow.status == "active"
        )
        consent_id = work.session.scalars(query.order_by(ConsentRow.asked_at.desc())).first()
        if consent_id is None:
            raise NotFound("Der er intet samtykke at trække tilbage.")
        withdraw_consent(work, consent_id, channel="oral")

    stage.casework.act(SYSTEM, act)


ACTS: Mapping[str, Callable[[Stage, Line], UUID | None]] = {
    "refer": refer,
    "open_case": open_case,
    "complete": complete,
    "withdraw": withdraw,
}


def _open_task(work: Work, case_id: UUID | None, line: Line) -> UUID:
    """Return the open task a line names; of several alike, the one that is due first."""
    query = select(TaskRow).where(
        TaskRow.case_id == case_id, TaskRow.element == line.task, TaskRow.closed_at.is_(None)
    )
    query = query.order_by(TaskRow.due_at, TaskRow.id)
    found = [task for task in work.session.scalars(query) if _is_of(work, task, line.party)]
    if len({task.outside_party for task in found}) != 1:
        raise InvalidDefinition(f"{len(found)} åbne opgaver »{line.task}« {line.party}".strip())
    return found[0].id


def _is_of(work: Work, task: TaskRow, party: str) -> bool:
    return not party or called(task, names_of(work)) == f"{task.element}({party})"


def _employee(work: Work, username: str) -> EmployeeRow:
    return work.session.scalars(select(EmployeeRow).where(EmployeeRow.username == username)).one()


def _optional(work: Work, username: str | None) -> UUID | None:
    return _employee(work, username).id if username else None


def _people(scenario: Scenario) -> tuple[NewYoungPerson, list[NewGuardian]]:
    person = {k: v for k, v in scenario.young_person.items() if k != "schooling"}
    return NewYoungPerson(**person), [NewGuardian(**each) for each in scenario.guardians]

"""What a line of a scenario may do, each a function on the stage that is set."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition, NotFound
from engine.feel.expressions import parse, value
from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.services.instances import start_process
from engine.services.messages import publish
from engine.services.settling import settle
from engine.services.tasks import open_task
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.cases.closing import close_case, reopen_case
from workflows.cases.services import REFERRAL, ExistingCase, open_existing_case, start_referral
from workflows.compartments.services import pass_in
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.demonstration.staff import engage_staff
from workflows.municipalities.directory import actor_of
from workflows.municipalities.packs import install_pack, read_pack, set_series
from workflows.packages import deploy_all
from workflows.people.services import NewGuardian, NewYoungPerson
from workflows.scenarios import circumstances, consents, deadlines, meetings
from workflows.scenarios.answers import fill_start_form
from workflows.scenarios.format import Line, Scenario
from workflows.scenarios.observing import called, names_of
from workflows.scenarios.stage import Stage, employee, given_of


def opening(stage: Stage) -> None:
    """Set the municipality up: pack with the scenario's overrides, processes, staff, series."""
    scenario = stage.scenario

    def set_up(work: Work) -> None:
        pack = read_pack(stage.bpmn, scenario.pack)
        content = circumstances.content_of(dict(pack.content), scenario)
        pack = replace(pack, content=content, forums=(*pack.forums, *scenario.forums))
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
        work.actor = actor_of(work, employee(work, "intake").id)
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
            primary_id=employee(work, given["primary"]).id,
            coordinator_id=_optional(work, given.get("coordinator")),
            plan_owner_id=_optional(work, given.get("plan_owner")),
            social_case=given.get("social_case", False),
            employment_case=given.get("employment_case", False),
            schooling=stage.scenario.young_person.get("schooling"),
        )
        return open_existing_case(work, person, guardians, existing).case_id

    return stage.casework.act(SYSTEM, take_over)


def pass_wish_in(stage: Stage, line: Line) -> UUID:
    """Pass the wish for a process of a closed compartment in, as `by`; its case is looked at."""
    given = given_of(line, "process", "by")
    person, _ = _people(stage.scenario)

    def act(work: Work) -> UUID:
        work.actor = actor_of(work, employee(work, given["by"]).id)
        return pass_in(work, given["process"], person, {**line.answers})

    return stage.casework.act(SYSTEM, act)


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


def open_lone_task(stage: Stage, line: Line) -> None:
    """Open a task of no diagram: `element`, `title`, `role`, `deadline` (FEEL), perhaps `ladder`
    (else A) and `legal_limit` (FEEL).
    """
    given = given_of(line, "element", "title", "role", "deadline", may=("ladder", "legal_limit"))

    def open_it(work: Work) -> None:
        version = newest_definition(work, REFERRAL)
        open_task(work, case_id=stage.case, definition=version, **{"ladder": "A", **given})

    stage.casework.act(SYSTEM, open_it)


def start(stage: Stage, line: Line) -> None:
    """Start `process` in the case with `inputs`, each FEEL as in `milestones.toml`."""
    given = given_of(line, "process", may=("inputs",))

    def begin(work: Work) -> None:
        facts, rules = work.house.facts(work, stage.case), given.get("inputs", {})
        words = work.functions_for(stage.case)
        inputs = {name: value(parse(rule), facts, words) for name, rule in rules.items()}
        start_process(work, stage.case, given["process"], inputs)
        settle(work)

    stage.casework.act(SYSTEM, begin)


def place(stage: Stage, line: Line) -> None:
    """Put the case on the next agenda of `forum` for `reason`, as a diagram would.

    With `disciplines`, the team's assessment begins.
    """
    given = given_of(line, "forum", "reason", may=("disciplines",))

    def put(work: Work) -> None:
        work.lock_case(stage.case)
        asks = work.session.scalars(
            select(InstanceRow).where(InstanceRow.case_id == stage.case).limit(1)
        ).one()
        placed = work.house.handler("place_on_agenda")(work, asks, dict(given))
        if "disciplines" in given:
            told = {**placed, **given, "wished_role": None}
            publish(work, stage.case, "item_placed", told, source="scenarie")
        settle(work)

    stage.casework.act(SYSTEM, put)


def close(stage: Stage, line: Line) -> None:
    """Close the case with `outcome`."""
    given = given_of(line, "outcome")
    stage.casework.act(SYSTEM, lambda work: close_case(work, stage.case, given["outcome"]))


def reopen(stage: Stage, line: Line) -> None:
    """Open the closed case again, with the one who held the thread."""
    given_of(line)
    stage.casework.act(SYSTEM, lambda work: reopen_case(work, stage.case))


def jump(_stage: Stage, _line: Line) -> None:
    """Do nothing: the player has moved the clock here in one leap, and nobody looked before."""


ACTS: Mapping[str, Callable[[Stage, Line], UUID | None]] = {
    "refer": refer,
    "open_case": open_case,
    "pass_in": pass_wish_in,
    "complete": complete,
    "withdraw": withdraw,
    "ask": consents.ask,
    "open_task": open_lone_task,
    "start": start,
    "place": place,
    "close": close,
    "reopen": reopen,
    "jump": jump,
    "suspend": lambda stage, line: deadlines.suspend(stage, line, _task_of(stage, line)),
    "resume": lambda stage, line: deadlines.resume(stage, line, _task_of(stage, line)),
    "extend": lambda stage, line: deadlines.extend(stage, line, _task_of(stage, line)),
    "absent": circumstances.absent,
    "close_day": circumstances.close_day,
    "close_school": circumstances.close_school,
    "attend_school": circumstances.attend_school,
    "set_parameters": circumstances.set_parameters,
    "move_series": circumstances.move_series,
    "birth_date": circumstances.change_birth,
    "attend": meetings.attend,
    "decide": meetings.decide,
    "move_meeting": meetings.move,
}


def _task_of(stage: Stage, line: Line) -> UUID:
    return stage.casework.act(SYSTEM, lambda work: _open_task(work, stage.case, line))


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


def _optional(work: Work, username: str | None) -> UUID | None:
    return employee(work, username).id if username else None


def _people(scenario: Scenario) -> tuple[NewYoungPerson, list[NewGuardian]]:
    person = {k: v for k, v in scenario.young_person.items() if k != "schooling"}
    return NewYoungPerson(**person), [NewGuardian(**each) for each in scenario.guardians]

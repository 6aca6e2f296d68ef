"""Completions in the shipped processes over HTTP, and the same step in bare SpiffWorkflow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from engine.domain.form_fields import FieldType
from engine.domain.forms import Raw
from engine.ports import SYSTEM, Json, StartMessage
from engine.services.definitions import form_of
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.services.timers import fire_due, next_due
from engine.storage.models import TaskRow
from engine.storage.work import Work
from tests.bench.measures import answered, quiet
from tests.bench.measuring import Measure, calibration, cpu, difference, of, ratio
from tests.bench.plain import Course, Plain
from tests.bench.town import BPMN, PASSWORD, Town, sign_in, token_in
from tests.town import REFERRAL
from workflows.cases.rules import OPENED
from workflows.cases.services import ExistingCase, open_existing_case, start_referral
from workflows.demonstration.meeting_days import open_meeting
from workflows.forums.items import item_decided_in
from workflows.municipalities.records import EmployeeRow
from workflows.people.services import NewGuardian, NewYoungPerson
from workflows.scenarios.acting import do_task, take_task
from workflows.scenarios.answers import fill

WITHIN = 2  # times the bare library
WARM_UP = 3
PARENTS = (
    NewGuardian(name="Far Opdigtet", relation="far", email="far@borger.example"),
    NewGuardian(name="Mor Opdigtet", relation="mor", email="mor@borger.example"),
)
FOLLOW_UP = Course(
    process="follow_up",
    measured="hold_follow_up",
    data={"due": "2026-03-02"},
    scripts={},
    answers={"goes_on": "yes", "interval": "P3M"},
)
WITHDRAWAL = Course(
    process="consent_withdrawal",
    measured="assess_impact",
    data={"consent_id": "00000000-0000-0000-0000-000000000000"},
    scripts={},
    answers={"outcome": "narrowed"},
)
CONSENT = Course(
    process="consent",
    measured="record_answer",
    data={"purpose": "team_assessment", "due": None},
    scripts={
        "who_signs": 'giver = "guardians"',
        "open_consent": 'consent_id = "x"; signatories = ["a", "b"]; answer_due = "2026-04-01"',
    },
    answers={"answer": "yes"},
)
ACUTE = Course(
    process="referral",
    measured="raise_concern",
    data={"urgency": "acute"},
    scripts={"acute_check": "acute = True"},
    answers={"concern_sent": "yes"},
)
ASSESSMENT = Course(
    process="team_assessment",
    measured="decide",
    data={"disciplines": ["uu_counsellor", "youth_adviser"], "reason": "referral"},
    scripts={"release_material": 'released = True; members = ["a", "b"]'},
    answers={"result": "single"},
    before=("prepare", "prepare"),
    passed=("cut_off_reached", "meeting_day"),
)
Begin = Callable[[Town, int], UUID]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A process, how a case of the house comes to have it, and the most its ratio may be."""

    course: Course
    begin: Begin
    target: float | None = WITHIN


def shipped(town: Town, app: Flask, runs: int) -> list[Measure]:
    """Whole and bare completions of the short processes in turns, and of `team_assessment`."""
    short = [
        Shipped(FOLLOW_UP, begin_follow_up),
        Shipped(WITHDRAWAL, _begun("consent_withdrawn", WITHDRAWAL.data)),
        Shipped(CONSENT, _consent),
        Shipped(ACUTE, partial(_referral, urgency="acute")),
    ]
    found = [measure for each in short for measure in _compared(town, app, each, runs)]
    long = Shipped(ASSESSMENT, partial(_referral, urgency="normal"), target=None)
    few = max(3, runs // 4)  # each needs a whole case until its meeting
    return [*found, *_compared(town, app, long, few)]


def begin_follow_up(town: Town, number: int) -> UUID:
    """Open a case with its first follow-up due; return the case."""
    return _begun("follow_up_due", FOLLOW_UP.data)(town, number)


def ready(town: Town, cases: Sequence[UUID], element: str) -> list[UUID]:
    """Let the cases come to this task, and somebody take it in each; return the tasks."""
    while waiting := [each for each in cases if not _open_tasks(town, each, element)]:
        busy = [tasks for each in waiting if (tasks := _open_tasks(town, each))]
        for tasks in busy:
            do_task(town.casework, tasks[0].id, ON_THE_WAY.get(tasks[0].element, {}))
        if not busy:
            _pass_time(town)
    tasks = [_open_tasks(town, each, element)[0].id for each in cases]
    for task_id in tasks:
        take_task(town.casework, task_id)
    return tasks


class Browsers(dict[str, FlaskClient]):
    """The browsers of the staff by username, each signed in at its first use."""

    def __init__(self, app: Flask, password: str = PASSWORD) -> None:
        self.app, self.password = app, password

    def __missing__(self, username: str) -> FlaskClient:
        self[username] = sign_in(self.app, self.password, username)
        return self[username]


def request_of(
    town: Town, browsers: Browsers, task_id: UUID, given: Mapping[str, Json]
) -> WSGIEnvironment:
    """Return the post that completes the task, as the browser of who has taken it sends it."""
    with town.casework.work(SYSTEM) as work:
        task = work.session.get_one(TaskRow, task_id)
        assert task.assignee_id is not None
        username = work.session.get_one(EmployeeRow, task.assignee_id).username
        answers = _posted(work, task, given)
    client, address = browsers[username], f"/opgaver/{task_id}"
    token = token_in(client.get(address).text)
    cookies = "; ".join(f"{each.key}={each.value}" for each in (client._cookies or {}).values())
    data = {**answers, "csrf_token": token}
    headers = {"Cookie": cookies}
    return EnvironBuilder(address, method="POST", data=data, headers=headers).get_environ()


def _compared(town: Town, app: Flask, each: Shipped, runs: int) -> list[Measure]:
    name, course = each.course.process, each.course
    bare = Plain((BPMN / "processes" / name / f"{name}.bpmn").read_text("utf-8"), course)
    cases = [each.begin(town, _number()) for _ in range(runs + WARM_UP)]
    tasks, browsers = ready(town, cases, course.measured), Browsers(app)
    for task_id in tasks:
        _hold_its_meeting(town, task_id)
    requests = [request_of(town, browsers, task_id, course.answers) for task_id in tasks]
    wholes, bares, loops = [], [], []
    with quiet():
        for place, request in enumerate(requests):
            whole, step = cpu(partial(answered, app, request)), cpu(bare.step)
            if place >= WARM_UP:  # the first few warm the caches
                wholes.append(whole)
                bares.append(step)
            if place % 10 == 0:
                loops.append(calibration())
    whole_ = of(f"{name}: whole completion over HTTP, CPU", wholes)
    bare_ = of(f"{name}: bare SpiffWorkflow", bares)
    return [
        whole_,
        bare_,
        difference(f"{name}: whole minus bare", whole_, bare_),
        ratio(f"{name}: whole to bare", whole_, bare_, target=each.target),
        of(f"{name}: calibration loop meanwhile, CPU", loops),
    ]


_NUMBERS = iter(range(10_000, 1_000_000))


def _number() -> int:
    return next(_NUMBERS)


def _person(number: int) -> NewYoungPerson:
    return NewYoungPerson(
        first_name=f"Opdigtet {number}", last_name="Nielsen", birth_date=date(2011, 6, 14)
    )


def _opened(work: Work, town: Town, number: int) -> UUID:
    existing = ExistingCase(state=OPENED, primary_id=town.counsellor.id)
    return open_existing_case(work, _person(number), PARENTS, existing).case_id


def _begun(message: str, payload: Mapping[str, Json]) -> Begin:
    """Return what opens a case whose process this message starts."""
    process = {"follow_up_due": "follow_up", "consent_withdrawn": "consent_withdrawal"}[message]

    def begin(town: Town, number: int) -> UUID:
        def act(work: Work) -> UUID:
            case_id = _opened(work, town, number)
            begins = StartMessage(name=message, payload=payload)
            start_process(work, case_id, process, {}, message=begins)
            settle(work)
            return case_id

        return town.casework.act(town.counsellor, act)

    return begin


def _consent(town: Town, number: int) -> UUID:
    def act(work: Work) -> UUID:
        case_id = _opened(work, town, number)
        start_process(work, case_id, "consent", CONSENT.data)
        settle(work)
        return case_id

    return town.casework.act(town.counsellor, act)


def _referral(town: Town, number: int, *, urgency: str) -> UUID:
    answers: Raw = {**REFERRAL, "urgency": urgency}

    def act(work: Work) -> UUID:
        return start_referral(work, _person(number), PARENTS, answers).case_id

    return town.casework.act(town.counsellor, act)


ON_THE_WAY: Mapping[str, Mapping[str, Json]] = {
    "screening": {"effort": "team", "disciplines": ["uu_counsellor", "youth_adviser"]},
    "record_answer": {"answer": "yes"},
}


def _hold_its_meeting(town: Town, task_id: UUID) -> None:
    """Let those come without whom the task cannot decide; nothing where it decides no item."""

    def hold(work: Work) -> None:
        if item := item_decided_in(work, task_id):
            open_meeting(work, item.meeting_id, Random(0))  # noqa: S311  # no secret

    town.casework.act(SYSTEM, hold)


def _pass_time(town: Town) -> None:
    clock = town.casework.clock
    with town.casework.work(SYSTEM) as work:
        due = next_due(work)
    assert due is not None
    clock.move_to(max(due, clock.now()))
    fire_due(town.casework)


def _open_tasks(town: Town, case_id: UUID, element: str = "") -> list[TaskRow]:
    query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.closed_at.is_(None))
    if element:
        query = query.where(TaskRow.element == element)
    with town.casework.work(SYSTEM) as work:
        return list(work.session.scalars(query.order_by(TaskRow.created_at, TaskRow.id)))


def _posted(work: Work, task: TaskRow, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return plausible answers as a browser posts them: a date in three boxes."""
    assert task.form is not None
    assert task.definition_id is not None
    form = form_of(work.definition(task.definition_id), task.form)
    posted: dict[str, Json] = dict(fill(form, given, work.today))
    for field in form.questions():
        if field.type is FieldType.DATE and (value := posted.pop(field.key, None)):
            parts = zip(("year", "month", "day"), str(value).split("-"), strict=True)
            posted |= {f"{field.key}-{part}": number for part, number in parts}
    return posted

"""The cases that everybody works on at once, and the people who do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.domain.quiet import Leaves
from engine.ports import SYSTEM, Recipient
from engine.services.deployments import deploy_process
from engine.services.instances import start_process
from engine.services.outbox import queue_mail
from engine.services.settling import settle
from engine.services.timers import schedule_start
from engine.settings import Settings
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from tests.bench.town import COUNSELLOR, Town, found_town, sign_in, token_in, yardstick_files
from web.app import create_app
from workflows.cases.rules import OPENED
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.municipalities.records import EmployeeRow, PostRow
from workflows.people.services import NewYoungPerson

TASKS, STARTS, MAILS = 8, 3, 3  # of each case
START_KEYS = [f"s{number}" for number in range(STARTS)]
APART = timedelta(milliseconds=400)
COLLEAGUE = f"{COUNSELLOR}2"
_NAMES = [f"q{number}" for number in range(TASKS)]


@dataclass(frozen=True, slots=True)
class Browser:
    """One who has signed in: the cookie of the session and its token."""

    cookie: str
    token: str


def found(casework: Casework) -> Town:
    """Put the town, the process of the crowd and a second counsellor into an empty database."""
    town = found_town(casework)
    files = {key: text for key, text in yardstick_files().items() if not key.endswith(".bpmn")}
    casework.act(
        SYSTEM, lambda work: deploy_process(work, "crowd", {**files, "crowd.bpmn": _diagram()})
    )
    casework.act(SYSTEM, _engage_colleague)
    return town


def browser(casework: Casework, settings: Settings, username: str) -> Browser:
    """Return the browser in which `username` has signed in."""
    app = create_app(casework, settings)
    client, name = sign_in(app, username=username), app.config["SESSION_COOKIE_NAME"]
    token = token_in(client.get("/indbakke").text)
    kept = client.get_cookie(name)
    assert kept
    return Browser(f"{name}={kept.value}", token)


def open_cases(town: Town, numbers: Sequence[int]) -> list[UUID]:
    """Open a case of each number with all its tasks at once; return the tasks, case by case."""
    return [task for number in numbers for task in _open_case(town, number)]


def _open_case(town: Town, number: int) -> list[UUID]:
    person = NewYoungPerson(
        first_name=f"Opdigtet {number}", last_name="Nielsen", birth_date=date(2010, 5, 1)
    )

    def act(work: Work) -> UUID:
        assert town.counsellor.id
        existing = ExistingCase(state=OPENED, primary_id=town.counsellor.id)
        case_id = open_existing_case(work, person, (), existing).case_id
        start_process(work, case_id, "crowd", {})
        settle(work)
        _let_things_come_due(work, case_id)
        return case_id

    case_id = town.casework.act(town.counsellor, act)
    with town.casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(TaskRow.id).where(TaskRow.case_id == case_id)))


def _let_things_come_due(work: Work, case_id: UUID) -> None:
    """Let processes start and mails leave while the tasks are worked on."""
    for each, key in enumerate(START_KEYS, start=1):
        at = work.now + each * APART
        schedule_start(work, case_id, key=key, process="yardstick", inputs={}, at=at)
    for each in range(MAILS):
        to = Recipient(name="A", email="a@office.example", employee=None)
        queue_mail(
            work,
            key=f"{case_id}:{each}",
            kind="crowd",
            to=to,
            subject="s",
            body="b",
            case_id=case_id,
            send_after=work.now + each * APART,
            leaves=Leaves.AT_ONCE,  # the clock is the machine's, and may stand in quiet hours
        )


def _engage_colleague(work: Work) -> None:
    session = work.session
    first = session.scalars(select(EmployeeRow).where(EmployeeRow.username == COUNSELLOR)).one()
    second = EmployeeRow(
        username=COLLEAGUE,
        name="Bo Bøgelund",
        email=f"{COLLEAGUE}@kommune.example",
        password_hash=first.password_hash,
    )
    session.add(second)
    for post in session.scalars(select(PostRow).where(PostRow.employee_id == first.id)).all():
        session.add(PostRow(employee_id=second.id, role=post.role, unit_id=post.unit_id))


def _diagram() -> str:
    flows = [("start", "fork"), ("join", "end")]
    flows += [pair for name in _NAMES for pair in (("fork", name), (name, "join"))]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="crowd_file"
  targetNamespace="https://tovholder.example/crowd">
  <bpmn:process id="crowd" name="Mange på én gang" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:parallelGateway id="fork"/>
    {"".join(_task(name) for name in _NAMES)}
    <bpmn:parallelGateway id="join"/>
    <bpmn:endEvent id="end"/>
    {"".join(_flow(*pair) for pair in flows)}
  </bpmn:process>
</bpmn:definitions>"""


def _task(name: str) -> str:
    return f"""<bpmn:userTask id="{name}" name="Svar" camunda:candidateGroups="{COUNSELLOR}"
      camunda:formKey="ten_fields"><bpmn:extensionElements><camunda:properties>
      <camunda:property name="deadline" value="after(created, param(&quot;screening&quot;))"/>
      <camunda:property name="ladder" value="A"/>
      </camunda:properties></bpmn:extensionElements></bpmn:userTask>"""


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'

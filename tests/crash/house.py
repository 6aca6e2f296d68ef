"""The house in which a process dies, and where each path through it begins.

A stage is all that a process needs to walk a path: a fork of the warmed parent and a fresh
process walk the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.deployments import deploy_process
from engine.services.instances import start_process
from engine.services.outbox import LEASE, send_due
from engine.services.settling import settle
from engine.services.timers import fire_due, schedule_start
from engine.settings import Settings
from engine.storage.work import Casework, Work
from tests.bench.town import (
    Town,
    claim,
    found_town,
    posted_answers,
    sign_in,
    token_in,
    waiting,
    yardstick_files,
)
from tests.crash.wrong import WRONG, Fire, fire_all
from web.app import create_app
from web.wiring import build, look, migrate, notifier
from workflows.cases.rules import OPENED
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.people.services import NewYoungPerson

HERE = Path(__file__).parent
NINE_O_CLOCK = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UNTIL_DUE = timedelta(days=8, hours=1)  # see crash.bpmn
ANSWERED = (303, 409)  # carried out now, or: you have done this already


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where `path` begins: the moment, and the task and session of the person who posts."""

    path: str
    moment: datetime
    task_id: UUID | None = None
    cookie: str = ""
    token: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what another process can make a stage of."""
        task_id = str(self.task_id) if self.task_id else None
        return {**asdict(self), "moment": self.moment.isoformat(), "task_id": task_id}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Stage":
        """Return the stage that another process has told."""
        moment = datetime.fromisoformat(told["moment"])
        return cls(
            **{**told, "moment": moment, "task_id": told["task_id"] and UUID(told["task_id"])}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The whole application on a clock that obeys; `fire` None is how timers are fired rightly."""

    settings: Settings
    clock: MovableClock
    casework: Casework
    app: Flask
    fire: Fire | None = None

    def walk(self, stage: Stage) -> None:
        """Do what the path is about, once."""
        self.clock.moment = stage.moment
        _WALKS[stage.path](self, stage)

    def recover(self, stage: Stage) -> int | None:
        """Do what happens after a restart: the person posts again, the worker looks again.

        The later looks come when a mail that was taken by the dead may be taken again: two of
        them, for those may have been two.
        """
        self.clock.moment = stage.moment
        answer = self.post(stage) if stage.task_id else None
        self.look(stage)
        for _ in range(2):
            self.clock.forward(LEASE)
            self.look(stage)
        return answer

    def post(self, stage: Stage) -> int:
        """Post the filled form as a browser does; return the status of the answer."""
        client = self.app.test_client(use_cookies=False)
        answer = client.post(
            f"/opgaver/{stage.task_id}",
            data=posted_answers(stage.token),
            headers={"Cookie": stage.cookie},
        )
        return answer.status_code

    def look(self, stage: Stage) -> None:
        """Look as the worker does, until nothing is left."""
        to_a_folder = stage.path == "letters"
        way_out = notifier(replace(self.settings, smtp_host=None) if to_a_folder else self.settings)
        if self.fire is None:
            look(self.casework, way_out)
            return
        while fire_all(self.casework, self.fire) + send_due(self.casework, way_out):
            pass


def enter(settings: Settings, wrong: str | None = None) -> House:
    """Return the house on the database of `settings`, as a process that starts makes it."""
    clock = MovableClock(NINE_O_CLOCK)
    casework = build(settings, clock)
    return House(
        settings=settings,
        clock=clock,
        casework=casework,
        app=create_app(casework, settings),
        fire=WRONG[wrong] if wrong else None,
    )


def furnish(house: House) -> Town:
    """Put tables, staff and the processes of the paths into an empty database."""
    migrate(house.casework)
    town = found_town(house.casework)
    files = {key: text for key, text in yardstick_files().items() if not key.endswith(".bpmn")}

    def act(work: Work) -> None:
        for process in ("crash", "answered"):
            drawn = (HERE / f"{process}.bpmn").read_text("utf-8")
            deploy_process(work, process, {**files, f"{process}.bpmn": drawn})

    house.casework.act(SYSTEM, act)
    return town


def set_stage(path: str, house: House, town: Town) -> Stage:
    """Bring the database to where `path` begins."""
    house.clock.moment = NINE_O_CLOCK
    return _BEGINNINGS[path](path, house, town)


def _at_a_form(path: str, house: House, town: Town) -> Stage:
    process, element = ("yardstick", "screen") if path == "completion" else ("answered", "answer")
    case_id = _open_case(town, process)
    task_id = waiting(town, case_id, element)
    claim(town, task_id)
    client = sign_in(house.app)
    token = token_in(client.get(f"/opgaver/{task_id}").text)
    name = house.app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept
    return Stage(
        path=path,
        moment=NINE_O_CLOCK,
        task_id=task_id,
        cookie=f"{name}={kept.value}",
        token=token,
    )


def _when_all_is_due(path: str, house: House, town: Town) -> Stage:
    case_id, due = _open_case(town, "crash"), NINE_O_CLOCK + UNTIL_DUE
    town.casework.act(
        SYSTEM,
        lambda work: schedule_start(
            work, case_id, key="next", process="yardstick", inputs={}, at=due
        ),
    )
    return Stage(path=path, moment=due)


def _when_letters_wait(path: str, house: House, town: Town) -> Stage:
    stage = _when_all_is_due(path, house, town)
    house.clock.moment = stage.moment
    while fire_due(town.casework):
        pass
    return stage


def _open_case(town: Town, process: str) -> UUID:
    person = NewYoungPerson(
        first_name="Opdigtet",
        last_name="Nielsen",
        birth_date=date(2010, 5, 1),
        email="opdigtet@ung.example",
    )

    def act(work: Work) -> UUID:
        assert town.counsellor.id
        existing = ExistingCase(state=OPENED, primary_id=town.counsellor.id)
        case_id = open_existing_case(work, person, (), existing).case_id
        start_process(work, case_id, process, {})
        settle(work)
        return case_id

    return town.casework.act(town.counsellor, act)


_BEGINNINGS: Mapping[str, Callable[[str, House, Town], Stage]] = {
    "completion": _at_a_form,
    "answered": _at_a_form,
    "timer": _when_all_is_due,
    "letters": _when_letters_wait,
}
_WALKS: Mapping[str, Callable[[House, Stage], object]] = {
    "completion": House.post,
    "answered": House.post,
    "timer": House.look,
    "letters": House.look,
}
PATHS = tuple(_BEGINNINGS)

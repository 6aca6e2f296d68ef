"""What is measured, one function a subject: each returns its measures."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.timers import fire_due
from engine.storage.models import InstanceRow, TaskRow, TimerRow
from tests.bench.bare import Bare
from tests.bench.crowds import add_open_tasks, add_timers
from tests.bench.measuring import Measure, calibration, cpu, difference, elapsed, of, ratio
from tests.bench.server import run, serving
from tests.bench.statements import counting
from tests.bench.town import Town, open_case, posted_answers, ready_task, sign_in, token_in
from tests.bench.turns import program

BARE = "bare SpiffWorkflow: load, complete, save"
UP_WITHIN, HELP_WITHIN = 3_000, 300  # ms
IDLE_LOOK_WITHIN = 2  # ms
MOST_STATEMENTS = 12
AT_MOST_BARE = 1  # times
STARTS = 3
STEPS = 3  # of a turn
BARE_ALONE = "tests.bench.bare"


def completion(town: Town, app: Flask, runs: int) -> list[Measure]:
    """A whole completion and the bare step by turns in one process, which collects no garbage."""
    bare, client = Bare(), sign_in(app)
    tasks = [ready_task(town, number) for number in range(runs + 3)]
    requests = [completion_of(client, task) for task in tasks]
    whole_runs, bare_runs = [], []
    with quiet():
        for number, request in enumerate(requests):
            whole = cpu(partial(answered, app, request))
            step = cpu(bare.step)
            if number >= len(requests) - runs:  # the first few warm the caches
                whole_runs.append(whole)
                bare_runs.append(step)
    compared = _compared("one process, no collecting", whole_runs, bare_runs)
    return [*compared, _statements(town, client)]


def in_turns(folder: Path, runs: int) -> list[Measure]:
    """A whole completion and the bare step by turns, each as it runs: what is promised.

    On the one side a house that has started, with a claimed task and a form of ten fields posted
    to it: session, sign-in, CSRF, access, form, engine, deadline with its ladder, journal, sealing,
    one commit, redirect. On the other a program with the library alone, which has the state in
    memory as text and keeps nothing: its serializer reads it, the same ten fields are put in,
    "plan" is run with what follows by itself, its serializer writes it. Two processes, each
    collecting garbage as Python does where nobody tells it otherwise. What is compared is the CPU
    of a turn of three, the median of all turns.
    """
    turns = -(-runs // STEPS)
    tasks = str((turns + 2) * STEPS)
    with program("tests.bench.whole", str(folder), tasks) as whole, program(BARE_ALONE) as bare:
        taken = [(whole.turn(STEPS), bare.turn(STEPS)) for _ in range(turns + 2)]
    whole_runs, bare_runs = zip(*taken[2:], strict=True)  # the first two warm the caches
    return _compared("two processes, as they run", whole_runs, bare_runs, target=AT_MOST_BARE)


def _compared(
    how: str, whole_runs: Sequence[float], bare_runs: Sequence[float], target: float | None = None
) -> list[Measure]:
    whole = of(f"whole completion over HTTP, CPU ({how})", whole_runs)
    bare = of(f"{BARE} ({how})", bare_runs)
    return [
        whole,
        bare,
        difference(f"whole completion minus bare ({how})", whole, bare),
        ratio(f"whole completion to bare ({how})", whole, bare, target=target),
    ]


def state_size(town: Town) -> list[Measure]:
    """The bytes that an instance keeps after eight tasks, and what the library would keep."""
    ready_task(town, 900)
    with town.casework.work(SYSTEM) as work:
        newest = select(InstanceRow.state).where(InstanceRow.process == "yardstick")
        state = work.session.scalars(newest.order_by(InstanceRow.started_at.desc())).first()
    assert state is not None
    return [
        Measure(name="state of an instance after 8 tasks", value=len(state), unit="bytes"),
        Measure(
            name="the same in the library's default form",
            value=len(Bare().state.encode()),
            unit="bytes",
        ),
    ]


def inbox_page(town: Town, app: Flask, runs: int) -> list[Measure]:
    """The inbox with 50 lines of one's own, among 10 and 10,000 open tasks of the unit."""
    client, measures = sign_in(app), []
    for number in range(60):
        _give_to_counsellor(town, open_case(town, 1_000 + number))
    for crowd in (10, 10_000):
        add_open_tasks(town, crowd)
        get = _getting(client, "/indbakke")
        get()
        with quiet():
            seconds = [elapsed(get) for _ in range(runs)]
        measures.append(of(f"inbox page, {crowd:,} open tasks of others", seconds))
    return measures


def idle_looks(town: Town, runs: int) -> list[Measure]:
    """A look when nothing is due, among 1,000 and 100,000 timers that wait."""
    measures, waiting = [], 0
    while fire_due(town.casework):
        pass
    for crowd in (1_000, 100_000):
        far = town.casework.clock.now() + timedelta(days=3_650, minutes=waiting)
        add_timers(town, crowd - waiting, far)
        waiting = crowd
        with quiet():
            seconds = [elapsed(lambda: _nothing_due(town)) for _ in range(runs)]
        name = f"idle look, {crowd:,} timers waiting"
        measures.append(of(name, seconds, target=IDLE_LOOK_WITHIN))
    return measures


def rungs(town: Town, clock: MovableClock, runs: int) -> list[Measure]:
    """A reminder that fires: its row, its journal row and its mail, one transaction."""
    for number in range(runs):
        open_case(town, 2_000 + number)
    with town.casework.work(SYSTEM) as work:
        soonest = select(TimerRow.due_at).where(TimerRow.done_at.is_(None))
        due = work.session.scalars(soonest.order_by(TimerRow.due_at)).first()
    assert due is not None
    clock.move_to(due)
    seconds = []
    with quiet():
        for _ in range(runs):
            taken = elapsed(lambda: fire_due(town.casework, limit=1))
            seconds.append(taken)
    return [of("a reminder rung fired", seconds)]


def start_up(home: Path) -> list[Measure]:
    """`serve` on a house that exists already, until its first page; and `--help`."""
    _start(home)  # the first start makes the house
    starts = [_start(home) for _ in range(STARTS)]
    helps = [elapsed(lambda: run("--help", home=home)) for _ in range(STARTS * 3)]
    return [
        of("second start of serve, until the first page", starts, target=UP_WITHIN),
        of("tovholder --help", helps, target=HELP_WITHIN),
    ]


def additions(runs: int = 5) -> Measure:
    """The calibration loop."""
    return of("calibration: 2 million additions, CPU", [calibration() for _ in range(runs)])


def completion_of(client: FlaskClient, task_id: UUID) -> WSGIEnvironment:
    """Return the post that completes the task, as the server hands it to the application."""
    address = f"/opgaver/{task_id}"
    answers = posted_answers(token_in(client.get(address).text))
    kept = (client._cookies or {}).values()
    cookies = {"Cookie": "; ".join(f"{each.key}={each.value}" for each in kept)}
    headers = list(cookies.items())
    return EnvironBuilder(address, method="POST", data=answers, headers=headers).get_environ()


def answered(app: Flask, request: WSGIEnvironment) -> None:
    """Let the house answer the post. Raises unless it was taken."""
    _, status, _ = run_wsgi_app(app, request, buffered=True)
    assert status.startswith(str(HTTPStatus.SEE_OTHER.value)), status


def _statements(town: Town, client: FlaskClient) -> Measure:
    task_id = ready_task(town, 800)
    answers = posted_answers(token_in(client.get(f"/opgaver/{task_id}").text))
    with counting(town.casework.database.engine) as counted:
        client.post(f"/opgaver/{task_id}", data=answers)
    number = len(counted.statements)
    name = "SQL statements of a completion"
    return Measure(name=name, value=number, unit="statements", target=MOST_STATEMENTS)


def _give_to_counsellor(town: Town, case_id: UUID) -> None:
    """Claim what waits in the case, past the journal: only the inbox is looked at."""
    owner = {"assignee_id": town.counsellor.id}
    town.casework.act(
        SYSTEM,
        lambda work: work.session.execute(
            update(TaskRow).where(TaskRow.case_id == case_id).values(**owner)
        ),
    )


def _getting(client: FlaskClient, address: str) -> Callable[[], None]:
    def get() -> None:
        assert client.get(address).status_code == HTTPStatus.OK

    return get


def _nothing_due(town: Town) -> None:
    assert fire_due(town.casework) == 0


def _start(home: Path) -> float:
    """Return the seconds from the command to the first page that is answered."""
    began = time.perf_counter()
    with serving(home):
        return time.perf_counter() - began


@contextmanager
def quiet() -> Iterator[None]:
    """Collect garbage before and not meanwhile, so that no run pays for another."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

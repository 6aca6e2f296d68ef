"""What years do to a case: its 500th follow-up against a first, and the bytes of twenty steps."""

import json
import random
import string
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.deployments import deploy_process
from engine.services.tasks import claim_task, complete_task
from engine.storage.models import AnswersRow, InstanceRow, JournalRow
from engine.storage.work import Work
from tests.bench.measures import answered, quiet
from tests.bench.measuring import Measure, calibration, cpu, of, ratio
from tests.bench.shipped import FOLLOW_UP, Browsers, begin_follow_up, ready, request_of
from tests.bench.statements import counting
from tests.bench.town import BPMN, Town, open_case, waiting
from tests.bench.yardstick import HERE
from tests.bench.years import add_past_follow_ups

ALTERNATING = 50
WARM_UP = 3
PAST = 499
SAME_WITHIN = 1.1
TWENTY_WITHIN = 40_000  # bytes
STEPS = 20
TEXT = 1_024  # characters, one byte each


def follow_ups(town: Town, app: Flask) -> list[Measure]:
    """The 500th follow-up of a case and the first of another in turns, over HTTP."""
    old, browsers = begin_follow_up(town, 700_000), Browsers(app)
    add_past_follow_ups(town, old, PAST)
    news = [begin_follow_up(town, 700_001 + each) for each in range(ALTERNATING + WARM_UP)]
    firsts, later, loops, statements = [], [], [], (0, 0)
    for place, new in enumerate(news):
        requests = [_due(town, browsers, case_id) for case_id in (new, old)]
        if place == 0:  # exactly the first and the 500th
            statements = tuple(_statements(town, app, request) for request in requests)
            continue
        with quiet():
            # Who goes first is changed every time, so that neither pays for the other.
            order = (0, 1) if place % 2 else (1, 0)
            taken = {each: cpu(partial(answered, app, requests[each])) for each in order}
        if place >= WARM_UP:
            firsts.append(taken[0])
            later.append(taken[1])
        if place % 10 == 0:
            loops.append(calibration())
    name = "a first follow-up over HTTP, CPU"
    first, last = of(name, firsts), of("the 500th and later of one case, CPU", later)
    return [
        first,
        last,
        ratio("the 500th follow-up to a first", last, first, target=SAME_WITHIN),
        of("follow-ups: calibration loop meanwhile, CPU", loops),
        _counted("SQL statements of a first follow-up", statements[0]),
        _counted("SQL statements of the 500th", statements[1], target=statements[0]),
    ]


def twenty_steps(town: Town) -> list[Measure]:
    """The bytes of a case in which 1 KB of random text was entered at each of twenty steps."""
    kept = payload(town, live_twenty_steps(town))
    parts = [
        Measure(name=f"twenty steps of 1 KB: {name}", value=size, unit="bytes")
        for name, size in kept.items()
    ]
    name, whole = "twenty steps of 1 KB: payload", sum(kept.values())
    return [*parts, Measure(name=name, value=whole, unit="bytes", target=TWENTY_WITHIN)]


def live_twenty_steps(town: Town) -> UUID:
    """Live the whole of the twenty steps in a new case; return it."""
    dice = random.Random(20)  # noqa: S311 - text that does not compress, the same every time
    town.casework.act(SYSTEM, lambda work: deploy_process(work, "twenty_steps", _files()))
    case_id = open_case(town, 800_000, "twenty_steps")
    for step in range(1, STEPS + 1):
        text = "".join(dice.choices(string.ascii_letters + string.digits, k=TEXT))
        _write(town, waiting(town, case_id, f"step_{step}"), text)
    return case_id


def payload(town: Town, case_id: UUID) -> Mapping[str, int]:
    """Return the bytes of what the case keeps: states, answers and journal, digests included."""
    with town.casework.work(SYSTEM) as work:
        states = _of_case(work, InstanceRow, case_id)
        answers = _of_case(work, AnswersRow, case_id)
        journal = _of_case(work, JournalRow, case_id)
        return {
            "state": sum(len(row.state) + _size(row.reached) for row in states),
            "answers": sum(_size(row.data) for row in answers),
            "journal": sum(_size(row.data) + len(row.act) + len(row.digest) for row in journal),
        }


def _of_case(work: Work, row: Any, case_id: UUID) -> list[Any]:
    return list(work.session.scalars(select(row).where(row.case_id == case_id)))


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _write(town: Town, task_id: UUID, text: str) -> None:
    town.casework.act(town.counsellor, lambda work: claim_task(work, task_id))
    answers = {"note": text}
    town.casework.act(town.counsellor, lambda work: complete_task(work, task_id, answers))


def _files() -> dict[str, str]:
    return {
        "twenty_steps.bpmn": (HERE / "twenty_steps.bpmn").read_text("utf-8"),
        "forms/one_text.json": (HERE / "one_text.json").read_text("utf-8"),
        **{path.name: path.read_text("utf-8") for path in (BPMN / "decisions").glob("*.dmn")},
    }


def _due(town: Town, browsers: Browsers, case_id: UUID) -> Any:
    (task_id,) = ready(town, [case_id], FOLLOW_UP.measured)
    return request_of(town, browsers, task_id, FOLLOW_UP.answers)


def _statements(town: Town, app: Flask, request: Any) -> int:
    with counting(town.casework.database.engine) as counted:
        answered(app, request)
    return len(counted.statements)


def _counted(name: str, value: int, *, target: int | None = None) -> Measure:
    return Measure(name=name, value=value, unit="statements", target=target)

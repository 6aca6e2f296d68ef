"""A refused sign-in takes as long for a name that exists as for one that does not."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from engine.adapters.clock import MovableClock
from tests.bench.measuring import Measure, of
from tests.bench.town import COUNSELLOR, token_in
from workflows.identity.tries import PAUSE

AT_MOST_APART = 5.0  # per cent of the smaller
_ROUNDS = 2  # of the runs of the other parts: the medians have to be close


def signing_in(app: Flask, clock: MovableClock, runs: int) -> list[Measure]:
    """Return both medians and how far they are apart; the two take turns at being first."""
    logging.getLogger("tovholder.security").setLevel(logging.ERROR)  # every refusal is logged
    client = app.test_client()
    token = token_in(client.get("/log-ind").text)
    names = (COUNSELLOR, "nobody_of_that_name")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(runs * _ROUNDS):
        clock.forward(PAUSE + timedelta(minutes=1))
        for name in names if number % 2 else reversed(names):
            taken[name].append(_refused(client, token, name))
    known, unknown = (taken[name] for name in names)
    return [
        of("refused sign-in, a name that exists", known),
        of("refused sign-in, a name that does not", unknown),
        _apart(known, unknown),
    ]


def _refused(client: FlaskClient, token: str, name: str) -> float:
    typed = {"username": name, "password": "a guess", "csrf_token": token}
    began = time.perf_counter()
    answer = client.post("/log-ind", data=typed)
    took = time.perf_counter() - began
    assert answer.status_code == 422, answer.text
    return took


def _apart(known: Sequence[float], unknown: Sequence[float]) -> Measure:
    smaller, larger = sorted((median(known), median(unknown)))
    return Measure(
        name="the medians of the two are apart",
        value=round((larger / smaller - 1) * 100, 2),
        unit="per cent",
        target=AT_MOST_APART,
        runs=len(known),
    )

"""A refused sign-in takes as long for a name that exists as for one that does not."""

import logging
from datetime import timedelta

from flask import Flask

from engine.adapters.clock import MovableClock
from tests.bench.alternating import REQUESTS, alternating
from tests.bench.measuring import Act, Measure
from tests.bench.town import COUNSELLOR, token_in
from workflows.identity.tries import PAUSE


def signing_in(app: Flask, clock: MovableClock, requests: int = REQUESTS) -> list[Measure]:
    """Return what both take by turns, and how far they are apart."""
    logging.getLogger("tovholder.security").setLevel(logging.ERROR)  # every refusal is logged
    names = {"a name that exists": COUNSELLOR, "one that does not": "nobody_of_that_name"}
    acts = {words: _refused(app, clock, name) for words, name in names.items()}
    return alternating("refused sign-in", acts, requests)


def _refused(app: Flask, clock: MovableClock, name: str) -> Act:
    client = app.test_client()
    typed = {"password": "a guess", "csrf_token": token_in(client.get("/log-ind").text)}

    def act() -> None:
        clock.forward(PAUSE + timedelta(minutes=1))
        answer = client.post("/log-ind", data={"username": name, **typed})
        assert answer.status_code == 422, answer.text

    return act

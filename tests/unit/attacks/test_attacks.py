"""No text from outside runs code, reads a file, or takes more than 100 ms or 200 MB."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.attacks.corpus import attacks

SECONDS = {"diagram": 1.0}  # the whole check, which runs in a process of its own
USUAL = 0.1
TRIES = 4  # on a machine that others use as well
ROOT = Path(__file__).parents[3]
ATTACKS = {name: (place, text) for name, place, text in attacks()}

Attack = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "home").mkdir()
    (folder / "canary").write_text("the-secret-of-this-machine", "utf-8")
    with subprocess.Popen(  # noqa: S603 - our own Python
        [sys.executable, "-m", "tests.unit.attacks.target", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as target:
        assert target.stdin is not None
        assert target.stdout is not None
        assert target.stdout.readline() == "ready\n"

        def ask(place: str, text: str) -> dict[str, Any]:
            target.stdin.write(json.dumps({"place": place, "text": text}) + "\n")
            target.stdin.flush()
            return dict(json.loads(target.stdout.readline()))

        yield ask
        target.stdin.close()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_nothing(attack: Attack, name: str):
    place, text = ATTACKS[name]

    found, most = attack(place, text), SECONDS.get(place, USUAL)
    spent = found["seconds"]
    for _ in range(TRIES - 1):
        if spent > most:
            spent = min(spent, attack(place, text)["seconds"])

    assert found["outcome"] in ("value", "refused"), found
    assert (found["leaked"], found["marked"], found["asked_for"]) == (False, False, [])
    assert spent <= most


def test_there_are_at_least_two_hundred():
    assert len(ATTACKS) >= 200
    assert len(set(ATTACKS.values())) == len(ATTACKS)


def test_what_is_watched_would_be_seen(attack: Attack):
    found = attack("betrayal", "{canary}")

    assert found["leaked"]
    assert any(asked.startswith("open") for asked in found["asked_for"])
    assert any(asked.startswith("compile") for asked in found["asked_for"])


def test_what_takes_too_much_memory_would_be_seen(attack: Attack):
    assert attack("greed", "")["outcome"] == "broke"

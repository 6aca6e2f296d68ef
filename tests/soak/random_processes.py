"""Random processes beside the token game, again and again, with new seeds.

Each round is a pytest of its own, so that what one round has learnt leads no other astray.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.soak.campaigns import Outcome, Terms

ROOT = Path(__file__).parents[2]
FILE = "tests/spiff/test_reference.py"
LONGEST_ROUND = 900  # seconds
_EXAMPLES = re.compile(r"(\d+) passing(?: examples?)?,")
_PASSED = re.compile(r"(\d+) passed")


@dataclass(slots=True)
class Rounds:
    """What the rounds have found so far."""

    number: int = 0
    tests: int = 0
    examples: int = 0
    told: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        """Return what they found in a line."""
        return (
            f"{self.number} rounds, {self.tests} tests passed on {self.examples} random examples, "
            f"{len(self.told)} rounds failed"
        )


def random_processes(terms: Terms) -> Iterator[Outcome]:
    """Run the property test with one seed after another; stop at the first that fails."""
    rounds, began = Rounds(), time.monotonic()
    for seed in count(terms.seed * 1_000):
        passed = time.monotonic() - began
        terms.show(passed / terms.seconds, rounds.in_words())
        if rounds.told or (rounds.number and passed >= terms.seconds):
            break
        _one_round(rounds, seed, "long" if terms.part >= 1 else "default")
    yield Outcome(
        title="random processes",
        holds=not rounds.told and rounds.tests > 0,
        words=f"{rounds.in_words()}, {time.monotonic() - began:.0f} s",
        figures={"rounds": rounds.number, "tests": rounds.tests, "examples": rounds.examples},
        told=tuple(rounds.told),
    )


def _one_round(rounds: Rounds, seed: int, profile: str) -> None:
    command = [sys.executable, "-m", "pytest", FILE, "-p", "no:randomly"]
    command += [f"--hypothesis-seed={seed}", "--hypothesis-show-statistics"]
    ran = subprocess.run(  # noqa: S603  # our own command
        command,
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_PROFILE": profile},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_ROUND,
    )
    rounds.number += 1
    rounds.examples += sum(int(number) for number in _EXAMPLES.findall(ran.stdout))
    rounds.tests += sum(int(number) for number in _PASSED.findall(ran.stdout))
    if ran.returncode:
        rounds.told.append(f"seed {seed}: {ran.stdout[-1500:]}{ran.stderr[-500:]}")

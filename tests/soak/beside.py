"""Campaigns of one core beside others: in a process of their own, told when that has ended."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak.campaigns import Campaign, Outcome

_SPARE_SECONDS = 600  # for what a campaign does after its bound


def length(chosen: Sequence[Campaign]) -> float:
    """Return how many minutes these take; those before the first of `beside` run beside them."""
    beside = sum(each.minutes for each in chosen if each.beside)
    before = sum(each.minutes for each in takewhile(lambda each: not each.beside, chosen))
    return sum(each.minutes for each in chosen) - min(beside, before)


class Lane:
    """The process that runs `campaigns` one after another, for so many minutes, from now on."""

    def __init__(self, campaigns: Sequence[Campaign], minutes: float, seed: int) -> None:
        self._folder = TemporaryDirectory(prefix="tovholder-soak-")
        self._seconds = minutes * 60 + _SPARE_SECONDS
        names = ",".join(each.name for each in campaigns)
        command = [sys.executable, "-m", "tests.soak", "--home", self._folder.name]
        command += [
            "--only",
            names,
            "--minutes",
            str(minutes),
            "--seed",
            str(seed),
            "--on",
            "sqlite",
        ]
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what was found, once it has ended; that it broke down is found, too."""
        _, said = self._process.communicate(timeout=self._seconds)
        kept = Path(self._folder.name) / "soak.json"
        if kept.exists():
            for each in json.loads(kept.read_text("utf-8"))["outcomes"]:
                yield Outcome(**{**each, "told": tuple(each["told"])})
        else:
            yield Outcome(
                title="beside", holds=False, words="broke down", figures={}, told=(said[-1500:],)
            )
        self._folder.cleanup()

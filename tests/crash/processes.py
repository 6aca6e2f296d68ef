"""What a process does that dies, and what the one does that comes after: forked, or fresh.

`python -m tests.crash.processes` is the fresh one: it reads from its standard input what to do,
says `ready` before it walks, and at its end what it has found.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.settings import Settings
from tests.bench.town import home_settings
from tests.crash.house import House, Stage, enter
from tests.crash.killing import MOST_SECONDS, Boundaries, Ended, in_a_fork
from tests.crash.picture import faults, letters_told, rows_told

ROOT = Path(__file__).parents[2]
Tell = Callable[[Any], None]
Walk = Callable[[House, Stage], object]


def walk_and_die(
    house: House, stage: Stage, fatal: int | None, tell: Tell, walk: Walk = House.walk
) -> None:
    """Walk the path and die before boundary `fatal`; told is the place, or all that was passed."""
    boundaries = Boundaries(fatal, tell)
    boundaries.watch(house.casework.database.engine)
    boundaries.watch_mail(house.settings.mail_folder)
    walk(house, stage)
    tell(boundaries.passed)


def recover_and_tell(house: House, stage: Stage, tell: Tell) -> None:
    """Recover and tell what the page answered, what stands there, and what is wrong with it."""
    answer = house.recover(stage)
    told = {"answer": answer, "rows": rows_told(house), "faults": faults(house.casework)}
    tell({**told, "letters": letters_told(house)})


@dataclass(frozen=True, slots=True)
class Forked:
    """Processes forked from this one, which is warm."""

    house: House

    def die(self, stage: Stage, fatal: int | None) -> Ended:
        """Walk and die before boundary `fatal`."""
        return in_a_fork(lambda tell: walk_and_die(self.house, stage, fatal, tell))

    def die_recovering(self, stage: Stage, fatal: int) -> Ended:
        """Recover after another's death, and die before boundary `fatal` of that."""
        return in_a_fork(lambda tell: walk_and_die(self.house, stage, fatal, tell, House.recover))

    def recover(self, stage: Stage) -> Ended:
        """Recover in another process."""
        return in_a_fork(lambda tell: recover_and_tell(self.house, stage, tell))


@dataclass(slots=True)
class Fresh:
    """Fresh Python processes; with `dice` some are killed from outside, at any instant."""

    house: House
    dice: random.Random
    walk_seconds: float = 0.3
    from_outside: int = 0

    def die(self, stage: Stage, fatal: int | None) -> Ended:
        """Walk and die before boundary `fatal`, or by a kill from outside where it is None."""
        child = self._start(stage, "walk", fatal)
        delay = None if fatal is not None else self.dice.uniform(0, self.walk_seconds)
        ended = _followed(child, delay)
        self.from_outside += delay is not None and ended.was_killed
        return ended

    def recover(self, stage: Stage) -> Ended:
        """Recover in another process."""
        return _followed(self._start(stage, "recover", None), None)

    def _start(self, stage: Stage, what: str, fatal: int | None) -> "subprocess.Popen[str]":
        settings = self.house.settings
        told = {
            "what": what,
            "fatal": fatal,
            "stage": stage.as_json(),
            "database_url": settings.database_url,
            "home": str(settings.home),
            "smtp_port": str(settings.smtp_port),
        }
        command = [sys.executable, "-m", "tests.crash.processes"]
        child = subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert child.stdin
        child.stdin.write(json.dumps(told) + "\n")
        child.stdin.flush()
        return child


def settings_of(database_url: str, home: str, smtp_port: str) -> Settings:
    """Return the settings of the house of this harness, with its mail server."""
    plain = home_settings(database_url, Path(home))
    return Settings.from_env(
        {},
        database_url=database_url,
        home=home,
        secret=plain.secret,
        keys=plain.keys,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
    )


def _followed(child: "subprocess.Popen[str]", kill_after: float | None) -> Ended:
    """Wait for a fresh process; kill it so many seconds after it said that it begins."""
    assert child.stdout
    with child:
        if child.stdout.readline().strip() != "ready":
            raise RuntimeError(f"a fresh process ended before it began: {child.wait()}")
        if kill_after is not None:
            time.sleep(kill_after)
            child.kill()
        try:
            said, _ = child.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return Ended(False, hung=True)
    was_killed = child.returncode == -signal.SIGKILL
    if child.returncode and not was_killed:
        raise RuntimeError(f"a fresh process ended by itself with {child.returncode}")
    return Ended(was_killed, json.loads(said) if said and kill_after is None else None)


def _begin(told: Mapping[str, Any]) -> None:
    house = enter(settings_of(told["database_url"], told["home"], told["smtp_port"]))
    stage = Stage.of_json(told["stage"])
    print("ready", flush=True)

    def tell(what: Any) -> None:
        print(json.dumps(what, ensure_ascii=False), flush=True)

    if told["what"] == "walk":
        walk_and_die(house, stage, told["fatal"], tell)
    else:
        recover_and_tell(house, stage, tell)
    os._exit(0)  # as a fork leaves: nothing is tidied up


if __name__ == "__main__":
    _begin(json.loads(sys.stdin.readline()))

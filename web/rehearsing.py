"""Plays the rehearsals that are asked for in the studio, each in a process of its own.

That process (`web/rehearsing_alone.py`) reads the house and writes only into copies, in a folder
that is gone afterwards, however it ended. It has so much time and memory and no more, and it ends
when the one who watches it does.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.work import Casework
from workflows.rehearsal import requests

log = logging.getLogger(__name__)

SECONDS = 30 * 60.0
MEMORY_BYTES = 2 * 1024**3  # of each process that plays
_LOOK_EVERY = 0.2
_BEAT_EVERY = 2.0
_TOO_LONG = (
    "Prøven tog for lang tid og blev stoppet. Vælg en kortere tid frem, eller prøv om natten "
    "med »tovholder simulate«."
)
_BROKE = (
    "Prøven kunne ikke spilles færdig: den fik ikke plads nok eller gik i stykker. Vælg en kortere "
    "tid frem. Sker det igen, så bed driften se i loggen."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one rehearsal may take."""

    seconds: float = SECONDS
    memory_bytes: int = MEMORY_BYTES


@dataclass(slots=True)
class _Heard:
    """What the process that plays has said so far."""

    share: float = 0.0
    report: dict[str, Any] | None = None
    problem: str = ""

    def listen(self, lines: Iterator[str]) -> None:
        for line in lines:
            said = json.loads(line)
            self.share = said.get("share", self.share)
            self.report = said.get("report", self.report)
            self.problem = said.get("problem", self.problem)


@dataclass(frozen=True, slots=True)
class Rehearser:
    """Takes the rehearsal that waits, and watches it until it ends or `stopping` is set."""

    casework: Casework
    settings: Settings
    stopping: Event
    limits: Limits = field(default_factory=Limits)

    def take_turn(self) -> bool:
        """Play the one that waits to its end; say whether one did."""
        taken = self.casework.act(SYSTEM, requests.take_next)
        if taken is None:
            return False
        log.info("rehearsal %s of %s begins", taken.id, taken.process)
        with _folder(taken.id) as folder:
            self._watch(taken.id, folder)
        return True

    def _watch(self, rehearsal_id: UUID, folder: Path) -> None:
        heard = _Heard()
        with _playing(self._asked(rehearsal_id), folder) as process:
            listener = Thread(target=heard.listen, args=(process.stdout,), daemon=True)
            listener.start()
            ended = self._until_ended(rehearsal_id, process, heard)
            if ended is None:
                listener.join()
                ended = _outcome(rehearsal_id, heard)
        if ended is not None:
            self.casework.act(SYSTEM, ended)

    def _until_ended(
        self, rehearsal_id: UUID, process: "subprocess.Popen[str]", heard: _Heard
    ) -> Callable[[Any], None] | None:
        """Wait; return what to write down when it has to be stopped, None when it has ended."""
        last = time.monotonic() + self.limits.seconds
        next_beat = time.monotonic()
        while process.poll() is None:
            if self.stopping.wait(_LOOK_EVERY):
                return lambda work: requests.interrupt(work, rehearsal_id)
            if time.monotonic() > last:
                return lambda work: requests.fail(work, rehearsal_id, _TOO_LONG)
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + _BEAT_EVERY
                if not self._beat(rehearsal_id, heard.share):
                    return lambda work: None  # somebody has ended it
        return None

    def _beat(self, rehearsal_id: UUID, share: float) -> bool:
        return self.casework.act(SYSTEM, lambda work: requests.beat(work, rehearsal_id, share))

    def _asked(self, rehearsal_id: UUID) -> str:
        asked = {
            "id": str(rehearsal_id),
            "now": self.casework.clock.now().isoformat(),
            "memory_bytes": self.limits.memory_bytes,
            "home": str(self.settings.home),
            "database_url": self.settings.database_url,
            "host": self.settings.host,
            "port": str(self.settings.port),
            "keys": self.settings.keys,
        }
        return json.dumps(asked) + "\n"


def _outcome(rehearsal_id: UUID, heard: _Heard) -> Callable[[Any], None]:
    if (report := heard.report) is not None:
        return lambda work: requests.finish(work, rehearsal_id, report)
    problem = heard.problem or _BROKE
    return lambda work: requests.fail(work, rehearsal_id, problem)


@contextmanager
def _playing(asked: str, folder: Path) -> "Iterator[subprocess.Popen[str]]":
    """Yield the process that plays; it and all that it began are gone on leaving."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.rehearsing_alone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101  # piped
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(asked)
        process.stdin.flush()  # and it stays open: its end tells that we are gone
        yield process
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("all of them had ended")
        process.wait()
        process.stdin.close()
        process.stdout.close()


@contextmanager
def _folder(rehearsal_id: UUID) -> Iterator[Path]:
    """Yield the folder of the copies; one that an earlier try has left is emptied first."""
    folder = Path(tempfile.gettempdir()) / f"tovholder-rehearsal-{rehearsal_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

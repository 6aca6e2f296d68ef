"""The worked examples with a new process for every moment: nothing may live in memory alone.

The processes are forked of one that has read the code and made no application of its own for them.
"""

import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import uuid4

from tests.conftest import BPMN, named, on_server, settings_of
from tests.soak.campaigns import Outcome, Terms, database_name
from tests.soak.one_moment import play_one_moment
from web.wiring import build, migrate

LONGEST_MOMENT = 300  # seconds
_FORK = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Restarts:
    """What was found on one database."""

    examples: int = 0
    processes: int = 0
    told: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        """Return what was found in a line."""
        return (
            f"{self.examples} examples whole, {self.processes} processes, "
            f"{len(self.told)} lines did not hold"
        )


def restarts(terms: Terms) -> Iterator[Outcome]:
    """Play the examples in a random order: all in a whole run, else as many as the time lets."""
    files = sorted((BPMN / "scenarios").glob("*.toml"))
    Random(terms.seed).shuffle(files)  # noqa: S311  # no secret
    for server in terms.servers:
        began, found = time.monotonic(), Restarts()
        stop_at = began + terms.seconds / len(terms.servers)
        for file in files:
            is_late = terms.part < 1 and time.monotonic() >= stop_at
            if found.told or (found.examples and is_late):
                break
            terms.show(found.examples / len(files), found.in_words())
            play_in_processes(file, server, found)
        yield Outcome(
            title=f"new processes on {database_name(server)}",
            holds=not found.told and found.examples >= (len(files) if terms.part >= 1 else 1),
            words=f"{found.in_words()}, {time.monotonic() - began:.0f} s",
            figures={"examples": found.examples, "of": len(files), "processes": found.processes},
            told=tuple(found.told),
        )


def play_in_processes(file: Path, server: str | None, found: Restarts) -> None:
    """Play one example on a database of its own, a process for every moment."""
    with TemporaryDirectory() as folder, _database(server, Path(folder)) as url:
        progress = Path(folder) / "progress.json"
        while True:
            _one_process(file, url, Path(folder), progress)
            found.processes += 1
            left = json.loads(progress.read_text(encoding="utf-8"))
            found.told += [f"{file.stem} {failure}" for failure in left["failures"]]
            if not left["more"]:
                break
    found.examples += 1


def _one_process(file: Path, url: str, folder: Path, progress: Path) -> None:
    """Play one moment in a process that ends with it. Raises `RuntimeError` when it breaks."""
    process = _FORK.Process(target=play_one_moment, args=(file, url, folder, progress))
    process.start()
    process.join(LONGEST_MOMENT)
    if process.exitcode != 0:
        process.kill()
        raise RuntimeError(f"{file.stem}: the process of a moment ended with {process.exitcode}")


@contextmanager
def _database(server: str | None, folder: Path) -> Iterator[str]:
    if server is None:
        url = f"sqlite:///{folder / 'example.sqlite'}"
        _migrate(url, folder)
        yield url
        return
    name = f"tovholder_restarts_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}"')
    try:
        _migrate(named(server, name), folder)
        yield named(server, name)
    finally:
        on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrate(url: str, folder: Path) -> None:
    casework = build(settings_of(url, folder))
    migrate(casework)
    casework.database.dispose()

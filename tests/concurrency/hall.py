"""The processes that stand on one database: four that show pages, two that watch the deadlines.

Each is a process of its own, forked before anything is connected, with a casework, a database pool
and threads of its own. They end when told, and then say how often they were overtaken.
"""

import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

from engine.domain.errors import StaleCase
from engine.ports import Actor
from engine.settings import Settings
from engine.storage.work import Casework, Work
from web.app import create_app
from web.wiring import build
from web.working import start_working

WEB, WORKERS = 4, 2
THREADS = 4  # of each that shows pages
T = TypeVar("T")
Serve = Callable[["Overtaken"], Callable[[], object]]


@dataclass(slots=True)
class Overtaken:
    """How often an act of this process found that its case had moved on, and was tried again."""

    number: int = 0

    def watch(self, casework: Casework) -> None:
        """Count in this casework."""
        session = casework.database.session

        @contextmanager
        def counted(*, alone: bool = False) -> Iterator[Any]:
            try:
                with session(alone=alone) as opened:
                    yield opened
            except StaleCase:
                self.number += 1
                raise

        casework.database.session = counted  # type: ignore[method-assign]  # only counted


class Impatient(Casework):
    """A casework that does it wrong: an act that was overtaken is not tried again."""

    def act(self, actor: Actor, use_case: Callable[[Work], T]) -> T:
        """Run `use_case` once."""
        with self.work(actor) as work:
            return use_case(work)


@dataclass(slots=True)
class Hall:
    """The running processes: `ports` of those that show pages; `overtaken` once they have ended."""

    ports: list[int]
    overtaken: int = 0


@contextmanager
def open_hall(settings: Settings, *, impatient: bool = False) -> Iterator[Hall]:
    """Run all processes meanwhile. Nothing may be connected to the database in this one.

    `impatient` ones do it wrong, and must be convicted.
    """
    listening = [_listening() for _ in range(WEB)]
    started = [_fork(_pages(settings, each, impatient)) for each in listening]
    started += [_fork(_watch(settings)) for _ in range(WORKERS)]
    hall = Hall([each.getsockname()[1] for each in listening])
    for each in listening:
        each.close()
    try:
        yield hall
    finally:
        hall.overtaken = sum(_end(pid, reads) for pid, reads in started)


def _listening() -> socket.socket:
    made = socket.create_server(("127.0.0.1", 0), backlog=64)
    made.setblocking(False)
    return made


def _pages(settings: Settings, listening: socket.socket, impatient: bool) -> Serve:
    def serve(overtaken: Overtaken) -> Callable[[], object]:
        casework = build(settings)
        if impatient:
            casework.__class__ = Impatient
        overtaken.watch(casework)
        server = create_server(
            create_app(casework, settings), sockets=[listening], threads=THREADS, ident=None
        )
        threading.Thread(target=server.run, daemon=True).start()

        def stop() -> None:
            casework.database.dispose()

        return stop

    return serve


def _watch(settings: Settings) -> Serve:
    def serve(overtaken: Overtaken) -> Callable[[], object]:
        casework = build(settings)
        overtaken.watch(casework)
        return start_working(casework, settings)

    return serve


def _fork(serve: Serve) -> tuple[int, int]:
    """Start a process; return its number and where it says at its end how it went."""
    reads, writes = os.pipe()
    child = os.fork()
    if child:
        os.close(writes)
        return child, reads
    status = 1
    try:
        logging.disable(logging.WARNING)  # a queue of requests is what is wanted here
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        overtaken = Overtaken()
        stop = serve(overtaken)
        signal.sigwait([signal.SIGTERM])
        stop()
        os.write(writes, json.dumps(overtaken.number).encode())
        status = 0
    finally:
        os._exit(status)


def _end(pid: int, reads: int) -> int:
    """End a process; return how often it was overtaken. Raises when it had ended by itself."""
    os.kill(pid, signal.SIGTERM)
    said = os.read(reads, 100)
    os.close(reads)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"a process ended by itself with status {status}")
    return int(json.loads(said))

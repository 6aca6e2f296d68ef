"""The process in which one rehearsal is played: asked on standard input, told line by line.

It may read the house, and the database refuses it every write there.
"""

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any
from uuid import UUID

from engine.adapters.clock import MovableClock
from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.copying import only_read, open_cases
from web.simulating import house_on_copy
from web.wiring import build
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.records import RehearsalRow
from workflows.rehearsal.requests import candidate_of, found
from workflows.rehearsal.running import Terms, rehearse
from workflows.rehearsal.sharing import check_enough, shared

TOO_MUCH = 3  # what it ends with when it runs out of memory
_POLITE = 10  # the house goes first


def main() -> None:
    """Play what is asked for, and tell how far it has come, and at last what came of it."""
    asked = json.loads(sys.stdin.readline())
    Thread(target=_end_with_the_one_who_asked, daemon=True).start()
    os.nice(_POLITE)
    limit = asked["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        _tell(report=_played(asked))
    except CaseworkError as problem:
        _tell(problem=str(problem))
    except (MemoryError, BrokenProcessPool):
        raise SystemExit(TOO_MUCH) from None


def _played(asked: Mapping[str, str]) -> Mapping[str, Any]:
    given = {name: asked[name] for name in ("home", "database_url", "host", "port", "keys")}
    settings = Settings.from_env({}, **given, secret="nobody signs in here")  # noqa: S106
    clock = MovableClock(datetime.fromisoformat(asked["now"]))
    casework = build(settings, clock)
    only_read(casework.database)
    with casework.work(SYSTEM) as work:
        row, zone = found(work, UUID(asked["id"])), work.calendar.timezone
    if row.until <= clock.now():
        raise CaseworkError("Dagen, der skulle prøves til, er gået. Vælg en senere, og prøv igen.")
    check_enough(len(open_cases(casework.database)))
    terms = _terms(row, clock.now())
    copies = partial(house_on_copy, f"http://{settings.host}:{settings.port}")
    return shared(terms, rehearse(casework, copies, terms, lambda share: _tell(share=share)), zone)


def _terms(row: RehearsalRow, since: datetime) -> Terms:
    candidate = candidate_of(row)
    return Terms(
        since=since,
        until=row.until,
        behaviour=Behaviour(row.behaviour),
        seed=row.seed,
        candidates=[None, candidate] if candidate else [None],
    )


def _tell(**said: object) -> None:
    sys.stdout.write(f"{json.dumps(said)}\n")
    sys.stdout.flush()


def _end_with_the_one_who_asked() -> None:
    """Wait until nobody holds the other end, then take the copies away and end, with our own."""
    sys.stdin.read()
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()

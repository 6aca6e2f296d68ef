"""Killing a process at a boundary between two statements: SIGKILL, nothing is tidied up."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from tests.bench.statements import short

Act = Callable[[], None]


@dataclass(slots=True)
class Boundaries:
    """Counts what goes to the database; kills this process before number `fatal` (from 0)."""

    fatal: int | None = None
    passed: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        """Look at every statement and commit of `engine` from now on."""

        def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            self._reached(short(text))

        def commit(_connection: Any) -> None:
            self._reached("COMMIT")

        event.listen(engine, "before_cursor_execute", statement)
        event.listen(engine, "commit", commit)

    def _reached(self, what: str) -> None:
        if len(self.passed) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(what)


def in_a_fork(act: Act) -> bool:
    """Run `act` in a fork of this process; say whether it was killed there.

    Raises `RuntimeError` when it ended in another way than by its end or by the kill.
    """
    child = os.fork()
    if child == 0:
        _run_and_leave(act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"the act ended by itself with status {status}")
    return False


def _run_and_leave(act: Act) -> None:
    """Never come back: the rest of the program is the parent's."""
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)

"""Killing a process at a boundary between two statements: SIGKILL, nothing is tidied up.

What a boundary is comes from what is executed: before and after each statement, around each
commit, before each word to a mail server, and before a letter's file is opened and renamed.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.bench.statements import short

MOST_SECONDS = 60  # a process that takes longer is stuck
Act = Callable[[Callable[[Any], None]], None]


@dataclass(slots=True)
class Boundaries:
    """Names every boundary that is passed; kills this process at number `fatal` (from 0).

    `last_words` hears the name of the place before the process dies.
    """

    fatal: int | None = None
    last_words: Callable[[str], None] = lambda _place: None
    passed: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        """Look at every statement and commit of `engine` from now on."""

        def before(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            self._reached(f"before {short(text)}")

        def after(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            self._reached(f"after {short(text)}")

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        self._watch_commits(engine)

    def _watch_commits(self, engine: Engine) -> None:
        carry_out = engine.dialect.do_commit

        def commit(connection: Any) -> None:
            self._reached("before COMMIT")
            carry_out(connection)
            self._reached("after COMMIT")

        engine.dialect.do_commit = commit  # type: ignore[assignment,method-assign]  # no event comes after

    def watch_mail(self, folder: Path) -> None:
        """Look at every word to a mail server and at every file of `folder`; for good."""
        inside = str(folder)

        def heard(name: str, given: tuple[Any, ...]) -> None:
            if name == "smtplib.send":
                self._reached(f"before SMTP {_first_word(given[1])}")
            elif name in ("open", "os.rename") and str(given[0]).startswith(inside):
                self._reached(f"before {name}")

        sys.addaudithook(heard)

    def _reached(self, place: str) -> None:
        if len(self.passed) == self.fatal:
            self.last_words(place)
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(place)


def _first_word(said: bytes) -> str:
    word = said[:4].decode("ascii", "replace").strip().upper()
    return word if word in ("EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT", "RSET") else "message"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: `told` is what it said last, as JSON; `hung` when it never did."""

    was_killed: bool
    told: Any = None
    hung: bool = False


def in_a_fork(act: Act) -> Ended:
    """Run `act` in a fork of this process; it is given what tells the parent something.

    Raises `RuntimeError` when it ended in another way than by its end or by a kill.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        _run_and_leave(act, writes)
    os.close(writes)
    said, hung = _heard(reads, child)
    os.close(reads)
    _, status = os.waitpid(child, 0)
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not was_killed and os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"the act ended by itself with status {status}")
    return Ended(was_killed and not hung, json.loads(said) if said and not hung else None, hung)


def _heard(reads: int, child: int) -> tuple[bytes, bool]:
    """Return all that the child says, and whether it had to be killed for its silence."""
    said, give_up = b"", time.monotonic() + MOST_SECONDS
    while True:
        ready, _, _ = select.select([reads], [], [], max(0.0, give_up - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            return said, True
        part = os.read(reads, 1 << 16)
        if not part:
            return said, False
        said += part


def _run_and_leave(act: Act, writes: int) -> None:
    """Never come back: the rest of the program is the parent's."""

    def tell(what: Any) -> None:
        rest = json.dumps(what, ensure_ascii=False).encode()
        while rest:
            rest = rest[os.write(writes, rest) :]

    status = 1
    try:
        act(tell)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)

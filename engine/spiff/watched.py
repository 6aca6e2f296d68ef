"""What reads files from outside: a process of its own, with an end to its time and its memory.

Time is what the child itself has used of the processor. On a busy machine a file that is in order
takes longer by the clock and not by that.
"""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

SECONDS = 10.0
MEMORY_BYTES = 512 * 1024 * 1024
TOO_MUCH = 3  # what the process ends with when it runs out of memory
PATIENCE = 12  # times as long by the clock: for one that waits for what never comes


def ask(module: str, asked: Mapping[str, Any], *, seconds: float, memory_bytes: int) -> str | None:
    """Return what `python -m module` writes when it is `asked`; None when it takes too much.

    The module begins with `question`. Raises `CalledProcessError` when it is broken itself.
    """
    limits = {"seconds": seconds, "memory_bytes": memory_bytes}
    try:
        answer = subprocess.run(  # noqa: S603  # our own modules, by name
            [sys.executable, "-m", module],
            input=json.dumps({**asked, **limits}),
            capture_output=True,
            text=True,
            timeout=max(seconds, 1.0) * PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if answer.returncode == TOO_MUCH or answer.returncode < 0:  # below zero: ended by a signal
        return None
    answer.check_returncode()
    return answer.stdout


def question() -> dict[str, Any]:
    """Return what this process is asked, and let its limits hold from here on."""
    asked: dict[str, Any] = json.load(sys.stdin)
    limit = asked["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.setitimer(signal.ITIMER_PROF, asked["seconds"])  # its signal ends a process
    return asked

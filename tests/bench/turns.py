"""Two programs measured in turns, each in a process of its own and as it runs by itself.

The one that is measured takes its turns when it is told to; whoever measures asks now the one, now
the other, so that both meet the same machine.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def take_turns(step: Callable[[], Any]) -> None:
    """Do as many steps as each line of the input says, and print the CPU seconds they took."""
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        for _ in range(int(line)):
            step()
        print(time.process_time() - began, flush=True)


class Other:
    """A program that takes turns."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._answer()

    def turn(self, steps: int) -> float:
        """Return the CPU seconds of one of these steps, with what the program does beside."""
        assert self._process.stdin is not None
        print(steps, file=self._process.stdin, flush=True)
        return float(self._answer()) / steps

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        assert answer, "the program that is measured has ended"
        return answer


@contextmanager
def program(module: str, *given: str) -> Iterator[Other]:
    """Run `python -m module` until what is measured with it is done."""
    command = [sys.executable, "-m", module, *given]
    with subprocess.Popen(  # noqa: S603  # our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Other(process)
        assert process.stdin is not None
        process.stdin.close()

"""`python -m tests.crash.post FOLDER`: a mail server of its own, which keeps what it accepts.

Prints its port. A message is on disk before the sender hears that it was accepted.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

ROOT = Path(__file__).parents[2]
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(rb"^To:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Keeping:
    """Writes every accepted message to `folder`, one file each, in the order they came."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # its name
        """Accept the message."""
        (self._folder / f"{next(self._numbers):06}.eml").write_bytes(envelope.content)
        return "250 OK"


@dataclass(frozen=True, slots=True)
class Reception:
    """The receiving side: a mail server, its port, and the folder of what it accepted."""

    port: int
    folder: Path

    def clear(self) -> None:
        """Forget what has come."""
        for file in self.folder.iterdir():
            file.unlink()

    def received(self) -> list[tuple[str, str]]:
        """Return Message-ID and receiver of every message that has come, in order."""
        return named_in(self.folder)


def named_in(folder: Path) -> list[tuple[str, str]]:
    """Return Message-ID and receiver of every message in `folder`, in the order of the files."""
    if not folder.exists():
        return []
    letters = [file.read_bytes() for file in sorted(folder.glob("*.eml"))]
    return [(_first(_MESSAGE_ID, each), _first(_TO, each)) for each in letters]


def _first(what: "re.Pattern[bytes]", letter: bytes) -> str:
    found = what.search(letter)
    return found[1].decode() if found else ""


@contextmanager
def mail_server(folder: Path) -> Iterator[Reception]:
    """Run a mail server in a process of its own meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.crash.post", str(folder)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE)  # noqa: S603  # our own command
    assert server.stdout
    assert server.stdin
    try:
        yield Reception(int(server.stdout.readline()), folder)
    finally:
        server.stdin.close()  # its end is the server's
        server.wait(timeout=10)
        server.stdout.close()


async def serve(folder: Path) -> None:
    """Serve until the one who started it goes away."""
    loop, gone, keeping = asyncio.get_running_loop(), asyncio.Event(), Keeping(folder)
    server = await loop.create_server(
        lambda: SMTP(keeping, hostname="localhost", loop=loop), "127.0.0.1", 0
    )
    loop.add_reader(sys.stdin.fileno(), gone.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await gone.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))

"""`tovholder serve` as a person starts it: a process of its own, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.conftest import KEYS

_SILENT = subprocess.DEVNULL
_STARTS_WITHIN, _STOPS_WITHIN = 60, 30  # seconds


def run(*arguments: str, home: Path) -> None:
    """Run `tovholder` with these arguments to its end. Raises when it fails."""
    subprocess.run(command(*arguments), env=environment(home), check=True, stdout=_SILENT)  # noqa: S603  # our own command


@contextmanager
def serving(home: Path, *options: str, database_url: str | None = None) -> Iterator[str]:
    """Serve the house in `home` meanwhile; the address, once its first page is answered."""
    port = _free_port()
    serve = command("serve", "--port", str(port), *options)
    around = environment(home, database_url)
    process = subprocess.Popen(serve, env=around, stdout=_SILENT, stderr=_SILENT)  # noqa: S603  # our own command
    try:
        address = f"http://127.0.0.1:{port}"
        _await_page(f"{address}/log-ind", process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_STOPS_WITHIN)


def command(*arguments: str) -> list[str]:
    """Return `tovholder` with these arguments, as a person starts it."""
    return [str(Path(sys.executable).with_name("tovholder")), *arguments]


def environment(home: Path, database_url: str | None = None) -> dict[str, str]:
    """Return the environment with nothing of ours in it but the home."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TOVHOLDER_")}
    named = {"TOVHOLDER_DATABASE_URL": database_url} if database_url else {}
    return {**kept, **named, "TOVHOLDER_HOME": str(home), "TOVHOLDER_KEYS": KEYS}


def _await_page(address: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended by itself with {process.returncode}")
        try:
            with urlopen(address) as answer:  # noqa: S310  # our own server
                answer.read()
                return
        except URLError:
            time.sleep(0.01)
    raise TimeoutError(address)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

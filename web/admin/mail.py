"""The mail of a house without a mail server: files that the demonstration shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from engine.domain.errors import NotFound

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message that would have left the house. `name` is its file, `written` for sorting."""

    name: str
    to: str
    subject: str
    body: str
    written: float


def letters(folder: Path) -> Sequence[Letter]:
    """Return the newest messages, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:SHOWN]]


def letter(folder: Path, name: str) -> Letter:
    """Return the message in the file `name`. Raises `NotFound`, also for a way out of `folder`."""
    file = folder / f"{name}.eml"
    if file.parent != folder or not file.is_file():
        raise NotFound("Beskeden findes ikke.")
    return _read(file)


def _read(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101  # the policy makes it one
    words = message.get_body(("plain",))  # an invitation has a calendar beside them
    return Letter(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=str(words.get_content()) if words else "",
        written=file.stat().st_mtime,
    )

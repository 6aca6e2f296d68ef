"""The ways out of the house: SMTP, and a folder for those who only try the product."""

import re
import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from engine.ports import Mail

_TIMEOUT_SECONDS = 20


class SmtpNotifier:
    """Sends by SMTP. The key of the message is its Message-ID."""

    def __init__(self, host: str, port: int, sender: str) -> None:
        self._host, self._port, self._sender = host, port, sender

    def send(self, mail: Mail) -> None:
        """Hand the message to the server. Raises `OSError` or `SMTPException`."""
        with smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS) as server:
            server.send_message(as_email(mail, self._sender))


class FolderNotifier:
    """Writes each message as a file named by its key: the same key is the same file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, mail: Mail) -> None:
        """Write the message, whole or not at all. Raises `OSError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = file_of(self._folder, mail.key)
        part = file.with_name(f".{file.stem}.part")
        part.write_bytes(as_email(mail, self._sender).as_bytes(policy=SMTP))
        part.rename(file)


def file_of(folder: Path, key: str) -> Path:
    """Return the file in which the message with this key is, or would be."""
    return folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', key)}.eml"


def as_email(mail: Mail, sender: str) -> EmailMessage:
    """Return the message as e-mail; a calendar stands beside the text as another form of it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]+', '.', mail.key)}@tovholder>"
    message.set_content(mail.body)
    if method := re.search(r"^METHOD:(\w+)\r?$", mail.calendar, re.MULTILINE):
        kind = {"method": method[1], "name": "meeting.ics"}
        message.add_alternative(mail.calendar, subtype="calendar", params=kind)
    return message

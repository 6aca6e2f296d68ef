"""The ways out of the house: SMTP, and a folder for those who only try the product."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from engine.ports import Mail

_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server that takes messages from us.

    `tls` is "starttls", "tls" from the first word on, or "none"; with either of the first two the
    server shows a certificate for `host`, of an authority the machine trusts or one in the file
    `ca`.
    """

    host: str
    port: int
    tls: str
    ca: str


class SmtpNotifier:
    """Sends by SMTP. The key of the message is its Message-ID."""

    def __init__(self, relay: Relay, sender: str) -> None:
        self._relay, self._sender = relay, sender

    def send(self, mail: Mail) -> None:
        """Hand the message to the server. Raises `OSError` or `SMTPException`.

        Nothing is said to a server without the encryption that is asked for, or whose certificate
        is not its own.
        """
        with self._connected() as server:
            server.send_message(as_email(mail, self._sender))

    def _connected(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.tls == "none":
            return smtplib.SMTP(relay.host, relay.port, timeout=_TIMEOUT_SECONDS)
        trusted = ssl.create_default_context(cafile=relay.ca or None)
        if relay.tls == "tls":
            return smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=_TIMEOUT_SECONDS, context=trusted
            )
        server = smtplib.SMTP(relay.host, relay.port, timeout=_TIMEOUT_SECONDS)
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
        return server


class FolderNotifier:
    """Writes each message as a file named by its key: the same key is the same file.

    What comes from a compartment lies in a folder of its own, which no page shows.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, mail: Mail) -> None:
        """Write the message, whole or not at all. Raises `OSError`."""
        file = file_of(self._folder, mail.key, mail.compartment)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.stem}.part")
        part.write_bytes(as_email(mail, self._sender).as_bytes(policy=SMTP))
        part.rename(file)


def file_of(folder: Path, key: str, compartment: str | None = None) -> Path:
    """Return the file in which the message with this key is, or would be."""
    return (folder / compartment if compartment else folder) / f"{name_of(key)}.eml"


def name_of(key: str) -> str:
    """Return the key as the name of a file, without an ending."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", key)


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

"""Mail leaves the house encrypted, to a server that is the one it says it is."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.adapters.mail import Relay, SmtpNotifier
from engine.ports import Mail
from engine.settings import Settings, WrongSetting

LETTER = Mail(key="besked:1", to="anna@example.org", subject="Nyt", body="Se i Tovholder.")


class Kept:
    """What a server was given, and whether it came encrypted."""

    def __init__(self) -> None:
        self.given: list[tuple[bool, str]] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # its name
        """Accept the message."""
        self.given.append(
            (server.transport.get_extra_info("ssl_object") is not None, envelope.rcpt_tos[0])
        )
        return "250 OK"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Return a certificate for `name` that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / f"{name}.pem", folder / f"{name}.key"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return shown, kept


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


Server = Callable[[str, str], tuple[Kept, Relay]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A mail server by how it speaks and the name in its certificate, and the relay to reach it."""
    running: list[Controller] = []

    def start(tls: str, name: str = "localhost") -> tuple[Kept, Relay]:
        shown, key = certificate(tmp_path, name)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(shown, key)
        kept = Kept()
        more = {"tls": {"ssl_context": context}, "starttls": {"tls_context": context}, "none": {}}
        found = Controller(kept, hostname="127.0.0.1", port=free_port(), **more[tls])
        found.start()
        running.append(found)
        return kept, Relay(host="localhost", port=found.port, tls=tls, ca=str(shown))

    yield start
    for each in running:
        each.stop()


def send(relay: Relay) -> None:
    SmtpNotifier(relay, "tovholder@example.org").send(LETTER)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_is_handed_over_encrypted(server, tls):
    kept, relay = server(tls)

    send(relay)

    assert kept.given == [(True, "anna@example.org")]


def test_a_server_on_this_machine_gets_it_as_it_is(server):
    kept, relay = server("none")

    send(relay)

    assert kept.given == [(False, "anna@example.org")]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(server, tls):
    kept, relay = server(tls)

    with pytest.raises(ssl.SSLCertVerificationError):
        send(Relay(host=relay.host, port=relay.port, tls=tls, ca=""))

    assert kept.given == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_with_the_certificate_of_another_gets_nothing(server, tls):
    kept, relay = server(tls, "mail.example.org")

    with pytest.raises(ssl.SSLCertVerificationError):
        send(relay)

    assert kept.given == []


def test_a_server_that_cannot_encrypt_gets_nothing(server):
    kept, plain = server("none")

    with pytest.raises(smtplib.SMTPNotSupportedError):
        send(Relay(host=plain.host, port=plain.port, tls="starttls", ca=plain.ca))

    assert kept.given == []


@pytest.mark.parametrize(
    ("given", "tls"),
    [
        ({}, "none"),
        ({"SMTP_HOST": "localhost"}, "none"),
        ({"SMTP_HOST": "127.0.0.1"}, "none"),
        ({"SMTP_HOST": "mail.example.org"}, "starttls"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_PORT": "465"}, "tls"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_TLS": "none"}, "none"),
        ({"SMTP_HOST": "localhost", "SMTP_TLS": "starttls"}, "starttls"),
    ],
)
def test_mail_is_encrypted_unless_the_server_is_this_machine(given, tls):
    env = {f"TOVHOLDER_{name}": value for name, value in given.items()}

    assert Settings.from_env(env, home="var", secret="only for tests").smtp_tls == tls


def test_a_way_of_encrypting_that_is_none_is_refused_at_the_start():
    with pytest.raises(WrongSetting, match="SMTP_TLS"):
        Settings.from_env({"TOVHOLDER_SMTP_TLS": "ja"}, home="var", secret="only for tests")

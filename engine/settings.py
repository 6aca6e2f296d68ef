"""Settings from the environment: few, checked, and refused when they are wrong."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import CaseworkError


class WrongSetting(CaseworkError):
    """A setting in the environment cannot be used. The text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one installation needs to know before it starts.

    `home` holds database, mail and secrets. Without `smtp_host` mail goes to `home`/mail.
    """

    home: Path
    database_url: str
    secret: str
    smtp_host: str | None
    smtp_port: int
    mail_sender: str
    host: str
    port: int
    threads: int
    secure_cookies: bool
    look_every_seconds: float

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when there is no mail server."""
        return self.home / "mail"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **given: str | None) -> "Settings":
        """Read `TOVHOLDER_*`; `given` (from the command line) wins. Raises `WrongSetting`."""
        read = _Reader(os.environ if env is None else env, given)
        home = Path(read.text("home", "var")).resolve()
        return cls(
            home=home,
            database_url=read.text("database_url", f"sqlite:///{home / 'tovholder.sqlite'}"),
            secret=read.text("secret", "") or _kept_secret(home),
            smtp_host=read.text("smtp_host", "") or None,
            smtp_port=read.number("smtp_port", 25),
            mail_sender=read.text("mail_sender", "tovholder@localhost"),
            host=read.text("host", "127.0.0.1"),
            port=read.number("port", 8000),
            threads=read.number("threads", 8),
            secure_cookies=read.yes_or_no("secure_cookies", False),
            look_every_seconds=float(read.number("look_every_seconds", 1)),
        )


class _Reader:
    def __init__(self, env: Mapping[str, str], given: Mapping[str, str | None]) -> None:
        self._env, self._given = env, given

    def text(self, name: str, default: str) -> str:
        if (value := self._given.get(name)) is not None:
            return value
        key = f"TOVHOLDER_{name.upper()}"
        if file := self._env.get(f"{key}_FILE"):
            return Path(file).read_text().strip()
        return self._env.get(key, default)

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit():
            raise WrongSetting(f"TOVHOLDER_{name.upper()} skal være et helt tal, ikke »{value}«.")
        return int(value)

    def yes_or_no(self, name: str, default: bool) -> bool:
        value = self.text(name, str(default))
        if value not in ("True", "False"):
            raise WrongSetting(f"TOVHOLDER_{name.upper()} skal være True eller False.")
        return value == "True"


def _kept_secret(home: Path) -> str:
    """Return the secret of this installation, made at its first start and kept in `home`."""
    file = home / "secret"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()

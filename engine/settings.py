"""Settings from the environment: few, checked, and refused when they are wrong."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from engine.domain.errors import CaseworkError

_SMTPS = 465  # the port on which a mail server speaks TLS from the first word on


class WrongSetting(CaseworkError):
    """A setting in the environment cannot be used. The text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """The provider of OpenID Connect through which employees sign in.

    `groups` is the file that says which group gives which role where; `groups_claim` where the
    groups stand in the token. `acr` is how strong the sign-in has to be, "" where that is the
    provider's own matter.
    """

    issuer: str
    client_id: str
    client_secret: str
    groups: Path
    groups_claim: str
    acr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one installation needs to know before it starts.

    `home` holds database, mail and secrets. Without `smtp_host` mail goes to `home`/mail, and
    letters of Digital Post to `home`/digital-post; with it they go to the folder `digital_post`,
    from which the house's sender system fetches them, and wait where none is named.
    Mail is handed over encrypted (`smtp_tls`: "starttls", "tls", or "none", which only a server on
    this machine gets unasked), to a server whose certificate the machine or the file `smtp_ca`
    trusts.
    `public_url` is what people type; `proxies` how many of our own stand before us. Without
    `local_accounts` everybody signs in through the provider of `oidc`. `keys` are the
    master keys as `storage.keys` reads them; without them they stand in `home`/keys, made at the
    first start.
    """

    home: Path
    database_url: str
    secret: str
    keys: str = field(repr=False)
    heads: str
    smtp_host: str | None
    smtp_port: int
    smtp_tls: str
    smtp_ca: str
    mail_sender: str
    digital_post: str
    host: str
    port: int
    threads: int
    secure_cookies: bool
    look_every_seconds: float
    public_url: str
    proxies: int
    local_accounts: bool
    oidc: "OidcSettings | None"

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when there is no mail server."""
        return self.home / "mail"

    @property
    def digital_post_folder(self) -> Path:
        """Where letters of Digital Post are written."""
        return Path(self.digital_post) if self.digital_post else self.home / "digital-post"

    @property
    def heads_folder(self) -> Path:
        """Where the heads of the chains are written, once a day."""
        return Path(self.heads) if self.heads else self.home / "heads"

    @property
    def erasures_file(self) -> Path:
        """The ledger of what was erased, beside the heads."""
        return self.heads_folder / "erasures.jsonl"

    @property
    def keys_file(self) -> Path:
        """Where the master keys stand when the environment does not bring them."""
        return self.home / "keys"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **given: str | None) -> "Settings":
        """Read `TOVHOLDER_*`; `given` (from the command line) wins. Raises `WrongSetting`."""
        read = _Reader(os.environ if env is None else env, given)
        home = Path(read.text("home", "var")).resolve()
        host, port = read.text("host", "127.0.0.1"), read.number("port", 8000)
        oidc = read.oidc(home)
        return cls(
            home=home,
            database_url=read.text("database_url", f"sqlite:///{home / 'tovholder.sqlite'}"),
            secret=read.text("secret", "") or _kept_secret(home),
            keys=read.text("keys", ""),
            heads=read.text("heads", ""),
            smtp_host=read.text("smtp_host", "") or None,
            smtp_port=read.number("smtp_port", 25),
            smtp_tls=read.smtp_tls(),
            smtp_ca=read.text("smtp_ca", ""),
            mail_sender=read.text("mail_sender", "tovholder@localhost"),
            digital_post=read.text("digital_post", ""),
            host=host,
            port=port,
            threads=read.number("threads", 8),
            secure_cookies=read.yes_or_no("secure_cookies", False),
            look_every_seconds=float(read.number("look_every_seconds", 1)),
            public_url=read.address("public_url") or f"http://{host}:{port}",
            proxies=read.number("proxies", 0),
            local_accounts=read.yes_or_no("local_accounts", True) or oidc is None,
            oidc=oidc,
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

    def smtp_tls(self) -> str:
        """Return how mail is encrypted on its way to the server; none only on this machine."""
        here = self.text("smtp_host", "") in ("", "localhost", "127.0.0.1", "::1")
        kept = "tls" if self.number("smtp_port", 25) == _SMTPS else "starttls"
        value = self.text("smtp_tls", "none" if here else kept)
        if value not in ("starttls", "tls", "none"):
            raise WrongSetting("TOVHOLDER_SMTP_TLS skal være starttls, tls eller none.")
        return value

    def address(self, name: str) -> str:
        value = self.text(name, "").rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("https", "http") or not parts.hostname):
            raise WrongSetting(f"TOVHOLDER_{name.upper()} skal være en hel adresse (https://…).")
        return value

    def oidc(self, home: Path) -> OidcSettings | None:
        """Return the provider, None where there is none. Its address is https, or this machine."""
        issuer = self.address("oidc_issuer")
        if not issuer:
            return None
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
            raise WrongSetting("TOVHOLDER_OIDC_ISSUER skal begynde med https://.")
        client_id = self.text("oidc_client_id", "")
        if not client_id:
            raise WrongSetting("TOVHOLDER_OIDC_CLIENT_ID mangler.")
        return OidcSettings(
            issuer=issuer,
            client_id=client_id,
            client_secret=self.text("oidc_client_secret", ""),
            groups=Path(self.text("oidc_groups", str(home / "groups.toml"))),
            groups_claim=self.text("oidc_groups_claim", "groups"),
            acr=self.text("oidc_acr", ""),
        )

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

"""Keys: one for each person's texts, wrapped by a master key that can be changed.

The only importer of `cryptography`. AES-256-GCM seals; a ciphertext begins with a form number and
the id of its key. Without its key it cannot be read by anybody, in whatever backup it stands.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.domain.errors import CaseworkError

HOUSE = UUID(int=0)  # the key of what belongs to no person
_FORM = b"\x01"
_ID, _NONCE, _KEY = 16, 12, 32
_BODY = len(_FORM) + _ID + _NONCE  # where the text begins
_KNOWN = 50_000  # keys kept in memory, about 200 bytes each


class Unreadable(CaseworkError):
    """A sealed text cannot be opened: its key is erased or unknown, or it has been altered."""


@dataclass(frozen=True, slots=True)
class Masters:
    """The master keys of an installation by name; the last one wraps, all of them unwrap."""

    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The name of the one that wraps."""
        return next(reversed(list(self.keys)))

    @classmethod
    def read(cls, text: str) -> "Masters":
        """Read lines of a name and 32 bytes in base64, newest last. Raises `CaseworkError`."""
        keys = dict(_read_line(line) for line in text.splitlines() if line.strip())
        if not keys:
            raise CaseworkError("Der er ingen nøgle: TOVHOLDER_KEYS er tom.")
        return cls(keys)


def new_master(name: str) -> str:
    """Return the line of a new master key."""
    return f"{name} {urlsafe_b64encode(secrets.token_bytes(_KEY)).decode()}"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key as it stands in the database: under the master key of that name."""

    id: UUID
    master: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Open:
    raw: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)


class Keyring:
    """Seals and opens. Keys are looked up once and kept in memory, the longest unused go first.

    `load` reads the master keys; it is asked again when a key is met under an unknown one, so
    that a rotation needs no restart. `look_up` reads keys from the database, the wanted among
    others.
    """

    def __init__(self, load: Callable[[], Masters]) -> None:
        self._load = load
        self._masters: Masters | None = None
        self._wrapped: OrderedDict[UUID, Wrapped] = OrderedDict()
        self._open: OrderedDict[UUID, _Open] = OrderedDict()
        self._lock = Lock()
        self.look_up: Callable[[UUID], Iterable[Wrapped]] = lambda _id: ()

    @property
    def masters(self) -> Masters:
        """The master keys, for another process of the same installation."""
        return self._current()

    def newest_master(self) -> str:
        """Return the name of the master key that wraps, read anew."""
        return self._current(fresh=True).newest

    def make(self, key_id: UUID | None = None) -> Wrapped:
        """Return a new random key; it is kept in memory, and is the caller's to keep."""
        raw, masters = secrets.token_bytes(_KEY), self._current()
        made = self._wrap(key_id or uuid4(), raw, masters)
        self.learn([made])
        return made

    def rewrap(self, key: Wrapped) -> Wrapped:
        """Return the same key under the newest master key. Raises `Unreadable`."""
        return self._wrap(key.id, self._unwrap(key), self._current())

    def seal(self, key_id: UUID, plain: bytes, label: str) -> bytes:
        """Return the ciphertext, bound to `label` (what it is). Raises `Unreadable`."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._key(key_id).cipher.encrypt(nonce, plain, label.encode())
        return b"".join((_FORM, key_id.bytes, nonce, sealed))

    def open(self, sealed: bytes, label: str) -> bytes:
        """Return what was sealed. Raises `Unreadable`."""
        key = self._key(UUID(bytes=key_of(sealed))).cipher
        nonce, body = sealed[_BODY - _NONCE : _BODY], sealed[_BODY:]
        try:
            return key.decrypt(nonce, body, label.encode())
        except InvalidTag as problem:
            raise Unreadable("En krypteret tekst er ændret og kan ikke læses.") from problem

    def wrapped(self, key_id: UUID) -> Wrapped:
        """Return a key as it stands in the database. Raises `Unreadable`."""
        return self._find(key_id)

    def mark(self, text: str) -> str:
        """Return what finds an equal text again and tells nobody without the keys what it is."""
        return hmac.new(self._key(HOUSE).raw, text.encode(), sha256).hexdigest()

    def sign(self, content: bytes, master: str | None = None) -> tuple[str, str]:
        """Return the name of a master key and the signature under it. Raises `Unreadable`."""
        masters = self._current(fresh=master is not None and master not in self._current().keys)
        name = master or masters.newest
        if name not in masters.keys:
            raise Unreadable(f"Hovednøglen »{name}« findes ikke længere.")
        return name, hmac.new(masters.keys[name], b"head:" + content, sha256).hexdigest()

    def learn(self, keys: Iterable[Wrapped]) -> None:
        """Keep keys in memory."""
        with self._lock:
            for key in keys:
                self._wrapped[key.id] = key
                self._wrapped.move_to_end(key.id)
            while len(self._wrapped) > _KNOWN:
                self._wrapped.popitem(last=False)

    def forget(self, key_id: UUID) -> None:
        """Drop a key from memory."""
        with self._lock:
            self._wrapped.pop(key_id, None)
            self._open.pop(key_id, None)

    def _key(self, key_id: UUID) -> _Open:
        found = self._open.get(key_id)
        if found is None:
            raw = self._unwrap(self._find(key_id))
            found = _Open(raw, AESGCM(raw))
            with self._lock:
                self._open[key_id] = found
                while len(self._open) > _KNOWN:
                    self._open.popitem(last=False)
        return found

    def _find(self, key_id: UUID) -> Wrapped:
        if key_id not in self._wrapped:
            self.learn(self.look_up(key_id))
        if (key := self._wrapped.get(key_id)) is None:
            raise Unreadable("Teksten er slettet: dens nøgle findes ikke længere.")
        return key

    def _wrap(self, key_id: UUID, raw: bytes, masters: Masters) -> Wrapped:
        nonce, name = secrets.token_bytes(_NONCE), masters.newest
        sealed = AESGCM(masters.keys[name]).encrypt(nonce, raw, key_id.bytes)
        return Wrapped(key_id, name, nonce + sealed)

    def _unwrap(self, key: Wrapped) -> bytes:
        masters = self._current()
        if key.master not in masters.keys:
            masters = self._current(fresh=True)
        if key.master not in masters.keys:
            raise Unreadable(f"Hovednøglen »{key.master}« mangler i TOVHOLDER_KEYS.")
        cipher = AESGCM(masters.keys[key.master])
        try:
            return cipher.decrypt(key.wrapped[:_NONCE], key.wrapped[_NONCE:], key.id.bytes)
        except InvalidTag as problem:
            raise Unreadable("En nøgle i databasen er ændret og kan ikke bruges.") from problem

    def _current(self, *, fresh: bool = False) -> Masters:
        if self._masters is None or fresh:
            self._masters = self._load()
        return self._masters


def key_of(sealed: bytes) -> bytes:
    """Return the bytes of the id of the key. Raises `Unreadable` for what is no ciphertext."""
    if len(sealed) < _BODY or not sealed.startswith(_FORM):
        raise Unreadable("En krypteret tekst er ændret og kan ikke læses.")
    return sealed[len(_FORM) : _BODY - _NONCE]


def no_keys() -> Keyring:
    """Return a keyring that opens nothing: for copies that are only carried about."""

    def missing() -> Masters:
        raise Unreadable("Her er ingen nøgler.")

    return Keyring(missing)


def _read_line(line: str) -> tuple[str, bytes]:
    name, _, text = line.strip().partition(" ")
    try:
        key = urlsafe_b64decode(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise CaseworkError(f"Nøglen »{name}« skal være 32 byte i base64.")
    return name, key

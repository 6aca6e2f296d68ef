"""Columns whose values rest encrypted with the key of the person they are about.

A value is read as what it is. It is sealed when the act is written, with the key that its row
belongs to (see `storage.owners`); a plain value that reaches the database by another way is
refused, so that nothing is written in the clear by mistake.
"""

import json
import zlib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.domain.errors import CaseworkError
from engine.domain.packing import canonical, squeezed
from engine.storage.keys import Keyring, no_keys

_NO_KEYS = no_keys()


class Ciphertext(bytes):
    """What stands in the database, carried as it is."""


class _Text(str):
    ciphertext: bytes


class _Bytes(bytes):
    ciphertext: bytes


class _Json(dict[str, Any]):
    ciphertext: bytes


class _List(list[Any]):
    ciphertext: bytes


class Sealed(TypeDecorator[Any]):
    """A column of ciphertext. `label` says what it is (`answers.data`) and is bound to the text.

    The journal of the case keeps a digest of what is `kept`, so that it cannot be altered or
    taken away unseen.
    """

    impl = LargeBinary
    cache_ok = True
    carrier: type[Any] = _Bytes

    def __init__(self, label: str, *, kept: bool = False) -> None:
        super().__init__()
        self.label, self.kept = label, kept

    def pack(self, value: Any) -> bytes:
        """Return the bytes that are sealed."""
        return bytes(value)

    def unpack(self, packed: bytes) -> Any:
        """Return the value."""
        return packed

    def seal(self, keys: Keyring, key_id: UUID, value: Any) -> Any:
        """Return the value with its ciphertext beside it."""
        carried = self.carrier(value)
        carried.ciphertext = keys.seal(key_id, self.pack(value), self.label)
        return carried

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return the ciphertext. Raises `CaseworkError` for what was not sealed."""
        if value is None or isinstance(value, Ciphertext):
            return value
        sealed: bytes | None = getattr(value, "ciphertext", None)
        if sealed is None and is_empty(value):
            return b""
        if sealed is None:
            raise CaseworkError(f"{self.label} kan ikke skrives uden kryptering.")
        return sealed

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return what was sealed. Raises `Unreadable`."""
        if value is None:
            return None
        if not value:
            return self.carrier()
        keys: Keyring = getattr(dialect, "keyring", _NO_KEYS)
        return self.unpack(keys.open(bytes(value), self.label))


class SealedBytes(Sealed):
    """Bytes, sealed as they are."""

    cache_ok = True


class SealedText(Sealed):
    """A text."""

    cache_ok = True
    carrier = _Text

    def pack(self, value: Any) -> bytes:
        """Return it made short."""
        return squeezed(value)

    def unpack(self, packed: bytes) -> str:
        """Return the text."""
        return zlib.decompress(packed).decode()


class SealedJson(Sealed):
    """An object of JSON."""

    cache_ok = True
    carrier: type[Any] = _Json

    def pack(self, value: Any) -> bytes:
        """Return it made short."""
        return squeezed(canonical(value))

    def unpack(self, packed: bytes) -> Any:
        """Return the object."""
        return json.loads(zlib.decompress(packed))


class SealedList(SealedJson):
    """A list of JSON."""

    cache_ok = True
    carrier = _List


class Carried(TypeDecorator[Ciphertext]):
    """Reads a sealed column as the ciphertext that it is."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Ciphertext | None:
        """Return the ciphertext."""
        return None if value is None else Ciphertext(value)


def carried(table: Table) -> list[ColumnElement[Any]]:
    """Return the columns of a table, those that are sealed as ciphertext."""
    return [
        ciphertext_of(table, each.name).label(each.name) if isinstance(each.type, Sealed) else each
        for each in table.c
    ]


def ciphertext_of(table: Table, column: str) -> ColumnElement[Any]:
    """Return a sealed column as the ciphertext that it is."""
    return type_coerce(table.c[column], Carried())


def is_empty(value: Any) -> bool:
    """Say whether there is nothing to seal."""
    return value is None or (not value and not isinstance(value, dict))


@cache
def sealed_columns(table: Table) -> Mapping[str, Sealed]:
    """Return the sealed columns of a table by name."""
    return {each.name: each.type for each in table.c if isinstance(each.type, Sealed)}


def digest_of(ciphertext: bytes) -> str:
    """Return what the journal keeps of a text."""
    return sha256(ciphertext).hexdigest()

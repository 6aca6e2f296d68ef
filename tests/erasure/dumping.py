"""Looks for words where a thief would: the raw database, every file, and what either unpacks to."""

import quopri
import re
import zlib
from base64 import b64decode
from collections.abc import Collection, Iterator
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import select

from engine.ports import Purpose
from engine.storage.database import Database
from engine.storage.guard import PURPOSE
from engine.storage.sealing import carried
from workflows.records import METADATA

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]{24,}")
_DEEP = 3  # as a compressed text within a mail within a row


def found_raw(database: Database, folders: Collection[Path], words: Collection[str]) -> set[str]:
    """Return where which of the words stand, as "word in place", without any key."""
    wanted = re.compile("|".join(map(re.escape, words)).encode())
    places = (*_cells(database), *_files(folders))
    return {
        f"{found.group().decode()} in {place}"
        for place, content in places
        for part in unpacked(content)
        for found in wanted.finditer(part)
    }


def unpacked(content: bytes, deep: int = _DEEP) -> Iterator[bytes]:
    """Yield the bytes, and what they are when they are unpacked in any usual way."""
    yield content
    for inner in _inner(content) if deep else ():
        yield from unpacked(inner, deep - 1)


def _inner(content: bytes) -> Iterator[bytes]:
    for start in (at for at in range(min(len(content), 64)) if content[at : at + 1] == b"x"):
        try:
            yield zlib.decompressobj().decompress(content[start:])
        except zlib.error:
            continue
    if b"=" in content and len(content) < 1_000_000:
        yield quopri.decodestring(content)
    for run in _BASE64.finditer(content) if len(content) < 1_000_000 else ():
        try:
            yield b64decode(run.group(), validate=False)
        except ValueError:
            continue
    if b"MIME-Version" in content[:4000]:
        for part in message_from_bytes(content).walk():
            yield bytes(part.get_payload(decode=True) or b"")


def _cells(database: Database) -> Iterator[tuple[str, bytes]]:
    """Yield every value of every row, sealed ones as the ciphertext that they are."""
    engine = database.engine.execution_options(**{PURPOSE: Purpose(code="test")})
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(*carried(table))).mappings():
                for name, value in row.items():
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{name}", raw


def _files(folders: Collection[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield every file with its name, the database's own and its log among them."""
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield file.name, file.name.encode() + b"\0" + file.read_bytes()

"""Values as they are kept: the same text for the same value, made short."""

import zlib
from json import JSONEncoder
from typing import Any

# One encoder for all: to make one costs more than what it mostly writes.
_ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_WINDOW_BITS = 12  # most texts are of 4 KB or less; to make a larger window ready costs more


def canonical(value: Any) -> str:
    """Return `value` as JSON. Raises `TypeError` or `ValueError` for what JSON cannot say."""
    return _ENCODER.encode(value)


def squeezed(text: str) -> bytes:
    """Return the text as bytes that `zlib.decompress` reads."""
    return zlib.compress(text.encode(), 6, wbits=_WINDOW_BITS)

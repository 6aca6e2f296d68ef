"""Passwords, kept as argon2 hashes."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Say whether `password` is the one of which `kept` was kept; without one it is not."""
    nobodys = _nobodys()  # asked first, so that the first of this process shows nothing either
    try:
        return _HASHER.verify(kept or nobodys, password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """What is checked when there is no such name, so that the answer takes as long."""
    return _HASHER.hash("nobody has this password")

"""What a process says of itself beside its diagram: `process.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache

MANIFEST = "process.toml"
COMPARTMENT, START_FORM = "compartment", "start_form"


def declared_compartment(files: Mapping[str, str]) -> str | None:
    """Return the closed compartment that the process in `files` belongs to, None for open ones.

    One that cannot be read belongs to none; reading the folder has refused it before.
    """
    return _said(files.get(MANIFEST, ""), COMPARTMENT)


def start_form(files: Mapping[str, str]) -> str:
    """Return the form that starts the process in `files`, "" where none does."""
    return _said(files.get(MANIFEST, ""), START_FORM) or ""


@lru_cache(maxsize=500)
def _said(source: str, key: str) -> str | None:
    try:
        found = tomllib.loads(source).get(key)
    except tomllib.TOMLDecodeError:
        return None
    return str(found) if found else None

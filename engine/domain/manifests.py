"""What a process says of itself beside its diagram: `process.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache

from engine.domain.errors import InvalidDefinition

MANIFEST = "process.toml"
COMPARTMENT, START_FORM = "compartment", "start_form"


def declared_compartment(files: Mapping[str, str]) -> str | None:
    """Return the closed compartment that the process in `files` belongs to, None for open ones.

    Raises `InvalidDefinition` when what it says of itself cannot be read: it belongs to nobody.
    """
    return _said(files.get(MANIFEST, ""), COMPARTMENT)


def start_form(files: Mapping[str, str]) -> str:
    """Return the form that starts the process in `files`, "" where none does.

    Raises `InvalidDefinition` when the manifest cannot be read.
    """
    return _said(files.get(MANIFEST, ""), START_FORM) or ""


@lru_cache(maxsize=500)
def _said(source: str, key: str) -> str | None:
    try:
        found = tomllib.loads(source).get(key)
    except tomllib.TOMLDecodeError as problem:
        raise InvalidDefinition(f"{MANIFEST} kan ikke læses: {problem}.") from problem
    return str(found) if found else None

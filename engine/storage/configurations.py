"""The configuration in force, and its changes: rows that are never altered."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.domain.packing import canonical
from engine.storage.models import ConfigurationRow

_NEWEST = select(func.max(ConfigurationRow.number))


def newest_number(session: Session) -> int | None:
    """Return the number of the configuration in force, None before there is one."""
    number: int | None = session.scalar(_NEWEST)
    return number


def load_content(session: Session, number: int) -> Mapping[str, Any]:
    """Return the content of configuration `number`."""
    row = session.get_one(ConfigurationRow, number)
    return row.content


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the hash that names this content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()

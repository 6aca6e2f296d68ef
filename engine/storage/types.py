"""Column types that keep the database honest.

SQLite keeps texts. What is made of a text is kept in memory: an act meets the same ids and
moments again and again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_KEPT = 16_384  # texts


class Id(Uuid[UUID]):
    """The id of a row."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what makes an id of what is stored, if anything must."""
        return None if dialect.supports_native_uuid else _id_of


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept and given back in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC. Raises `ValueError` for a naive one."""
        return value if value is None else _in_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        moment: datetime | None = value
        return moment if moment is None else moment.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what makes of a moment what is stored, in one step for SQLite."""
        return _text_of if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """Return what makes a moment of what is stored, in one step for SQLite."""
        return (
            _moment_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)
        )


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return value.astimezone(UTC)


@lru_cache(_KEPT)
def _id_of(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


@lru_cache(_KEPT)
def _text_of(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return _in_utc(moment).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(_KEPT)
def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

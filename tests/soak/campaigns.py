"""What a campaign of the long run is: bounded in time, told in figures, and able to fail."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Show = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a campaign is given.

    `seconds` is its bound. `part` is how much of the whole length that is: at 1 it must reach
    what is asked of it, in a shorter run as much of it. `servers` are the databases: a
    PostgreSQL, None for SQLite. `show` draws how far it has come (0 to 1), with a word.
    """

    seconds: float
    part: float
    seed: int
    servers: Sequence[str | None]
    show: Show


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a campaign, or a part of it, has found; `told` are the first faults, for a reader."""

    title: str
    holds: bool
    words: str
    figures: Mapping[str, Any]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign: the name for `--only`, its bound, and what runs it.

    One that keeps a single core busy may run `beside` the others.
    """

    name: str
    minutes: float
    run: Callable[[Terms], Iterator[Outcome]]
    beside: bool = False


def database_name(server: str | None) -> str:
    """Return what a reader calls the database on `server`."""
    return "PostgreSQL" if server else "SQLite"

"""The scenario file: people, pack and overrides, a start, then dated lines."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.errors import InvalidDefinition
from engine.ports import Json

ZONE = ZoneInfo("Europe/Copenhagen")
_LINE_KEYS = {
    "at", "act", "task", "party", "answers", "given", "opens", "rungs", "mails", "then",
    "ladders", "why", "journal", "round", "because", "says", "may_see", "may_not_see",
}  # fmt: skip


_LISTS = ("opens", "rungs", "mails", "journal", "may_see", "may_not_see")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One moment: what is done (`act`), and everything that must come of it, no more, no less.

    `given` is what the act needs. `opens`, `rungs` and `mails` are all the tasks, rungs and
    messages of that moment; `then` is what must be true afterwards, `ladders` the whole ladder of
    a task with its moments, `why` words that its explanation must hold, `journal` rows that must
    be written. `may_see` and `may_not_see` are staff and guardians who read the case then, or
    cannot. `round` above 1 is for later: printed with its reason (`because`), not played, and
    counted as not passed.
    """

    at: datetime
    act: str = ""
    task: str = ""
    party: str = ""
    answers: Mapping[str, Json] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    opens: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    then: Mapping[str, Json] = field(default_factory=dict)
    ladders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    why: Mapping[str, Sequence[str]] = field(default_factory=dict)
    journal: tuple[Mapping[str, Any], ...] = ()
    may_see: tuple[str, ...] = ()
    may_not_see: tuple[str, ...] = ()
    round: int = 1
    because: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One worked example. `lapse` are the tasks that nobody does unless a line says so.

    `closed` are closing days beside those of the pack, by name; `kept_open` those of the pack
    that are ordinary days here ("12-24"). `forums` and `milestones` stand beside the pack's.
    """

    title: str
    pack: str
    young_person: Mapping[str, Any]
    guardians: tuple[Mapping[str, Any], ...]
    series: Mapping[str, date]
    parameters: Mapping[str, Json]
    closed: Mapping[str, str]
    kept_open: frozenset[str]
    forums: tuple[Mapping[str, Any], ...]
    milestones: Mapping[str, Mapping[str, Any]]
    start: Mapping[str, Any]
    lapse: frozenset[str]
    answers: Mapping[str, Mapping[str, Json]]
    lines: tuple[Line, ...]


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file. Raises `InvalidDefinition` naming file and line."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return _scenario(raw)
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as problem:
        raise InvalidDefinition(f"{path.name}: {problem}") from problem


def _scenario(raw: Mapping[str, Any]) -> Scenario:
    return Scenario(
        title=raw["title"],
        pack=raw["pack"],
        young_person=raw["young_person"],
        guardians=tuple(raw.get("guardians", ())),
        series=raw.get("series", {}),
        parameters=raw.get("parameters", {}),
        closed=raw.get("closed", {}),
        kept_open=frozenset(raw.get("kept_open", ())),
        forums=tuple(raw.get("forums", ())),
        milestones=raw.get("milestones", {}),
        start=raw["start"],
        lapse=frozenset(raw.get("lapse", ())),
        answers=raw.get("answers", {}),
        lines=tuple(_line(number, each) for number, each in enumerate(raw["line"], 1)),
    )


def _line(number: int, raw: Mapping[str, Any]) -> Line:
    if unknown := set(raw) - _LINE_KEYS:
        raise ValueError(f"linje {number}: ukendte nøgler {sorted(unknown)}")
    if raw.get("round", 1) != 1 and not raw.get("because"):
        raise ValueError(f"linje {number}: »round« uden »because«: hvorfor er den ikke med endnu?")
    lists: dict[str, Any] = {key: tuple(raw.get(key, ())) for key in _LISTS}
    return Line(**{**raw, **lists, "at": local(raw["at"])})


def local(text: str) -> datetime:
    """Return the local moment `YYYY-MM-DD HH:MM`, aware. Raises `ValueError`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)

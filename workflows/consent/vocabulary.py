"""What a consent can be about, and what the law lets be done without one: `bpmn/consent.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.domain.errors import InvalidDefinition, NotFound

SOURCE = Path(__file__).parents[2] / "bpmn" / "consent.toml"

# What a consent lets happen. They are never merged: each is asked for by itself.
KINDS: Mapping[str, str] = {
    "disclose": "give oplysninger videre",
    "obtain": "hente oplysninger hos andre",
    "participate": "tage andre med til møder om den unge",
    "effort": "begynde en frivillig indsats",
    "plan_replace": "bruge den helhedsorienterede plan i stedet for ungeplanen",
    "parent_read": "lade forældre læse med",
    "gdpr": "behandle oplysninger, når kun et samtykke kan bære det",
}
# What the kinds with an open door let others read; the rest opens nothing.
OPENING = frozenset({"disclose", "participate", "parent_read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationType:
    """A type of information: its name, how well it is kept, and its closed compartment if any."""

    code: str
    title: str
    title_en: str
    data_class: str
    compartment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A basis in law: where it stands, to whom and what it covers, and when to inform.

    `inform` is at_once or afterwards. One that is `once` serves a case once, and once more.
    """

    code: str
    title: str
    title_en: str
    source: str
    to: str
    types: tuple[str, ...]
    inform: str
    once: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The types of information and the bases in law, by code, in the order of the file."""

    types: Mapping[str, InformationType]
    bases: Mapping[str, Basis]

    def type(self, code: str) -> InformationType:
        """Return one type of information. Raises `NotFound`."""
        if code not in self.types:
            raise NotFound(f"Der er ingen slags oplysninger, der hedder »{code}«.")
        return self.types[code]

    def basis(self, code: str) -> Basis:
        """Return one basis in law. Raises `NotFound`."""
        if code not in self.bases:
            raise NotFound(f"Der er intet grundlag, der hedder »{code}«.")
        return self.bases[code]

    def classes(self, types: Iterable[str]) -> list[str]:
        """Return the data classes that the types open, in order, each once."""
        return sorted({self.type(each).data_class for each in types})

    def compartment(self, types: Iterable[str]) -> str | None:
        """Return the closed compartment of the types, or None."""
        found = sorted({self.type(each).compartment or "" for each in types} - {""})
        return found[0] if found else None

    def titles(self, types: Iterable[str]) -> list[str]:
        """Return what the types are called in Danish."""
        return [self.type(each).title for each in types]


@lru_cache(maxsize=20)
def vocabulary(source: Path = SOURCE) -> Vocabulary:
    """Return what `source` holds. Raises `InvalidDefinition` naming what is wrong."""
    try:
        raw = tomllib.loads(source.read_text("utf-8"))
        types = {code: _type(code, each) for code, each in raw["types"].items()}
        bases = {code: _basis(code, each) for code, each in raw["bases"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as problem:
        raise InvalidDefinition(f"»{source.name}« kan ikke læses: {problem}.") from problem
    if unknown := {each for basis in bases.values() for each in basis.types} - set(types):
        raise InvalidDefinition(f"»{source.name}« nævner ukendte slags: {sorted(unknown)}.")
    return Vocabulary(types, bases)


def _type(code: str, raw: Mapping[str, Any]) -> InformationType:
    return InformationType(
        code=code,
        title=raw["title"],
        title_en=raw["title_en"],
        data_class=raw["data_class"],
        compartment=raw.get("compartment"),
    )


def _basis(code: str, raw: Mapping[str, Any]) -> Basis:
    return Basis(
        code=code,
        title=raw["title"],
        title_en=raw["title_en"],
        source=raw["source"],
        to=raw["to"],
        types=tuple(raw["types"]),
        inform=raw["inform"],
        once=raw.get("once", False),
    )

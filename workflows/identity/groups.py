"""Which groups of the provider give which role, where: a file that the house owns."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.domain.errors import InvalidDefinition
from workflows.municipalities.roles import POSTS


@dataclass(frozen=True, slots=True)
class Given:
    """What a group gives: a role in the unit of that code."""

    group: str
    role: str
    unit: str


def read_groups(file: Path) -> Sequence[Given]:
    """Return what the groups give. Raises `InvalidDefinition` for a file that cannot be used.

    The file holds tables `[[groups]]` with `group`, `role` and `unit`.
    """
    try:
        written = tomllib.loads(file.read_text("utf-8")).get("groups", [])
    except FileNotFoundError:
        raise InvalidDefinition(f"Filen »{file.name}« med grupper mangler.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidDefinition(f"Filen »{file.name}« kan ikke læses: {error}.") from error
    return [_given(file, each) for each in written]


def given_to(groups: Collection[str], given: Sequence[Given]) -> set[tuple[str, str]]:
    """Return the roles, each with the code of its unit, that membership of `groups` gives."""
    return {(each.role, each.unit) for each in given if each.group in groups}


def _given(file: Path, entry: dict[str, Any]) -> Given:
    group, role, unit = (entry.get(key) for key in ("group", "role", "unit"))
    if not all(isinstance(each, str) and each for each in (group, role, unit)):
        raise InvalidDefinition(f"En gruppe i »{file.name}« mangler group, role eller unit.")
    if role not in POSTS:
        raise InvalidDefinition(f"Gruppen »{group}« giver rollen »{role}«, som ikke findes.")
    return Given(str(group), str(role), str(unit))

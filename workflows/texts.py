"""The texts of letters and messages: plain language in `bpmn/texts`, filled strictly.

A text is a TOML file with `title`, `to`, `subject` and `body`; `{{ name }}` is a place to fill. A
place that nobody can fill is an error, never a hole in a letter. Subjects travel unprotected, so
only what says nothing of a person may stand there.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.domain.errors import InvalidDefinition, NotFound

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
IN_SUBJECTS = {"due_on", "unit", "municipality", "forum", "meets_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text. `to` says for whom it is written."""

    name: str
    title: str
    to: str
    subject: str
    body: str

    @property
    def places(self) -> frozenset[str]:
        """The names of the places to fill."""
        return frozenset(_PLACE.findall(self.subject) + _PLACE.findall(self.body))


def read_text(folder: Path, name: str) -> Text:
    """Return the text `name` in any case. Raises `NotFound` and `InvalidDefinition`."""
    if not _NAME.fullmatch(name):
        raise NotFound(f"»{name[:80]}« er ikke navnet på en tekst.")
    return _read(folder / f"{name.lower()}.toml")


def fill(template: str, words: Mapping[str, str]) -> str:
    """Return the template with every place filled. Raises `InvalidDefinition` for one unfilled."""

    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise InvalidDefinition(f"Teksten har et felt »{match[1]}«, som ingen kan udfylde her.")
        return words[match[1]]

    return "\n".join(line.rstrip() for line in _PLACE.sub(word, template).splitlines())


@lru_cache(maxsize=200)
def _read(path: Path) -> Text:
    if not path.is_file():
        raise NotFound(f"Teksten »{path.stem}« findes ikke i {path.parent}.")
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        text = Text(
            name=path.stem,
            title=raw["title"],
            to=raw["to"],
            subject=raw["subject"].strip(),
            body=raw["body"].strip(),
        )
    except (tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise InvalidDefinition(f"Teksten »{path.name}« kan ikke læses: {error}.") from error
    if personal := set(_PLACE.findall(text.subject)) - IN_SUBJECTS:
        raise InvalidDefinition(
            f"Emnet i »{path.name}« må ikke indeholde »{sorted(personal)[0]}«: "
            "emner kan læses af andre."
        )
    return text

"""What an export of a person holds, as data: each column by its name, or left out by a rule."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("export.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContents:
    """One table in the export: its title, the words for its columns, and those that are left out.

    `left_out` gives the rule of each column that does not stand in the export.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The whole export: the name and number of its form, its rules and its tables in order."""

    schema: str
    version: int
    rules: Mapping[str, str]
    tables: Mapping[str, TableContents]


@cache
def contents() -> Contents:
    """Return what an export holds."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Contents(
        schema=read["schema"],
        version=read["version"],
        rules=read["rules"],
        tables={name: _table(name, said) for name, said in read["tables"].items()},
    )


def _table(name: str, said: Mapping[str, Any]) -> TableContents:
    rules = {rule: names for rule, names in said.items() if rule not in ("title", "columns")}
    return TableContents(
        name=name,
        title=said["title"],
        columns=said["columns"],
        left_out={column: rule for rule, names in rules.items() for column in names},
    )

"""The need-to-know matrix, read once: every role has one row, or nothing."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.domain.errors import InvalidDefinition
from engine.domain.form_fields import DataClass

FILE = Path(__file__).with_name("matrix.toml")
COMPARTMENTS = ("drug_treatment", "violence", "protected_address")
OTHERS = "team"  # the row of roles that only a pack knows
GROUNDS = frozenset(
    {
        "holds",
        "own",
        "task",
        "agenda",
        "discipline",
        "unit",
        "escalation",
        "consent",
        "break_glass",
        "inside",
    }
)
INSIDE = "inside"
_NOWHERE: frozenset[str] = frozenset()
_CLASSES = tuple(each.value for each in DataClass if each.value not in ("K5", "K6"))
_CHOICES = {
    "cpr": {"masked", "none"},
    "notes": {"shared", "unit", "compartment", "party", "none"},
    "search": {"own", "unit", "counts", "none"},
}

Cells = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One way of standing to a case: on which grounds it reads each class and compartment.

    `knows` is on which grounds it learns that a compartment holds something. `cpr`, `notes` and
    `search` as `matrix.toml` explains them.
    """

    name: str
    roles: frozenset[str]
    classes: Cells
    compartments: Cells
    knows: Cells
    cpr: str
    notes: str
    search: str

    @property
    def counts_only(self) -> bool:
        """Whether it is told numbers and nobody, so that no grant opens a case to it."""
        return self.search == "counts"

    def reads(self, grounds: frozenset[str]) -> frozenset[str]:
        """Return the classes that the row reads on these grounds."""
        return frozenset(name for name, needed in self.classes.items() if needed & grounds)

    def enters(self, grounds: frozenset[str]) -> frozenset[str]:
        """Return the compartments that the row reads on these grounds."""
        return frozenset(name for name, needed in self.compartments.items() if needed & grounds)

    def learns_of(self, grounds: frozenset[str]) -> frozenset[str]:
        """Return the compartments of which it knows whether they hold something."""
        known = frozenset(name for name, needed in self.knows.items() if needed & grounds)
        return known | self.enters(grounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All rows, and the roles that read nothing of any case."""

    rows: Mapping[str, MatrixRow]
    nothing: frozenset[str]

    def entered_from(self, posts: Iterable[tuple[str, str | None]]) -> frozenset[str]:
        """Return the compartments that are entered by these roles, each with its unit's own one."""
        return frozenset(
            compartment
            for role, compartment in posts
            if compartment
            and (row := self.row_of(role))
            and INSIDE in row.compartments.get(compartment, _NOWHERE)
        )

    def leads_inside(self, roles: Collection[str], compartments: Collection[str] | None) -> bool:
        """Say whether one with these roles, who enters these compartments, leads there."""
        return bool(compartments) and not self.rows["leader"].roles.isdisjoint(roles)

    def reads_nothing(self, roles: Collection[str]) -> bool:
        """Say whether these are roles that read nothing of any case, and no others."""
        return bool(roles) and self.nothing.issuperset(roles)

    def row_of(self, role: str) -> MatrixRow | None:
        """Return the row of a role, None for those that read nothing.

        A role of a municipality's own that no row names reads as a member of a team does.
        """
        if role in self.nothing:
            return None
        named = (row for row in self.rows.values() if role in row.roles)
        return next(named, self.rows[OTHERS])


@cache
def matrix() -> Matrix:
    """Return the matrix of the product."""
    return read_matrix(FILE.read_text(encoding="utf-8"))


def read_matrix(text: str) -> Matrix:
    """Read a matrix. Raises `InvalidDefinition` for words it does not know and roles met twice."""
    content = tomllib.loads(text)
    rows = {name: _row(name, given) for name, given in content.pop("rows").items()}
    nothing = frozenset(content.pop("nothing"))
    named = [role for row in rows.values() for role in row.roles] + sorted(nothing)
    twice = sorted({role for role in named if named.count(role) > 1})
    if content or twice:
        raise InvalidDefinition(f"Adgangsmatricen: ukendt eller nævnt to gange: {content} {twice}")
    return Matrix(rows=rows, nothing=nothing)


def _row(name: str, given: Mapping[str, Any]) -> MatrixRow:
    rest = dict(given)
    roles, knows = frozenset(rest.pop("roles")), rest.pop("knows", {})
    chosen = {key: str(rest.pop(key)) for key in _CHOICES}
    wrong = [f"{key} = {word}" for key, word in chosen.items() if word not in _CHOICES[key]]
    unknown = set(rest) - {*_CLASSES, *COMPARTMENTS} | set(knows) - set(COMPARTMENTS)
    grounds = {ground for cell in (*rest.values(), *knows.values()) for ground in cell} - GROUNDS
    if wrong or unknown or grounds:
        raise InvalidDefinition(f"Adgangsmatricen, {name}: {wrong} {unknown} {grounds}")
    return MatrixRow(
        name=name,
        roles=roles,
        classes={key: frozenset(rest.get(key, ())) for key in _CLASSES},
        compartments={key: frozenset(rest.get(key, ())) for key in COMPARTMENTS},
        knows={key: frozenset(cell) for key, cell in knows.items()},
        **chosen,
    )

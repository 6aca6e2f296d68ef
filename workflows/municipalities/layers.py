"""The two layers of a configuration: what the pack brings, and above it what the house has set.

A pack that is put into force again renews the lower layer and leaves the upper one, so that an
upgrade never takes back what somebody here decided.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

CLOSING_DAY, SCHOOL_HOLIDAY = "closing_days", "school_holidays"
PARAMETER, SERIES = "parameters", "series"
SCHOOL, SCHOOL_CLOSING = "schools", "school_closings"
OWN = "own"  # the upper layer, by the same names
_LISTS = (CLOSING_DAY, SCHOOL_HOLIDAY, SCHOOL, SCHOOL_CLOSING)

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One setting that becomes another; None is one that is not there.

    `kind` is the part of the configuration and `key` the name in it: a closing day (»12-24« every
    year, »2026-12-30« once) or a school holiday (»2026-10-12/2026-10-16«) is what it is called, a
    parameter its `value` and `source`, and the series of a forum its cadence, anchor and the like.
    A school with a calendar of its own is its `name` and whether the common holidays are `common`
    to it; a day off of it (»code/2026-10-12/2026-10-16«) is what it is called.
    """

    kind: str
    key: str
    before: Any
    after: Any

    @property
    def undone(self) -> "Change":
        """The change that takes this one back."""
        return replace(self, before=self.after, after=self.before)

    def as_kept(self) -> dict[str, Any]:
        """Return the change in its JSON form."""
        return asdict(self)


def in_force(content: Content) -> dict[str, Any]:
    """Return the content with both layers in one; a parameter that nobody knows any more is left
    out."""
    own = content.get(OWN, {})
    lists = {kind: _over(content.get(kind, {}), own.get(kind, {})) for kind in _LISTS}
    parameters = {
        key: {**entry, **own.get(PARAMETER, {}).get(key, {})}
        for key, entry in content.get(PARAMETER, {}).items()
    }
    return {**content, **lists, PARAMETER: parameters}


def setting(content: Content, kind: str, key: str) -> Any:
    """Return what a setting is worth in both layers, None where there is none."""
    return _part(in_force(content), kind, key)


def below(content: Content, kind: str, key: str) -> Any:
    """Return what a setting is worth in the pack alone, None where it has none."""
    return _part(content, kind, key)


def with_change(content: Content, change: Change) -> dict[str, Any]:
    """Return the content in which the change stands in the upper layer.

    What comes to be as the pack has it leaves that layer, and follows the pack again.
    """
    own = dict(content.get(OWN, {}))
    part = {key: value for key, value in own.get(change.kind, {}).items() if key != change.key}
    if change.kind == SERIES or change.after != _part(content, change.kind, change.key):
        part[change.key] = change.after
    own = {**own, change.kind: part}
    kept = {kind: values for kind, values in own.items() if values}
    rest = {key: value for key, value in content.items() if key != OWN}
    return {**rest, OWN: kept} if kept else rest


def _over(lower: Content, upper: Content) -> dict[str, Any]:
    return {key: value for key, value in {**lower, **upper}.items() if value is not None}


def _part(content: Content, kind: str, key: str) -> Any:
    found = content.get(kind, {}).get(key)
    if kind != PARAMETER or found is None:
        return found
    return {"value": found["value"], "source": found.get("source", "")}

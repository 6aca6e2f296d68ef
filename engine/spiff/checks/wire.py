"""The check across a process boundary: what is asked and what is found, as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.spiff.checks.findings import Finding, Known, Severity, Signature

_SETS = ("roles", "parameters", "functions", "processes", "messages", "stays")
_NAMES_BY = ("calls", "sent", "takes", "gives", "enters", "lies_in", "receives")
_PARTS = ("inputs", "outputs", "optional")


def known_to_json(known: Known) -> dict[str, Any]:
    """Return `known` as JSON values."""
    return {
        **{name: sorted(getattr(known, name)) for name in _SETS},
        "names": None if known.names is None else sorted(known.names),
        **{each: _sorted(getattr(known, each)) for each in _NAMES_BY},
        "titles": dict(known.titles),
        "handlers": {
            name: {part: sorted(getattr(signature, part)) for part in _PARTS}
            for name, signature in known.handlers.items()
        },
    }


def known_from_json(given: Mapping[str, Any]) -> Known:
    """Return what `known_to_json` was given."""
    parts: dict[str, Any] = {name: frozenset(given[name]) for name in _SETS}
    for each in _NAMES_BY:
        parts[each] = {name: frozenset(found) for name, found in given[each].items()}
    return Known(
        **parts,
        names=None if given["names"] is None else frozenset(given["names"]),
        titles=given["titles"],
        handlers={
            name: Signature(**{part: frozenset(signature[part]) for part in _PARTS})
            for name, signature in given["handlers"].items()
        },
    )


def _sorted(names: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {name: sorted(found) for name, found in names.items()}


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return `finding` as JSON values."""
    return asdict(finding)


def finding_from_json(given: Mapping[str, Any]) -> Finding:
    """Return what `finding_to_json` was given."""
    return Finding(**{**given, "severity": Severity(given["severity"])})

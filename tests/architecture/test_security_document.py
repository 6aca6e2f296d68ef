"""SECURITY.md claims nothing without a test that exists or a reason, and leaves nothing out."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "SECURITY.md").read_text("utf-8")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+|\*)`")
_REASON = re.compile(r"^(by design|operations): .{8,}|^open(: .{8,})?$")
# Of ASVS 5.0.0: in each section the numbers of levels 1 and 2.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
ROWS = _ROW.findall(DOCUMENT)


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def test_every_requirement_of_levels_1_and_2_stands_there_once():
    wanted = [f"{section}.{n + 1}" for section, many in SECTIONS.items() for n in range(many)]
    passed_over = re.findall(r"^Does not apply: ([\d. ]+) \(", DOCUMENT, re.MULTILINE)
    told = [number for number, _, _ in ROWS] + [n for line in passed_over for n in line.split()]

    assert len(wanted) == 253
    assert sorted(told) == sorted(wanted)


@pytest.mark.parametrize(("number", "claim", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_a_claim_names_a_test_that_exists_or_says_why_there_is_none(number, claim, shown):
    named = _TEST.findall(shown)

    if not named:
        assert _REASON.match(shown.strip()), f"{number} has neither test nor reason"
        assert shown.strip() != "open" or "open:" in claim, f"{number} does not say what is open"
    for path, test in named:
        assert names_in(path) if test == "*" else test in names_in(path), f"{path}::{test}"


def test_a_claim_without_either_would_be_found():
    assert not _TEST.findall("it is so")
    assert not _REASON.match("it is so")

"""The DMN Technology Compatibility Kit, as much of it as lies here: levels 2 and 3."""

from pathlib import Path

import pytest

from tests.unit.decisions.kit import KIT, agree, answer, cases_in

FOLDERS = sorted(path for level in ("level2", "level3") for path in (KIT / level).iterdir())
OUTSIDE_YEARS = [
    tuple(line.split()) for line in (KIT / "outside_years.txt").read_text().splitlines()
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_of_the_kit_is_answered_right(folder: Path):
    cases = list(cases_in(folder, _left_out(folder)))

    wrong = [
        (case.decision, found, case.expected)
        for case in cases
        if not agree(found := answer(case), case.expected)
    ]

    assert cases
    assert wrong == []


def test_none_are_left_out_but_those_of_years_we_do_not_have():
    asked = sum(1 for folder in FOLDERS for _ in cases_in(folder, _left_out(folder)))

    assert (asked, len(OUTSIDE_YEARS)) == (1918, 59)


def _left_out(folder: Path) -> frozenset[str]:
    return frozenset(name for place, name in OUTSIDE_YEARS if place == folder.name)

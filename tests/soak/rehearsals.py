"""A rehearsal beside reality, seed after seed: the same acts in the house make the same year."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak.campaigns import Outcome, Terms
from tests.workflows.test_demonstration import empty_house, filled
from tests.workflows.test_rehearsal import Beside, beside_reality

SEEDS, LIVES = 20, 8
PARTS = (1, 2)  # by turns


def rehearsals(terms: Terms) -> Iterator[Outcome]:
    """Rehearse a year and live it, twenty times over; a shorter run as many of them."""
    wanted, began = max(2, round(SEEDS * terms.part)), time.monotonic()
    found: list[Beside] = []
    with TemporaryDirectory(prefix="tovholder-rehearsals-") as folder:
        lived = Path(folder) / "lives"
        lived.mkdir()
        filled(empty_house(lived), LIVES).database.dispose()
        for number in range(wanted):
            terms.show(number / wanted, f"{number} of {wanted} years")
            if time.monotonic() - began > terms.seconds:
                break
            found.append(_one(lived, terms.seed * 1000 + number, PARTS[number % len(PARTS)]))
    yield _outcome(found, wanted, time.monotonic() - began)


def _one(lived: Path, seed: int, parts: int) -> Beside:
    with TemporaryDirectory(prefix="tovholder-rehearsal-") as folder:
        return beside_reality(lived, Path(folder), seed, parts)


def _outcome(found: list[Beside], wanted: int, took: float) -> Outcome:
    acts, told = sum(each.acts for each in found), [one for each in found for one in each.told]
    return Outcome(
        title="rehearsals and reality",
        holds=not told and len(found) >= wanted,
        words=f"{len(found)} of {wanted} years, {acts} acts, {len(told)} differences, {took:.0f} s",
        figures={"years": len(found), "asked": wanted, "acts": acts, "differences": len(told)},
        told=tuple(told[:20]),
    )

"""With and without a treatment in the compartment, pages outside take the same time."""

import logging
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from engine.adapters.clock import MovableClock
from tests.access.houses import House, Pair, two_houses
from tests.bench.measuring import Measure, elapsed, of
from tests.conftest import MONDAY, settings_of
from tests.town import founded
from tests.web.conftest import PASSWORD, Visitor
from web.auth.passwords import hash_password
from web.wiring import build, migrate

AT_MOST_APART = 5.0  # per cent of the smaller
VIEWER = "job_adviser2"  # a member of team 3
REQUESTS = 500  # of each page, by turns


def compartment(folder: Path, requests: int = REQUESTS) -> list[Measure]:
    """Return both medians of each page and how far they are apart, in two houses by turns."""
    logging.getLogger("tovholder.security").setLevel(logging.ERROR)
    folder.mkdir()
    with (
        founded(_empty(folder), folder, hash_password(PASSWORD)) as town,
        two_houses(town, folder / "houses", watched=False) as pair,
    ):
        return [each for path in _pages(pair) for each in _page(pair, path, requests)]


def _empty(folder: Path) -> str:
    file = folder / "empty.sqlite"
    casework = build(settings_of(f"sqlite:///{file}", folder), MovableClock(MONDAY))
    migrate(casework)
    casework.database.dispose()
    return str(file)


def _pages(pair: Pair) -> Sequence[str]:
    case = pair.places["case_id"][0]
    unknown = pair.treatment  # in the one house no case, in the other one that is not for them
    return (
        "/indbakke",
        "/sager?vis=alle",
        "/sager?q=Opdigtet",
        f"/sager/{case}",
        f"/sager/{unknown}",
        f"/sager/{case}/hvem-har-set",
        "/moeder",
    )


def _page(pair: Pair, path: str, requests: int) -> list[Measure]:
    houses = {"without": pair.without, "within": pair.within}
    visitors = {name: _warm(house, path) for name, house in houses.items()}
    taken: dict[str, list[float]] = {name: [] for name in houses}
    for number in range(requests):
        for name in houses if number % 2 else reversed(houses):
            client = visitors[name].client
            taken[name].append(elapsed(lambda client=client: client.get(path)))  # type: ignore[misc]
    shown = path.replace(str(pair.treatment), "(treatment)").replace(pair.places["case_id"][0], "…")
    return [
        of(f"{shown} without a treatment", taken["without"]),
        of(f"{shown} with one", taken["within"]),
        _apart(shown, taken["without"], taken["within"]),
    ]


def _warm(house: House, path: str) -> Visitor:
    visitor = house.visitor(VIEWER)
    for _ in range(5):
        visitor.client.get(path)
    return visitor


def _apart(shown: str, one: Sequence[float], other: Sequence[float]) -> Measure:
    smaller, larger = sorted((median(one), median(other)))
    return Measure(
        name=f"{shown}: the medians are apart",
        value=round((larger / smaller - 1) * 100, 2),
        unit="per cent",
        target=AT_MOST_APART,
        runs=len(one),
    )

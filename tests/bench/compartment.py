"""With and without a treatment in the compartment, pages outside take the same time."""

import logging
from collections.abc import Sequence
from pathlib import Path

from engine.adapters.clock import MovableClock
from tests.access.houses import House, Pair, two_houses
from tests.bench.alternating import REQUESTS, alternating
from tests.bench.measuring import Act, Measure
from tests.conftest import MONDAY, settings_of
from tests.town import founded
from tests.web.conftest import PASSWORD
from web.auth.passwords import hash_password
from web.wiring import build, migrate

VIEWER = "job_adviser2"  # a member of team 3


def compartment(folder: Path, requests: int = REQUESTS) -> list[Measure]:
    """Return what each page takes in the two houses by turns, and how far they are apart."""
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
    shown = path.replace(str(pair.treatment), "(treatment)").replace(pair.places["case_id"][0], "…")
    acts = {
        "without a treatment": _asking(pair.without, path),
        "with one": _asking(pair.within, path),
    }
    return alternating(shown, acts, requests)


def _asking(house: House, path: str) -> Act:
    client = house.visitor(VIEWER).client
    return lambda: client.get(path)

"""Ten thousand tamperings with the records: every one is found and named."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from tests.conftest import MONDAY, settings_of
from tests.soak.campaigns import Outcome, Terms
from tests.soak.tampering import CHANGES, kept_records, names, tampered
from tests.town import install_shipped
from web.wiring import build, migrate

WHOLE = 10_000


def tampering(terms: Terms) -> Iterator[Outcome]:
    """Change, look, put back; on SQLite, for the records are the same on both."""
    wanted = max(len(CHANGES), round(WHOLE * terms.part))
    with TemporaryDirectory(prefix="tovholder-tampering-") as folder:
        clock = MovableClock(MONDAY)
        casework = build(settings_of(f"sqlite:///{folder}/t.sqlite", Path(folder)), clock)
        migrate(casework)
        casework.act(SYSTEM, install_shipped)
        records = kept_records(casework, clock, Path(folder) / "heads")
        kinds, missed = Counter[str](), []
        for number, (kind, place, flaws) in enumerate(tampered(records, wanted, terms.seed), 1):
            kinds[kind] += 1
            if not names(flaws, place):
                missed.append(f"{kind} at {place}: {[flaw.where for flaw in flaws][:3]}")
            terms.show(number / wanted, f"{number} of {wanted}")
        untouched = records.flaws()
        casework.database.dispose()
    yield Outcome(
        title="tampering with journals, texts, looks and heads",
        holds=not missed and not untouched and len(kinds) == len(CHANGES),
        words=f"{sum(kinds.values())} tamperings of {len(kinds)} kinds, {len(missed)} not found",
        figures={"tamperings": sum(kinds.values()), "missed": len(missed), **kinds},
        told=tuple(missed[:5]),
    )
